"""What the first visit of each page costs on the wire: the page and every file it names, gzipped."""

import gzip
import re
import sys

from app.kernel.db import db
from tests.bench.harness import bench
from tests.bench.house import house
from tests.support.clients import Client
from tests.support.people import make_account, make_staff, make_user, sign_in

FILES = re.compile(rb'<(?:script|link|img)[^>]+(?:src|href)="(/[^"]+)"')


@bench("weight", unit="kB", goal=60.0)
def weight() -> tuple[float, None]:
    """The heaviest page with all its files."""
    pages = _weigh()
    heaviest = max(pages, key=lambda path: pages[path][0])
    print(f"weight: the heaviest page is {heaviest}", file=sys.stderr)
    return pages[heaviest][0], None


@bench("weight_js", unit="kB", goal=25.0)
def weight_js() -> tuple[float, None]:
    """The most JavaScript that any page loads."""
    return max(script for _, script in _weigh().values()), None


def _weigh() -> dict[str, tuple[float, float]]:
    """Every page that can be opened without knowing anybody's id: path -> (all, scripts) in kB."""
    with house() as ours, ours.app.app_context():
        customer, owner = make_user("Ann Example"), make_staff("Demo owner", "owner")
        make_account("Example BV", owner=customer)
        db.session.commit()
        people = [ours.client(), sign_in(ours.client(), customer), sign_in(ours.client(), owner)]
        rules = [
            rule.rule for rule in ours.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
        ]
        weighed = [(path, _page(client, path)) for client in people for path in rules]
    pages: dict[str, tuple[float, float]] = {}
    for path, found in weighed:
        if found:
            pages[path] = max(found, pages.get(path, (0.0, 0.0)))
    return pages


def _page(client: Client, path: str) -> tuple[float, float] | None:
    response = client.get(path)
    if response.status_code != 200 or response.mimetype != "text/html":
        return None
    total, scripts = _packed(response.data), 0
    for address in {found.decode().replace("&amp;", "&") for found in FILES.findall(response.data)}:
        size = _packed(client.get(address).data)
        total += size
        scripts += size if re.search(r"\.js(\?|$)", address) else 0
    return total / 1000, scripts / 1000


def _packed(data: bytes) -> int:
    return len(gzip.compress(data, 6))
