"""Catalogue: the one small transactional file that holds everything which changes.

SQLite in WAL mode with `synchronous=FULL`: what a commit acknowledged survives a crash. Bulk data never goes in here;
segments and runs are files, and this is the list of which of them count. Every change of state is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ..errors import Busy, HomeError, KeepError, RegularsError

__all__ = ["LAYOUT", "Catalogue"]

LAYOUT: Final = 1  # the shape of the tables; a higher number needs a migration
WAIT_SECONDS: Final = 30
FILE_NAME: Final = "catalogue.sqlite"
PRAGMAS: Final = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "secure_delete=on")
BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
REFUSED_BY_DISK: Final = frozenset({
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM
})  # fmt: skip
RESTORE: Final = "Restore it from a backup, or make a new home with 'regulars init'."


class Catalogue:
    """The home's tables. Values are always bound; nothing is ever put into a statement as text."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME
        try:
            self.connection = sqlite3.connect(
                self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise self.said(error) from error
        self.connection.row_factory = sqlite3.Row
        try:
            for pragma in PRAGMAS:
                self.connection.execute(f"pragma {pragma}")
        except sqlite3.Error as error:
            self.connection.close()
            raise self.said(error) from error

    def make(self, *, now_us: int) -> None:
        """Make the tables of a new home."""
        try:
            schema = files("regulars.store").joinpath("schema.sql").read_text(encoding="utf-8")
            self.connection.executescript(schema)
        except sqlite3.Error as error:
            raise self.said(error) from error
        with self.transaction() as write:
            write.execute("insert into home values (1, ?, ?, 0) on conflict do nothing", (LAYOUT, now_us))

    def check(self) -> None:
        """Refuse what is no catalogue of ours, and a home made by a newer version."""
        try:
            layout = self.one("select layout from home")["layout"]
        except HomeError:
            self.close()
            raise
        if layout > LAYOUT:
            self.close()
            raise HomeError(
                f"{self.path} was made by a newer Regulars (layout {layout}; this one knows {LAYOUT}).",
                now="Upgrade Regulars.",
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several changes as one: all of them are kept, or none."""
        try:
            self.connection.execute("begin immediate")
            self.connection.execute("update home set version = version + 1")
            yield self.connection
            self.connection.execute("commit")
        except sqlite3.Error as error:
            raise self.said(error) from error
        finally:
            if self.connection.in_transaction:  # after a full disk SQLite may have rolled back itself
                with suppress(sqlite3.Error):
                    self.connection.execute("rollback")

    def said(self, error: sqlite3.Error) -> RegularsError:
        """Say what an error of SQLite means for a person."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in BUSY:
            return Busy(
                f"Another program has been writing to {self.path} for {WAIT_SECONDS} seconds.",
                now="Let it finish, then try again.",
            )
        if code in REFUSED_BY_DISK:
            return KeepError(
                f"{self.path} could not be written ({error}).",
                now="Look whether the disk is full or read-only; nothing was half-written.",
            )
        return HomeError(f"{self.path} is no catalogue of ours ({error}).", now=RESTORE)

    def all(self, statement: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        try:
            return self.connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self.said(error) from error

    def one(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Row:
        """Return the only row of a query that always has one."""
        rows = self.all(statement, values)
        if not rows:
            raise HomeError(f"{self.path} is not complete.", now=RESTORE)
        return rows[0]

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
