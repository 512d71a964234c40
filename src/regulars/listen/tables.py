"""Tables: rows of a database that are new or changed since the bookmark, read a page at a time and never written to.

The bookmark is the last value of one column (an instant of change, or a growing number). The rows of that last value
are read again the next time, since more of them may have come; a page never parts rows of one value. What is asked is
put together from the feed's own words alone: names are quoted in one place, values are always bound.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final

import pyarrow as pa

from ..errors import InputError, RegularsError
from .databases import Asked, asked_of
from .feed import Feed, Fetched
from .source_file import Piece, SourceFile

__all__ = ["PAGE_ROWS", "fetch"]

PAGE_ROWS: Final = 50_000  # rows of one page, and those of the same last value
TIED: Final = 1_000_000  # rows of one value, from which the bookmark is no use
CHUNK: Final = 5_000  # rows asked from the driver at once
READ_BACK: Final[dict[str, Callable[[Any], Any]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "decimal": Decimal,
}
BYTES: Final = (bytes, bytearray, memoryview)
WHOLE: Final = 2**53  # below this a whole number is the same with and without a point
NUMBERS: Final = (int, float, Decimal)


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark: what it is a bookmark of, the last value, and a hash of the rows that had it."""

    of: str
    after: Any = None
    tied: str = ""

    def text(self) -> str:
        """Write it down."""
        kind = type(self.after).__name__.lower()
        value = self.after if isinstance(self.after, int | float | str) else str_of(self.after)
        return json.dumps({"of": self.of, "kind": kind, "after": value, "tied": self.tied})


def fetch(feed: Feed, bookmark: str, *, most: int = PAGE_ROWS) -> Fetched:
    """Ask a database for the rows after a bookmark."""
    mark = read_mark(bookmark, of=named(feed))
    try:
        asked = asked_of(feed)
    except RegularsError:
        raise
    except Exception as error:  # drivers raise what they like, and their words may hold a password
        raise unreached(feed, error) from None
    with closing(asked.connection):
        try:
            headers, rows, more = page(asked, feed, mark, most)
        except RegularsError:
            raise
        except Exception as error:  # or values of a row
            raise unanswered(feed, error) from None
    return told(feed, headers, rows, mark, more=more)


def page(asked: Asked, feed: Feed, mark: Mark, most: int) -> tuple[list[str], list[Sequence[Any]], bool]:
    """Return the headers, the rows of one page (each with its bookmark before it), and whether there are more."""
    cursor = asked.cursor()
    with closing(cursor):
        statement, values = asked.select(feed.knobs, mark.after)
        cursor.execute(statement, values) if values else cursor.execute(statement)
        headers = [str(column[0]) for column in cursor.description][1:]
        rows, more = gathered(chunks(cursor), mark.after, most)
    with suppress(Exception):  # nothing was changed; a driver without transactions has nothing to give up
        asked.connection.rollback()
    return headers, rows, more


def chunks(cursor: Any) -> Iterator[Sequence[Any]]:
    """Yield the rows of an answer one by one."""
    while got := cursor.fetchmany(CHUNK):
        yield from got


def gathered(answer: Iterator[Sequence[Any]], after: Any, most: int) -> tuple[list[Sequence[Any]], bool]:
    """Gather a page: at least `most` rows past the bookmark where there are so many, and all rows of its last value."""
    rows: list[Sequence[Any]] = []
    fresh = tied = 0
    for row in answer:
        same = bool(rows) and row[0] == rows[-1][0]
        if fresh >= most and not same:
            return rows, True
        rows.append(row)
        fresh += after is None or row[0] != after
        tied = tied + 1 if same else 1
        if tied > TIED:
            raise InputError(
                f"More than {TIED:,} rows have the same bookmark.",
                now="Name a column with more different values as bookmark.",
            )
    return rows, False


def told(feed: Feed, headers: list[str], rows: list[Sequence[Any]], mark: Mark, *, more: bool) -> Fetched:
    """Make a table of the rows, without those of the old bookmark where they are still the same, and the new bookmark.

    >>> told(Feed("till", "sql"), ["a"], [], Mark("x", 1), more=False).files
    ()
    """
    if len(set(headers)) < len(headers):
        twice = next(header for header in headers if headers.count(header) > 1)
        raise InputError(f"Two columns are called {twice!r}.", now="Give them different names in the query.")
    if not rows:
        return Fetched((), mark.text() if mark.after is not None else "")
    if mark.after is not None:
        before = [row for row in rows if row[0] == mark.after]
        if hashed(before) == mark.tied:
            rows = rows[len(before) :]
    if not rows:
        return Fetched((), mark.text(), more)
    last = rows[-1][0]
    own = Mark(mark.of, last, hashed([row for row in rows if row[0] == last]))
    file, notes = rows_file(feed.knobs.get("table", feed.name).rpartition(".")[2], headers, rows)
    return Fetched((file,), own.text(), more, notes)


def rows_file(name: str, headers: list[str], rows: list[Sequence[Any]]) -> tuple[SourceFile, tuple[str, ...]]:
    """Make a table of texts of rows, each with its bookmark before it; bytes are left out, and it is said."""
    columns = {header: [row[place] for row in rows] for place, header in enumerate(headers, start=1)}
    blobs = [header for header, values in columns.items() if any(isinstance(value, BYTES) for value in values)]
    typed = frozenset(header for header, values in columns.items() if all_numbers(values))
    texts = {header: pa.array(map(str_of, values), pa.string()) for header, values in columns.items()}
    table, lines = pa.table(texts), pa.array(range(1, len(rows) + 1), pa.int64())
    notes = tuple(f"column '{header}' holds bytes, which are left out" for header in blobs)
    return SourceFile(name, tuple(headers), partial(read, table, lines, typed), notes=notes), notes


def read(table: pa.Table, lines: pa.Array, typed: frozenset[str], only: tuple[str, ...]) -> Iterator[Piece]:
    """Yield the rows of some columns."""
    yield Piece(table.select(list(only)), lines, typed=typed & frozenset(only))


def all_numbers(values: Sequence[Any]) -> bool:
    """Tell whether a column holds numbers, so that its decimals stand after a point."""
    there = [value for value in values if value is not None]
    return bool(there) and all(isinstance(value, NUMBERS) and not isinstance(value, bool) for value in there)


def str_of(value: Any) -> str | None:
    """Write a value of a database as text.

    >>> str_of(8.0), str_of(Decimal("1E+2")), str_of(True), str_of(b"x"), str_of(None)
    ('8', '100', 'true', None, None)
    """
    if value is None or isinstance(value, BYTES):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < WHOLE:
        return str(int(value))  # some drivers give a number its kind by what else stands in the column
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value.total_seconds())
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def hashed(rows: Sequence[Sequence[Any]]) -> str:
    """Return a hash of some rows, in whatever order they come."""
    lines = sorted(json.dumps([str_of(value) for value in row], ensure_ascii=False) for row in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def named(feed: Feed) -> str:
    """Return what a bookmark is one of, so that another table is begun from its beginning."""
    words = [feed.knobs.get(key, "") for key in ("table", "query", "bookmark")]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def read_mark(text: str, *, of: str) -> Mark:
    """Read a bookmark; one of something else, or none, is the beginning."""
    try:
        found = json.loads(text)
        if found["of"] != of:
            return Mark(of)
        return Mark(of, READ_BACK.get(found["kind"], as_is)(found["after"]), found["tied"])
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return Mark(of)


def as_is(value: Any) -> Any:
    """Return a value that JSON keeps as it is."""
    return value


def unreached(feed: Feed, error: Exception) -> InputError:
    """Say that a database cannot be reached. The driver's own words are not repeated."""
    return InputError(
        f"The database of {feed.name} cannot be reached ({type(error).__name__}).",
        now="Look whether it runs, and at its address in feeds.toml.",
    )


def unanswered(feed: Feed, error: Exception) -> InputError:
    """Say that a database did not answer."""
    asked = f"table {feed.knobs['table']!r}" if "table" in feed.knobs else "its query"
    by, why = feed.knobs["bookmark"], type(error).__name__
    return InputError(
        f"The database of {feed.name} did not answer for {asked} by {by!r} ({why}).",
        now="Look at the names in feeds.toml, and whether they may be read.",
    )
