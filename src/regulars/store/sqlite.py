"""SQLite: a catalogue in one file of the home, for one computer. WAL mode, every commit flushed to the disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from ..errors import Busy, HomeError, KeepError, RegularsError
from .tail import unfinished_bytes

__all__ = ["FILE_NAME", "RESTORE", "WAIT_SECONDS", "SqliteDoor"]

FILE_NAME: Final = "catalogue.sqlite"
WAIT_SECONDS: Final = 30
PRAGMAS: Final = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "secure_delete=on")
BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
REFUSED_BY_DISK: Final = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM
})  # fmt: skip
RESTORE: Final = "Restore it with 'regulars restore', or make a new home with 'regulars init'."


class SqliteDoor:
    """One open connection. It says the house's statements the way SQLite wants them, and its errors in sentences."""

    errors: type[Exception] = sqlite3.Error

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME
        self.place = str(self.path)
        try:
            self.connection = sqlite3.connect(
                self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self.said(error) from error
        self.connection.row_factory = named
        try:
            for pragma in PRAGMAS:
                self.connection.execute(f"pragma {pragma}")
        except sqlite3.Error as error:
            self.connection.close()
            raise self.said(error) from error

    def rows(self, statement: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
        """Return the rows of a statement."""
        return self.connection.execute(statement, values).fetchall()

    def change(self, statement: str, values: tuple[Any, ...]) -> int:
        """Do a statement and return how many rows it changed."""
        return self.connection.execute(statement, values).rowcount

    def changes(self, statement: str, values: Iterable[tuple[Any, ...]]) -> int:
        """Do a statement for each tuple of values, and return how many rows that changed."""
        return self.connection.executemany(statement, values).rowcount

    def begin(self) -> None:
        """Begin a transaction that nobody else can write beside."""
        self.connection.execute("begin immediate")

    def commit(self) -> None:
        """Keep all that was done since `begin`, on the disk."""
        self.connection.execute("commit")

    def roll_back(self) -> None:
        """Undo all that was done since `begin`; after a full disk SQLite may have done so itself."""
        if self.connection.in_transaction:
            with suppress(sqlite3.Error):
                self.connection.execute("rollback")

    def spelled(self, layout: str) -> str:
        """Write a layout's types as SQLite has them."""
        return layout

    def laid_out(self) -> bool:
        """Tell whether there are tables at all."""
        return bool(self.rows("select 1 as one from sqlite_master where name = 'home'", ()))

    def tables(self) -> list[str]:
        """Return the names of all tables."""
        found = self.rows("select name from sqlite_master where type = 'table' order by name", ())
        return [row["name"] for row in found if not row["name"].startswith("sqlite_")]

    def sound(self) -> str:
        """Check every page of the file; "ok" where all is well."""
        return "; ".join(str(row["integrity_check"]) for row in self.rows("pragma integrity_check", ()))

    def unfinished(self) -> int:
        """Return how many bytes of a change that was never finished lie at the end of the log beside the file."""
        log = self.path.with_name(f"{FILE_NAME}-wal")
        self.begin()  # nobody is in the middle of one now
        try:
            return unfinished_bytes(log.read_bytes()) if log.exists() else 0
        finally:
            self.roll_back()

    def scrub(self) -> None:
        """Leave no byte of what was deleted in the file or beside it."""
        self.connection.execute("vacuum")
        self.connection.execute("pragma wal_checkpoint(truncate)")

    def wipe(self) -> None:
        """Leave no table."""
        self.connection.execute("pragma foreign_keys=off")
        for table in self.tables():
            dropped = f'drop table "{table}"'  # the name of a table of ours
            self.connection.execute(dropped)
        self.connection.execute("pragma foreign_keys=on")

    def numbered_from(self, table: str, column: str) -> None:
        """Let numbers go on after the largest one; SQLite does so by itself."""

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def said(self, error: Exception) -> RegularsError:
        """Say what an error of SQLite means for a person."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in BUSY:
            return Busy(
                f"Another program has been writing to {self.place} for {WAIT_SECONDS} seconds.",
                now="Let it finish, then try again.",
            )
        if code in REFUSED_BY_DISK:
            return KeepError(
                f"{self.place} could not be written ({error}).",
                now="Look whether the disk is full or read-only; nothing was half-written.",
            )
        return HomeError(f"{self.place} is no catalogue of ours ({error}).", now=RESTORE)


def named(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row by the names of its columns."""
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}
