"""Where the current request comes from, for rules that keep records and know nothing of requests."""

from dataclasses import dataclass

from flask import g, has_request_context, request

LONGEST_AGENT = 400


@dataclass(frozen=True)
class Origin:
    ip: str | None = None
    agent: str | None = None
    request_id: str | None = None


def origin() -> Origin:
    """Empty in a job or a command."""
    if not has_request_context():
        return Origin()
    agent = request.headers.get("User-Agent", "")[:LONGEST_AGENT]
    return Origin(request.remote_addr, agent, g.get("request_id"))
