"""A whole Hostler for a benchmark: its own servers, the migrated database, and an app, all gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command

from app.kernel import embedded
from app.kernel.database import alembic_config
from tests.support.apps import House, dispose, make_app


@contextmanager
def house(**settings: Any) -> Iterator[House]:
    with (
        tempfile.TemporaryDirectory(prefix="hostler-bench-") as folder,
        embedded.servers(Path(folder), durable=False) as urls,
    ):
        app = make_app(*urls, **settings)
        with app.app_context():
            command.upgrade(alembic_config(), "head")
        yield House(app, *urls)
        dispose(app)
