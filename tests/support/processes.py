"""Waiting for processes that are nobody's children any more."""

import os
import select
import time
from contextlib import suppress

import psutil


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """In a container nobody may collect the dead; they are dead all the same."""
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def left_after(processes: list[psutil.Process], patience: float) -> list[psutil.Process]:
    """Those that have not ended within so many seconds."""
    deadline = time.monotonic() + patience
    for process in alive(processes):
        with suppress(ProcessLookupError):
            end = os.pidfd_open(process.pid)
            select.select([end], [], [], max(0.0, deadline - time.monotonic()))
            os.close(end)
    return alive(processes)
