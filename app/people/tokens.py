"""Personal API tokens: made once, shown once, kept as a hash."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import joinedload

from app.kernel import clock, permissions
from app.kernel.db import db
from app.kernel.events import announce
from app.kernel.permissions import Face, Permission
from app.kernel.refusal import Refusal
from app.people import auditing
from app.people.events import SecurityChanged
from app.people.models import Account, ApiToken, User

PREFIX = "hst_"
LENGTH = 32  # bytes from the system's generator: nothing to guess, so a plain fast hash is enough
HINT = 4
MOST = 50
NOTE_USE_EVERY = timedelta(minutes=1)


def grantable(face: Face, held: Iterable[str]) -> list[Permission]:
    """What a person may hand to a program: what they may do themselves, save what asks for their own hand."""
    known = [permission for (kind, _name), permission in permissions.catalogue.items() if kind == face]
    held = set(held)
    return [permission for permission in known if permission.name in held and not permission.own_hand]


def tokens_of(user: User, account: Account | None) -> list[ApiToken]:
    """Newest first. Revoked ones are history, which the audit log keeps."""
    return list(db.session.scalars(_living(user, account).order_by(ApiToken.id.desc())))


def make(user: User, account: Account | None, *, name: str, abilities: list[str], expires_at: datetime | None) -> str:
    """Returns the secret itself, which from now on exists nowhere else."""
    if not abilities:
        raise Refusal(_("Choose at least one thing that the token may do."), field="abilities")
    mine = tokens_of(user, account)
    if any(one.name.casefold() == name.casefold() for one in mine):
        # This also keeps a reloaded page from making a second token.
        raise Refusal(_("You have a token of this name. Choose another name, or revoke that one first."), field="name")
    if len(mine) >= MOST:
        raise Refusal(_("You have %(most)s tokens. Revoke one that is no longer used.", most=MOST))
    secret = PREFIX + secrets.token_urlsafe(LENGTH)
    token = ApiToken(
        user=user,
        account=account,
        name=name,
        abilities=sorted(abilities),
        token_hash=_hash(secret),
        hint=secret[-HINT:],
        expires_at=expires_at,
    )
    db.session.add(token)
    db.session.flush()
    _tell(token, "token_added", after=_told(token))
    return secret


def revoke(token: ApiToken) -> None:
    if token.revoked_at:
        return
    token.revoked_at = clock.now()
    _tell(token, "token_removed", before=_told(token))


def revoke_all(user: User, account: Account) -> None:
    """Coming back to an account does not bring old tokens back to life."""
    mine = (ApiToken.user_id == user.id, ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
    db.session.execute(update(ApiToken).where(*mine).values(revoked_at=clock.now()))


def read(secret: str) -> ApiToken | None:
    """The token, if it still opens anything."""
    if not secret.startswith(PREFIX):
        return None
    whose = joinedload(ApiToken.user), joinedload(ApiToken.account)
    token = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == _hash(secret)).options(*whose))
    if token is None or token.revoked_at or not token.user.is_active:
        return None
    if token.expires_at and token.expires_at <= clock.now():
        return None
    return token


def note_use(token: ApiToken) -> None:
    """Once a minute is exact enough for a person, and spares a write at each request."""
    now = clock.now()
    if token.last_used_at is None or token.last_used_at <= now - NOTE_USE_EVERY:
        token.last_used_at = now


def _living(user: User, account: Account | None) -> Select[ApiToken]:
    return select(ApiToken).where(ApiToken.user_id == user.id, _of(account), ApiToken.revoked_at.is_(None))


def _of(account: Account | None) -> ColumnElement[bool]:
    return ApiToken.account_id == account.id if account else ApiToken.account_id.is_(None)


def _tell(token: ApiToken, what: str, **change: dict[str, Any]) -> None:
    entry = auditing.record(f"security.{what}", token, account=token.account, **change)
    now = clock.now().isoformat()
    announce(SecurityChanged(user=token.user.public_id, what=what, at=now, ip=entry.ip or ""))


def _told(token: ApiToken) -> dict[str, Any]:
    expires = token.expires_at.isoformat() if token.expires_at else None
    return {"name": token.name, "abilities": token.abilities, "hint": token.hint, "expires_at": expires}


def _hash(secret: str) -> str:
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
