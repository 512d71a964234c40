"""Origins: from which file and line a trace came, and why a line made none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .catalogue import Catalogue

__all__ = ["file_ids", "file_names", "place", "refused_at"]

OF_NAME: Final = """
select file_id from file f join batch b using (batch_id) where b.state = 'kept' and (f.name = ? or b.source = ?)
"""
NAMES: Final = "select distinct f.name from file f join batch b using (batch_id) where b.state = 'kept' order by f.name"


def place(catalogue: Catalogue, file_id: int, row: int) -> str:
    """Say where a trace came from: its file and line."""
    names = catalogue.all("select name from file where file_id = ?", (file_id,))
    return f"{names[0]['name'] if names else 'a file'}, line {row}"


def file_names(catalogue: Catalogue) -> list[str]:
    """Return the names of all files that were heard."""
    return [row["name"] for row in catalogue.all(NAMES)]


def file_ids(catalogue: Catalogue, name: str) -> list[int]:
    """Return the files of a name, or of a source."""
    return [row["file_id"] for row in catalogue.all(OF_NAME, (name, name))]


def refused_at(catalogue: Catalogue, file_ids: Sequence[int], row: int) -> str:
    """Say why a row was refused, or "" where it was not."""
    for file_id in file_ids:
        for found in catalogue.all("select reason from refused where file_id = ? and row = ?", (file_id, row)):
            return str(found["reason"])
    return ""
