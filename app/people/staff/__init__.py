"""The people's rooms of the back office, one resource a file."""

from app.people.staff import audit, colleagues, customers, impersonation, menu, notes, persons, roles

blueprints = (
    customers.bp,
    notes.bp,
    persons.bp,
    impersonation.bp,
    colleagues.bp,
    roles.bp,
    audit.bp,
)

customers.bp.record(menu.furnish)
