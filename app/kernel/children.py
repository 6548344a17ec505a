"""Processes that do not outlive the one that started them, even when that one is killed with SIGKILL."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

PR_SET_PDEATHSIG = 1


def start(command: list[str], *, farewell: signal.Signals, **options: Any) -> subprocess.Popen[bytes]:
    """Start `command` in a process group of its own; it gets `farewell` when its parent dies.

    Its own group, because Ctrl-C in a terminal reaches a whole group: the parent decides who stops when.
    """
    return subprocess.Popen(  # noqa: S603  # our own commands
        command,
        start_new_session=True,
        preexec_fn=_bind_to_parent(farewell),  # noqa: PLW1509  # it only makes one system call
        **options,
    )


def stop(process: subprocess.Popen[bytes], farewell: signal.Signals, patience: float) -> None:
    if process.poll() is None:
        process.send_signal(farewell)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Whatever the process itself started and left behind goes too."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _bind_to_parent(farewell: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, int(farewell))
        if os.getppid() != parent:  # it died before we asked to be told
            os._exit(1)

    return bind
