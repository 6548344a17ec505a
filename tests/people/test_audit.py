"""The audit log: that nothing in it can change unseen, and that it can be looked through and taken along."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.kernel import acting, clock
from app.kernel.acting import Actor
from app.kernel.db import db, transaction
from app.people import audit_chain, audit_search, auditing
from app.people.audit_search import Question
from app.people.auditing import digest, record
from app.people.models import AuditEntry
from tests.support.pages import soup, text
from tests.support.people import make_user


def write(count, action="account.changed", **further):
    for number in range(count):
        record(action, before={"name": f"old {number}"}, after={"name": f"new {number}"}, **further)
    db.session.commit()


def tamper(statement, **values):
    """As somebody would who owns the database."""
    db.session.execute(sql("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only"))
    db.session.execute(sql(statement), values)
    db.session.execute(sql("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only"))
    db.session.commit()
    db.session.expire_all()


def rehash(number):
    """As somebody would who also knows how hashes are made."""
    row = db.session.execute(sql("SELECT * FROM audit_entry WHERE number = :n"), {"n": number}).mappings().one()
    tamper("UPDATE audit_entry SET hash = :hash WHERE number = :n", hash=digest(row), n=number)


# ---------------------------------------------------------------- the chain


def test_an_untouched_log_holds(app):
    assert audit_chain.verify() == audit_chain.Verdict(0, auditing.ROOT)
    write(7)
    verdict = audit_chain.verify(at_once=3)
    assert verdict.broken is None
    assert verdict.count == 7
    assert verdict.head == db.session.get(AuditEntry, 7).hash


def test_a_changed_row_is_named(app):
    write(7)
    tamper("UPDATE audit_entry SET actor_name = 'Somebody else' WHERE number = 4")
    broken = audit_chain.verify(at_once=3).broken
    assert broken.number == 4
    assert broken.why.startswith("changed")


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "after = jsonb_set(after, '{name}', '\"x\"')",
        "before = NULL",
        "ip = '10.0.0.1'",
        "actor_id = ''",
    ],
)
def test_every_column_is_under_the_seal(app, change):
    write(3)
    tamper(f"UPDATE audit_entry SET {change} WHERE number = 2")  # noqa: S608  # tampering is the point
    assert audit_chain.verify().broken.number == 2


def test_a_missing_row_is_named(app):
    write(7)
    tamper("DELETE FROM audit_entry WHERE number = 5")
    broken = audit_chain.verify(at_once=3).broken
    assert broken.number == 5
    assert broken.why.startswith("missing")


def test_a_row_that_was_rewritten_with_its_hash_breaks_the_link_behind_it(app):
    write(7)
    tamper("UPDATE audit_entry SET actor_name = 'Somebody else' WHERE number = 4")
    rehash(4)
    broken = audit_chain.verify(at_once=3).broken
    assert broken.number == 5
    assert broken.why.startswith("wrong previous")


def test_rows_taken_out_and_numbered_anew_break_the_link(app):
    write(5)
    tamper("DELETE FROM audit_entry WHERE number = 3")
    tamper("UPDATE audit_entry SET number = number + 99 WHERE number > 3")
    tamper("UPDATE audit_entry SET number = number - 100 WHERE number > 100")
    rehash(3)
    rehash(4)
    assert audit_chain.verify().broken.number == 3


def test_a_tail_cut_off_shows_by_the_head_that_was_noted(app):
    write(5)
    noted = audit_chain.verify().head
    write(2)
    assert audit_chain.verify(noted).noted_at == 5
    tamper("DELETE FROM audit_entry WHERE number >= 5")
    verdict = audit_chain.verify(noted)
    assert verdict.broken is None
    assert verdict.noted_at is None


def test_the_database_itself_refuses_changes(app):
    write(1)
    for statement in ("UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(sql(statement))
    assert audit_chain.verify().count == 1


def test_values_that_json_bends_stay_under_the_seal(app):
    odd = {"float": 1e16, "small": 0.1, "when": clock.now(), "list": (1, 2), "text": "žluťoučký 🐎", "big": 2**70}
    record("odd.things", after=odd)
    db.session.commit()
    db.session.expire_all()
    assert audit_chain.verify().broken is None


def test_only_what_changed_is_kept(app):
    entry = record("account.changed", before={"a": 1, "b": 2}, after={"a": 1, "b": 3})
    assert (entry.before, entry.after) == ({"b": 2}, {"b": 3})


def test_writers_at_once_get_numbers_without_gaps(own_database):
    from concurrent.futures import ThreadPoolExecutor

    def one(number):
        with own_database.app.app_context(), transaction():
            record("test.act", after={"number": number})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(40)))
    with own_database.app.app_context():
        assert audit_chain.verify() == audit_chain.Verdict(40, audit_chain.verify().head)


# ---------------------------------------------------------------- flask audit verify


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["audit", "verify", *arguments])


def test_the_command_prints_count_and_head(app):
    write(3)
    result = run(app)
    assert result.exit_code == 0
    assert result.output.startswith(f"3 rows, all in order. Head: {db.session.get(AuditEntry, 3).hash}")


def test_the_command_fails_with_the_number_of_the_broken_row(app):
    write(3)
    tamper("UPDATE audit_entry SET action = 'nothing.happened' WHERE number = 2")
    result = run(app)
    assert result.exit_code == 1
    assert "Row 2 is changed" in result.output


def test_the_command_compares_with_a_noted_head(app):
    write(3)
    assert run(app, "--head", audit_chain.verify().head).exit_code == 0
    result = run(app, "--head", "f" * 64)
    assert result.exit_code == 1
    assert "nowhere in the chain" in result.output


# ---------------------------------------------------------------- looking through it


@pytest.fixture
def log(cast):
    """Three acts on three days by two people."""
    start = clock.now() - timedelta(days=10)
    people = [cast.staff["owner"], cast.staff["support"], cast.staff["owner"]]
    names = ["account.suspended", "account.changed", "role.changed"]
    for day, (person, action) in enumerate(zip(people, names, strict=True)):
        with clock.at(start + timedelta(days=day)), acting.as_actor(Actor("staff", person.public_id, person.name)):
            subject = cast.account if action.startswith("account.") else None
            record(action, subject, after={"word": f"zanzibar{day}"})
    db.session.commit()
    return start


def numbers(**asked):
    return [entry.number for entry in audit_search.search(Question(**asked)).entries]


def test_each_filter_finds_its_rows(cast, log):
    assert numbers() == [3, 2, 1]
    assert numbers(actor="staff-support@people.test") == [2]
    assert numbers(actor=cast.staff["owner"].public_id) == [3, 1]
    assert numbers(actor="Staff ow") == [3, 1]
    assert numbers(actor="nobody") == []
    assert numbers(action="account.*") == [2, 1]
    assert numbers(action="role.changed") == [3]
    assert numbers(account="example") == [2, 1]
    assert numbers(subject=cast.account.public_id) == [2, 1]
    assert numbers(subject="acc_unknown") == []
    assert numbers(text="zanzibar1") == [2]
    assert numbers(text="zanz") == [3, 2, 1]
    assert numbers(since=log.date() + timedelta(days=1)) == [3, 2]
    assert numbers(until=log.date() + timedelta(days=1)) == [2, 1]
    assert numbers(since=log.date() + timedelta(days=30)) == []
    assert numbers(actor="Staff owner", action="role.changed", text="zanzibar2") == [3]


def test_pages_of_the_log_meet_without_gap(app):
    write(10)
    first = audit_search.search(Question(), size=4)
    second = audit_search.search(Question(), before=first.older, size=4)
    third = audit_search.search(Question(), before=second.older, size=4)
    assert [[one.number for one in page.entries] for page in (first, second, third)] == [
        [10, 9, 8, 7],
        [6, 5, 4, 3],
        [2, 1],
    ]
    assert (first.newer, third.older) == (None, None)
    back = audit_search.search(Question(), after=third.newer, size=4)
    assert [one.number for one in back.entries] == [6, 5, 4, 3]
    assert audit_search.search(Question(), after=back.newer, size=4).newer is None


def test_no_filter_walks_the_whole_log(cast, log):
    """With sequential scans forbidden, every filter still has an index to stand on."""
    db.session.execute(sql("SET LOCAL enable_seqscan = off"))
    for asked in (
        {"text": "zanzibar"},
        {"actor": "Staff owner"},
        {"action": "account.*"},
        {"account": "example"},
        {"subject": cast.account.public_id},
        {"since": log.date()},
    ):
        query = audit_search._asked(Question(**asked)).order_by(AuditEntry.number.desc()).limit(50)
        compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = "\n".join(db.session.scalars(sql(f"EXPLAIN {compiled}".replace(":", r"\:"))))
        assert "Seq Scan" not in plan, plan


def test_a_row_opens_to_what_changed(cast):
    client = cast["staff owner"]()
    account = cast.account.public_id
    client.submit(f"/staff/customers/{account}/activation", "#status-change form", reason="Paid in advance")
    listed = client.get("/staff/audit", query_string={"account": account})
    assert "account.activated" in text(listed)
    link = soup(listed).select_one("#audit a")["href"]
    shown = client.get(link)
    assert "Paid in advance" in text(shown)
    assert soup(shown).find("del", string="pending")
    assert soup(shown).find("ins", string="active")
    assert "127.0.0.1" in text(shown)
    assert "req_" in text(shown)
    assert "Paid in advance" in client.get(link, htmx="dialogs").text
    assert client.get("/staff/audit/999").status_code == 404
    assert client.get(f"/staff/audit/{10**30}").status_code == 404


def test_nonsense_in_the_filters_finds_nothing_and_breaks_nothing(cast, log):
    client = cast["staff owner"]()
    for query in (
        "since=yesterday&until=9999-12-31",
        "before=x&after=99999999999999999999999",
        "text=%27%3A%2A%26%7C%21%3C-%3E%5C&actor=%25_%27",
        "action=*&subject=_&account=%28%29",
    ):
        assert client.get(f"/staff/audit?{query}").status_code == 200, query


def test_the_log_is_taken_along_as_csv(cast, log):
    client = cast["staff owner"]()
    answer = client.get("/staff/audit/export.csv?action=account.*", buffered=True)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["number"] for row in rows] == ["2", "1"]
    assert json.loads(rows[1]["after"]) == {"word": "zanzibar0"}
    assert "attachment" in answer.headers["Content-Disposition"]
    last = audit_search.search(Question()).entries[0]
    assert last.action == "audit.exported"
    assert last.after == {"format": "csv", "action": "account.*"}


def test_the_log_is_taken_along_as_json_lines(cast, log, monkeypatch):
    monkeypatch.setattr(audit_search, "EXPORT_AT_ONCE", 2)
    answer = cast["staff owner"]().get("/staff/audit/export.jsonl", buffered=True)
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["action"] for row in rows][1:] == ["role.changed", "account.changed", "account.suspended"]
    assert rows[0].keys() >= {"hash", "previous", "at", "actor_name"}


def test_a_spreadsheet_runs_nothing_out_of_the_log(cast):
    make_user("x")
    with acting.as_actor(Actor("customer", None, "=HYPERLINK(1)")):
        record("test.act")
    db.session.commit()
    answer = cast["staff owner"]().get("/staff/audit/export.csv?action=test.act", buffered=True)
    assert ",'=HYPERLINK(1)," in answer.text


def test_reading_does_not_mean_exporting(cast, log):
    reader = cast["staff read_only"]()
    listed = reader.get("/staff/audit")
    assert listed.status_code == 200
    assert "JSON Lines" not in text(listed)
    assert reader.get("/staff/audit/export.csv").status_code == 403
    assert cast["staff billing"]().get("/staff/audit").status_code == 403
    assert cast["owner"]().get("/staff/audit").status_code == 404
