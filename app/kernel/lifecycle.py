"""The lives of things: which status may follow which, and the one door through which it changes.

class Invoice(Living, PublicRow):
    lifecycle = Lifecycle(
        "invoice",
        first="draft",
        moves={"draft": {"open"}, "open": {"paid", "void"}},
        guarded={"void"},
        announces={"paid": lambda invoice: InvoicePaid(invoice=invoice.public_id)},
    )

move(invoice, "paid", by=acting.current(), why="payment pay_k3n9x2m7p4q8")
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from flask_babel import gettext as _
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, event, inspect, select, update
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, validates

from app.kernel import clock
from app.kernel.acting import Actor
from app.kernel.db import Model, db
from app.kernel.events import announce
from app.kernel.refusal import Refusal

Move = tuple[str, str]


@dataclass(frozen=True)
class Lifecycle:
    """`guarded` and `announces` name a single move (from, to), or a status for every move into it."""

    name: str
    first: str
    moves: Mapping[str, Collection[str]]
    guarded: Collection[str | Move] = ()
    announces: Mapping[str | Move, Callable[[Any], Any]] = field(default_factory=dict)
    noun: str = ""  # what a person calls such a thing: a lazy text

    def __post_init__(self) -> None:
        moves = {(before, after) for before, targets in self.moves.items() for after in targets}
        reached = {self.first, *(after for _before, after in moves)}
        if lost := [status for status in self.moves if status not in reached]:
            raise ValueError(f"{self.name}: no move leads to {', '.join(lost)}")
        known = moves | {after for _before, after in moves}
        if lost := [str(rule) for rule in (*self.guarded, *self.announces) if rule not in known]:
            raise ValueError(f"{self.name}: a rule for {', '.join(lost)}, which is no move")

    @property
    def statuses(self) -> list[str]:
        """In the order in which the table tells of them."""
        told = [self.first]
        for before, targets in self.moves.items():
            told += [before, *sorted(targets)]
        return list(dict.fromkeys(told))

    @property
    def in_words(self) -> str:
        return str(self.noun) or self.name.replace("_", " ")

    def allows(self, before: str, after: str) -> bool:
        return after in self.moves.get(before, ())

    def guards(self, before: str, after: str) -> bool:
        return after in self.guarded or (before, after) in self.guarded

    def fact(self, before: str, after: str) -> Callable[[Any], Any] | None:
        return self.announces.get((before, after)) or self.announces.get(after)

    def check(self, before: str, after: str, by: Actor) -> None:
        noun, then, now = self.in_words, in_words(before), in_words(after)
        if not self.allows(before, after):
            reason = _("This %(noun)s is %(then)s and cannot become %(now)s.", noun=noun, then=then, now=now)
            raise Refusal(reason, code="no_such_move")
        if self.guards(before, after) and not by.is_house:
            raise Refusal(_("Only staff can make this %(noun)s %(now)s.", noun=noun, now=now), code="staff_only")


class Living:
    """Gives a model its `status`. It begins at the first of its lifecycle and changes through `move` alone."""

    lifecycle: ClassVar[Lifecycle]
    id: Mapped[int]

    @declared_attr
    @classmethod
    def status(cls) -> Mapped[str]:
        return mapped_column(Text)

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if (table := cls.__dict__.get("__table__")) is not None:
            # On the table, not the column: Alembic writes only those into migrations.
            listed = ", ".join(f"'{status}'" for status in cls.lifecycle.statuses)
            table.append_constraint(CheckConstraint(f"status IN ({listed})", name="status"))

    @validates("status")
    def _only_through_the_door(self, _key: str, status: str) -> str:
        if inspect(self).has_identity or status != self.lifecycle.first:
            raise AttributeError(f"the status of a {self.lifecycle.name} changes through lifecycle.move() alone")
        return status


@event.listens_for(Living, "init", propagate=True)
def _begin(thing: Living, _args: Any, given: dict[str, Any]) -> None:
    given.setdefault("status", thing.lifecycle.first)


class Transition(Model):
    """The history of every lifecycle: a row for each move, never changed."""

    __tablename__ = "transition"
    __table_args__ = (Index("ix_transition_subject", "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    subject_type: Mapped[str]
    subject_id: Mapped[int] = mapped_column(BigInteger)
    from_status: Mapped[str]
    to_status: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    actor_name: Mapped[str]
    behalf_id: Mapped[str | None]
    behalf_name: Mapped[str | None]
    why: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)


def move(thing: Living, to: str, *, by: Actor, why: str) -> None:
    """Change the status, write the history and announce the fact: all in the caller's transaction, or none."""
    before, life, model = thing.status, thing.lifecycle, type(thing)
    life.check(before, to, by)
    db.session.flush()
    # Guarded by the status we decided on: of two who decide at once, the second changes no row.
    change = update(model).where(model.id == thing.id, model.status == before).values(status=to)
    in_step = {"synchronize_session": "fetch"}
    if db.session.scalar(change.returning(model.id), execution_options=in_step) is None:
        db.session.expire(thing, ["status"])
        reason = _("This %(noun)s was changed meanwhile. Look again, then decide.", noun=life.in_words)
        raise Refusal(reason, code="changed_meanwhile")
    db.session.add(_transition(thing, before, to, by, why))
    if fact := life.fact(before, to):
        announce(fact(thing))


def in_words(status: str) -> str:
    """For people. Translators know a status from the badge that shows it: `_l("past due")`."""
    return _(status.replace("_", " "))


def _transition(thing: Living, before: str, after: str, by: Actor, why: str) -> Transition:
    return Transition(
        subject_type=thing.lifecycle.name,
        subject_id=thing.id,
        from_status=before,
        to_status=after,
        actor_kind=by.kind,
        actor_id=by.id,
        actor_name=by.name,
        behalf_id=by.behalf_id,
        behalf_name=by.behalf_name,
        why=why,
    )


def history(thing: Living) -> list[Transition]:
    """Oldest first."""
    of_it = (Transition.subject_type == thing.lifecycle.name, Transition.subject_id == thing.id)
    return list(db.session.scalars(select(Transition).where(*of_it).order_by(Transition.id)))
