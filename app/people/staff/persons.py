"""A person with a login: what they may reach, how they prove themselves, and help when they cannot."""

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel import sessions
from app.kernel.audience import staff
from app.kernel.db import find, transaction
from app.kernel.forms import Form
from app.kernel.pages import done, page
from app.kernel.refusal import Refusal
from app.people import queries, rescuing, staffing
from app.people import roles as team_roles
from app.people.models import User

bp = Blueprint("people_persons", __name__, url_prefix="/staff/people")


def person_or_404(public_id: str) -> User:
    return find(User, public_id) or abort(404)


@bp.get("/<public_id>")
@staff("accounts.view")
def show(public_id: str) -> Response:
    person = person_or_404(public_id)
    return page(
        "people/staff_person",
        region="_person",
        person=person,
        memberships=queries.accounts_of(person),
        role_names=team_roles.LABELS,
        roles=staffing.roles_of(person),
        sessions=sessions.count_of(person.public_id),
    )


@bp.route("/<public_id>/second-factor", methods=["GET", "POST"])
@staff("people.reset", fresh=True)
def second_factor(public_id: str) -> Response:
    """Takes away what keeps a thief of the password out: asked for twice, with a proof of who asks."""
    person, form = person_or_404(public_id), Form()
    if form.validate_on_submit():
        try:
            with transaction():
                staffing.check_may_touch(g.me, person)
                rescuing.reset_second_factor(person)
            return _back(person, _("%(name)s has no second factor any more.", name=person.name))
        except Refusal as refusal:
            form.refuse(refusal)
    return page(
        "people/staff_second_factor",
        region="_form",
        status=422 if form.errors else 200,
        person=person,
        form=form,
    )


@bp.post("/<public_id>/sessions/end")
@staff("people.reset")
def end_sessions(public_id: str) -> Response:
    person = person_or_404(public_id)
    try:
        with transaction():
            staffing.check_may_touch(g.me, person)
            rescuing.end_sessions(person)
    except Refusal as refusal:
        return _back(person, str(refusal), "stop")
    return _back(person, _("%(name)s is signed out everywhere.", name=person.name))


@bp.post("/<public_id>/verification")
@staff("accounts.edit")
def ask_verification(public_id: str) -> Response:
    person = person_or_404(public_id)
    try:
        with transaction():
            rescuing.ask_verification(person)
    except Refusal as refusal:
        return _back(person, str(refusal), "stop")
    return _back(person, _("A new e-mail is on its way to %(email)s.", email=person.email))


def _back(person: User, words: str, kind: str = "good") -> Response:
    return done(url_for(".show", public_id=person.public_id), words, kind)
