"""Heard: what a home has heard, from whom, and what of it needs a look. For the command line and for a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from .dates import date_of
from .errors import NotFound, RegularsError
from .listen.feeds_file import read_feeds, source_of
from .listen.silence import Silent, silent_among
from .listen.trace import instant
from .store import Home

__all__ = [
    "BatchHeard",
    "FileOf",
    "Refusal",
    "SourceHeard",
    "batch_numbered",
    "batches",
    "refusals",
    "silent",
    "sources",
    "stale",
]

MOST: Final = 50  # rows that need a look, on one page


@dataclass(frozen=True, slots=True)
class FileOf:
    """One file of a batch, and what became of its rows."""

    name: str
    rows: int
    new: int
    corrected: int
    same: int
    refused: int
    held_back: int

    @property
    def said(self) -> str:
        """What became of its rows, in words."""
        counts = [
            (self.corrected, "corrected"),
            (self.same, "heard before"),
            (self.held_back, "held back for people who were forgotten"),
            (self.refused, "row needs a look" if self.refused == 1 else "rows need a look"),
        ]
        others = "".join(f", {count:,} {what}" for count, what in counts if count)
        return f"{counted(self.rows, 'row')}: {counted(self.new, 'trace')} new{others}"


@dataclass(frozen=True, slots=True)
class BatchHeard:
    """Files that were heard together: all of them count, or, where the batch was undone, none."""

    number: int
    source: str
    heard: datetime
    undone: datetime | None
    files: tuple[FileOf, ...]

    @property
    def refused(self) -> int:
        """How many of its rows need a look."""
        return 0 if self.undone else sum(file.refused for file in self.files)


@dataclass(frozen=True, slots=True)
class SourceHeard:
    """A source: since when it is heard, when last, and since when and why it is paused."""

    name: str
    since: datetime
    last: datetime
    paused: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that needs a look: where it stands, what stands there, why it was refused, and what would mend it."""

    source: str
    file: str
    line: int
    column: str
    value: str
    reason: str
    suggestion: str


def batches(home: Home) -> list[BatchHeard]:
    """Return all batches, the newest first."""
    groups = groupby(home.origins.batches(), key=lambda row: row["batch_id"])
    return [batch_of(list(rows)) for _, rows in groups]


def batch_numbered(home: Home, number: int) -> BatchHeard:
    """Return one batch that counts."""
    found = next((batch for batch in batches(home) if batch.number == number), None)
    if found is None:
        raise NotFound(f"There is no batch {number}.", now="See all of them with 'regulars batches'.")
    if found.undone:
        raise NotFound(f"Batch {number} has been undone already.", now="See all of them with 'regulars batches'.")
    return found


def batch_of(rows: Sequence[dict[str, Any]]) -> BatchHeard:
    """Make a batch of the rows of its files."""
    first = rows[0]
    files = [
        FileOf(row["name"], row["rows"], row["kept"], row["changed"], row["same"], row["refused"], row["held_back"])
        for row in rows
    ]
    return BatchHeard(
        first["batch_id"], first["source"], instant(first["received_us"]), moment(first["undone_us"]), tuple(files)
    )


def sources(home: Home) -> list[SourceHeard]:
    """Return all sources by name."""
    return [
        SourceHeard(
            row["name"],
            instant(row["since_us"]),
            instant(row["last_us"]),
            moment(row["paused_us"]),
            row["paused_why"].rstrip("."),
        )
        for row in home.origins.sources()
    ]


def stale(home: Home) -> list[tuple[str, date]]:
    """Return the paused sources, each with the day since when figures that rest on it are stale."""
    zone = home.settings.zoneinfo
    return [
        (row["name"], date_of(row["paused_us"], zone)) for row in home.origins.sources() if row["paused_us"] is not None
    ]


def silent(home: Home, now: datetime, *, of: Collection[str] | None = None) -> tuple[Silent, ...]:
    """Return the sources that have gone quiet; `of` leaves only some of them, and those that have a feed.

    One that is paused does speak: it is named as paused, and not here.
    """
    known = [
        (row["name"], instant(row["last_us"]), timedelta(microseconds=row["every_us"]))
        for row in home.origins.sources()
        if row["every_us"] is not None and row["paused_us"] is None
    ]
    found = silent_among(known, now=now)
    if not found or of is None:
        return found
    fed = fed_sources(home)
    return tuple(one for one in found if one.source in of or one.source in fed)


def fed_sources(home: Home) -> set[str]:
    """Return the sources that have a feed; none where the file of feeds cannot be read, which others say."""
    try:
        return {source_of(feed) for feed in read_feeds(home.path)}
    except RegularsError:
        return set()


def refusals(home: Home, *, most: int = MOST) -> list[Refusal]:
    """Return the newest rows that need a look."""
    return [
        Refusal(row["source"], row["file"], row["row"], row["header"], row["value"], row["reason"], row["suggestion"])
        for row in home.origins.to_look_at(most)
    ]


def counted(count: int, what: str) -> str:
    """Count something.

    >>> counted(1, "row"), counted(1200, "trace")
    ('1 row', '1,200 traces')
    """
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def moment(us: int | None) -> datetime | None:
    """Turn UTC microseconds into a date and time, where there are any."""
    return None if us is None else instant(us)
