"""Forks RQ workers on demand, so that a test can kill a hundred of them without paying for a hundred starts.

Reads lines of its standard input: each one asks for a worker, whose process id is written to standard output.
"""

import os
import sys
from dataclasses import dataclass

from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy import text

from app import create_app
from app.kernel.db import db
from app.kernel.events import event, reaction
from app.kernel.queueing import adopt, queue


@event
@dataclass(frozen=True)
class ParcelPosted:
    parcel: int


@reaction("ParcelPosted")
def weigh(fact: ParcelPosted) -> None:
    _note(fact, "weigh")


@reaction("ParcelPosted")
def stamp(fact: ParcelPosted) -> None:
    _note(fact, "stamp")


def _note(fact: ParcelPosted, what: str) -> None:
    # No unique constraint: a reaction applied twice leaves two rows.
    db.session.execute(
        text("INSERT INTO applied (parcel, reaction) VALUES (:parcel, :what)"), {"parcel": fact.parcel, "what": what}
    )
    db.session.execute(text("NOTIFY applied"))


def work() -> None:
    with app.app_context():
        db.engine.dispose(close=False)
        redis = app.extensions["redis"]
        worker = Worker([queue("events")], connection=redis, serializer=JSONSerializer, name=f"nursery-{os.getpid()}")
        worker.work(logging_level="ERROR")


if __name__ == "__main__":
    app = create_app()
    adopt(app)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            work()
            os._exit(0)
        print(child, flush=True)  # the answer
