"""Children: programs of their own that can be killed. Each is forked from one that has everything imported."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

READY = ["__main__", "pytest", "regulars.loop", "regulars.store.health", "regulars.store.postgres", "psycopg"]

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(READY)
PATIENCE = 600  # seconds after which a child counts as stuck


def child(work: Callable[..., None], *given: Any) -> BaseProcess:
    """Start a program that does some work; it inherits no open file and no thread."""
    started = SERVER.Process(None, work, None, given)
    started.start()
    return started


def done(*children: BaseProcess, patience: int = PATIENCE) -> None:
    """Wait until programs have ended by themselves, and see that they ended well."""
    for one in children:
        one.join(patience)
        assert one.exitcode == 0, f"{one.name} ended with {one.exitcode}"


def killed(one: BaseProcess) -> bool:
    """Kill a program at once (SIGKILL); tell whether it was still running."""
    one.kill()
    one.join(PATIENCE)
    if one.exitcode not in (0, -9):
        raise AssertionError(f"{one.name} failed by itself ({one.exitcode})")
    return one.exitcode == -9


class Notes:
    """What a child has written down: its last line is whole even where it was killed, since it is one write."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(self, *words: Any) -> None:
        """Write one line down."""
        os.write(self.handle, json.dumps(words).encode() + b"\n")


def told(path: Path) -> Iterator[list[Any]]:
    """Read what a child wrote down."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)


def use(database: str) -> None:
    """Let this program keep its catalogue in a database, or in the home where none is named."""
    os.environ["REGULARS_DATABASE"] = database


def seconds_of(work: Callable[[], Any]) -> float:
    """Return how long some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
