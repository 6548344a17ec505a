"""`make bench [ONLY=page,startup]`: every benchmark of this folder, or those that are named."""

import importlib
import os
import sys
from pathlib import Path

from tests.bench import harness

HERE = Path(__file__).parent
APPARATUS = {"__main__", "bare", "harness", "house"}


def main() -> None:
    for path in sorted(HERE.glob("*.py")):
        if path.stem not in APPARATUS and not path.stem.startswith("test_"):
            importlib.import_module(f"tests.bench.{path.stem}")
    asked = [name for name in ",".join(sys.argv[1:]).split(",") if name] or list(harness.BENCHES)
    if unknown := [name for name in asked if name not in harness.BENCHES]:
        sys.exit(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(harness.BENCHES) or 'none yet'}.")
    results = []
    for name in asked:
        print(f"{name} …", file=sys.stderr, flush=True)
        results.append(harness.run(harness.BENCHES[name]))
    target = Path(os.environ.get("HOSTLER_HOME") or "var") / "bench.json"
    harness.write(results, target)
    print(harness.table(results))
    print(f"Written to {target}.")


if __name__ == "__main__":
    main()
