"""What must never be written down: found by the names under which it is sent, removed wherever it turns up."""

import base64
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

MARK = "***"
TELLING = re.compile(
    r"pass|pwd|secret|token|key|auth|signature|\bsig\b|hash|credential|cookie|session|\bpin\b|otp|card|cvc|cvv|iban",
    re.IGNORECASE,
)
SHORTEST = 4  # shorter than this, a value is everywhere by chance


def is_telling(name: str, secrets: Collection[str] = ()) -> bool:
    return bool(TELLING.search(name)) or name in secrets


def hidden_values(sent: Any, secrets: Collection[str] = ()) -> set[str]:
    """The values under telling names in what is sent: headers, query, form or JSON, however deep."""
    return {value for value in _telling_values(sent, secrets, telling=False) if len(value) >= SHORTEST}


def _telling_values(sent: Any, secrets: Collection[str], *, telling: bool) -> Iterator[str]:
    if isinstance(sent, Mapping):
        for name, value in sent.items():
            yield from _telling_values(value, secrets, telling=telling or is_telling(str(name), secrets))
    elif isinstance(sent, (list, tuple)):
        for value in sent:
            yield from _telling_values(value, secrets, telling=telling)
    elif telling and sent is not None:
        yield from _shapes(str(sent))


def _shapes(value: str) -> Iterator[str]:
    """A secret as it stands, and as the wire or an error message may show it."""
    yield value
    yield quote(value, safe="")
    yield quote_plus(value)
    in_json = json.dumps(value)[1:-1]
    yield in_json
    yield in_json.replace("/", r"\/")
    yield from value.split(" ")[1:]  # Bearer …, Basic …


def hidden_in_url(url: str, secrets: Collection[str] = ()) -> set[str]:
    parts = _parts(url)
    hidden = hidden_values(dict(parse_qsl(parts.query)), secrets)
    return hidden | basic_auth(parts.username or "", parts.password) if parts.password else hidden


def basic_auth(user: str, password: str) -> set[str]:
    """The shapes that a user and password take in a header."""
    return {*_shapes(password), base64.b64encode(f"{user}:{password}".encode()).decode()}


def scrub(text: str, hidden: Collection[str]) -> str:
    """One line, fit for any log and table: no secret, and nothing that does not print."""
    for value in sorted(hidden, key=len, reverse=True):
        text = text.replace(value, MARK)
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def scrub_url(url: str, hidden: Collection[str] = (), secrets: Collection[str] = ()) -> str:
    parts = _parts(url)
    place = parts.netloc.rpartition("@")[2]
    query = [
        (name, MARK if is_telling(name, secrets) else value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
    ]
    shown = urlunsplit((parts.scheme, place, parts.path, urlencode(query, safe="*/:,"), ""))
    return scrub(shown, hidden)


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("not-an-address:")
