"""What happens to a person's proofs is written down and told to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.kernel import clock
from app.kernel.acting import Actor, as_actor
from app.kernel.events import announce
from app.people.auditing import record
from app.people.events import SecurityChanged
from app.people.models import User


@contextmanager
def own_hand(user: User) -> Iterator[Actor]:
    """For doors where nobody is signed in yet, but a password, a link or a key says who it is."""
    with as_actor(Actor("staff" if user.is_staff else "customer", user.public_id, user.name)) as actor:
        yield actor


def security_changed(user: User, what: str, **detail: Any) -> None:
    entry = record(f"security.{what}", user, after=detail or None)
    announce(SecurityChanged(user=user.public_id, what=what, at=clock.now().isoformat(), ip=entry.ip or ""))
