"""Work: what takes longer than a page may. Done in a thread of its own, over a home opened for it, until it is stopped.

The page that waits for it asks again every second; what went wrong is told there, in the same words as anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from ..errors import RegularsError
from ..store import Home, open_home

__all__ = ["PATIENCE", "Stopped", "Work", "begin"]

PATIENCE: Final = 1.5  # seconds that a page waits for short work before it shows how far it is
Do = Callable[[Home, "Work"], Any]


class Stopped(Exception):
    """Somebody wanted the work to stop; nothing of it counts."""


@dataclass(slots=True)
class Work:
    """Some work: how far it is, and what came of it."""

    what: str  # what is being done, in words
    rows: int = 0
    file: str = ""
    result: Any = None
    error: RegularsError | None = None
    unforeseen: Exception | None = None
    ended: Event = field(default_factory=Event)
    wanted: bool = True

    def progress(self, file: str, rows: int) -> None:
        """Note how far it is, and stop where nobody wants it any more."""
        self.file, self.rows = file, rows
        self.go_on()

    def go_on(self, what: str = "") -> None:
        """Begin the next part, unless nobody wants it any more."""
        if not self.wanted:
            raise Stopped
        self.what = what or self.what

    @property
    def stopped(self) -> bool:
        """Whether it ended because nobody wanted it."""
        return self.ended.is_set() and not self.wanted and self.result is None


def begin(path: Path, what: str, do: Do) -> Work:
    """Begin some work over the home at a path."""
    work = Work(what)
    Thread(None, carried_out, "work", (path, work, do), daemon=True).start()
    return work


def carried_out(path: Path, work: Work, do: Do) -> None:
    """Do it, and note what came of it; nothing is raised here, since nobody would hear it."""
    try:
        with closing(open_home(path)) as home:
            work.result = do(home, work)
    except Stopped:
        pass
    except RegularsError as error:
        work.error = error
    except Exception as error:  # told on the page, like any unforeseen mistake, without its words
        work.unforeseen = error
    finally:
        work.ended.set()
