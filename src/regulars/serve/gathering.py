"""Gathering: what many send at once is kept in one commit, by one thread; each is answered after its commit.

A commit costs about the same for one event as for a hundred. So requests wait a few milliseconds for each other, and
those that arrive while a commit runs go into the next one.
"""

from __future__ import annotations

import logging
from asyncio import wrap_future
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Lock, Thread
from time import monotonic
from typing import Final

from ..dates import instant_us
from ..errors import RegularsError
from ..receiving import Received, Sent, receive_all
from .pages import Desk

__all__ = ["Ended", "Gathering"]

LOG: Final = logging.getLogger("regulars.serve")
WAIT_SECONDS: Final = 0.003  # for others to arrive
IDLE_SECONDS: Final = 10.0  # without work after which the thread ends
MOST_EVENTS: Final = 2_000  # of one commit


class Ended(Exception):
    """The key of a request counts no longer."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for its commit; hooks come without a key."""

    key: bytes | None
    sent: Sent
    answer: Future[Received] = field(default_factory=Future)


class Gathering:
    """The one place where what is sent to us is kept."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.queue: Queue[Waiting] = Queue()
        self.lock = Lock()
        self.running = False

    async def keep(self, key: bytes | None, source: str, events: Sequence[object]) -> Received:
        """Keep some events with whatever else has arrived; return once they are kept for good."""
        waiting = Waiting(key, Sent(source, events))
        with self.lock:
            self.queue.put(waiting)
            if not self.running:
                self.running = True
                Thread(target=self.work, name="regulars-gathering", daemon=True).start()
        return await wrap_future(waiting.answer)

    def work(self) -> None:
        """Commit what arrives, until nothing does for a while."""
        while True:
            try:
                first = self.queue.get(timeout=IDLE_SECONDS)
            except Empty:
                with self.lock:
                    if self.queue.empty():
                        self.running = False
                        return
                continue
            several = [one for one in self.gathered(first) if one.answer.set_running_or_notify_cancel()]
            with self.desk.lock:
                told = self.committed(several)
                with suppress(RegularsError, OSError):  # folding can wait; what was kept is kept
                    self.desk.home.compact(now_us=instant_us(self.desk.now()))
            for one, answer in told:  # from here on the home is not touched, so that it may be closed
                if isinstance(answer, Received):
                    one.answer.set_result(answer)
                else:
                    one.answer.set_exception(answer)

    def gathered(self, first: Waiting) -> list[Waiting]:
        """Return a request with those that arrive within a few milliseconds."""
        several, events, until = [first], len(first.sent.events), monotonic() + WAIT_SECONDS
        while events < MOST_EVENTS:
            try:
                several.append(self.queue.get(timeout=max(0.0, until - monotonic())))
            except Empty:
                break
            events += len(several[-1].sent.events)
        return several

    def committed(self, several: Sequence[Waiting]) -> list[tuple[Waiting, Received | Exception]]:
        """Commit some requests as one and say how to answer each; where that fails by our fault, each by itself."""
        try:
            good = self.desk.home.write_keys.good()
            living = [one for one in several if one.key is None or one.key in good]
            found = receive_all(self.desk.home, [one.sent for one in living], now=self.desk.now()) if living else []
        except Exception as error:
            if isinstance(error, (RegularsError, OSError)) or len(several) == 1:
                return [(one, error) for one in several]
            LOG.warning("A commit of %d requests failed: %s", len(several), type(error).__name__)
            return [answer for one in several for answer in self.committed([one])]
        ended: list[tuple[Waiting, Received | Exception]] = [
            (one, Ended()) for one in several if one.key is not None and one.key not in good
        ]
        return [*zip(living, found, strict=True), *ended]
