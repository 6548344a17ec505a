from typing import Any

from app.kernel.queueing import job
from app.office import sending
from app.office.alerts import delivering


@job
def send_mail(mail_id: int) -> None:
    sending.send(mail_id)


@job
def sweep_mail() -> None:
    sending.sweep()


@job
def send_alert(alert: dict[str, Any]) -> None:
    delivering.deliver(alert)
