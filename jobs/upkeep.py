from app.kernel import tidying
from app.kernel.queueing import job


@job
def tidy() -> None:
    tidying.tidy()
