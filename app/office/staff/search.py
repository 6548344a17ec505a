from flask import g, redirect, request
from werkzeug.wrappers import Response

from app.kernel import finding
from app.kernel.audience import staff
from app.kernel.pages import page, wants_fragment
from app.office.staff.desk import bp

LONGEST = 200


@bp.get("/search")
@staff("staff.home")
def search() -> Response:
    typed = request.args.get("q", "").strip()[:LONGEST]
    groups = finding.search(typed, g.may) if typed else []
    certain = finding.exact(groups)
    if certain and not wants_fragment():
        return redirect(certain.url, 303)
    return page("office/search", region="_results", typed=typed, groups=groups)
