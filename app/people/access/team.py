"""Where the team's Access lives: `acme`, `acme.cloudflareaccess.com`, or its whole address."""

from urllib.parse import urlsplit

from app.kernel.settings import LOOPBACK

CLOUD = "cloudflareaccess.com"
CERTIFICATES = "/cdn-cgi/access/certs"


class WrongTeam(RuntimeError):
    """HOSTLER_ACCESS_TEAM names a place that anyone on the way could speak for."""


def address_of(team: str) -> str:
    """Also who must have issued an assertion."""
    if "://" not in team:
        team = f"https://{team}" if "." in team else f"https://{team}.{CLOUD}"
    parts = urlsplit(team)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise WrongTeam("HOSTLER_ACCESS_TEAM must be the team's name or an https:// address")
    return team.rstrip("/")
