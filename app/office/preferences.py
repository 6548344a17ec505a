"""Which letters a person gets. Essential ones always go; each other kind can be switched off."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.kernel import signing
from app.kernel.db import db, find
from app.kernel.lazy import lazy as _l
from app.kernel.refusal import Refusal
from app.office.models import Preference
from app.people.models import User

LINK_LASTS = timedelta(days=400)
PURPOSE = "stop-letters"


@dataclass(frozen=True)
class Kind:
    name: str
    label: Any
    meaning: Any
    default: bool = True


kinds: dict[str, Kind] = {}


def declare(name: str, label: Any, meaning: Any, *, default: bool = True) -> None:
    kinds[name] = Kind(name, label, meaning, default)


declare("new_place", _l("Signed in from a new place"), _l("Somebody signs in as you on a new device"))
declare("team", _l("People on your accounts"), _l("Somebody joins or leaves an account that you own"))


def choices(user: User) -> dict[str, bool]:
    decided = select(Preference.kind, Preference.wanted).where(Preference.user_id == user.id)
    known = {name: wanted for name, wanted in db.session.execute(decided) if name in kinds}
    return {name: kind.default for name, kind in kinds.items()} | known


def wants(user: User, kind: str) -> bool:
    return choices(user)[kind]


def choose(user: User, kind: str, *, wanted: bool) -> None:
    if kind not in kinds:
        raise Refusal(_l("There is no such kind of e-mail."), code="unknown_kind")
    decision = insert(Preference).values(user_id=user.id, kind=kind, wanted=wanted)
    db.session.execute(decision.on_conflict_do_update(index_elements=["user_id", "kind"], set_={"wanted": wanted}))


def stop_token(user: User, kind: str) -> str:
    return signing.sign(PURPOSE, [user.public_id, kind])


def read_stop_token(token: str) -> tuple[User, Kind]:
    """Whom a link at the end of a letter is about; it works without signing in."""
    public_id, name = signing.read(PURPOSE, token, LINK_LASTS)
    user = find(User, public_id)
    if user is None or name not in kinds:
        raise Refusal(_l("This link leads nowhere any more."), code="link_gone")
    return user, kinds[name]
