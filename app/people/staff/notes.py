"""Notes on a customer, in the panel of the customer's page."""

from flask import Blueprint, abort, g, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.kernel.audience import staff
from app.kernel.db import find, transaction
from app.kernel.pages import done, page, said, wants_fragment
from app.kernel.refusal import Refusal
from app.people import notes
from app.people.models import Account, AccountNote
from app.people.staff.customers import account_or_404
from app.people.staff.forms import NoteForm

bp = Blueprint("people_notes", __name__, url_prefix="/staff/customers/<public_id>/notes")


@bp.post("")
@staff("accounts.notes")
def add(public_id: str) -> Response:
    account, form = account_or_404(public_id), NoteForm()
    if not form.validate_on_submit():
        return _panel(account, form, status=422)
    with transaction():
        notes.add(account, g.me, form.text.data or "")
    return _answer(account, _("Note added."))


@bp.post("/<note_id>/pin")
@staff("accounts.notes")
def pin(public_id: str, note_id: str) -> Response:
    account, note = _note(public_id, note_id)
    with transaction():
        notes.pin(note, account, pinned=not note.pinned)
    return _answer(account, _("Note pinned.") if note.pinned else _("Note unpinned."))


@bp.post("/<note_id>/removal")
@staff("accounts.notes")
def remove(public_id: str, note_id: str) -> Response:
    account, note = _note(public_id, note_id)
    try:
        with transaction():
            notes.remove(note, account, by=g.me)
    except Refusal as refusal:
        return _answer(account, str(refusal), "stop")
    return _answer(account, _("Note deleted."))


def _note(public_id: str, note_id: str) -> tuple[Account, AccountNote]:
    account, note = account_or_404(public_id), find(AccountNote, note_id)
    if note is None or note.account_id != account.id:
        abort(404)
    return account, note


def _answer(account: Account, words: str, kind: str = "good") -> Response:
    if not wants_fragment():
        return done(url_for("people_staff.show", public_id=account.public_id), words, kind)
    said(words, kind)
    return _panel(account, NoteForm(formdata=None))


def _panel(account: Account, form: NoteForm, status: int = 200) -> Response:
    """For htmx the panel; without it, a page of its own that keeps what was typed."""
    return page(
        "people/staff_notes", region="_notes", status=status, customer=account, notes=notes.of(account), form=form
    )
