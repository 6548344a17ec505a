"""The demo's way in: one click, as the customer, the owner or a support agent."""

from flask import Blueprint, abort, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from app.kernel.audience import public
from app.kernel.db import db
from app.kernel.pages import done, page
from app.people.models import User
from app.people.site.entering import enter
from app.sandbox.demo import cast, seeding

bp = Blueprint("demo", __name__)

ROLES = {"customer": cast.CUSTOMER, "owner": cast.OWNER, "support": cast.SUPPORT}


@bp.get("/demo")
@public
def show() -> AnyResponse:
    return page("sandbox/entry", seeded=seeding.is_seeded(), cast=cast)


@bp.post("/demo/<role>")
@public
def come_in(role: str) -> AnyResponse:
    email = ROLES.get(role) or abort(404)
    user = db.session.scalar(select(User).where(User.email == email))
    if user is None:
        return done(url_for("demo.show"))
    return enter(user, "demo", remember=False, wanted="")
