"""`flask people …` and `flask audit …`: what is done at the machine itself, when nobody can sign in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.kernel import acting, clock
from app.kernel.acting import Actor
from app.kernel.db import db, transaction
from app.kernel.refusal import Refusal
from app.people import audit_chain, auditing, emails, links, passwords, rescuing, staff_roles, staffing
from app.people.models import StaffAssignment, User

people_cli = AppGroup("people", help="Colleagues and their access.")
audit_cli = AppGroup("audit", help="The audit log.")


@contextmanager
def _at_the_machine() -> Iterator[None]:
    """On record under the name of whoever has the shell; a refusal is said without a traceback."""
    who = os.environ.get("SUDO_USER") or os.environ.get("USER") or "somebody"
    try:
        with acting.as_actor(Actor.system(f"{who} at the command line")), transaction():
            yield
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from refusal


@people_cli.command("create-owner")
@click.argument("email")
@click.option("--name", help="How colleagues call them; the part before the @ if left out.")
@click.option("--link", "by_link", is_flag=True, help="Print a link that sets the password, and ask for none.")
def create_owner(email: str, name: str | None, *, by_link: bool) -> None:
    """Give EMAIL every permission there is. Makes the person if there is none."""
    with _at_the_machine():
        address = emails.normal(email)
        user = db.session.scalar(select(User).where(User.email == address))
        if user is None:
            address = emails.checked(email)
            user = User(email=address, name=name or address.partition("@")[0], email_verified_at=clock.now())
            db.session.add(user)
        if user.password_hash is None and not by_link:
            password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
            passwords.check_new(password, address)
            user.password_hash = passwords.make_hash(password)
        db.session.flush()
        _make_owner(user)
    click.echo(f"{user.name} <{user.email}> is an owner. The first sign-in asks for a second factor.")
    if by_link:
        click.echo(f"Set the password within a week, once: {links.first_password_link(user)}")


def _make_owner(user: User) -> None:
    staff_roles.ensure_roles()
    (owner,) = staff_roles.of([staff_roles.OWNER])
    if owner in staffing.roles_of(user):
        return
    user.staff_assignments.append(StaffAssignment(role_id=owner.id))
    auditing.record("staff.added", user, after={"email": user.email, "roles": [owner.name]})


@people_cli.command("reset-2fa")
@click.argument("email")
def reset_second_factor(email: str) -> None:
    """Take every second factor of EMAIL away and end their sessions."""
    with _at_the_machine():
        user = db.session.scalar(select(User).where(User.email == emails.normal(email)))
        if user is None:
            raise click.ClickException(f"Nobody here has the address {email}.")
        rescuing.reset_second_factor(user)
    click.echo(f"{user.name} <{user.email}> signs in with the password alone now, and is signed out everywhere.")


@people_cli.command("list-staff")
def list_staff() -> None:
    """Who may enter the back office, as what, and how they prove themselves."""
    held = staffing.roles_by_person()
    for user in staffing.colleagues():
        roles = ", ".join(role.name for role in held[user.id])
        proof = "second factor" if user.has_second_factor else "NO SECOND FACTOR"
        state = "" if user.is_active else "  disabled"
        click.echo(f"{user.email:40} {roles:30} {proof}{state}")


@audit_cli.command()
@click.option("--head", "noted", help="A head that was noted earlier: it must still be part of the chain.")
def verify(noted: str | None) -> None:
    """Read the whole log again and prove that no row was changed, added in between or taken away."""
    verdict = audit_chain.verify(noted)
    if verdict.broken:
        raise click.ClickException(f"Row {verdict.broken.number} is {verdict.broken.why}.")
    click.echo(f"{verdict.count} rows, all in order. Head: {verdict.head}")
    if noted is None:
        return
    if verdict.noted_at is None:
        raise click.ClickException(f"The head {noted} is nowhere in the chain: its end was cut off or written anew.")
    click.echo(f"The head that was noted is row {verdict.noted_at}.")
