"""Births: dates of birth in the usual writings, as whole numbers such as 19900102.

Year first, or day and month first with the year last; with dashes, dots, strokes, blanks or nothing between them; an
English name of the month; a time behind it is ignored. Where day and month could be either, all dates of the column
with the same mark between decide: whichever reading more of them insist on, and the day first where none does (with
dots always). A value that only the other reading makes sense of is read that way. A 31st of April is kept: as a slip of
the pen it still tells.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import pyarrow as pa

from .placeholders import placeholder
from .spelling import plain_letters

__all__ = ["DAY_FIRST", "MONTH_FIRST", "birth_of", "clean_births", "order_of"]

DAY_FIRST: Final = "day first"
MONTH_FIRST: Final = "month first"
OLDEST: Final = 1600  # year; old registers are matched too
NEWEST: Final = 2099
TURN: Final = 30  # two digits up to this are of 2000, above it of 1900
MONTHS: Final = {
    name: place
    for place, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
# What forms and programs write for "no date": the first days of Excel, Unix, SQL Server and Cobol, and rows of digits.
PLACEHOLDERS: Final = {
    19000101: "the first day of many programs", 19000102: "the first day of many programs",
    18991230: "the first day of spreadsheets", 18991231: "the first day of spreadsheets",
    19040101: "the first day of spreadsheets", 19700101: "the first day of computers' clocks",
    17530101: "the first day of a database", 16010101: "the first day of a file system",
    19010101: "the first day of many programs", 11111111: "one digit repeated",
    99991231: "the last day of many programs",
    18000101: "the first day of many programs",
}  # fmt: skip
NO_DATE: Final = "not a date"
NO_SUCH_DAY: Final = "no such day"
NO_YEAR: Final = "a year in which no customer was born"
YEAR_ONLY: Final = "a year without a day"
TIME: Final = r"(?:[t ]+\d{1,2}:\d{2}.*)?"
YEAR_AHEAD: Final = re.compile(rf"(\d{{4}})([-/. ])(\d{{1,2}})\2(\d{{1,2}}){TIME}")
YEAR_LAST: Final = re.compile(rf"(\d{{1,2}})([-/. ]+)(\d{{1,2}})[-/. ]+(\d{{4}}|\d{{2}}){TIME}")
EIGHT: Final = re.compile(rf"(\d{{8}})(?:\.0)?{TIME}")
NAMED: Final = re.compile(
    rf"(?:(\d{{1,2}})(?:st|nd|rd|th)?[- .]*)?([a-z]{{3,9}})[- .]*(\d{{1,2}})?[- .,]*(\d{{4}}){TIME}"
)


def order_of(texts: Sequence[str]) -> str:
    """Return in which order some dates write day and month, told by the numbers above 12; the day first where none is.

    >>> order_of(["01/02/1990", "01/25/1990"]), order_of(["01/02/1990"])
    ('month first', 'day first')
    """
    days_first = months_first = 0
    for text in texts:
        parts = YEAR_LAST.fullmatch(text)
        first, second = (int(parts[1]), int(parts[3])) if parts and "." not in parts[2] else eight_parts(text)
        days_first += first > 12 >= second > 0
        months_first += second > 12 >= first > 0
    return MONTH_FIRST if months_first > days_first else DAY_FIRST


def form_of(text: str) -> str:
    """Return by which mark a date is written: sources that are put together may each write their own way.

    >>> form_of("01/02/1990"), form_of("01021990")
    ('/', '')
    """
    return next((mark for mark in "/-. " if mark in text), "")


def eight_parts(text: str) -> tuple[int, int]:
    """Return the first two pairs of eight digits that end with a year; zeros where the text is something else."""
    parts = EIGHT.fullmatch(text.strip())
    if parts is None or year_ahead(parts[1]):
        return 0, 0
    return int(parts[1][:2]), int(parts[1][2:4])


def year_ahead(digits: str) -> bool:
    """Tell whether eight digits begin with a year."""
    return OLDEST <= int(digits[:4]) <= NEWEST and (
        1 <= int(digits[4:6]) <= 12 or not OLDEST <= int(digits[4:]) <= NEWEST
    )


def birth_of(text: str, *, order: str = DAY_FIRST) -> tuple[int | None, str | None]:
    """Read one date of birth: the number, or None and why.

    >>> birth_of("1990-01-02"), birth_of("02.01.1990"), birth_of("1/2/1990", order=MONTH_FIRST), birth_of("2 Jan 1990")
    ((19900102, None), (19900102, None), (19900102, None), (19900102, None))
    >>> birth_of("1900-01-01"), birth_of("soon")
    ((None, 'the first day of many programs'), (None, 'not a date'))
    """
    spelt = plain_letters(text)
    parts = parts_of(spelt, order)
    if parts is None:
        if reason := placeholder(spelt, field="number"):
            return None, reason
        return None, YEAR_ONLY if re.fullmatch(r"(?:1[6-9]|20)\d\d(?:\.0)?", spelt) else NO_DATE
    year, month, day = parts
    number = year * 10_000 + month * 100 + day
    if number in PLACEHOLDERS:
        return None, PLACEHOLDERS[number]
    if not OLDEST <= year <= NEWEST:
        return None, NO_YEAR
    if day > 12 >= month or month <= 12:
        return (
            (number, None) if 1 <= month <= 12 and 1 <= day <= 31 else (None, YEAR_ONLY if month == 0 else NO_SUCH_DAY)
        )
    if day <= 12 < month <= 31 and day > 0:  # only the other reading makes sense
        return year * 10_000 + day * 100 + month, None
    return None, NO_SUCH_DAY


def parts_of(spelt: str, order: str) -> tuple[int, int, int] | None:
    """Return year, month and day as they are written; None where this is no date."""
    if found := YEAR_AHEAD.fullmatch(spelt):
        return int(found[1]), int(found[3]), int(found[4])
    if found := YEAR_LAST.fullmatch(spelt):
        first, second = int(found[1]), int(found[3])
        turned = order == MONTH_FIRST and "." not in found[2]
        return whole_year(found[4]), *((first, second) if turned else (second, first))
    if found := EIGHT.fullmatch(spelt):
        digits = found[1]
        if year_ahead(digits) or not OLDEST <= int(digits[4:]) <= NEWEST:
            return int(digits[:4]), int(digits[4:6]), int(digits[6:])
        first, second = int(digits[:2]), int(digits[2:4])
        return int(digits[4:]), *((first, second) if order == MONTH_FIRST else (second, first))
    if (found := NAMED.fullmatch(spelt)) and (month := MONTHS.get(found[2][:3])) and (found[1] or found[3]):
        return int(found[4]), month, int(found[1] or found[3])
    return None


def whole_year(digits: str) -> int:
    """Return a year of four digits for one of two or four."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year <= TURN else 1900)


def clean_births(values: pa.Array) -> dict[str, pa.Array]:
    """Read a column of different dates of birth: `birth` (int32), and why a value became null, `reason`."""
    texts = values.to_pylist()
    forms: defaultdict[str, list[str]] = defaultdict(list)
    for text in texts:
        if text:
            forms[form_of(spelt := plain_letters(text))].append(spelt)
    orders = {form: order_of(written) for form, written in forms.items()}
    read = [
        birth_of(text, order=orders[form_of(plain_letters(text))]) if text and text.strip() else (None, None)
        for text in texts
    ]
    return {
        "birth": pa.array([number for number, _ in read], pa.int32()),
        "reason": pa.array([reason for _, reason in read], pa.string()),
    }
