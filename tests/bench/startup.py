"""Importing Hostler and making the app, beside importing Flask and SQLAlchemy alone: each in a new interpreter."""

import os
import subprocess
import sys

from tests.bench.harness import bench, interleaved
from tests.support.apps import environment

OURS = "from app import create_app; create_app()"
FLOOR = "import flask, sqlalchemy"
PRODUCTION = {"HOSTLER_MODE": "production", "HOSTLER_URL": "https://shop.example"}


@bench("startup", unit="ms", goal=3.0)
def startup() -> tuple[float, float]:
    # Nothing listens at these addresses: the start asks nobody.
    around = os.environ | environment("postgresql://nobody.invalid/x", "redis://nobody.invalid/0") | PRODUCTION
    return interleaved(lambda: _run(OURS, around), lambda: _run(FLOOR, around), rounds=15, warm_up=2)


def _run(code: str, around: dict[str, str]) -> None:
    subprocess.run([sys.executable, "-c", code], env=around, check=True, capture_output=True)
