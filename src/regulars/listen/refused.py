"""Refused: a row, or a whole file, that could not become a trace, with the reason and what to do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

__all__ = ["Cells", "Refused"]


@dataclass(frozen=True, slots=True)
class Cells:
    """What a row says in the columns that are read, and the identifiers it gives; `cut` where it was too long to keep.

    `typed` are the columns that were numbers already. A row that was too long is kept in part, and cannot be mended
    from that.
    """

    said: tuple[tuple[str, str], ...] = ()
    who: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    cut: bool = False

    def written(self) -> str:
        """Write it as it is kept; "" where there is nothing.

        >>> Cells((("order", "7"),), ("order:shop:7",)).written()
        '{"cells": {"order": "7"}, "who": ["order:shop:7"]}'
        """
        if not self.said:
            return ""
        told = {"cells": dict(self.said), "who": list(self.who), "typed": list(self.typed), "cut": self.cut}
        return json.dumps({name: value for name, value in told.items() if value})


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
    cells: Cells | None = field(default=None, repr=False, compare=False)  # None where it is no row at all

    def __str__(self) -> str:
        where = f"{self.file}, line {self.row}" + (f", column '{self.column}'" if self.column else "")
        return f"{where}: {self.reason}" + (f" ({self.value!r})" if self.value else "") + f". {self.suggestion}"
