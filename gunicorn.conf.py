"""How gunicorn serves Hostler. WEB_CONCURRENCY sets the processes; GUNICORN_CMD_ARGS overrides anything here."""

import logging
import os
import shutil
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

# Before anything imports prometheus_client: all processes count into one place, which starts empty.
_counts = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", f"{os.environ.get('HOSTLER_HOME', 'var')}/metrics"))
shutil.rmtree(_counts, ignore_errors=True)
_counts.mkdir(parents=True)

from app.kernel.settings import LOOPBACK, SettingsError, load_settings  # noqa: E402  # see above

try:
    _settings = load_settings()
except SettingsError as reason:
    raise SystemExit(reason.format_message()) from None  # gunicorn would print where in the code it noticed

bind = f"127.0.0.1:{_settings.port}"  # a proxy on another machine: GUNICORN_CMD_ARGS="--bind 0.0.0.0:8000"
worker_class = "gthread"
workers = 2
threads = 8
preload_app = True  # one import, shared by the processes
timeout = 60
graceful_timeout = 5
keepalive = 5
forwarded_allow_ips = ""  # X-Forwarded-… is read by the app, from as many proxies as HOSTLER_PROXIES says
control_socket_disable = True  # it would lie in the home folder, one for every gunicorn of this user
loglevel = "info" if _settings.mode == "production" else "warning"


class logger_class(Logger):  # noqa: N801  # the name of gunicorn's setting
    def setup(self, cfg: Any) -> None:
        """What gunicorn says comes out as the app's own logs do; the app logs its requests itself."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        logging.getLogger("gunicorn.error").propagate = True


def on_starting(server: Any) -> None:
    """The demo lets anybody be anybody: nobody but this machine may reach it."""
    if _settings.mode == "production":
        return
    for address in server.cfg.address:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise SystemExit(f"The demo listens on this machine only, not on {address[0]}.")


def child_exit(_server: Any, worker: Any) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)
