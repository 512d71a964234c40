"""Databases: how each is reached and asked. SQLite, PostgreSQL, an ADBC driver, or any module of Python's DB-API.

Only what can be read is opened where the driver lets one say so, and only a `select` is ever sent.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from ..errors import InputError
from .feed import Feed

__all__ = ["Asked", "asked_of", "quoted"]

WAIT_SECONDS: Final = 10
SQLITE: Final = "sqlite:///"
POSTGRES: Final = ("postgresql://", "postgres://")
MARKS: Final = {"qmark": "?", "format": "%s", "pyformat": "%s", "numeric": ":1", "named": ":bookmark"}


@dataclass(frozen=True, slots=True)
class Asked:
    """An open connection, how its driver writes a bound value, and the mark around its names."""

    connection: Any
    style: str = "qmark"
    quote: str = '"'
    streams: bool = False  # an answer stays on the server, under a name, until it is read

    def cursor(self) -> Any:
        """Open a cursor that does not hold all of an answer."""
        return self.connection.cursor(name="regulars") if self.streams else self.connection.cursor()

    def select(self, knobs: Mapping[str, str], after: Any) -> tuple[str, Any]:
        """Return the statement that asks for what came after a value, and the values that it binds."""
        column = "asked." + quoted(knobs["bookmark"], self.quote)
        if "table" in knobs:
            place = ".".join(quoted(part, self.quote) for part in knobs["table"].split("."))
        else:
            place = "(" + knobs["query"].strip().rstrip(";") + ")"
        bound = after is not None
        if bound and "format" in self.style:
            column, place = column.replace("%", "%%"), place.replace("%", "%%")
        where = f"{column} >= {MARKS[self.style]}" if bound else f"{column} is not null"
        statement = f"select {column}, asked.* from {place} asked where {where} order by {column}"
        values = {"bookmark": after} if self.style == "named" else (after,)
        return statement, values if bound else ()


def quoted(name: str, quote: str = '"') -> str:
    """Quote a name, so that whatever stands in it is a name and nothing else.

    >>> quoted('a"b'), quoted("order", "`")
    ('"a""b"', '`order`')
    """
    if "\0" in name or not name:
        raise InputError(f"{name!r} is no name of a table or column.", now="Correct it in feeds.toml.")
    return quote + name.replace(quote, quote * 2) + quote


def asked_of(feed: Feed) -> Asked:
    """Reach the database of a feed."""
    knobs = feed.knobs
    quote = knobs.get("quote", '"')
    if quote not in ('"', "`"):
        raise InputError(f'quote is {quote!r}; names are quoted with " or `.', now="Correct it in feeds.toml.")
    if "adbc" in knobs:
        return Asked(adbc(knobs), quote=quote)
    if "driver" in knobs:
        return by_module(knobs, quote)
    address = knobs.get("address", "")
    if address.startswith(SQLITE):
        return Asked(sqlite(address.removeprefix(SQLITE)))
    if address.startswith(POSTGRES):
        return Asked(postgres(address), "pyformat", streams=True)
    raise InputError(
        f"{address.partition(':')[0]!r} is no kind of address that is known.",
        now="Write sqlite:///FILE or postgresql://USER@SERVER/DATABASE, or name a driver.",
    )


def sqlite(place: str) -> sqlite3.Connection:
    """Open a file of SQLite for reading only."""
    path = Path(unquote(place.partition("?")[0])).expanduser().resolve()
    if not path.is_file():
        raise InputError(f"There is no SQLite file {path.name!r}.", now="Correct its address in feeds.toml.")
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS)


def postgres(address: str) -> Any:
    """Open a connection to PostgreSQL that can only read."""
    psycopg = module("psycopg", "pip install 'regulars[team]'")
    connection = psycopg.connect(address, connect_timeout=WAIT_SECONDS, application_name="regulars")
    connection.read_only = True
    return connection


def adbc(knobs: Mapping[str, str]) -> Any:
    """Open a connection through an ADBC driver, by the name of its Python package or of its library."""
    name = knobs["adbc"]
    if name.isidentifier():
        own = module(f"{name}.dbapi", f"pip install {name.replace('_', '-')}")
        return own.connect(knobs["uri"]) if "uri" in knobs else own.connect(**settings(knobs))
    manager = module("adbc_driver_manager.dbapi", "pip install adbc-driver-manager")
    uri = {"uri": knobs["uri"]} if "uri" in knobs else {}
    return manager.connect(driver=name, db_kwargs=uri | settings(knobs))


def by_module(knobs: Mapping[str, str], quote: str) -> Asked:
    """Open a connection through a module of Python's DB-API."""
    driver = module(knobs["driver"], "install it beside Regulars")
    style = getattr(driver, "paramstyle", "")
    if style not in MARKS or not callable(getattr(driver, "connect", None)):
        raise InputError(
            f"{knobs['driver']!r} is no driver of Python's DB-API.", now="Name its module, for example duckdb."
        )
    uri = (knobs["uri"],) if "uri" in knobs else ()
    return Asked(driver.connect(*uri, **settings(knobs)), style, quote)


def settings(knobs: Mapping[str, str]) -> dict[str, Any]:
    """Return what a connection is opened with."""
    found = json.loads(knobs.get("connect", "{}"))
    if not isinstance(found, dict):
        raise InputError("connect is no table.", now="Write it as [feed.NAME.connect] in feeds.toml.")
    return found


def module(name: str, how: str) -> Any:
    """Import a driver, or say how to get it."""
    try:
        return import_module(name)
    except (ImportError, ValueError, TypeError) as error:
        raise InputError(f"The driver {name!r} is not installed.", now=f"{how[0].upper()}{how[1:]}.") from error
