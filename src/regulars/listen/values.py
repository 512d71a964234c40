"""Values: a column of text becomes instants, numbers or money; what cannot be read is named, never guessed.

Every function works on a whole column. Each distinct text is read once (a year of orders has far fewer distinct
prices and days than rows), and each text that cannot be read keeps its own reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .identifiers import plain

__all__ = ["Column", "DateOrder", "decimal_comma", "read_numbers", "read_times"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
DateOrder = str  # "year first" | "day first" | "month first"

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
NUMERIC_DATE: Final = re.compile(r"(\d{1,4})[./\-](\d{1,2})[./\-](\d{2,4})(?:[ T,]+(.*))?")
CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?")
WORD_FORMATS: Final = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y")
MONEY_MARKS: Final = re.compile(r"[\s\u00a0\u202f'’]|[A-Za-z]{1,3}\.?(?=[\s\d(-])|(?<=\d)\s*[A-Za-z]{3}$|[€£$₹¥₩]")
MICRO: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was read: its whole numbers, which are there, and why a text could not be read.

    `values` (n,) int64; `present` (n,) bool, False for an empty cell; `wrong` maps a row's position to the reason.
    """

    values: Ints
    present: Flags
    wrong: dict[int, str]


def read_times(column: pa.Array, *, zone: ZoneInfo, order: DateOrder) -> Column:
    """Read a column of dates and times as UTC microseconds. A time without a zone is meant in `zone`."""
    return each_distinct(column, lambda text: microseconds(text, zone=zone, order=order))


def read_numbers(column: pa.Array, *, scale: int, comma: bool) -> Column:
    """Read a column of numbers or amounts as whole multiples of 1/`scale` (1000 for thousandths)."""
    return each_distinct(column, lambda text: scaled(text, scale=scale, comma=comma))


def each_distinct(column: pa.Array, read: Callable[[str], int]) -> Column:
    """Apply `read` once to each distinct text of the column and spread the results over the rows."""
    coded = pc.dictionary_encode(column)
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.combine_chunks()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts: Sequence[str] = coded.dictionary.to_pylist()
    values = np.zeros(len(texts) + 1, dtype=np.int64)  # the last place stands for an empty cell
    present = np.zeros(len(texts) + 1, dtype=np.bool_)
    reasons: dict[int, str] = {}
    for place, text in enumerate(texts):
        tidy = plain(text)
        if not tidy:
            continue
        try:
            values[place] = read(tidy)
            present[place] = True
        except (ValueError, OverflowError, InvalidOperation) as error:
            reasons[place] = str(error)
    wrong = {}
    if reasons:
        for row in np.flatnonzero(np.isin(codes, list(reasons))):
            wrong[int(row)] = reasons[int(codes[row])]
    return Column(values[codes], present[codes], wrong)


def microseconds(text: str, *, zone: ZoneInfo, order: DateOrder) -> int:
    """Read one date or time as UTC microseconds, or raise ValueError with a reason a person can act on.

    >>> microseconds("2026-03-04 10:12", zone=ZoneInfo("UTC"), order="year first")
    1772619120000000
    >>> microseconds("04/03/2026", zone=ZoneInfo("UTC"), order="day first") == microseconds(
    ...     "2026-03-04", zone=ZoneInfo("UTC"), order="year first")
    True
    """
    moment = parsed(text, order=order)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"the year {moment.year} cannot be meant")
    return (moment - EPOCH) // timedelta(microseconds=1)


def parsed(text: str, *, order: DateOrder) -> datetime:
    """Read one date or time in any of the usual ways of writing."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), tz=UTC)
    if numeric := NUMERIC_DATE.fullmatch(text):
        return numeric_date(numeric, order=order)
    for form in WORD_FORMATS:
        head, _, clock = text.rpartition(" ")
        for candidate, rest in ((text, ""), (head, clock)):
            try:
                return with_clock(datetime.strptime(candidate, form).replace(tzinfo=None), rest)  # noqa: DTZ007
            except ValueError:
                continue
    raise ValueError("this is not a date that we can read")


def numeric_date(found: re.Match[str], *, order: DateOrder) -> datetime:
    first, second, third, clock = found.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        year = int(third) + (2000 if len(third) == 2 else 0)
        day, month = (int(first), int(second)) if order != "month first" else (int(second), int(first))
    try:
        return with_clock(datetime(year, month, day), clock or "")  # noqa: DTZ001
    except ValueError as error:
        raise ValueError(f"read {order}, this is no day of the calendar") from error


def with_clock(day: datetime, text: str) -> datetime:
    """Add a time of day such as `14:05`, `2:05 pm` or nothing."""
    if not text.strip():
        return day
    if not (found := CLOCK.fullmatch(text.strip())):
        raise ValueError("its time of day cannot be read")
    hour, minute, second, half = found.groups()
    hours = int(hour) % 12 + (12 if half.lower().startswith("p") else 0) if half else int(hour)
    return day.replace(hour=hours, minute=int(minute), second=int(second or 0))


def scaled(text: str, *, scale: int, comma: bool) -> int:
    """Read one number as a whole multiple of 1/scale; half goes to even.

    >>> scaled("€ 1,234.50", scale=100, comma=False), scaled("1.234,5", scale=100, comma=True), scaled("(3)", scale=1, comma=False)
    (123450, 123450, -3)
    """
    bare = MONEY_MARKS.sub("", text)
    negative = bare.startswith("(") and bare.endswith(")")
    bare = bare.strip("()")
    bare = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", bare):
        raise ValueError("this is not a number")
    number = int((Decimal(bare) * scale).to_integral_value())
    if abs(number) >= 2**62:
        raise ValueError("this number is too large to be meant")
    return -number if negative else number


def decimal_comma(texts: Sequence[str]) -> bool:
    """Tell whether a column writes its decimals after a comma, from all its texts.

    >>> decimal_comma(["12,50", "3"]), decimal_comma(["1,234.50"]), decimal_comma(["1,234"])
    (True, False, False)
    """
    commas = sum(bool(re.search(r",\d{1,2}\D*$", text)) for text in texts)
    points = sum(bool(re.search(r"\.\d{1,2}\D*$", text)) for text in texts)
    return commas > 0 and points == 0

