"""Rows of real databases, asked for by a bookmark: SQLite, PostgreSQL, ADBC, and a module of the DB-API."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from regulars.errors import InputError
from regulars.listen.databases import quoted
from regulars.listen.feed import Feed, Fetched
from regulars.listen.tables import fetch

from ..store.postgres import postgres, postgres_server  # noqa: F401 - fixtures

MAKE = "create table orders (id integer, name varchar(80), amount decimal(9, 2), updated_at timestamp)"
START = datetime.fromisoformat("2026-01-01T09:00:00")


class Shop:
    """A database with a table of orders, how it is reached, and a way to write to it."""

    def __init__(self, knobs: dict[str, str], write: Callable[[str], None]) -> None:
        self.knobs, self.write = {"table": "orders", "bookmark": "updated_at", **knobs}, write
        self.write(MAKE)

    def add(self, *rows: tuple[int, str, str, int]) -> None:
        """Add orders: number, name, amount, and the minute of their last change."""
        for number, name, amount, minute in rows:
            at = START + timedelta(minutes=minute)
            self.write(f"insert into orders values ({number}, '{name}', {amount}, '{at:%Y-%m-%d %H:%M:%S}')")

    def ask(self, bookmark: str = "", **more: Any) -> Fetched:
        """Ask what came after a bookmark."""
        return fetch(Feed("till", "sql", knobs=self.knobs), bookmark, **more)

    def all(self, most: int) -> list[list[dict[str, str]]]:
        """Ask until there is no more."""
        pages, bookmark, more = [], "", True
        while more:
            fetched = self.ask(bookmark, most=most)
            pages.append(rows_of(fetched))
            bookmark, more = fetched.bookmark, fetched.more
        return pages


def rows_of(fetched: Fetched) -> list[dict[str, str]]:
    """Return the rows that were fetched."""
    return [row for file in fetched.files for piece in file.pieces() for row in piece.table.to_pylist()]


@pytest.fixture(params=["sqlite", "postgres", "adbc", "duckdb"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    """Each kind of database in turn."""
    if request.param == "postgres":
        address = request.getfixturevalue("postgres")
        with psycopg.connect(address, autocommit=True) as connection:
            yield Shop({"address": address}, lambda text: connection.execute(text) and None)
        return
    path = tmp_path / "shop.db"
    if request.param == "duckdb":

        def write(text: str) -> None:
            with duckdb.connect(str(path)) as opened:
                opened.execute(text)

        connect = json.dumps({"database": str(path), "read_only": True})
        yield Shop({"driver": "duckdb", "connect": connect}, write)
        return
    knobs = {"adbc": "adbc_driver_sqlite", "uri": f"file:{path}?mode=ro"}
    knobs = knobs if request.param == "adbc" else {"address": f"sqlite:///{path}"}
    opened = sqlite3.connect(path, isolation_level=None)
    yield Shop(knobs, lambda text: opened.execute(text) and None)
    opened.close()


def test_rows_come_in_the_order_of_the_bookmark_and_once(shop: Shop) -> None:
    """All rows at first, then only what is new, then nothing."""
    shop.add((1, "Ann", "12.50", 0), (2, "Bob", "8.00", 1))
    first = shop.ask()
    assert [(row["id"], row["name"], float(row["amount"])) for row in rows_of(first)] == [
        ("1", "Ann", 12.5),
        ("2", "Bob", 8.0),
    ]
    assert rows_of(first)[0]["updated_at"] == "2026-01-01 09:00:00"
    assert shop.ask(first.bookmark).files == ()
    shop.add((3, "Cyd", "1.00", 2))
    second = shop.ask(first.bookmark)
    assert [row["id"] for row in rows_of(second)] == ["3"]
    assert shop.ask(second.bookmark).files == ()
    assert first.files[0].name == "orders"


def test_a_row_of_the_very_last_instant_is_not_lost(shop: Shop) -> None:
    """Whatever comes later with the same instant is asked for again, together with what was there."""
    shop.add((1, "Ann", "1", 0), (2, "Bob", "2", 1))
    first = shop.ask()
    shop.add((3, "Cyd", "3", 1))
    assert sorted(row["id"] for row in rows_of(shop.ask(first.bookmark))) == ["2", "3"]


def test_pages_never_part_what_has_one_instant(shop: Shop) -> None:
    """Two rows a page, of which three share an instant: they come together, and every row comes."""
    shop.add(*((number, "Ann", "1", minute) for number, minute in enumerate((0, 1, 1, 1, 2, 3))))
    pages = shop.all(2)
    assert [[row["id"] for row in sorted(page, key=lambda row: row["id"])] for page in pages] == [
        ["0", "1", "2", "3"],
        ["4", "5"],
    ]


def test_many_rows_of_one_instant_do_not_hold_up_what_follows(shop: Shop) -> None:
    """More rows of one instant than a page has: the next page goes on behind them."""
    shop.add(*((number, "Ann", "1", 0) for number in range(5)), (5, "Bob", "1", 1), (6, "Cyd", "1", 2))
    pages = shop.all(2)
    assert sorted(row["id"] for page in pages for row in page) == ["0", "1", "2", "3", "4", "5", "6"]


def test_a_growing_number_is_a_bookmark_too(shop: Shop) -> None:
    """An id instead of an instant."""
    shop.knobs["bookmark"] = "id"
    shop.add((9, "Ann", "1", 5), (10, "Bob", "1", 3))
    first = shop.ask()
    shop.add((11, "Cyd", "1", 1))
    assert [row["id"] for row in rows_of(shop.ask(first.bookmark))] == ["11"]


def test_a_query_is_asked_like_a_table(shop: Shop) -> None:
    """A query of one's own, with a sign that some drivers read as a mark."""
    del shop.knobs["table"]
    shop.knobs["query"] = "select id, name, updated_at from orders where name like 'A%';"
    shop.add((1, "Ann", "1", 0), (2, "Bob", "1", 1))
    first = shop.ask()
    assert [row["name"] for row in rows_of(first)] == ["Ann"]
    shop.add((3, "Amy", "1", 2))
    assert [row["name"] for row in rows_of(shop.ask(first.bookmark))] == ["Amy"]


def test_a_bookmark_of_another_table_is_none(shop: Shop) -> None:
    """Whoever names another column begins at the beginning."""
    shop.add((1, "Ann", "1", 0), (2, "Bob", "1", 1))
    first = shop.ask()
    shop.knobs["bookmark"] = "id"
    assert len(rows_of(shop.ask(first.bookmark))) == 2
    assert len(rows_of(shop.ask("{no bookmark"))) == 2


def test_names_are_only_ever_names(shop: Shop) -> None:
    """A table called by a statement is looked for, and not run."""
    shop.add((1, "Ann", "1", 0))
    for name in ('orders"; drop table orders; --', "orders; drop table orders", 'x" or 1=1 --'):
        shop.knobs["table"] = name
        with pytest.raises(InputError, match="did not answer"):
            shop.ask()
    shop.knobs["table"] = "orders"
    assert len(rows_of(shop.ask())) == 1


def test_a_query_cannot_write(shop: Shop) -> None:
    """Whatever is written as a query, the table stays as it is."""
    shop.add((1, "Ann", "1", 0))
    table = shop.knobs.pop("table")
    for query in ("delete from orders returning *", "select 1) x; delete from orders; --", "drop table orders"):
        shop.knobs["query"] = query
        with pytest.raises(InputError, match="did not answer"):
            shop.ask()
    del shop.knobs["query"]
    shop.knobs["table"] = table
    assert len(rows_of(shop.ask())) == 1


def test_what_a_driver_says_is_not_repeated(shop: Shop) -> None:
    """Neither the value of a row nor an address stands in the reason."""
    shop.add((1, "needle", "1", 0))
    del shop.knobs["table"]
    shop.knobs["query"] = "select cast(name as date) as updated_at, nothing from orders"
    with pytest.raises(InputError) as raised:
        shop.ask()
    assert "needle" not in str(raised.value)
    assert "://" not in str(raised.value)


def test_bytes_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    """A picture in a table becomes no text; its column stays, empty."""
    with sqlite3.connect(tmp_path / "a.db") as opened:
        opened.execute("create table people (id integer, face blob)")
        opened.execute("insert into people values (1, x'00ff')")
    opened.close()
    fetched = fetch(asked(tmp_path / "a.db", table="people", bookmark="id"), "")
    assert rows_of(fetched) == [{"id": "1", "face": None}]
    assert fetched.notes == ("column 'face' holds bytes, which are left out",)


def test_the_number_of_a_row_of_sqlite_is_a_bookmark(tmp_path: Path) -> None:
    """A table without any growing column."""
    opened = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    opened.execute("create table notes (text text)")
    opened.execute("insert into notes values ('one'), ('two')")
    feed = asked(tmp_path / "a.db", table="notes", bookmark="rowid")
    first = fetch(feed, "")
    opened.execute("insert into notes values ('three')")
    assert rows_of(fetch(feed, first.bookmark)) == [{"text": "three"}]
    opened.close()


def test_a_file_of_sqlite_is_opened_for_reading_and_never_made(tmp_path: Path) -> None:
    """A file that is not there is not made."""
    with pytest.raises(InputError, match="no SQLite file"):
        fetch(asked(tmp_path / "b.db", table="a", bookmark="id"), "")
    assert not (tmp_path / "b.db").exists()


def test_an_unreachable_server_is_said_without_its_address() -> None:
    """A server that is not there, and a driver that is none."""
    knobs = {"table": "a", "bookmark": "id"}
    with pytest.raises(InputError, match="cannot be reached") as raised:
        fetch(Feed("till", "sql", knobs={"address": "postgresql://ann:needle@127.0.0.1:1/x", **knobs}), "")
    assert "needle" not in str(raised.value)
    assert raised.value.__cause__ is None
    with pytest.raises(InputError, match="not installed"):
        fetch(Feed("till", "sql", knobs={"driver": "no_such_driver", **knobs}), "")
    with pytest.raises(InputError, match="no driver"):
        fetch(Feed("till", "sql", knobs={"driver": "json", **knobs}), "")
    with pytest.raises(InputError, match="no kind of address"):
        fetch(Feed("till", "sql", knobs={"address": "mysql://x", **knobs}), "")


def test_a_name_is_quoted_in_one_place() -> None:
    """Quotation marks are doubled; a NUL is refused."""
    assert quoted('a"b') == '"a""b"'
    with pytest.raises(InputError):
        quoted("a\0b")


def asked(path: Path, **knobs: str) -> Feed:
    """A feed of a file of SQLite."""
    return Feed("till", "sql", knobs={"address": f"sqlite:///{path}", **knobs})
