"""Where a person's own pages stand in the portal's menu: one entry, behind which tabs lead from page to page."""

from typing import Any

from app.kernel import navigation
from app.kernel.lazy import lazy as _l


def furnish(_state: Any) -> None:
    navigation.add(
        "portal",
        _l("Account"),
        "people_company.show",
        permission="account.view",
        order=90,
        covers=("/profile", "/security"),
    )
