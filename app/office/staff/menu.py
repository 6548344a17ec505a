from typing import Any

from app.kernel import duties, navigation
from app.kernel.lazy import lazy as _l
from app.office import queues

HOUSE = _l("House")


def furnish(_state: Any) -> None:
    navigation.add("staff", _l("Overview"), "office_staff.home", permission="staff.home", key="s", order=0)
    navigation.add(
        "staff",
        _l("Queues"),
        "office_staff.queues",
        permission="jobs.view",
        group=HOUSE,
        key="q",
        order=60,
        counted=queues.count_dead,
    )
    duties.add(
        _l("Failed jobs and events"),
        queues.count_dead,
        "office_staff.queues",
        permission="jobs.view",
        waiting=_l("Run them again, or discard what has become pointless."),
        none=_l("Everything that was to be done has been done."),
        kind="stop",
        order=40,
    )
