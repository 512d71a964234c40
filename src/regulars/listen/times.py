"""Times: texts become instants. A date that can be read two ways is never guessed, an impossible one is named.

A time that names no zone is meant in the zone of its source's mapping, or in the home's where the mapping names none.
On two days of a year it may not exist, or exist twice: where the clock was put forward, a time that it skipped is read
as if it had not been (2:30 then means half an hour after the change); where it was put back, the first one is meant.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from .column import Column, Ints, each_distinct

__all__ = ["DATE_ORDERS", "DAY_US", "NUMERIC_DATE", "days_of", "parsed", "read_times"]

DATE_ORDERS: Final = ("year first", "day first", "month first")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_YEAR: Final = 1971
LAST_YEAR: Final = 2099
DAY_US: Final = 86_400_000_000
HOUR_US: Final = 3_600_000_000
NUMERIC_DATE: Final = re.compile(
    r"(?P<first>\d{1,4})(?P<mark>[./\-])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{2,4})(?:[ T,]+(?P<clock>.*))?"
)
WORD_DATE: Final = re.compile(
    r"(?:[a-z]{3,9},? )?"
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[ \-](?P<month>[a-z]{3,9})\.?"
    r"|(?P<month2>[a-z]{3,9})\.? (?P<day2>\d{1,2})(?:st|nd|rd|th)?)"
    r",?[ \-](?P<year>\d{4}|\d{2})(?:[ T,]+(?P<clock>.*))?",
    re.IGNORECASE,
)
CLOCK: Final = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?\s*(Z|UTC|GMT|[+\-]\d{2}:?\d{2})?", re.IGNORECASE
)
MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def read_times(column: pa.Array, *, zone: ZoneInfo, order: str) -> Column:
    """Read a column of dates and times as UTC microseconds. A time without a zone is meant in `zone`."""
    return each_distinct(column, lambda text: microseconds(text, zone=zone, order=order))


def microseconds(text: str, *, zone: ZoneInfo, order: str) -> int:
    """Read one date or time as UTC microseconds, or raise ValueError with a reason a person can act on.

    >>> microseconds("2026-03-04 10:12", zone=ZoneInfo("UTC"), order="year first")
    1772619120000000
    >>> microseconds("04/03/2026", zone=ZoneInfo("UTC"), order="day first") == microseconds(
    ...     "2026-03-04", zone=ZoneInfo("UTC"), order="year first")
    True
    """
    moment = parsed(text, order=order)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year {moment.year} cannot be meant")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone, fold=0)  # skipped: as if the clock had not been changed; twice: the first
    return (moment - EPOCH) // timedelta(microseconds=1)


def parsed(text: str, *, order: str) -> datetime:
    """Read one date or time in any of the usual ways of writing."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if re.fullmatch(r"[0-9]{10}|[0-9]{13}", text):
        return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), tz=UTC)
    if numeric := NUMERIC_DATE.fullmatch(text):
        return with_clock(numeric_day(numeric, order=order), numeric["clock"] or "")
    if (worded := WORD_DATE.fullmatch(text)) and (month := month_named(worded["month"] or worded["month2"])):
        year = int(worded["year"]) + (2000 if len(worded["year"]) == 2 else 0)
        day = calendar_day(year, month, int(worded["day"] or worded["day2"]), reason="this is no day of the calendar")
        return with_clock(day, worded["clock"] or "")
    raise ValueError("this is not a date that we can read")


def numeric_day(found: re.Match[str], *, order: str) -> datetime:
    """Read a date of three numbers."""
    first, second, third = int(found["first"]), int(found["second"]), int(found["third"])
    if len(found["first"]) == 4:
        return calendar_day(first, second, third, reason="this is no day of the calendar")
    if order == "year first":
        raise ValueError("whether the day or the month comes first is not known for this file")
    year = third + (2000 if len(found["third"]) == 2 else 0)
    day, month = (first, second) if order == "day first" else (second, first)
    return calendar_day(year, month, day, reason=f"read {order}, this is no day of the calendar")


def calendar_day(year: int, month: int, day: int, *, reason: str) -> datetime:
    """Return a day at midnight, or raise ValueError with the reason."""
    try:
        return datetime(year, month, day)  # noqa: DTZ001 (its zone is the file's, added by the caller)
    except ValueError as error:
        raise ValueError(reason) from error


def month_named(word: str) -> int | None:
    """Return the number of a month from its name or the beginning of it, at least three letters.

    >>> month_named("Sept"), month_named("foo")
    (9, None)
    """
    return next((number for number, name in enumerate(MONTHS, start=1) if name.startswith(word.lower())), None)


def with_clock(day: datetime, text: str) -> datetime:
    """Add a time of day such as `14:05`, `2:05 pm`, `14:05 +0200` or nothing."""
    if not text.strip():
        return day
    if not (found := CLOCK.fullmatch(text.strip())):
        raise ValueError("its time of day cannot be read")
    hour, minute, second, half, offset = found.groups()
    hours = int(hour) % 12 + (12 if half.lower().startswith("p") else 0) if half else int(hour)
    try:
        return day.replace(hour=hours, minute=int(minute), second=int(second or 0), tzinfo=zone_of(offset))
    except ValueError as error:
        raise ValueError("there is no such time of day") from error


def zone_of(offset: str | None) -> timezone | None:
    """Return the zone that a time was written with, or None."""
    if offset is None:
        return None
    if offset.upper() in ("Z", "UTC", "GMT"):
        return UTC
    away = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-away if offset[0] == "-" else away)


def days_of(instants: Ints, zone: ZoneInfo) -> Ints:
    """Return the civil day in `zone` of each instant, counted from 1970-01-01; most hours are looked up once."""
    if zone.key == "UTC":
        return instants // DAY_US
    hours, places = np.unique(instants // HOUR_US, return_inverse=True)
    edges = np.unique(np.concatenate([hours, hours + 1]))
    offsets = np.array([offset_us(int(edge) * HOUR_US, zone) for edge in edges], np.int64)
    begun, ended = (offsets[np.searchsorted(edges, hours + step)] for step in (0, 1))
    shift = begun[places]
    for row in np.flatnonzero((begun != ended)[places]).tolist():  # somewhere a clock was changed at one past midnight
        shift[row] = offset_us(int(instants[row]), zone)
    return np.asarray((instants + shift) // DAY_US, dtype=np.int64)


def offset_us(instant: int, zone: ZoneInfo) -> int:
    """Return how far the clocks of a zone are ahead of UTC at an instant, in microseconds."""
    ahead = (EPOCH + timedelta(microseconds=instant)).astimezone(zone).utcoffset()
    return 0 if ahead is None else ahead // timedelta(microseconds=1)
