"""Discord's webhooks as they behave: limits on what a message holds, a bucket per webhook, 404 for removed ones.

A webhook whose token begins with `removed` is one that somebody deleted.
"""

import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

BUCKET, SECONDS = 5, 2.0
LIMITS = {"title": 256, "description": 4096}
CONTENT, EMBEDS, FIELDS, FIELD_NAME, FIELD_VALUE, USERNAME = 2000, 10, 25, 256, 1024, 80
MOST_TEXT = 6000

ROUTES = Map([Rule("/api/v10/webhooks/<number>/<token>", methods=["POST"], endpoint="execute")])


class Discord:
    def __init__(self, keep: Callable[[dict[str, Any]], object]) -> None:
        self.keep = keep
        self.sent: dict[str, deque[float]] = defaultdict(deque)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        try:
            _, found = ROUTES.bind_to_environ(environ).match()
            response = self.execute(Request(environ), **found)
        except HTTPException as error:
            response = error.get_response(environ)
        return response(environ, start_response)

    def execute(self, request: Request, number: str, token: str) -> Response:
        if token.startswith("removed"):
            return answer(404, {"message": "Unknown Webhook", "code": 10015})
        if (wait := self._overfull(f"{number}/{token}")) > 0:
            return answer(
                429,
                {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": False},
                {"Retry-After": str(int(wait) + 1), "X-RateLimit-Limit": str(BUCKET), "X-RateLimit-Remaining": "0"},
            )
        message = request.get_json(silent=True)
        if not isinstance(message, dict) or not acceptable(message):
            return answer(400, {"code": 50035, "message": "Invalid Form Body", "errors": {}})
        self.keep(message)
        if request.args.get("wait") == "true":
            return answer(200, {"id": str(time.time_ns()), **message})
        return Response(status=204)

    def _overfull(self, bucket: str) -> float:
        """Seconds until the bucket has room; 0 takes a place in it."""
        now, sent = time.monotonic(), self.sent[bucket]
        while sent and now - sent[0] >= SECONDS:
            sent.popleft()
        if len(sent) >= BUCKET:
            return SECONDS - (now - sent[0])
        sent.append(now)
        return 0.0


def acceptable(message: dict[str, Any]) -> bool:
    content, embeds, name = message.get("content") or "", message.get("embeds") or [], message.get("username") or ""
    texts = [str(embed.get(part) or "") for embed in embeds for part in LIMITS]
    fields = [field for embed in embeds for field in embed.get("fields") or []]
    total = sum(map(len, texts)) + sum(len(field["name"]) + len(field["value"]) for field in fields)
    return (
        bool(content or embeds)
        and len(content) <= CONTENT
        and len(embeds) <= EMBEDS
        and total <= MOST_TEXT
        and all(len(str(embed.get(part) or "")) <= limit for embed in embeds for part, limit in LIMITS.items())
        and all(len(embed.get("fields") or []) <= FIELDS for embed in embeds)
        and all(0 < len(field["name"]) <= FIELD_NAME and 0 < len(field["value"]) <= FIELD_VALUE for field in fields)
        and len(name) <= USERNAME
        and not any(word in name.lower() for word in ("discord", "clyde"))
    )


def answer(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, mimetype="application/json")
