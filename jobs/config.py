"""What `rq worker -c jobs.config` and `rq cron -c jobs.config` read. The app is made once, before workers fork."""

import os

from app import create_app
from app.kernel.db import db
from app.kernel.queueing import QUEUES as _RULES
from app.kernel.queueing import adopt

_app = create_app()
adopt(_app)


def _dispose() -> None:
    # A forked child must not talk over its parent's connections.
    with _app.app_context():
        db.engine.dispose(close=False)


os.register_at_fork(after_in_child=_dispose)

REDIS_URL = _app.config["SETTINGS"].redis_url
QUEUES = list(_RULES)
