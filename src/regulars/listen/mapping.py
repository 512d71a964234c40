"""Mapping: how the rows of one file become traces. `mapping_file.py` reads and writes the form a person can correct.

A mapping names the shape of a row and which column plays which role; everything it does not name is left out and never
stored. `guess` makes the first draft, and `drift` tells when a later file no longer looks as this one did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ..errors import MappingError, nearest
from .roles import IDENTIFIERS
from .sent import SENT
from .shapes import SHAPES, Shape

__all__ = ["BASES", "PURPOSES", "UNTOLD", "Look", "Lookup", "Mapping", "shape_named"]

PURPOSES: Final = ("service", "tracking", "marketing")
BASES: Final = ("contract", "consent", "legitimate interest", "legal obligation")
UNTOLD: Final = "untold"  # an order of day and month that no date tells; somebody has to be asked


@dataclass(frozen=True, slots=True)
class Look:
    """How a column looked: what it held, filled in how many of how many rows, and the currency sign of its amounts."""

    held: str
    filled: int
    rows: int
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A file that lends columns to the one of the mapping, by a key that both have; without it they are blank."""

    file: str
    key: str
    lends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """One file's columns and what they mean. `columns` maps a role to the headers that play it."""

    shape: str
    columns: dict[str, tuple[str, ...]]
    zone: str = "UTC"
    dates: str = "year first"
    decimals: str = "point"
    currency: str = "XXX"
    scale: tuple[int, int] = (1, 5)
    numbered: bool = True  # rows carry their own number; else equal rows are told apart by their order
    purpose: str = "service"
    basis: str = "contract"
    file: str = ""
    reasons: tuple[str, ...] = field(default=(), compare=False)
    left_out: tuple[str, ...] = field(default=(), compare=False)
    looks: dict[str, Look] = field(default_factory=dict, compare=False)  # per header, when it was last heard
    lookups: tuple[Lookup, ...] = ()
    sensitive: tuple[str, ...] = field(default=(), compare=False)  # those of `left_out` that look sensitive

    def header(self, role: str) -> str | None:
        """Return the (first) header that plays a role."""
        return self.columns[role][0] if role in self.columns else None

    @property
    def used(self) -> tuple[str, ...]:
        """All headers that are read; no other column touches the disk."""
        return tuple(dict.fromkeys(header for headers in self.columns.values() for header in headers))

    @property
    def lent(self) -> frozenset[str]:
        """The headers that are not the file's own, but lent by a lookup."""
        return frozenset(header for lookup in self.lookups for header in lookup.lends)

    @property
    def dated(self) -> bool:
        """Whether the rows carry their own instant."""
        return shape_named(self.shape).makes[0].when in self.columns

    @property
    def named(self) -> bool:
        """Whether the rows name their own customer."""
        return any(role in self.columns for role in IDENTIFIERS)


def shape_named(name: str) -> Shape:
    """Return the shape of that name, or say which there are."""
    for shape in (*SHAPES, *SENT):
        if shape.name == name:
            return shape
    raise MappingError(f"'{name}' is no shape of a row.", now=nearest(name, [shape.name for shape in SHAPES]))
