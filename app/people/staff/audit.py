"""The audit log: looked through, opened, and taken along."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import date
from operator import itemgetter
from typing import Any

from flask import Blueprint, Response, abort, request, stream_with_context, url_for
from flask_babel import gettext as _

from app.kernel.audience import staff
from app.kernel.db import transaction
from app.kernel.pages import page
from app.kernel.settings import current_settings
from app.people import acts, audit_search, auditing
from app.people.audit_search import Question
from app.people.models import AuditEntry

bp = Blueprint("people_audit", __name__, url_prefix="/staff/audit")

FILTERS = ("actor", "action", "subject", "account", "since", "until", "text")
LONGEST_NUMBER = 18
YEARS = (1970, 2999)  # a day later than the last one there is would be none
COLUMNS = [column.name for column in AuditEntry.__table__.columns]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run instead of show


@bp.get("")
@staff("audit.view")
def index() -> Any:
    said, question = _asked()
    found = audit_search.search(question, before=_number("before"), after=_number("after"))
    return page(
        "people/staff_audit",
        region="_list",
        found=found,
        said={name: said.get(name, "") for name in FILTERS},
        filtered=bool(said),
        actions=[("", _("Everything")), *_actions()],
        newer=found.newer and url_for(".index", **said, after=found.newer),
        older=found.older and url_for(".index", **said, before=found.older),
        csv_url=url_for(".export", kind="csv", **said),
        lines_url=url_for(".export", kind="jsonl", **said),
    )


@bp.get("/<int:number>")
@staff("audit.view")
def show(number: int) -> Any:
    entry = audit_search.entry(number) if len(str(number)) <= LONGEST_NUMBER else None
    if entry is None:
        abort(404)
    return page("people/staff_audit_entry", region="_entry", entry=entry, changes=_changes(entry))


@bp.get("/export.<any(csv, jsonl):kind>")
@staff("audit.export")
def export(kind: str) -> Response:
    """Everything that the filters find, as it is read: however long the log, the memory it takes is a batch's."""
    said, question = _asked()
    with transaction():
        auditing.record("audit.exported", after={"format": kind, **said})
    entries = audit_search.stream(question)
    lines = _csv(entries) if kind == "csv" else _json_lines(entries)
    mimetype = "text/csv" if kind == "csv" else "application/x-ndjson"
    return Response(
        stream_with_context(lines),
        mimetype=mimetype,
        headers={"Content-Disposition": f'attachment; filename="audit.{kind}"', "X-Accel-Buffering": "no"},
    )


def _actions() -> list[tuple[str, str]]:
    """Whole kinds by their codes, then each act by its name."""
    known = audit_search.actions()
    kinds = sorted({f"{action.partition('.')[0]}.*" for action in known})
    return [*((kind, kind) for kind in kinds), *sorted(((one, acts.named(one)) for one in known), key=itemgetter(1))]


def _csv(entries: Iterable[AuditEntry]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([_cell(getattr(entry, name)) for name in COLUMNS])
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _json_lines(entries: Iterable[AuditEntry]) -> Iterator[str]:
    for entry in entries:
        row = {name: getattr(entry, name) for name in COLUMNS}
        yield json.dumps(row | {"at": entry.at.isoformat()}, ensure_ascii=False) + "\n"


def _changes(entry: AuditEntry) -> list[tuple[str, str | None, str | None]]:
    before, after = entry.before or {}, entry.after or {}
    return [(key, _shown(before.get(key)), _shown(after.get(key))) for key in dict.fromkeys([*before, *after])]


def _shown(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _asked() -> tuple[dict[str, Any], Question]:
    """What was typed, as it goes into addresses, and what it means. A date that is none asks nothing."""
    said = {name: value for name in FILTERS if (value := request.args.get(name, "").strip())}
    days = {name: _day(said[name]) for name in ("since", "until") if name in said}
    said = {name: value for name, value in said.items() if name not in days or days[name]}
    words = {name: value for name, value in said.items() if name not in days}
    return said, Question(**words, **days, timezone=current_settings().timezone)  # type: ignore[arg-type]  # by name


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if YEARS[0] <= day.year <= YEARS[1] else None


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None
