"""Catalogue: the one small transactional file that holds everything which changes.

SQLite in WAL mode with `synchronous=FULL`: what a commit acknowledged survives a crash. Bulk data never goes in here;
segments and runs are files, and this is the list of which of them count. Every change of state is one transaction.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from ..errors import Busy, HomeError, KeepError

__all__ = ["LAYOUT", "Catalogue"]

LAYOUT: Final = 1  # the shape of the tables; a higher number needs a migration
WAIT_SECONDS: Final = 30
FILE_NAME: Final = "catalogue.sqlite"


class Catalogue:
    """The home's tables. Values are always bound; nothing is ever put into a statement as text."""

    def __init__(self, home: Path) -> None:
        self.path = home / FILE_NAME
        try:
            self.connection = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False)
            self.connection.row_factory = sqlite3.Row
            for pragma in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "secure_delete=on"):
                self.connection.execute(f"pragma {pragma}")
        except sqlite3.DatabaseError as error:
            raise HomeError(f"{self.path} is no catalogue of ours ({error}).", now="Restore it from a backup, or make a new home with 'regulars init'.") from error

    def make(self, *, now_us: int) -> None:
        """Make the tables of a new home."""
        self.connection.executescript(files("regulars.store").joinpath("schema.sql").read_text(encoding="utf-8"))
        with self.transaction() as write:
            write.execute("insert into home values (1, ?, ?, 0) on conflict do nothing", (LAYOUT, now_us))

    def check(self) -> None:
        """Refuse a home made by a newer version."""
        layout = self.one("select layout from home")["layout"]
        if layout > LAYOUT:
            raise HomeError(f"{self.path} was made by a newer Regulars (layout {layout}; this one knows {LAYOUT}).", now="Upgrade Regulars.")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Do several changes as one: all of them are kept, or none."""
        try:
            self.connection.execute("begin immediate")
        except sqlite3.OperationalError as error:
            raise Busy(f"Another program has been writing to {self.path} for {WAIT_SECONDS} seconds.", now="Let it finish, then try again.") from error
        try:
            self.connection.execute("update home set version = version + 1")
            yield self.connection
            self.connection.execute("commit")
        except sqlite3.OperationalError as error:
            self.connection.execute("rollback")
            raise KeepError(f"{self.path} could not be written ({error}).", now="Look whether the disk is full; nothing was half-written.") from error
        except BaseException:
            self.connection.execute("rollback")
            raise

    def all(self, statement: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        """Return the rows of a query."""
        return self.connection.execute(statement, values).fetchall()

    def one(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Row:
        """Return the only row of a query that always has one."""
        row = self.connection.execute(statement, values).fetchone()
        if row is None:
            raise HomeError(f"{self.path} is not complete.", now="Restore it from a backup, or make a new home with 'regulars init'.")
        return row  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close the file."""
        self.connection.close()
