"""One call to a vendor, tried as often as is harmless, and what its attempts mean together."""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx
import stamina

from app.kernel import breaker, clock, wire
from app.kernel.faults import LeftAlone, Refused, Unclear, Unreachable, VendorFault
from app.kernel.redaction import scrub

PATIENCE = 10  # seconds; a vendor that asks for a longer wait is asked again by a later job
DAY = 86_400
SHORT = 300  # letters of an answer that are worth showing
NOT_TAKEN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT}


@dataclass
class Attempts:
    vendor: str
    instance: str
    method: str
    url: str
    what: dict[str, Any]
    auth: Any
    safe: bool
    reads: bool
    timeout: float
    retries: int
    expects: str
    most_bytes: int
    hidden: set[str]
    made: int = 0
    maybe_done: bool = False

    def run(self) -> httpx.Response:
        most = 1 + self.retries if self.safe else 1
        try:
            request = wire.prepare(self.method, self.url, self.timeout, **self.what)
            self.url = str(request.url)
            for attempt in stamina.retry_context(self._again, most, wait_initial=0.2, wait_max=2, wait_jitter=0.3):
                with attempt:
                    return self._try(request)
        except VendorFault as last:
            raise self._together(last) from last
        except wire.CannotBeSent as error:
            raise Refused(self._clean(f"cannot be sent: {error}")) from error
        raise AssertionError("attempts end with an answer or with a fault")

    def _again(self, fault: Exception) -> bool | float:
        if not isinstance(fault, (Unreachable, Unclear)) or isinstance(fault, LeftAlone):
            return False
        if fault.retry_after is None:
            return True
        return fault.retry_after if fault.retry_after <= PATIENCE else False

    def _together(self, last: VendorFault) -> VendorFault:
        """A read leaves nothing done. A change that was perhaps done once is unclear, whatever followed."""
        if self.reads and isinstance(last, Unclear):
            return Unreachable(last.reason, response=last.response, retry_after=last.retry_after)
        if not self.reads and self.maybe_done and not isinstance(last, Unclear):
            reason = f"an earlier attempt may have been done; the last one: {last.reason}"
            return Unclear(reason, response=last.response, retry_after=last.retry_after)
        return last

    def _try(self, request: httpx.Request) -> httpx.Response:
        entry = breaker.enter(self.vendor, self.instance)
        if not entry.passes:
            raise LeftAlone("it kept failing and is left alone for a while", retry_after=entry.wait)
        self.made += 1
        try:
            response = wire.exchange(request, self.auth, self.timeout, self.most_bytes)
            fault = self._judge(response)
        except wire.NotSent as error:
            fault = Unreachable(self._clean(str(error)), unwell=True)
        except wire.Broken as error:
            fault = Unclear(self._clean(str(error)), unwell=True)
        breaker.leave(self.vendor, self.instance, entry, good=not (fault and fault.unwell))
        if fault:
            self.maybe_done |= isinstance(fault, Unclear)
            raise fault
        return response

    def _judge(self, response: httpx.Response) -> VendorFault | None:
        if response.is_success:
            return self._judge_body(response)
        status = response.status_code
        reason = self._clean(f"{status}: {response.text[: 10 * SHORT]}")
        retry_after = _retry_after(response)
        if status in NOT_TAKEN:
            return Unreachable(reason, response=response, retry_after=retry_after)
        if status == HTTPStatus.SERVICE_UNAVAILABLE and retry_after is not None:
            return Unreachable(reason, response=response, retry_after=retry_after, unwell=True)
        if response.is_server_error:
            return Unclear(reason, response=response, unwell=True)
        return Refused(reason, response=response)

    def _judge_body(self, response: httpx.Response) -> VendorFault | None:
        """A success that does not read as one: a maintenance page, half a body, a proxy's opinion."""
        if self.expects != "json" or self.method == "HEAD" or response.status_code in WITHOUT_BODY:
            return None
        try:
            response.json()
        except (ValueError, RecursionError):
            kind = response.headers.get("content-type", "an unnamed kind")
            shown = self._clean(f"{response.status_code}, but {kind} in place of JSON: {response.text[: 10 * SHORT]}")
            return Unclear(shown, response=response, unwell=True)
        return None

    def _clean(self, text: str) -> str:
        return scrub(text, self.hidden)[:SHORT]


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds or a date, as RFC 9110 has it; nonsense counts as not said."""
    said = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", said):
        return float(min(int(said), DAY))
    try:
        seconds = (parsedate_to_datetime(said) - clock.now()).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 0.0), DAY)
