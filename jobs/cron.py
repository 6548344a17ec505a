"""The cron table. A tick only says "look": what is due stands in the database, so extra ticks do no harm."""

from functools import partial

from rq import Queue, cron
from rq.serializers import JSONSerializer

from jobs import events, office, upkeep

# RQ's cron pickles its jobs, and has no option for it; our workers read JSON and nothing else.
cron.Queue = partial(Queue, serializer=JSONSerializer)  # type: ignore[assignment,attr-defined]

TABLE = [
    # queue, function, when
    ("events", events.sweep, "* * * * *"),
    ("mail", office.sweep_mail, "* * * * *"),
    ("upkeep", upkeep.tidy, "17 3 * * *"),
]

for queue_name, function, when in TABLE:
    cron.register(function, queue_name, cron=when)
