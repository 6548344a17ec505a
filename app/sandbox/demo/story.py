"""What happened in the demo's shop, in the order in which it happened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.kernel import clock
from app.kernel.acting import Actor, as_actor
from app.kernel.db import db
from app.office import notifications
from app.people import (
    accepting,
    auditing,
    companies,
    impersonating,
    inviting,
    notes,
    opening,
    passwords,
    signing_in,
    staff_roles,
    standing,
    verifying,
)
from app.people.models import Account, MembershipRole, StaffAssignment, Totp, User
from app.people.registering import Registration, register
from app.sandbox.demo import cast
from app.sandbox.demo.cast import Customer

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
HOME = "203.0.113.20"  # of the addresses kept for documentation


@dataclass(frozen=True)
class Act:
    at: datetime
    do: Callable[[], None]


class Story:
    """Keeps who has appeared so far; each act runs at its own moment and by its own hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.people: dict[str, User] = {}
        self.accounts: dict[str, Account] = {}
        self.password_hash = passwords.make_hash(cast.PASSWORD)

    def tell(self) -> None:
        acts = [*self._house(), *self._demo_customer(), *self._others()]
        for act in sorted(acts, key=lambda act: act.at):
            with clock.at(act.at):
                act.do()
        db.session.flush()

    def welcome_a_newcomer(self) -> None:
        """The one letter of the demo that is really sent: its link works."""
        self._register(cast.NEWCOMER)()

    # ------------------------------------------------------------ the house

    def _house(self) -> Iterator[Act]:
        yield Act(self._ago(400), self._open_house)
        for days, ip in ((30, HOME), (9, HOME), (2, HOME), (1, "198.51.100.4")):
            for email in (cast.OWNER, cast.SUPPORT, cast.BILLING):
                yield Act(self._ago(days, hours=8), self._arrival(email, ip))
        yield Act(self._ago(1, hours=3), self._failure(cast.SUPPORT))

    def _open_house(self) -> None:
        with as_actor(Actor.system("demo")):
            staff_roles.ensure_roles()
            for role, (email, name) in cast.STAFF.items():
                colleague = User(
                    email=email, name=name, password_hash=self.password_hash, email_verified_at=clock.now(), locale="en"
                )
                colleague.totp = Totp(secret=cast.TOTP_SECRET, confirmed_at=clock.now())
                db.session.add(colleague)
                db.session.flush()
                (found,) = staff_roles.of([role])
                colleague.staff_assignments.append(StaffAssignment(role_id=found.id))
                auditing.record("staff.added", colleague, after={"email": email, "roles": [role]})
                self.people[email] = colleague

    def _arrival(self, email: str, ip: str) -> Callable[[], None]:
        return lambda: signing_in.note_arrival(self.people[email], "totp", ip=ip, agent=FIREFOX)

    def _failure(self, email: str) -> Callable[[], None]:
        return lambda: signing_in.note_failure(self.people[email], "password", "198.51.100.77")

    # ------------------------------------------------------------ the customer whom visitors of the demo become

    def _demo_customer(self) -> Iterator[Act]:
        demo = Customer(
            "Demo customer", "NL", "Demostraat 100", "1013 AA", "Amsterdam", 200, slug="demo-customer", locale="en"
        )
        yield Act(self._ago(200), self._register(demo, email=cast.CUSTOMER, name="Demo customer"))
        yield Act(self._ago(200, minutes=4), self._verify(cast.CUSTOMER))
        yield Act(self._ago(199), self._details(demo, cast.CUSTOMER))
        yield Act(self._ago(150), self._second_account)
        for number, role in enumerate(cast.TEAMMATES):
            yield Act(self._ago(120 - 20 * number), self._teammate(role))
        yield Act(self._ago(2), self._open_invitation)
        yield Act(self._ago(35), self._note(cast.CUSTOMER, cast.SUPPORT, "This is the demo's own customer."))
        yield Act(self._ago(34), self._look_in)
        for days, ip, agent in ((60, HOME, FIREFOX), (20, HOME, FIREFOX), (5, "192.0.2.44", SAFARI)):
            yield Act(self._ago(days, hours=9), self._customer_arrival(ip, agent))

    def _second_account(self) -> None:
        owner = self.people[cast.CUSTOMER]
        with as_actor(_hand(owner)):
            opening.open_account(owner, name="Demo customer's club", country="NL")

    def _teammate(self, role: str) -> Callable[[], None]:
        def join() -> None:
            owner, account = self.people[cast.CUSTOMER], self.accounts[cast.CUSTOMER]
            email, name = cast.TEAMMATES[role]
            with as_actor(_hand(owner)):
                asked = inviting.invite(account, email, MembershipRole(role), owner)
            joined = accepting.accept_as_newcomer(asked, name=name, password=cast.PASSWORD, locale="en")
            self.people[email] = joined
            facts = {"name": name, "account": account.name}
            notifications.tell(owner, "member_joined", cause=asked.public_id, facts=facts)

        return join

    def _open_invitation(self) -> None:
        owner = self.people[cast.CUSTOMER]
        with as_actor(_hand(owner)):
            inviting.invite(self.accounts[cast.CUSTOMER], "bookkeeper@customer.example", MembershipRole.billing, owner)

    def _look_in(self) -> None:
        agent, customer = self.people[cast.SUPPORT], self.people[cast.CUSTOMER]
        with as_actor(_staff(agent)):
            reason = "Asked on the telephone where to find the invoices"
            running = impersonating.begin(agent, customer, self.accounts[cast.CUSTOMER], reason)
            with clock.at(clock.now() + timedelta(minutes=6)):
                impersonating.end(running, "stopped")

    def _customer_arrival(self, ip: str, agent: str) -> Callable[[], None]:
        def arrive() -> None:
            customer = self.people[cast.CUSTOMER]
            signing_in.note_arrival(customer, "password", ip=ip, agent=agent)
            if agent == SAFARI:
                notifications.tell(customer, "new_place", cause=clock.now().isoformat(), facts={"ip": ip})

        return arrive

    # ------------------------------------------------------------ everybody else

    def _others(self) -> Iterator[Act]:
        for one in (*cast.CUSTOMERS, cast.STRANGER):
            yield Act(self._ago(one.since), self._register(one))
            if one.status == "pending":
                continue
            yield Act(self._ago(one.since, minutes=11), self._verify(one.email))
            yield Act(self._ago(one.since, hours=2), self._details(one, one.email))
            for number, text in enumerate(one.notes):
                author = cast.SUPPORT if number % 2 == 0 else cast.BILLING
                yield Act(self._ago(one.since * 0.6 - number), self._note(one.email, author, text))
            if one.status in {"suspended", "reopened"}:
                yield Act(self._ago(one.since * 0.3), self._standing(one, "suspension", one.why))
            if one.status == "reopened":
                yield Act(self._ago(one.since * 0.2), self._standing(one, "reopening", "settled with the owner"))
            if one.status == "closed":
                yield Act(self._ago(one.since * 0.3), self._standing(one, "closure", one.why))

    def _register(self, one: Customer, *, email: str = "", name: str = "") -> Callable[[], None]:
        email = email or one.email

        def do() -> None:
            asked = Registration(
                name or f"Owner of {one.company}", email, cast.PASSWORD, one.country, one.company, one.locale
            )
            user = register(asked)
            if user is None:
                raise ValueError(f"two people of the demo have the address {email}")
            self.people[email] = user
            self.accounts[email] = user.memberships[0].account

        return do

    def _verify(self, email: str) -> Callable[[], None]:
        def do() -> None:
            user = self.people[email]
            with as_actor(_hand(user)) as actor:
                verifying.mark_verified(user, actor)

        return do

    def _details(self, one: Customer, email: str) -> Callable[[], None]:
        def do() -> None:
            place = companies.Place(one.country, one.line1, one.city, name=one.company, postal_code=one.postal_code)
            with as_actor(_hand(self.people[email])):
                details = companies.Details(name=one.company, billing=place, company=one.company)
                companies.change_details(self.accounts[email], details)

        return do

    def _note(self, email: str, author: str, text: str) -> Callable[[], None]:
        def do() -> None:
            with as_actor(_staff(self.people[author])):
                notes.add(self.accounts[email], self.people[author], text)

        return do

    def _standing(self, one: Customer, act: str, why: str) -> Callable[[], None]:
        def do() -> None:
            with as_actor(_staff(self.people[cast.BILLING])):
                standing.change_status(self.accounts[one.email], act, why)

        return do

    def _ago(self, days: float, *, hours: float = 0, minutes: float = 0) -> datetime:
        """In the morning so many days ago, and so much later that day."""
        morning = self.now.replace(hour=8, minute=30, second=0, microsecond=0)
        return morning - timedelta(days=round(days)) + timedelta(hours=hours, minutes=minutes)


def _hand(user: User) -> Actor:
    return Actor("customer", user.public_id, user.name)


def _staff(user: User) -> Actor:
    return Actor("staff", user.public_id, user.name)
