"""Structured logs: JSON lines for machines, short coloured lines for a person at a terminal."""

import logging
import sys

import structlog
from flask import Flask


def init_logs(app: Flask) -> None:
    readable = app.config["SETTINGS"].mode != "production"
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if readable else "iso", utc=not readable),
    ]
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if readable:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            pad_event_to=20,
            exception_formatter=structlog.dev.plain_traceback,  # rich prints every local: pages of them, and secrets
        )
    else:
        shared.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [one for one in root.handlers if not isinstance(one, logging.StreamHandler)] + [handler]
    root.setLevel(logging.INFO)
    for chatty in ("rq", "alembic.runtime.plugins"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes whole addresses, and some are secrets
    dsn = app.config["SETTINGS"].sentry_dsn
    if dsn:
        import sentry_sdk  # a tenth of the start-up time, for those who use it

        # Local variables and bodies hold keys, passwords and tokens: what happened has to do without them.
        sentry_sdk.init(dsn=dsn, send_default_pii=False, include_local_variables=False, max_request_body_size="never")
