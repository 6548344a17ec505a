"""What Discord needs to be told in the settings: the address of a channel's webhook, which is its key as well."""

from hashlib import sha256

import structlog

from app.kernel import clock, settings_store
from app.kernel.db import transaction
from app.kernel.settings import current_settings

REMOVED = "discord.removed"

log = structlog.get_logger()


def webhook_url() -> str | None:
    url = current_settings().discord_url
    if not url or settings_store.get(REMOVED, {}).get("webhook") == _name(url):
        return None
    return url


def note_removed(url: str) -> None:
    """Somebody deleted the webhook: asking on would only get us banned. Another address in the settings works again."""
    log.error("Discord knows this webhook no more; alerts stop until HOSTLER_DISCORD_URL is another one")
    with transaction():
        settings_store.put(REMOVED, {"webhook": _name(url), "at": clock.now().isoformat()})


def _name(url: str) -> str:
    return sha256(url.encode()).hexdigest()[:16]
