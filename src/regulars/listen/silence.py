"""Silence: which sources have gone quiet. A source is late when nothing came for half as long again as is expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from .intervals import every

__all__ = ["GRACE", "Silent", "silent_among"]

GRACE: Final = 1.5  # times the expected interval; a week-end or a slow evening is no silence yet


@dataclass(frozen=True, slots=True)
class Silent:
    """A source from which something should have come: the last it said, how often it is expected, how late it is."""

    source: str
    last: datetime
    expected: timedelta
    late_by: timedelta

    def since(self, zone: ZoneInfo) -> str:
        """Say since when, with the year where it is not this one, and the hour where less than days are expected."""
        last, now = (moment.astimezone(zone) for moment in (self.last, self.last + self.expected + self.late_by))
        year = "" if last.year == now.year else f" {last.year}"
        hour = f", {last:%H:%M}" if self.expected < timedelta(days=1) else ""
        return f"{last.day} {last:%b}{year}{hour}"

    @property
    def every(self) -> str:
        """How often something is expected, in words."""
        return every(round(self.expected.total_seconds()))

    def said(self, zone: ZoneInfo) -> str:
        """Say it as a sentence."""
        return f"Nothing from {self.source} since {self.since(zone)}; something is expected {self.every}."


def silent_among(heard: Iterable[tuple[str, datetime, timedelta | None]], *, now: datetime) -> tuple[Silent, ...]:
    """Return the sources that are late, by name. Of each: its name, when it last spoke, and how often it should.

    A source of which nothing is expected is never late.
    """
    found = [
        Silent(source, last, expected, now - last - expected)
        for source, last, expected in heard
        if expected and now - last > GRACE * expected
    ]
    return tuple(sorted(found, key=lambda silent: silent.source))
