"""Password hashes brought along from an older system: checked as that system did, and replaced at the first sign-in.

bcrypt (`$2y$…`), and what WHMCS has stored over the years: md5(salt + password):salt, HMAC-SHA256(password,
secret):secret and plain md5(password).
"""

import hashlib
import hmac
import html
import re

BCRYPT = re.compile(r"\$2[aby]?\$\d\d\$[./A-Za-z0-9]{53}")
SALTED_MD5 = re.compile(r"([0-9a-f]{32}):(.+)", re.IGNORECASE | re.DOTALL)
KEYED_SHA256 = re.compile(r"([0-9a-f]{64}):(.+)", re.IGNORECASE | re.DOTALL)
PLAIN_MD5 = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
BCRYPT_READS = 72  # bytes: PHP ignored the rest in silence, the library here refuses it


def is_bcrypt(stored: str) -> bool:
    return BCRYPT.fullmatch(stored) is not None


def matches(stored: str, password: str) -> bool:
    if is_bcrypt(stored):
        return bcrypt_matches(stored, password)
    # Old releases stored what the browser sent after escaping it for HTML.
    return any(_md5_or_keyed(stored, form) for form in {password, html.escape(password)})


def bcrypt_matches(stored: str, password: str) -> bool:
    import bcrypt

    try:
        return bcrypt.checkpw(password.encode()[:BCRYPT_READS], stored.encode())
    except ValueError:  # looks like bcrypt, but nothing can have made it
        return False


def _md5_or_keyed(stored: str, password: str) -> bool:
    if salted := SALTED_MD5.fullmatch(stored):
        expected, salt = salted.groups()
        found = hashlib.md5((salt + password).encode()).hexdigest()  # noqa: S324  # theirs, not ours
    elif keyed := KEYED_SHA256.fullmatch(stored):
        expected, secret = keyed.groups()
        found = hmac.new(secret.encode(), password.encode(), hashlib.sha256).hexdigest()
    elif PLAIN_MD5.fullmatch(stored):
        expected, found = stored, hashlib.md5(password.encode()).hexdigest()  # noqa: S324  # theirs, not ours
    else:
        return False
    return hmac.compare_digest(found, expected.lower())
