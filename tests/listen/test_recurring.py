"""Rules by which something repeats: the same days as another implementation finds, and an end to every one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.listen.recurring import DAYS, UnreadRule, days_of, read_rule

LAST = date(2020, 12, 31)
STARTS = st.dates(date(2014, 1, 1), date(2019, 12, 31))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Write a rule of any period."""
    period = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={period}"]
    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 5))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 20))}")
    if draw(st.booleans()):
        days = draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3))
        which = draw(st.sampled_from(["", "1", "2", "-1", "5"])) if period in ("MONTHLY", "YEARLY") else ""
        parts.append("BYDAY=" + ",".join(which + day for day in days))
    if draw(st.booleans()) and period != "WEEKLY":
        several = draw(st.lists(st.sampled_from([1, 15, 28, 31, -1, -3]), min_size=1, max_size=2))
        parts.append("BYMONTHDAY=" + ",".join(map(str, several)))
    if draw(st.booleans()):
        parts.append("BYMONTH=" + ",".join(map(str, draw(st.lists(st.integers(1, 12), min_size=1, max_size=3)))))
    if draw(st.booleans()) and period in ("MONTHLY", "YEARLY"):
        parts.append(f"BYSETPOS={draw(st.sampled_from([1, 2, -1]))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    return ";".join(parts)


@settings(max_examples=300, deadline=None)
@given(rules(), STARTS)
def test_the_days_are_those_that_dateutil_finds(rule: str, day: date) -> None:
    """dateutil is asked until the same last day; it cannot be asked of rules that nothing fits."""
    start = datetime.combine(day, time(9, 30))
    ours = list(days_of(read_rule(rule), start, LAST))
    if not ours:
        return
    ended = rule if "COUNT" in rule else f"{rule};UNTIL=20201231T235959"
    theirs = []
    for one in rrulestr(ended, dtstart=start):
        if one.date() > LAST:
            break
        theirs.append(one)
        if "COUNT" in rule and len(theirs) == len(ours):
            break
    assert ours == theirs


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=13",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=MONTHLY;BYSETPOS=300",
        "FREQ=YEARLY;INTERVAL=999999",
        "FREQ=DAILY;INTERVAL=999999",
    ],
)
def test_a_rule_that_nothing_fits_ends(rule: str) -> None:
    """Each period is looked at once, and none after the last day."""
    start = datetime.combine(date(1971, 1, 4), time(9))
    assert [one for one in days_of(read_rule(rule), start, date(2026, 1, 1)) if one != start] == []


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=SECONDLY", "more often than every day"),
        ("FREQ=HOURLY;INTERVAL=3", "more often than every day"),
        ("BYDAY=MO", "does not say how it repeats"),
        ("FREQ=YEARLY;BYWEEKNO=20", "has BYWEEKNO"),
        ("FREQ=WEEKLY;BYDAY=XX", "names no day of the week"),
        ("FREQ=DAILY;COUNT=many", "a number that is none"),
        ("FREQ=WEEKLY;BYDAY=2MO", "counts the days of a week"),
        ("FREQ=DAILY;INTERVAL=99999999999999999999", "a number that is none"),
    ],
)
def test_a_rule_that_is_not_read_says_why(rule: str, why: str) -> None:
    """Nobody meets a person every second."""
    with pytest.raises(UnreadRule, match=why):
        read_rule(rule)


def test_until_the_last_day_of_the_calendar() -> None:
    """The end of time itself is no obstacle."""
    start = datetime.combine(date(9999, 12, 25), time(9))
    for period in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        found = list(days_of(read_rule(f"FREQ={period}"), start, date.max))
        assert found[0] == start
        assert found[-1] - start <= timedelta(days=7)
