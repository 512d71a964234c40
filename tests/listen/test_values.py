"""How single values are read: the ways of writing that are common, and none of them guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.listen.column import each_distinct
from regulars.listen.identifiers import plain
from regulars.listen.numbers import scaled
from regulars.listen.times import days_of, microseconds, parsed


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04 14:05",
        "2026-03-04T14:05:00",
        "2026-03-04T14:05:00.123",
        "2026-03-04 14:05:00 UTC",
        "2026-03-04 15:05:00 +0100",
        "2026/03/04 14:05",
        "04/03/2026 14:05",
        "4.3.2026, 2:05 pm",
        "04-03-26 14:05",
        "4 Mar 2026 14:05",
        "4 March 2026, 2:05 PM",
        "Mar 4, 2026 2:05 PM",
        "Wed, 4 Mar 2026 14:05:00 GMT",
        "4-Mar-2026 14:05",
        "Mar 4th, 2026 14:05",
        "1772633100",
        "1772633100000",
    ],
)
def test_one_instant_in_all_its_ways_of_writing(text: str) -> None:
    """Every usual way of writing 4 March 2026, five past two, is that minute."""
    wanted = datetime(2026, 3, 4, 14, 5, tzinfo=UTC)
    found = microseconds(text, zone=ZoneInfo("UTC"), order="day first")
    assert found // 60_000_000 == int(wanted.timestamp()) // 60


def test_month_first_is_read_month_first() -> None:
    """The same digits are another day where the file writes the month first."""
    assert parsed("04/03/2026", order="month first") == datetime(2026, 4, 3)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text", ["31/02/2026", "2026-02-30", "13/13/2026", "30 Feb 2026", "1 Foo 2026", "2026-01-01 24:61", "12"]
)
def test_what_is_no_day_is_never_one(text: str) -> None:
    """Impossible days and unknown months raise, with a reason."""
    with pytest.raises(ValueError, match=r"[a-z]"):
        parsed(text, order="day first")


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("12.50", False, 12500),
        ("1,234.50", False, 1234500),
        ("1,234", False, 1234000),
        ("12,34,567.5", False, 1234567500),
        ("1.234,50", True, 1234500),
        ("1 234,50", True, 1234500),
        ("1'234.50", False, 1234500),
        ("12,5", True, 12500),
        ("(12.00)", False, -12000),
        ("-3", False, -3000),
        ("3-", False, -3000),
        ("−3", False, -3000),
        ("€ 5", False, 5000),
        ("$-5", False, -5000),
        ("5 EUR", False, 5000),
        ("R$ 5,00", True, 5000),
        ("kr. 5", False, 5000),
        (".5", False, 500),
        ("1e3", False, 1_000_000),
        ("1E-2", False, 10),
        ("0.0005", False, 0),
        ("0.0015", False, 2),
        ("+7", False, 7000),
    ],
)
def test_numbers_in_their_usual_ways_of_writing(text: str, comma: bool, value: int) -> None:
    """Thousands marks, signs, currencies, brackets and exponents are read; half goes to even."""
    assert scaled(text, scale=1000, comma=comma) == value


@pytest.mark.parametrize(
    ("text", "comma"),
    [
        ("1.234,50", False),
        ("1,234.50", True),
        ("12,5", False),
        ("1,23", False),
        ("", False),
        ("-", False),
        ("(5", False),
        ("5 apples", False),
        ("1.2.3", False),
        ("12:30", False),
        ("0x10", False),
        ("nan", False),
        ("inf", False),
        ("1e99", False),
    ],
)
def test_what_may_be_another_number_is_refused(text: str, comma: bool) -> None:
    """A decimal comma in a file of points is not a mark of thousands."""
    with pytest.raises(ValueError, match=r"[a-z]"):
        scaled(text, scale=1000, comma=comma)


@given(st.integers(-(10**12), 10**12), st.sampled_from([1, 100, 1000]))
def test_every_whole_number_comes_back(number: int, scale: int) -> None:
    """Written plainly, with thousands marks, or after a comma: the same whole number."""
    assert scaled(str(number), scale=scale, comma=False) == number * scale
    assert scaled(f"{number:,}", scale=scale, comma=False) == number * scale
    assert scaled(f"{number:,}".replace(",", "."), scale=scale, comma=True) == number * scale


@given(st.text(max_size=30))
def test_a_text_is_tidied_once(text: str) -> None:
    """Tidying a tidy text changes nothing, and leaves no control character."""
    tidy = plain(text)
    assert plain(tidy) == tidy
    assert not any(ord(char) < 32 for char in tidy)


def test_days_follow_the_zone_through_a_change_of_clocks() -> None:
    """Half past ten at night in summer is the next day already for UTC+2, and not yet for UTC."""
    night = np.array([int(datetime(2026, 7, 1, 22, 30, tzinfo=UTC).timestamp()) * 1_000_000])
    winter = np.array([int(datetime(2026, 12, 1, 22, 30, tzinfo=UTC).timestamp()) * 1_000_000])
    assert days_of(night, ZoneInfo("Europe/Brussels"))[0] == days_of(night, ZoneInfo("UTC"))[0] + 1
    assert days_of(winter, ZoneInfo("Europe/Brussels"))[0] == days_of(winter, ZoneInfo("UTC"))[0]


def test_each_distinct_text_is_read_once() -> None:
    """A column of a million equal texts costs one reading."""
    asked: list[str] = []

    def read(text: str) -> int:
        asked.append(text)
        return ord(text)

    found = each_distinct(pa.array(["a", None, "b", "a", "a"]), read)
    assert found.values.tolist() == [97, 0, 98, 97, 97]
    assert found.present.tolist() == [True, False, True, True, True]
    assert asked == ["a", "b"]
