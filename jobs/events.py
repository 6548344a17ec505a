from app.kernel import delivery, outbox
from app.kernel.queueing import job


@job
def deliver(event_id: int) -> None:
    delivery.deliver(event_id)


@job
def sweep() -> None:
    outbox.sweep()
