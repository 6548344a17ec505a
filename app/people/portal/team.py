"""Who has access to the account: people, their roles, and those who are invited."""

from typing import Any

from flask import Blueprint, abort, g, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired

from app.kernel.audience import customer, owned
from app.kernel.db import transaction
from app.kernel.forms import Form, choices
from app.kernel.lazy import lazy as _l
from app.kernel.pages import done, page, said
from app.kernel.refusal import Refusal
from app.people import inviting, memberships, roles
from app.people.models import Invitation, Membership, MembershipRole
from app.people.presence import forget_account

bp = Blueprint("people_team", __name__, url_prefix="/account/people")


class InvitationForm(Form):
    email = StringField(_l("E-mail address"), [DataRequired(_l("Fill in an e-mail address."))])
    role = RadioField(_l("Role"), default=MembershipRole.technical)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.role.choices = choices(
            (role.value, _("%(role)s: %(meaning)s", role=roles.LABELS[role], meaning=roles.MEANINGS[role]))
            for role in reversed(MembershipRole)
        )


def _show(*, region: str = "_people", status: int = 200, form: InvitationForm | None = None) -> Response:
    return page(
        "people/team",
        region=region,
        status=status,
        form=form or InvitationForm(formdata=None),
        members=memberships.members(g.account),
        invitations=[(one, inviting.is_expired(one)) for one in inviting.open_invitations(g.account)],
        roles=[(role.value, roles.LABELS[role], roles.MEANINGS[role]) for role in MembershipRole],
        role_names={role.value: roles.LABELS[role] for role in MembershipRole},
    )


def _refused(refusal: Refusal) -> Response:
    said(str(refusal), "stop")
    return _show(status=422)


@bp.get("")
@customer("people.view")
def show() -> Response:
    return _show()


@bp.post("/invitations")
@customer("people.manage")
def invite() -> Response:
    form = InvitationForm()
    if form.validate_on_submit():
        try:
            with transaction():
                invitation = inviting.invite(g.account, form.email.data or "", MembershipRole(form.role.data), g.me)
            return done(url_for("people_team.show"), _("The invitation is on its way to %(to)s.", to=invitation.email))
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(region="_invite", status=422, form=form)


@bp.post("/invitations/<public_id>/letter")
@customer("people.manage")
def send_again(public_id: str) -> Response:
    invitation = owned(Invitation, public_id)
    try:
        with transaction():
            inviting.send_again(invitation)
    except Refusal as refusal:
        return _refused(refusal)
    return done(url_for("people_team.show"), _("The invitation is on its way to %(to)s again.", to=invitation.email))


@bp.post("/invitations/<public_id>/withdrawal")
@customer("people.manage")
def withdraw(public_id: str) -> Response:
    invitation = owned(Invitation, public_id)
    try:
        with transaction():
            inviting.withdraw(invitation)
    except Refusal as refusal:
        return _refused(refusal)
    return done(url_for("people_team.show"), _("The invitation of %(who)s is withdrawn.", who=invitation.email))


@bp.post("/<public_id>/role")
@customer("people.manage")
def change_role(public_id: str) -> Response:
    membership = owned(Membership, public_id)
    if request.form.get("role") not in set(MembershipRole):
        abort(400)
    role = MembershipRole(request.form["role"])
    try:
        with transaction():
            memberships.change_role(membership, role)
    except Refusal as refusal:
        return _refused(refusal)
    text = _("%(name)s now has the role %(role)s.", name=membership.user.name, role=roles.LABELS[role])
    return done(url_for("people_team.show"), text)


@bp.post("/<public_id>/removal")
@customer("people.manage")
def remove(public_id: str) -> Response:
    membership = owned(Membership, public_id)
    if membership.user_id == g.me.id:
        abort(400)  # one's own way out is called leaving
    try:
        with transaction():
            memberships.remove(membership)
    except Refusal as refusal:
        return _refused(refusal)
    return done(url_for("people_team.show"), _("%(name)s no longer has access.", name=membership.user.name))


@bp.post("/departure")
@customer("people.leave")
def leave_account() -> Response:
    membership = g.presence.membership
    try:
        with transaction():
            memberships.leave(membership)
    except Refusal as refusal:
        return _refused(refusal)
    forget_account()
    return done(url_for("people_accounts.show"), _("You have left %(account)s.", account=g.account.name))
