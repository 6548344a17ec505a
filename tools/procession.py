"""Several processes in the foreground: their lines with their names before them, and one end for all."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Self

import psutil

from app.kernel import children

PATIENCE = 8.0  # seconds for all together to end by themselves
COLOURS = (36, 33, 32, 35, 34, 31)


class Procession:
    def __init__(self, environment: dict[str, str], folder: Path, width: int) -> None:
        self.environment = environment
        self.folder = folder
        self.width = width
        self.announced = False
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._readers: list[Thread] = []
        self._printing = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self, name: str, command: str) -> None:
        program, *arguments = shlex.split(command)
        found = shutil.which(program, path=self.environment["PATH"]) or program
        process = self._running[name] = children.start(
            [found, *arguments],
            farewell=signal.SIGTERM,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        reader = Thread(target=self._read, args=(name, len(self._running) - 1, process), daemon=True)
        reader.start()
        self._readers.append(reader)

    def ended(self) -> tuple[str, int] | None:
        """The first process that is no more."""
        for name, process in self._running.items():
            if process.poll() is not None:
                return name, process.returncode
        return None

    def stop(self) -> None:
        """End all, children of children too. Impatience does not help: whoever is left after a while is killed."""
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, signal.SIG_IGN)
        family = [one for process in self._running.values() for one in _descendants(process.pid)]
        deadline = time.monotonic() + PATIENCE
        for process in self._running.values():
            process.send_signal(signal.SIGTERM)
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            children.kill_group(process)
        for one in family:  # such as a job in a process group of its own
            with suppress(psutil.NoSuchProcess):
                one.kill()
        for reader in self._readers:
            reader.join(1.0)

    def say(self, line: str) -> None:
        with self._printing:
            print(line, flush=True)

    def announce(self, lines: list[str]) -> None:
        self.announced = True
        wide = max(map(len, lines))
        frame = ["", f"╭─{'─' * wide}─╮", *(f"│ {line:<{wide}} │" for line in lines), f"╰─{'─' * wide}─╯", ""]
        self.say("\n".join(frame))

    def _read(self, name: str, number: int, process: subprocess.Popen[bytes]) -> None:
        label = f"{name:<{self.width}} │ "
        if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
            label = f"\033[{COLOURS[number % len(COLOURS)]}m{label}\033[0m"
        for line in process.stdout or ():
            self.say(label + line.decode(errors="replace").rstrip())


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
