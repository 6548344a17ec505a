"""The office's pages of the back office: where staff begin, how they find things, and what the workers left."""

from app.office.staff import home, letters, menu, queues, search  # noqa: F401  # their views join the blueprint above
from app.office.staff.desk import bp

bp.record(menu.furnish)
blueprints = (bp, letters.bp)
