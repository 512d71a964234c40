"""Definition: one rule that says itself twice, as a query and as a sentence.

A definition is a file of plain SQL over whole numbers, kept beside the verb that owns it. The comment at its head is
the sentence that a shopkeeper reads; the rest is what the engine runs. Only `store` runs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["Definition", "read_definition"]


@dataclass(frozen=True, slots=True)
class Definition:
    """A named query and its sentence, for example `understand/purchases`."""

    name: str
    sentence: str
    sql: str


@cache
def read_definition(name: str) -> Definition:
    """Read the definition `verb/name` from its file.

    >>> read_definition("understand/purchases").sentence.startswith("One row per customer and day")
    True
    """
    verb, _, stem = name.partition("/")
    text = files(f"regulars.{verb}").joinpath(f"{stem}.sql").read_text(encoding="utf-8")
    lines = text.splitlines()
    head = lines[: next(place for place, line in enumerate(lines) if not line.startswith("--"))]
    return Definition(name, " ".join(line.removeprefix("--").strip() for line in head), text)
