"""Intervals: how often something is expected, as people write it ("15 minutes", "1 day", "2 weeks")."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["every", "seconds_of"]

UNITS: Final = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60}
WRITTEN: Final = re.compile(r"(?:([1-9]\d{0,4})\s+)?(minute|hour|day|week)s?")
NAMED: Final = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800}


def seconds_of(text: str) -> int | None:
    """Read an interval; None where it is none.

    >>> seconds_of("15 minutes"), seconds_of("day"), seconds_of("2 Weeks"), seconds_of("soon"), seconds_of("0 days")
    (900, 86400, 1209600, None, None)
    """
    plain = text.strip().lower()
    found = WRITTEN.fullmatch(plain)
    return int(found[1] or 1) * UNITS[found[2]] if found else NAMED.get(plain)


def every(seconds: int) -> str:
    """Say an interval in words, after which "every" fits.

    >>> every(86_400), every(900), every(1_209_600), every(5_400)
    ('every day', 'every 15 minutes', 'every 2 weeks', 'every 90 minutes')
    """
    unit, size = next(((unit, size) for unit, size in UNITS.items() if seconds % size == 0), ("minute", 60))
    count = max(1, round(seconds / size))
    return f"every {unit}" if count == 1 else f"every {count:,} {unit}s"
