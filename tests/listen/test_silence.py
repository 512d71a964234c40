"""Silence: who is late, by how much, and how it is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.listen.intervals import every, seconds_of
from regulars.listen.silence import Silent, silent_among

NOW = datetime(2026, 11, 5, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_source_is_late_after_half_as_long_again() -> None:
    """A day and a half of grace for something that is expected every day; what is expected of nobody is never late."""
    heard = [
        ("till", NOW - 1.5 * DAY, DAY),
        ("desk", NOW - 1.5 * DAY - timedelta(seconds=1), DAY),
        ("file", NOW - 900 * DAY, None),
        ("apt", NOW - 20 * DAY, 7 * DAY),
    ]
    assert silent_among(heard, now=NOW) == (
        Silent("apt", NOW - 20 * DAY, 7 * DAY, 13 * DAY),
        Silent("desk", NOW - 1.5 * DAY - timedelta(seconds=1), DAY, 0.5 * DAY + timedelta(seconds=1)),
    )


def test_silence_is_said_in_the_words_of_the_shop() -> None:
    """The day in the shop's zone, the year where it is another, the hour where it matters."""
    zone = ZoneInfo("Europe/Brussels")
    (one,) = silent_among([("till", datetime(2026, 11, 2, 23, 30, tzinfo=UTC), DAY)], now=NOW)
    assert one.said(zone) == "Nothing from till since 3 Nov; something is expected every day."
    (old,) = silent_among([("till", datetime(2025, 11, 2, 12, tzinfo=UTC), 7 * DAY)], now=NOW)
    assert old.said(zone) == "Nothing from till since 2 Nov 2025; something is expected every week."
    (brief,) = silent_among([("till", NOW - timedelta(hours=3), timedelta(minutes=15))], now=NOW)
    assert brief.said(zone) == "Nothing from till since 5 Nov, 10:00; something is expected every 15 minutes."


@given(
    since=st.timedeltas(min_value=timedelta(0), max_value=900 * DAY),
    expected=st.timedeltas(min_value=timedelta(minutes=1), max_value=90 * DAY),
)
def test_whoever_is_late_is_late_by_what_is_missing(since: timedelta, expected: timedelta) -> None:
    """Late by the time beyond the interval, and only where that is more than half of it."""
    found = silent_among([("till", NOW - since, expected)], now=NOW)
    assert bool(found) == (since > 1.5 * expected)
    assert [one.late_by for one in found] == [since - expected] * len(found)


@pytest.mark.parametrize("unit", ["minute", "hour", "day", "week"])
def test_an_interval_is_said_as_it_is_read(unit: str) -> None:
    """What is said after "every" can be read again."""
    for count in (1, 2, 3, 5):
        seconds = seconds_of(f"{count} {unit}s")
        assert seconds is not None
        assert seconds_of(every(seconds).removeprefix("every ")) == seconds
    for text in ("", "soon", "0 days", "-1 day", "1.5 days", "day 1", "100000 days"):
        assert seconds_of(text) is None
