"""`python -m app.sandbox`: the mail server and the vendors' imitations, for the demo and nothing else."""

import logging
import signal
import sys
import threading
from urllib.parse import urlsplit

from werkzeug.serving import make_server

from app.kernel.settings import LOOPBACK, Settings, SettingsError, load_settings
from app.sandbox.mailbox import Mailbox
from app.sandbox.smtp import mail_server
from app.sandbox.vendors import imitations

HOST = "127.0.0.1"


def main() -> None:
    try:
        settings = load_settings()
        smtp_port, http_port = ports(settings)
    except SettingsError as wrong:
        sys.exit(str(wrong))
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())

    mail = mail_server(Mailbox(settings.home), HOST, smtp_port)
    vendors = make_server(HOST, http_port, imitations(settings.home), threaded=True)
    mail.start()
    threading.Thread(target=vendors.serve_forever, daemon=True).start()
    print(f"Mail is taken on port {smtp_port}, vendors are imitated on {http_port}.", flush=True)  # noqa: T201  # the Procfile's log
    stop.wait()
    vendors.shutdown()
    mail.stop()


def ports(settings: Settings) -> tuple[int, int]:
    """Of the mail server and of the imitations; refuses everything that would take them out of this machine."""
    if settings.mode == "production":
        raise SettingsError({"HOSTLER_MODE": "is production; the sandbox belongs to the demo"})
    where = urlsplit(settings.smtp_url)
    if where.hostname not in LOOPBACK or not where.port:
        raise SettingsError({"HOSTLER_SMTP_URL": "must name a port on this machine, such as smtp://127.0.0.1:8025"})
    if settings.sandbox_port is None:
        raise SettingsError({"HOSTLER_SANDBOX_PORT": "is missing: the port of the vendors' imitations"})
    return where.port, settings.sandbox_port


if __name__ == "__main__":
    main()
