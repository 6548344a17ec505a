"""Full addresses of our own pages, for letters and vendors: the same in a request and in a job."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from app.kernel.settings import current_settings


def address_of(endpoint: str, **values: Any) -> str:
    home = urlsplit(current_settings().public_url)
    map_here = current_app.url_map.bind(home.netloc, url_scheme=home.scheme)
    return map_here.build(endpoint, values, force_external=True)
