"""The other way to say who one is: a token in a header of each request, as programs do."""

from flask import Request


def token_of(request: Request) -> str | None:
    said = request.authorization
    return (said.token or "") if said is not None and said.type == "bearer" else None
