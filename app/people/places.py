"""Where a person usually signs in from: the kind of browser and the network, remembered for a year, never exact."""

import re
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_network

from app.kernel.redis import redis
from app.people.models import User

REMEMBERED_FOR = timedelta(days=365)
# In this order: Edge and Opera also say Chrome, Chrome also says Safari.
BROWSERS = (
    ("Edge", "Edg"),
    ("Opera", "OPR/"),
    ("Firefox", "Firefox/|FxiOS/"),
    ("Chrome", "Chrome/|CriOS/|Chromium/"),
    ("Safari", "Safari/"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac", "Macintosh|Mac OS X"),
    ("ChromeOS", "CrOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> tuple[str, str]:
    """("Firefox", "Windows"); empty where the agent does not tell."""
    browser, system = (
        next((name for name, sign in kinds if re.search(sign, agent)), "") for kinds in (BROWSERS, SYSTEMS)
    )
    return browser, system


def place_of(ip: str, agent: str) -> str:
    """A telephone wanders within its provider's network, and a browser renews itself: neither is a new place."""
    try:
        network = str(ip_network(f"{ip}/{48 if ':' in ip else 16}", strict=False))
    except ValueError:
        network = ip
    return sha256("|".join([network, *browser_of(agent)]).encode()).hexdigest()[:20]


def knows(user: User, place: str) -> bool:
    return bool(redis.sismember(_key(user), place))


def learn(user: User, place: str) -> bool:
    """True if the place is new. The first one ever is no news to anybody."""
    before = redis.scard(_key(user))
    is_new = bool(redis.sadd(_key(user), place))
    redis.expire(_key(user), REMEMBERED_FOR)
    return is_new and before > 0


def _key(user: User) -> str:
    return f"places:{user.public_id}"
