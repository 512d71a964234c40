"""Dump: the catalogue as plain lines, one row a line, the same for SQLite and PostgreSQL.

It is how a catalogue gets into a backup, from a laptop's file onto a team's server, and safely past a new layout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ..errors import InputError, KeepError
from .catalogue import Catalogue
from .files import settle

__all__ = ["before_a_new_layout", "dump", "load"]

LEFT_OUT: Final = frozenset({"lease"})
# Rows before the rows that lean on them; what is not named here leans on nothing.
FIRST: Final = ("home", "source", "batch", "file", "refused", "run", "current_run", "verdict")
NUMBERED: Final = {"batch": "batch_id", "file": "file_id", "segment": "segment_id", "audit": "seq", "inbox": "seq"}


def dump(catalogue: Catalogue, path: Path) -> None:
    """Write every row of the catalogue to a file; inside a transaction, so that nothing changes meanwhile."""
    draft = path.with_name(f".{path.name}.draft")
    try:
        with draft.open("w", encoding="utf-8") as opened:
            for table in in_order(catalogue):
                everything = f'select * from "{table}"'  # the name of a table of ours
                for row in catalogue.all(everything):
                    opened.write(json.dumps([table, row], default=as_hex, separators=(",", ":")) + "\n")
    except OSError as error:
        raise KeepError(
            f"{path} could not be written ({error.strerror}).", now="Look whether the disk is full or read-only."
        ) from error
    settle(draft, path)


def load(catalogue: Catalogue, path: Path) -> None:
    """Fill an empty catalogue from a dump, and bring it forward to our layout."""
    rows = list(read(path))
    layout = next((row["layout"] for table, row in rows if table == "home"), 0)
    catalogue.bring_forward(now_us=0, until=layout)
    with catalogue.transaction() as write:
        write.change("delete from home")
        for table, row in rows:
            columns = ", ".join(f'"{name}"' for name in row)
            marks = ", ".join("?" * len(row))
            statement = f'insert into "{table}" ({columns}) values ({marks})'  # names were checked as they were read
            write.change(statement, tuple(row.values()))
        for table, column in NUMBERED.items():
            if table in catalogue.tables():
                write.numbered_from(table, column)
    catalogue.bring_forward(now_us=0)


def read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Read a dump row by row."""
    with path.open(encoding="utf-8") as opened:
        for number, line in enumerate(opened, 1):
            try:
                table, row = json.loads(line)
                names = [table, *row]
            except ValueError as error:
                raise InputError(
                    f"Line {number} of {path} is no row of a catalogue.", now="Use another backup."
                ) from error
            if not all(re.fullmatch(r"[a-z_0-9]+", name) for name in names):
                raise InputError(f"Line {number} of {path} names no table of ours.", now="Use another backup.")
            yield (
                table,
                {
                    name: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
                    for name, value in row.items()
                },
            )


def before_a_new_layout(home: Path, catalogue: Catalogue, layout: int) -> None:
    """Put a copy of the catalogue aside before its shape changes."""
    if layout:
        with catalogue.transaction() as unchanged:
            if unchanged.layout() == layout:  # another program may have been faster
                dump(unchanged, home / f"before-layout-{layout + 1}.jsonl")


def in_order(catalogue: Catalogue) -> list[str]:
    """Return the tables, those first that others lean on."""
    there = [table for table in catalogue.tables() if table not in LEFT_OUT]
    return sorted(there, key=lambda table: (FIRST.index(table) if table in FIRST else len(FIRST), table))


def as_hex(value: object) -> dict[str, str]:
    """Write bytes as JSON can."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    raise TypeError(type(value).__name__)
