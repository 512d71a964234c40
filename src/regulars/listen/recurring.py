"""Recurring: on which days something that repeats takes place, by its rule and no further than a day that is given.

Rules of days, weeks, months and years are read. Each period is looked at once, from the first to that day, so that a
rule nothing fits ends as soon as any other: libraries look for the next day until the year 9999, however long it takes.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

__all__ = ["Rule", "UnreadRule", "days_of", "read_rule"]

PERIODS: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WEEKDAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
NUMBER: Final = re.compile(r"[+-]?\d{1,6}")
KNOWN: Final = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
WEEK: Final = timedelta(days=7)


class UnreadRule(ValueError):
    """A rule that is not read, with the reason as its words."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How something repeats. `until` is left as it is written, since it is meant in the zone of what repeats."""

    period: str
    interval: int = 1
    count: int | None = None
    until: str = ""
    days: tuple[tuple[int, int], ...] = ()  # which of its kind in the month or year (0: each), and the day of the week
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    places: tuple[int, ...] = ()  # which days of a period, where not all of them
    week_start: int = 0


def read_rule(text: str) -> Rule:
    """Read an RRULE.

    >>> read_rule("FREQ=MONTHLY;BYDAY=-1FR").days
    ((-1, 4),)
    """
    parts = dict(part.upper().split("=", 1) for part in text.strip().strip(";").split(";") if "=" in part)
    period = parts.get("FREQ", "")
    if period not in PERIODS:
        raise UnreadRule("it repeats more often than every day" if period else "its rule does not say how it repeats")
    if odd := [name for name in parts if name not in KNOWN]:
        raise UnreadRule(f"its rule has {odd[0]}, which is not read")
    days = [WEEKDAY.fullmatch(part.strip()) for part in parts["BYDAY"].split(",")] if parts.get("BYDAY") else []
    if not all(days) or parts.get("WKST", "MO") not in DAYS:
        raise UnreadRule("its rule names no day of the week")
    rule = Rule(
        period,
        interval=max([1, *numbers(parts.get("INTERVAL", ""))]),
        count=next(iter(numbers(parts.get("COUNT", ""))), None),
        until=parts.get("UNTIL", ""),
        days=tuple((int(day[1] or 0), DAYS.index(day[2])) for day in days if day),
        month_days=numbers(parts.get("BYMONTHDAY", "")),
        months=numbers(parts.get("BYMONTH", "")),
        places=numbers(parts.get("BYSETPOS", "")),
        week_start=DAYS.index(parts.get("WKST", "MO")),
    )
    if any(which for which, _ in rule.days) and period in ("DAILY", "WEEKLY"):
        raise UnreadRule("its rule counts the days of a week")
    return rule


def numbers(text: str) -> tuple[int, ...]:
    """Read a list of numbers."""
    parts = [part.strip() for part in text.split(",")] if text else []
    if not all(NUMBER.fullmatch(part) for part in parts):
        raise UnreadRule("its rule holds a number that is none")
    return tuple(map(int, parts))


def days_of(rule: Rule, start: datetime, last: date) -> Iterator[datetime]:
    """Yield every time at which something repeats, from its start to the end of `last`, as many as it counts."""
    left = rule.count
    for some in periods(rule, start.date(), last):
        chosen = sorted(set(some))
        for day in chosen if not rule.places else at_places(chosen, rule.places):
            if left == 0:
                return
            if start.date() <= day <= last:
                yield datetime.combine(day, start.time())
                left = None if left is None else left - 1


def at_places(days: Sequence[date], places: Iterable[int]) -> list[date]:
    """Return some of the days of a period by their places, counted from its end where negative."""
    found = {place - 1 if place > 0 else len(days) + place for place in places}
    return [day for number, day in enumerate(days) if number in found]


def periods(rule: Rule, start: date, last: date) -> Iterator[list[date]]:
    """Yield the days of each period that fit the rule."""
    step = 0
    while True:
        try:
            first, days = period(rule, start, step * rule.interval)
        except (OverflowError, ValueError):  # beyond the last year there is
            return
        if first > last:
            return
        yield days
        step += 1


def period(rule: Rule, start: date, number: int) -> tuple[date, list[date]]:
    """Return the first day of a period, and its days that fit."""
    if rule.period == "DAILY":
        first = start + timedelta(days=number)
        return first, [first] if fits(rule, first) else []
    if rule.period == "WEEKLY":
        first = start - timedelta(days=(start.weekday() - rule.week_start) % 7) + number * WEEK
        own = rule.days or ((0, start.weekday()),)
        week = [first + timedelta(days=place) for place in range(7) if first <= date.max - WEEK]
        return first, [day for day in week if fits(rule, day) and (0, day.weekday()) in own]
    if rule.period == "MONTHLY":
        year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
        first = date(year, month + 1, 1)
        return first, in_month(rule, start, first) if not rule.months or month + 1 in rule.months else []
    first = date(start.year + number, 1, 1)
    return first, in_year(rule, start, first)


def fits(rule: Rule, day: date) -> bool:
    """Tell whether a day is in a month, on a day of the month and of the week that the rule names."""
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.month_days or bool({day.day, day.day - 1 - length(day)}.intersection(rule.month_days)))
        and (not rule.days or day.weekday() in {weekday for _, weekday in rule.days})
    )


def length(day: date) -> int:
    """Return how many days the month of a day has."""
    return calendar.monthrange(day.year, day.month)[1]


def in_month(rule: Rule, start: date, first: date) -> list[date]:
    """Return the days of a month that fit."""
    days = [first.replace(day=number) for number in range(1, length(first) + 1)]
    if not rule.days and not rule.month_days:
        return [day for day in days if day.day == start.day]
    named = set(counted(rule, days)) if rule.days else set(days)
    return [day for day in days if day in named and fits(rule, day)]


def in_year(rule: Rule, start: date, first: date) -> list[date]:
    """Return the days of a year that fit."""
    if rule.days and not rule.months:
        whole = first.toordinal()
        days = [date.fromordinal(whole + number) for number in range(366 if calendar.isleap(first.year) else 365)]
        return [day for day in counted(rule, days) if fits(rule, day)]
    months = rule.months or ((start.month,) if not rule.month_days else range(1, 13))
    return [day for month in months if 1 <= month <= 12 for day in in_month(rule, start, first.replace(month=month))]


def counted(rule: Rule, days: Sequence[date]) -> list[date]:
    """Return the days of a month or year whose weekday the rule names: each, or the one of that count."""
    found: set[date] = set()
    for which, weekday in rule.days:
        several = [day for day in days if day.weekday() == weekday]
        if not which:
            found.update(several)
        elif abs(which) <= len(several):
            found.add(several[which - 1 if which > 0 else which])
    return sorted(found)
