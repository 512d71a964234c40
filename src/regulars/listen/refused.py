"""Refused: a row, or a whole file, that could not become a trace, with the reason and what to do."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Refused"]


@dataclass(frozen=True, slots=True)
class Refused:
    """One row that needs a look: where it stands, which value, why, and what would mend it."""

    file: str
    row: int
    column: str
    value: str
    reason: str
    suggestion: str
    offset: int = 0  # bytes of the file before the row begins; 0 where its format has no such place

    def __str__(self) -> str:
        where = f"{self.file}, line {self.row}" + (f", column '{self.column}'" if self.column else "")
        return f"{where}: {self.reason}" + (f" ({self.value!r})" if self.value else "") + f". {self.suggestion}"
