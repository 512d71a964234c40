"""Instants: a column of dates and times as UTC microseconds.

What is written as 2026-03-31 14:05:09 is read many at a time. What a day is, and all other ways of writing, is said by
`times.py`, which alone knows about zones: a day on which the clocks change is read there text by text.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .column import Column, Flags, Ints, Texts
from .tidy import bytes_of
from .times import DAY_US, microseconds, read_times

__all__ = ["read_instants"]

SECOND_US: Final = 1_000_000
LENGTHS: Final = (10, 16, 19)  # characters of a day, with hours and minutes, with seconds
SIGNS: Final = {4: b"-", 7: b"-", 10: b" T", 13: b":", 16: b":"}  # what stands between the figures
ZERO: Final = ord("0")
DAYS_KEPT: Final = 8_192  # that are remembered from one piece of a file to the next


def read_instants(texts: Texts, *, zone: ZoneInfo, order: str) -> Column:
    """Read dates and times; a time without a zone is meant in `zone`."""
    found = Column.empty(len(texts.distinct))
    lengths = pc.binary_length(texts.distinct).to_numpy(zero_copy_only=False)
    for length in LENGTHS:
        places = np.flatnonzero(lengths == length)
        if len(places):
            signs = bytes_of(texts.distinct.take(pa.array(places)))[0].reshape(-1, length)
            found.values[places], found.present[places] = written_out(signs, zone=zone, order=order)
    others = np.flatnonzero(~found.present)
    if len(others):
        rest = read_times(texts.distinct.take(pa.array(others)), zone=zone, order=order)
        found.values[others], found.present[others] = rest.values, rest.present
        found.wrong.update({int(others[place]): reason for place, reason in rest.wrong.items()})
    return found.over(texts.codes)


def written_out(signs: npt.NDArray[np.uint8], *, zone: ZoneInfo, order: str) -> tuple[Ints, Flags]:
    """Read texts of equal length, (texts, characters), and mark those that are written figure by figure."""
    length = signs.shape[1]
    read = np.ones(len(signs), np.bool_)
    for place in range(length):
        allowed = SIGNS.get(place)
        read &= np.isin(signs[:, place], list(allowed)) if allowed else signs[:, place] - ZERO <= 9
    days = np.where(read, figure(signs, 0, 4) * 10_000 + figure(signs, 5, 7) * 100 + figure(signs, 8, 10), 0)
    distinct, places = np.unique(days, return_inverse=True)
    begins, whole = np.array([day_of(int(day), zone, order) for day in distinct], np.int64).reshape(-1, 2)[places].T
    if length == LENGTHS[0]:
        return begins, read & (whole >= 0)
    hours, minutes = figure(signs, 11, 13), figure(signs, 14, 16)
    seconds = figure(signs, 17, 19) if length == LENGTHS[2] else np.zeros(len(signs), np.int64)
    read &= (whole == 1) & (hours < 24) & (minutes < 60) & (seconds < 60)
    return begins + ((hours * 60 + minutes) * 60 + seconds) * SECOND_US, read


def figure(signs: npt.NDArray[np.uint8], first: int, end: int) -> Ints:
    """Return the numbers that some figures make."""
    number = np.zeros(len(signs), np.int64)
    for place in range(first, end):
        number = number * 10 + signs[:, place] - ZERO
    return number


@lru_cache(maxsize=DAYS_KEPT)
def day_of(number: int, zone: ZoneInfo, order: str) -> tuple[int, int]:
    """Return when a day such as 20260331 begins; and 1 where it has 24 hours, 0 where not, -1 where it is no day."""
    try:
        day = date(number // 10_000, number // 100 % 100, number % 100)
        begins, ends = (microseconds(each.isoformat(), zone=zone, order=order) for each in (day, day + timedelta(1)))
    except (ValueError, OverflowError):
        return 0, -1
    return begins, int(ends - begins == DAY_US)
