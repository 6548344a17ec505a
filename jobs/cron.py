"""The cron table. A tick only says "look": what is due stands in the database, so extra ticks do no harm."""

from rq import cron

from jobs import events

TABLE = [
    # queue, function, when
    ("events", events.sweep, "* * * * *"),
]

for queue_name, function, when in TABLE:
    cron.register(function, queue_name, cron=when)
