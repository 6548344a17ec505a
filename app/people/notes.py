"""What staff tell each other about a customer."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.kernel.db import db
from app.kernel.refusal import Refusal
from app.people import auditing
from app.people.models import Account, AccountNote, User

MOST = 200


def of(account: Account) -> list[tuple[AccountNote, str]]:
    """With their authors' names; pinned ones first, then the newest."""
    found = (
        select(AccountNote, User.name)
        .join(User, User.id == AccountNote.author_id)
        .where(AccountNote.account_id == account.id)
        .order_by(AccountNote.pinned.desc(), AccountNote.id.desc())
    )
    return [(note, author) for note, author in db.session.execute(found.limit(MOST))]


def add(account: Account, author: User, text: str) -> AccountNote:
    if not text:
        raise Refusal(_("Write something first."), field="text")
    note = AccountNote(account_id=account.id, author_id=author.id, text=text)
    db.session.add(note)
    auditing.record("note.added", note, account=account, after={"text": text})
    return note


def pin(note: AccountNote, account: Account, *, pinned: bool) -> None:
    if note.pinned != pinned:
        auditing.record("note.pinned" if pinned else "note.unpinned", note, account=account)
        note.pinned = pinned


def remove(note: AccountNote, account: Account, *, by: User) -> None:
    if note.author_id != by.id:
        raise Refusal(_("Only its author can delete a note."))
    auditing.record("note.removed", note, account=account, before={"text": note.text})
    db.session.delete(note)
