"""Discord's wire: one call."""

from typing import TYPE_CHECKING, Any

from app.kernel import vendor

if TYPE_CHECKING:
    import httpx


def execute_webhook(url: str, message: dict[str, Any]) -> "httpx.Response":
    return vendor.call(
        "discord", "alerts", "POST", url, json=message, expects="any", shown_as="https://discord.com/api/webhooks/…"
    )
