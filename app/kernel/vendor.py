"""Every call to somebody else's server, and the three ways in which it can fail.

    zones = vendor.call("powerdns", "ns1", "GET", f"{url}/zones", headers={"X-API-Key": key}).json()

`Refused`: they said no, and would again. `Unreachable`: surely not done; try later. `Unclear`: may be done; ask
them before telling them again. A safe call, one that does no harm when repeated, is repeated here; no other is.
"""

from collections.abc import Collection
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal

from app.kernel.db import db
from app.kernel.faults import Refused, Unclear, Unreachable, VendorFault
from app.kernel.redaction import basic_auth, hidden_in_url, hidden_values, scrub_url
from app.kernel.vendor_log import VendorCall, write

if TYPE_CHECKING:
    import httpx

__all__ = ["Refused", "Unclear", "Unreachable", "VendorFault", "call"]

READS = {"GET", "HEAD", "OPTIONS"}


def call(  # noqa: PLR0913  # all that can be said of a call is said here, the same for every vendor
    vendor: str,
    instance: str,
    method: str,
    url: str,
    *,
    safe: bool | None = None,
    timeout: float = 15,
    retries: int = 2,
    expects: Literal["json", "any"] = "json",
    secrets: Collection[str] = (),
    shown_as: str | None = None,
    auth: "httpx.Auth | tuple[str, str] | None" = None,
    most_bytes: int = 5_000_000,
    **what: Any,
) -> "httpx.Response":
    """`what` is httpx's: params, headers, json, data, files, content.

    `safe` promises that a repeat does no harm; left out, it holds for reads. `secrets` names the parameters,
    headers and fields whose values are secret though their names do not tell; `shown_as` is written down in
    place of an address that is itself a secret. With `expects="json"`, an answer without JSON is no success.
    """
    # httpx takes as long to load as Flask does, and most processes that load this file never call anybody.
    from app.kernel.attempts import Attempts

    _stand_outside_transactions(vendor)
    method = method.upper()
    safe = method in READS if safe is None else safe
    hidden = _hidden(url, auth, what, secrets)
    attempts = Attempts(
        vendor, instance, method, url, what, auth=auth, safe=safe, reads=safe and method in READS,
        timeout=timeout, retries=retries, expects=expects, most_bytes=most_bytes, hidden=hidden,
    )  # fmt: skip
    # Until an outcome is known, that is the outcome: a job may be stopped in the middle of a call.
    record = VendorCall(vendor=vendor, instance=instance, method=method, outcome=Unclear.outcome, error="broken off")
    started = perf_counter()
    try:
        response = attempts.run()
    except VendorFault as fault:
        record.outcome, record.status, record.error = fault.outcome, fault.status, fault.reason
        raise
    else:
        record.outcome, record.status, record.error = "done", response.status_code, None
        return response
    finally:
        record.url = shown_as or scrub_url(attempts.url, hidden, secrets)
        record.attempts = attempts.made
        record.duration_ms = round((perf_counter() - started) * 1000)
        write(record)


def _stand_outside_transactions(vendor: str) -> None:
    session = db.session()
    if session.in_transaction() or session.info.get("in_transaction_block"):
        raise RuntimeError(
            f"{vendor} may take its time, and a transaction is open: it would hold its locks as long. Commit what is "
            "decided, call, then open another (a mere read opens one too; db.session.rollback() ends it)."
        )


def _hidden(url: str, auth: Any, what: dict[str, Any], secrets: Collection[str]) -> set[str]:
    hidden = hidden_values([what.get(part) for part in ("headers", "params", "data", "json")], secrets)
    hidden |= hidden_in_url(url, secrets)
    return hidden | basic_auth(*auth) if isinstance(auth, tuple) else hidden
