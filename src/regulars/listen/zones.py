"""Zones: where a time of a calendar is meant. By the name of a zone, by the name that Windows has for it, or by the
rules that the calendar itself gives."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from .content_lines import Block, Line
from .recurring import UnreadRule, days_of, read_rule

__all__ = ["Ruled", "ruled_zone", "zone_named"]

OFFSET: Final = re.compile(r"([+-])(\d{2})(\d{2})(\d{2})?")
LOCAL: Final = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})")
TAILS: Final = re.compile(r"[A-Z][\w+-]+(?:/[A-Z][\w+-]+){0,2}$")
FIRST_YEAR: Final = 1970
MOST_TURNS: Final = 2_000  # of the clocks, by the rules of one zone
LONGEST_NAME: Final = 200


class Ruled(tzinfo):
    """A zone by the rules of a calendar: from when on which offset holds, in local time."""

    def __init__(self, turns: list[tuple[datetime, timedelta]]) -> None:
        self.starts = [start for start, _ in turns]
        self.offsets = [offset for _, offset in turns]

    def utcoffset(self, dt: datetime | None) -> timedelta:
        """Return the offset that holds at a local time; before the first rule, that of the first."""
        place = 0 if dt is None else bisect_right(self.starts, dt.replace(tzinfo=None)) - 1
        return self.offsets[max(0, place)]

    def dst(self, dt: datetime | None) -> timedelta:
        """Return nothing of interest: the offset says it all."""
        del dt
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> str:
        """Return how it is shown."""
        del dt
        return "the calendar's own zone"


@lru_cache(maxsize=1_000)
def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone of a name, whether ours, that of Windows, or one with something before it.

    >>> zone_named("W. Europe Standard Time"), zone_named("/freeassociation.sourceforge.net/Europe/Vienna")
    (zoneinfo.ZoneInfo(key='Europe/Berlin'), zoneinfo.ZoneInfo(key='Europe/Vienna'))
    """
    if len(name) > LONGEST_NAME:
        return None
    found = TAILS.search(name)
    for key in (name, WINDOWS_TO_OLSON.get(name, ""), *tails(found[0] if found else "")):
        if key in names():
            return ZoneInfo(key)
    return None


def tails(name: str) -> Iterator[str]:
    """Yield a name, and what stands after each of its slashes, as long as there are two parts."""
    parts = name.split("/")
    yield from ("/".join(parts[place:]) for place in range(len(parts) - 1))


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Return the names of all zones."""
    return frozenset(available_timezones())


def ruled_zone(block: Block, last: datetime) -> tuple[str, tzinfo] | None:
    """Return the name and the zone of a VTIMEZONE, with what is known of it until a day; None where it says nothing."""
    name, own = "", ""
    inner: dict[str, Line] = {}
    turns: list[tuple[datetime, timedelta]] = []
    for line in block.lines():
        if line.name == "TZID":
            name = line.value.strip()
        elif line.name == "X-LIC-LOCATION":
            own = line.value.strip()
        elif line.name == "BEGIN":
            inner = {}
        elif line.name == "END":
            turns += turns_of(inner, last)
        else:
            inner[line.name] = line
        if len(turns) > MOST_TURNS:
            return None
    known = zone_named(name) or zone_named(own)
    if not name or not (known or turns):
        return None
    return name, known or Ruled(sorted(turns, key=lambda turn: turn[0]))


def turns_of(lines: Mapping[str, Line], last: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """Yield when the clocks are turned to an offset; a rule is followed from 1970 on."""
    start, offset = LOCAL.match(said(lines, "DTSTART")), OFFSET.fullmatch(said(lines, "TZOFFSETTO"))
    if not start or not offset:
        return
    try:
        begun = datetime(*map(int, start.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - local time is meant
        rule = read_rule(said(lines, "RRULE")) if "RRULE" in lines else None
    except (ValueError, UnreadRule):
        return
    ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]), seconds=int(offset[4] or 0))
    to = -ahead if offset[1] == "-" else ahead
    if abs(to) >= timedelta(days=1):
        return
    yield begun, to
    if rule and rule.period == "YEARLY" and rule.interval == 1:
        from_then = begun.replace(year=max(begun.year, FIRST_YEAR), day=min(begun.day, 28))
        ended = LOCAL.match(rule.until)
        for turn in days_of(rule, from_then, last.date()):
            if ended and f"{turn:%Y%m%dT%H%M%S}" > ended[0]:
                return
            yield turn, to


def said(lines: Mapping[str, Line], name: str) -> str:
    """Return what a line says."""
    return lines[name].value.strip() if name in lines else ""
