"""Dates: days, instants, and the zone in which a shop's day ends. Nothing here reads the clock.

An instant is a whole number of microseconds since 1970 in UTC; a day is counted from 1970-01-01.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["date_of", "day_number", "end_of_day", "instant_us"]

START: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant_us(moment: datetime) -> int:
    """Return an instant in UTC microseconds.

    >>> instant_us(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    return (moment - START) // timedelta(microseconds=1)


def end_of_day(day: date, zone: ZoneInfo) -> int:
    """Return the last microsecond of a civil day, which has 23 to 25 hours.

    Where a clock is put back at midnight, midnight may come twice: what counts is the last microsecond of that day.

    >>> end_of_day(date(1970, 1, 1), ZoneInfo("UTC"))
    86399999999
    """
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
    first, second = (instant_us(midnight.replace(fold=fold)) - 1 for fold in (0, 1))
    return second if second > first and date_of(second, zone) == day else first


def date_of(us: int, zone: ZoneInfo) -> date:
    """Return the civil day of an instant."""
    return (START + timedelta(microseconds=us)).astimezone(zone).date()


def day_number(day: date) -> int:
    """Count a day from 1970-01-01.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return (day - START.date()).days
