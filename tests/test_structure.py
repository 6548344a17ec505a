"""What must hold for every route, table, template and file, whoever adds one."""

import ast
import importlib
import re
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from jinja2 import Environment, meta
from sqlalchemy import Table

from app.kernel import audience
from app.kernel.database import alembic_config
from app.kernel.db import Base
from app.kernel.queueing import QUEUES

ROOT = Path(__file__).parent.parent
SOURCES = sorted((*ROOT.glob("app/**/*.py"), *ROOT.glob("jobs/**/*.py")))
PARTIALS = sorted(path for path in (ROOT / "templates").glob("**/_*.html") if "layouts" not in path.parts)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_a_route_that_does_not_name_its_audience_stops_the_start():
    site = Flask("nobody")
    site.add_url_rule("/open", "open", lambda: "come in")
    with pytest.raises(RuntimeError, match="open"):
        audience.check_audiences(site)


def test_a_route_that_asks_for_an_unknown_permission_stops_the_start():
    site = Flask("nobody")
    site.add_url_rule("/open", "open", audience.staff("kitchen.enter")(lambda: "come in"))
    with pytest.raises(RuntimeError, match="kitchen"):
        audience.check_audiences(site)


def leading_columns(table: Table) -> set[str]:
    """The columns by which rows can be found without reading the table."""
    indexes = [list(index.expressions) for index in table.indexes]
    constraints = [list(one.columns) for one in table.constraints if type(one).__name__ in _INDEXED]
    return {getattr(columns[0], "name", "") for columns in (*indexes, *constraints) if columns}


_INDEXED = {"PrimaryKeyConstraint", "UniqueConstraint"}


def test_each_foreign_key_is_indexed(app):
    bare = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.foreign_keys and column.name not in leading_columns(table)
    ]
    assert bare == []


def test_every_table_has_a_key_and_every_time_a_zone(app):
    for table in Base.metadata.tables.values():
        assert list(table.primary_key.columns), table.name
        for column in table.columns:
            if column.type.python_type.__name__ == "datetime":
                assert column.type.timezone, f"{table.name}.{column.name}"


def test_migrations_and_models_agree(own_database):
    with own_database.app.app_context():
        command.check(alembic_config())


def test_only_one_file_commits():
    commits = [path for path in SOURCES if re.search(r"\bsession(\(\))?\.commit\(", read(path))]
    assert [str(path.relative_to(ROOT)) for path in commits] == ["app/kernel/db.py"]


def test_nobody_asks_the_machine_for_the_time():
    asking = [path for path in SOURCES if re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", read(path))]
    assert [str(path.relative_to(ROOT)) for path in asking] == ["app/kernel/clock.py"]


def test_a_status_is_written_through_its_door_alone():
    writing = [path for path in SOURCES if re.search(r"values\(\s*\{?[^)]*\bstatus\b", read(path))]
    others = {str(path.relative_to(ROOT)) for path in writing} - {"app/kernel/lifecycle.py"}
    assert others <= {"app/office/sending.py"}  # a letter has no lifecycle: it is claimed, with a lease


def test_every_job_that_is_queued_exists():
    queued = {
        (call.args[0].value, call.args[1].value)
        for path in SOURCES
        for call in ast.walk(ast.parse(read(path)))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "enqueue" and len(call.args) > 1
    }
    assert queued
    for queue, function in queued:
        module, _, name = function.rpartition(".")
        assert queue in QUEUES
        assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("partial", PARTIALS, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_partial_says_what_it_needs_and_needs_nothing_else(app, partial):
    environment: Environment = app.jinja_env
    source = read(partial)
    said = re.match(r"\{#-?\s*needs:([^.#]*)[.#]", source)
    assert said, "its first line is {# needs: … #}, naming the variables it expects"
    declared = {name.strip() for name in re.sub(r"\([^)]*\)", "", said[1]).split(",")} - {"nothing", ""}
    provided = set(environment.globals) | surroundings(app)
    used = meta.find_undeclared_variables(environment.parse(source)) - provided
    assert used <= declared, f"also needs {used - declared}"
    assert declared - provided <= used, f"does not need {declared - provided - used}"


def surroundings(app: Flask) -> set[str]:
    """What is there for every template of every page."""
    with app.test_request_context("/"):
        context: dict[str, object] = {}
        app.update_template_context(context)
        return set(context)


def test_no_file_is_too_long_to_read():
    long = {str(path.relative_to(ROOT)): len(read(path).splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > 300} == {}
