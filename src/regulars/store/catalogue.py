"""Catalogue: the small transactional store of everything which changes. Which segments count, and all that is mutable.

SQLite in one file by default, PostgreSQL for a team; one set of statements for both (`?` for a value, whole numbers,
texts and bytes only). Bulk data never goes in here. Every change of state is one transaction, and each transaction
begins by taking the one row of `home`, so that writers queue in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol

from ..errors import Busy, HomeError, KeepError, RegularsError
from .holder import me
from .sqlite import RESTORE, SqliteDoor

__all__ = ["LAYOUT", "Catalogue", "Door"]

LAYOUT: Final = 5  # the shape of the tables; `layouts/` holds the steps from each to the next
AT_WORK: Final = """
select b.holder, min(f.name) as name
from batch b left join file f using (batch_id) where b.state = 'open' group by b.holder
union all select holder, name from lease
"""


class Door(Protocol):
    """What both kinds of catalogue can do."""

    errors: type[Exception]
    place: str

    def rows(self, statement: str, values: tuple[Any, ...]) -> list[dict[str, Any]]: ...  # noqa: D102
    def change(self, statement: str, values: tuple[Any, ...]) -> int: ...  # noqa: D102
    def changes(self, statement: str, values: Iterable[tuple[Any, ...]]) -> int: ...  # noqa: D102
    def begin(self) -> None: ...  # noqa: D102
    def commit(self) -> None: ...  # noqa: D102
    def roll_back(self) -> None: ...  # noqa: D102
    def spelled(self, layout: str) -> str: ...  # noqa: D102
    def laid_out(self) -> bool: ...  # noqa: D102
    def tables(self) -> list[str]: ...  # noqa: D102
    def sound(self) -> str: ...  # noqa: D102
    def unfinished(self) -> int: ...  # noqa: D102
    def scrub(self) -> None: ...  # noqa: D102
    def wipe(self) -> None: ...  # noqa: D102
    def numbered_from(self, table: str, column: str) -> None: ...  # noqa: D102
    def close(self) -> None: ...  # noqa: D102
    def said(self, error: Exception) -> RegularsError: ...  # noqa: D102


class Catalogue:
    """The home's tables. Values are always bound; nothing is ever put into a statement as text."""

    def __init__(self, home: Path, database: str = "") -> None:
        self.door = door_to(home, database)

    @property
    def place(self) -> str:
        """Where the tables are, in words and without a password."""
        return self.door.place

    def layout(self) -> int:
        """Return the shape of the tables: 0 where there are none yet."""
        try:
            if not self.door.laid_out():
                return 0
        except self.door.errors as error:
            raise self.door.said(error) from error
        return int(self.one("select layout from home")["layout"])

    def check(self) -> None:
        """Refuse what is no catalogue of ours, and a home made by a newer version."""
        layout = self.layout()
        if not layout:
            raise HomeError(f"{self.place} is no catalogue of ours (it has no tables).", now=RESTORE)
        if layout > LAYOUT:
            raise HomeError(
                f"{self.place} was made by a newer Regulars (layout {layout}; this one knows {LAYOUT}).",
                now="Upgrade Regulars.",
            )

    def bring_forward(self, *, now_us: int, until: int = LAYOUT) -> None:
        """Go from the shape that is there to ours, each step a transaction: the old shape or the new, never between."""
        for step in range(self.layout() + 1, until + 1):
            text = files("regulars.store").joinpath("layouts", f"{step}.sql").read_text(encoding="utf-8")
            with self.writing():
                if self.layout() >= step:  # another program was faster
                    continue
                for statement in self.door.spelled(text).split(";\n"):
                    if statement.strip():
                        self.door.change(statement, ())
                if step == 1:
                    self.change("insert into home values (1, 1, ?, 0)", (now_us,))
                self.change("update home set layout = ?", (step,))

    @contextmanager
    def transaction(self) -> Iterator[Catalogue]:
        """Do several changes as one: all of them are kept, or none."""
        with self.writing():
            self.door.change("update home set version = version + 1", ())
            yield self

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Begin, and commit or roll back."""
        try:
            self.door.begin()
            yield
            self.door.commit()
        except self.door.errors as error:
            self.door.roll_back()
            raise self.said(error) from error
        finally:
            self.door.roll_back()

    def said(self, error: Exception) -> RegularsError:
        """Say what went wrong, and who is at work where we waited in vain."""
        told = self.door.said(error)
        if isinstance(told, Busy):
            try:
                at_work = [row for row in self.door.rows(AT_WORK, ()) if row["holder"] not in ("", me())]
                others = [f"{row['holder']} ({row['name']})" for row in at_work]
            except self.door.errors:
                others = []
            if others:
                return Busy(told.what, now=f"Let it finish, then try again. At work: {', '.join(sorted(others))}.")
        return told

    def all(self, statement: str, values: tuple[Any, ...] = ()) -> list[dict[str, Any]]:
        """Return the rows of a query, by the names of their columns."""
        try:
            return self.door.rows(statement, values)
        except self.door.errors as error:
            raise self.door.said(error) from error

    def one(self, statement: str, values: tuple[Any, ...] = ()) -> dict[str, Any]:
        """Return the only row of a query that always has one."""
        rows = self.all(statement, values)
        if not rows:
            raise HomeError(f"{self.place} is not complete.", now=RESTORE)
        return rows[0]

    def change(self, statement: str, values: tuple[Any, ...] = ()) -> int:
        """Change something inside a transaction; return how many rows that touched."""
        return self.door.change(statement, values)

    def changes(self, statement: str, values: Iterable[tuple[Any, ...]]) -> int:
        """Change something for each tuple of values, inside a transaction; return how many rows that touched."""
        return self.door.changes(statement, values)

    def tables(self) -> list[str]:
        """Return the names of all tables."""
        return self.door.tables()

    def numbered_from(self, table: str, column: str) -> None:
        """Let numbers go on after the largest one, after rows came with numbers of their own."""
        self.door.numbered_from(table, column)

    def scrub(self) -> None:
        """Leave no byte of what was deleted."""
        try:
            self.door.scrub()
        except self.door.errors as error:
            raise self.said(error) from error

    def wipe(self) -> None:
        """Leave no table, so that a restore that was interrupted can begin again."""
        self.door.wipe()

    def sound(self) -> str:
        """Check the catalogue's own pages; "ok" where all is well."""
        try:
            return self.door.sound()
        except self.door.errors as error:
            return str(error)

    def unfinished(self) -> int:
        """Return how many bytes of a change were passed over, since its end was never written."""
        try:
            return self.door.unfinished()
        except self.door.errors as error:
            raise self.said(error) from error

    def close(self) -> None:
        """Close it."""
        self.door.close()


def door_to(home: Path, database: str) -> Door:
    """Open the catalogue: the file in the home, or the server that was named."""
    if not database:
        return SqliteDoor(home)
    if not database.startswith(("postgresql://", "postgres://")):
        kind = database.partition(":")[0]
        raise KeepError(
            f"REGULARS_DATABASE names a {kind!r}; a catalogue is kept in SQLite or PostgreSQL.",
            now="Write postgresql://USER@SERVER/DATABASE, or leave it out.",
        )
    from .postgres import PostgresDoor

    return PostgresDoor(database)
