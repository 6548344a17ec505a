"""Taking up an invitation: as oneself, as somebody with a login, as a newcomer."""

from flask import Blueprint, abort, g, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from app.kernel import acting
from app.kernel.audience import signed_link
from app.kernel.db import transaction
from app.kernel.forms import Form
from app.kernel.lazy import lazy as _l
from app.kernel.locales import current_locale
from app.kernel.pages import leave, page, said
from app.kernel.refusal import Refusal
from app.people import accepting, roles
from app.people.models import Invitation, MembershipRole, User
from app.people.presence import arrive
from app.people.site import entering
from app.people.site.verify import dead_link

bp = Blueprint("people_invitation", __name__, url_prefix="/invitation")


class NewcomerForm(Form):
    name = StringField(_l("Your name"), [DataRequired(_l("Fill in your name."))])
    password = PasswordField(_l("Choose a password"), [DataRequired(_l("Choose a password."))])


@bp.get("/<token>")
@signed_link
def show(token: str) -> Response:
    me = _person()
    try:
        invitation = accepting.read_link(token)
    except Refusal as refusal:
        return _dead(refusal)
    return _draw(token, invitation, me, NewcomerForm())


@bp.post("/<token>")
@signed_link
def accept(token: str) -> Response:
    """Somebody who is signed in with the address it was sent to."""
    me = _person()
    try:
        invitation = accepting.read_link(token)
        if me is None or me.email != invitation.email:
            return _draw(token, invitation, me, NewcomerForm(formdata=None), status=422)
        with transaction():
            accepting.accept(invitation, me)
    except Refusal as refusal:
        return _dead(refusal)
    session["account"] = invitation.account.public_id
    said(_welcome(invitation))
    return leave(url_for("office_portal.home"))


@bp.post("/<token>/login")
@signed_link
def join(token: str) -> Response:
    """A newcomer. The link came by letter, so the address needs no other proof."""
    me = _person()
    form = NewcomerForm()
    try:
        invitation = accepting.read_link(token)
    except Refusal as refusal:
        return _dead(refusal)
    if me or not form.validate_on_submit():
        return _draw(token, invitation, me, form, status=422)
    try:
        with transaction():
            user = accepting.accept_as_newcomer(
                invitation, name=form.name.data or "", password=form.password.data or "", locale=current_locale()
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _draw(token, invitation, me, form, status=422)
    answer = entering.enter(user, "password", remember=False, wanted=url_for("office_portal.home"))
    said(_welcome(invitation))
    return answer


def _person() -> User | None:
    here = arrive()
    if here is None:
        return None
    if here.impersonation or here.token:
        abort(403)
    g.me = here.person
    acting.become(here.staff_actor() if here.person.is_staff else here.customer_actor())
    return here.person


def _draw(token: str, invitation: Invitation, me: User | None, form: NewcomerForm, *, status: int = 200) -> Response:
    role = MembershipRole(invitation.role)
    answer = page(
        "people/invitation",
        status=status,
        token=token,
        invitation=invitation,
        role=roles.LABELS[role],
        meaning=roles.MEANINGS[role],
        person=me,
        is_known=accepting.user_of(invitation) is not None,
        form=form,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _dead(refusal: Refusal) -> Response:
    answer: Response = dead_link(refusal)
    return answer


def _welcome(invitation: Invitation) -> str:
    return _("Welcome. You now have access to %(account)s.", account=invitation.account.name)
