"""Dates of birth in the usual writings."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.recognise.births import DAY_FIRST, MONTH_FIRST, birth_of, clean_births


@pytest.mark.parametrize(
    "text",
    [
        "1990-01-02",
        "1990/1/2",
        "19900102",
        "19900102.0",
        "02/01/1990",
        "2.1.1990",
        "02-01-1990",
        "02011990",
        "2/1/90",
        "2 Jan 1990",
        "2nd January 1990",
        "January 2, 1990",
        "1990-01-02T00:00:00Z",
        "1990-01-02 00:00:00",
        " 02.01.1990 ",
    ],
)
def test_all_writings_of_a_day_are_one(text: str) -> None:
    """Year first or last, with any mark or none, in figures or with the month's name."""
    assert birth_of(text) == (19900102, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1900-01-01", "the first day of many programs"),
        ("01/01/1900", "the first day of many programs"),
        ("1970-01-01", "the first day of computers' clocks"),
        ("9999-12-31", "the last day of many programs"),
        ("1899-12-30", "the first day of spreadsheets"),
        ("11/11/1111", "one digit repeated"),
        ("00/00/0000", "a year in which no customer was born"),
        ("1990", "a year without a day"),
        ("1990-00-00", "a year without a day"),
        ("31/31/1990", "no such day"),
        ("1990-01-32", "no such day"),
        ("n/a", "a word that stands for nothing"),
        ("soon", "not a date"),
    ],
)
def test_a_day_on_which_nobody_was_born_is_dropped_and_why(text: str, reason: str) -> None:
    """Placeholders and what is no date become null, and the reason is kept."""
    assert birth_of(text) == (None, reason)


def test_a_column_tells_whether_the_day_comes_first() -> None:
    """A number above 12 tells how all dates with the same mark are written; without one, the day is first."""
    assert clean_births(pa.array(["01/02/1990", "01/25/1990"]))["birth"].to_pylist() == [19900102, 19900125]
    assert clean_births(pa.array(["01/02/1990", "25/01/1990"]))["birth"].to_pylist() == [19900201, 19900125]
    assert clean_births(pa.array(["01/02/1990"]))["birth"].to_pylist() == [19900201]
    mixed = ["01/02/1990", "01/25/1990", "01-02-1990", "01.02.1990", "01021990", "12312018"]
    assert clean_births(pa.array(mixed))["birth"].to_pylist() == [
        19900102, 19900125, 19900201, 19900201, 19900102, 20181231,
    ]  # fmt: skip


def test_a_date_that_makes_sense_one_way_only_is_read_that_way() -> None:
    """A month above 12 is a day, whatever the others of the column say."""
    assert birth_of("25/01/1990", order=MONTH_FIRST) == birth_of("01/25/1990", order=DAY_FIRST) == (19900125, None)
    assert birth_of("1990-25-01") == (19900125, None)


@given(st.dates().filter(lambda day: 1600 <= day.year <= 2099))
def test_a_clean_date_stays_as_it_is(day: object) -> None:
    """The number of a date, read again as a date, is the same number."""
    number, _ = birth_of(str(day))
    assert number is None or birth_of(str(number)) == (number, None)


@given(
    st.lists(st.text("0123456789/-. jan", max_size=12) | st.text(st.characters(exclude_categories=["Cs"])), max_size=6)
)
def test_any_text_is_read(texts: list[str]) -> None:
    """Nothing raises; what has no number has a reason unless it was blank; the order of the values changes nothing."""
    parts = clean_births(pa.array([*texts, None], pa.string()))
    for text, number, reason in zip(texts, parts["birth"].to_pylist(), parts["reason"].to_pylist(), strict=False):
        assert (number is None) == (reason is not None or not text.strip())
    assert (
        clean_births(pa.array([None, *texts[::-1]], pa.string()))["birth"].to_pylist()
        == parts["birth"].to_pylist()[::-1]
    )
