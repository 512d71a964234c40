"""Post: what names people whom nobody may know yet, such as letters and meetings. It is heard past the sieve only.

A table that somebody gives us says who their customers are; a mailbox or a calendar says whom they were in touch with,
strangers and robots included. So each encounter is judged first, and makes no customer by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, Protocol

import pyarrow as pa

from .mapping import Mapping
from .refused import Refused
from .sieve import Judged, Known

__all__ = ["Encounter", "Form", "House", "Post", "PostRead", "rows_of"]

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class House:
    """For whom post is read: what the house has said of addresses, where it stands, the time, and what may be kept."""

    known: Known
    zone: tzinfo = UTC
    now: datetime = NEVER
    content: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """What encounters are: how they are counted, and what a row of them has, without and with what was said."""

    several: str
    heads: Mapping
    whole: Mapping

    def mapping(self, *, content: bool) -> Mapping:
        """Return what the columns mean."""
        return self.whole if content else self.heads


class Encounter(Protocol):
    """One time at which a person and the house were in touch."""

    @property
    def form(self) -> Form:
        """What it is."""

    @property
    def email(self) -> str:
        """The address of the person outside the house; "" where there is none."""

    @property
    def row_id(self) -> str:
        """What numbers it within its source."""

    @property
    def when(self) -> str:
        """When it was, as ISO 8601."""

    @property
    def judged(self) -> Judged:
        """What that person is."""

    @property
    def line(self) -> int:
        """Where it stands."""

    def body(self) -> dict[str, Any]:
        """Return all of it by name."""

    def headed(self) -> Encounter:
        """Return it without what was said."""


PostRead = Callable[[House], Iterator[Encounter | Refused]]


@dataclass(frozen=True, slots=True)
class Post:
    """How the encounters of a file are read, and what they are."""

    form: Form
    read: PostRead
    later: bool = False  # whether some may still be to come, so that the same file says more another day


def rows_of(encounters: Sequence[Encounter], form: Form, *, content: bool) -> pa.Table:
    """Return encounters as rows of texts, with their lines in a column of that name."""
    columns = form.mapping(content=content).used
    bodies = [one.body() for one in encounters]
    texts = {name: pa.array([body[name] for body in bodies], pa.string()) for name in columns}
    return pa.table({**texts, "line": pa.array([one.line for one in encounters], pa.int64())})
