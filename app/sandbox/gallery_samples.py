"""The computed part of what the gallery shows; plain words stand in its templates."""

from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from app.kernel.charting import Chart, Line, Series, bars, spark
from app.kernel.money import Money

NOW = datetime(2026, 11, 21, 10, 32, tzinfo=UTC)
DAYS_IN_NOVEMBER = 30
OUT = [39, 76, 46, 123, 70, 57, 36, 38, 115, 112, 69, 68, 77, 60, 55, 83, 125, 90, 79, 77, 55]
IN = [11, 22, 16, 55, 21, 18, 10, 19, 52, 34, 27, 31, 21, 26, 16, 22, 58, 29, 31, 36, 20]
LOAD = [46, 44, 37, 32, 38, 30, 24, 22, 21, 18, 26, 19, 17, 22, 18, 25, 20, 31, 44, 52, 43]
INVOICED = {"Jun": 41_200, "Jul": 42_900, "Aug": 42_100, "Sep": 45_800, "Oct": 47_300, "Nov": 31_640}


def everything() -> dict[str, Any]:
    return {
        "now": NOW,
        "amount": Money(1400, "EUR"),
        "credit": Money(-1400, "EUR"),
        "traffic": traffic(),
        "revenue": bars(list(INVOICED), [Series("invoiced", list(INVOICED.values()))], unit="€", marks=6, height=120),
        "processor": processor(),
        "invoices": list(invoices()),
    }


def traffic() -> Chart:
    ahead = [None] * (DAYS_IN_NOVEMBER - len(OUT))
    days = [f"{day} Nov" for day in range(1, DAYS_IN_NOVEMBER + 1)]
    quota = (133, "daily share of the quota: 133 GB")
    return bars(days, [Series("out", [*OUT, *ahead]), Series("in", [*IN, *ahead])], limit=quota, unit="GB")


def processor() -> Line:
    return spark(list(islice(cycle(LOAD), 42)))


def invoices() -> Any:
    for number, days_ago, kind, state, cents in (
        ("2026-01941", 20, "wait", "due 1 Dec", 2033),
        ("2026-01702", 51, "good", "paid", 2033),
        ("2026-01688", 53, "plain", "credited", -1400),
        ("2026-01455", 81, "stop", "overdue", 124_000),
    ):
        at = NOW - timedelta(days=days_ago)
        yield {"number": number, "at": at, "kind": kind, "state": state, "sum": Money(cents, "EUR")}
