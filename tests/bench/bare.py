"""The least that Flask can do: one route, always the same bytes."""

import os
from pathlib import Path

from flask import Flask

app = Flask(__name__)
BODY = Path(os.environ["BARE_BODY"]).read_bytes() if "BARE_BODY" in os.environ else b""


@app.get("/portal")
def portal() -> bytes:
    return BODY
