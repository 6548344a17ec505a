"""How a call to a vendor can fail: three outcomes, and nothing else reaches the caller."""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import httpx


class VendorFault(Exception):
    """`reason` is for staff and logs and holds no secret. `response` is theirs, where there was one."""

    outcome: ClassVar[str]

    def __init__(
        self,
        reason: str,
        *,
        response: "httpx.Response | None" = None,
        retry_after: float | None = None,
        unwell: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.response = response
        self.status = response.status_code if response is not None else None
        self.retry_after = retry_after
        self.unwell = unwell  # not just this call: the vendor itself seems to be failing


class Refused(VendorFault):
    """They said no, and would say it again."""

    outcome = "refused"


class Unreachable(VendorFault):
    """Surely not done: try later, after `retry_after` seconds where they said so."""

    outcome = "unreachable"


class Unclear(VendorFault):
    """May be done: ask them first, never simply tell them again."""

    outcome = "unclear"


class LeftAlone(Unreachable):
    """Not even asked: it kept failing (or staff holds it off), so its breaker is open."""
