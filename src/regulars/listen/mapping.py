"""Mapping: how the rows of one file become traces, in a form that a person can read, correct and keep.

A mapping names the shape of a row and which column plays which role; everything it does not name is left out and never
stored. `guess` writes the first draft; the file it is saved in can be edited and given back with `--map`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from ..errors import MappingError, nearest
from .shapes import IDENTIFIERS, SHAPES, Shape

__all__ = ["Mapping", "read_mappings", "shape_named", "write_mappings"]

DATE_ORDERS: Final = ("year first", "day first", "month first")
DECIMALS: Final = ("point", "comma")


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

    def header(self, role: str) -> str | None:
        """Return the (first) header that plays a role."""
        return self.columns[role][0] if role in self.columns else None

    @property
    def used(self) -> tuple[str, ...]:
        """All headers that are read; no other column touches the disk."""
        return tuple(dict.fromkeys(header for headers in self.columns.values() for header in headers))

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
    for shape in SHAPES:
        if shape.name == name:
            return shape
    raise MappingError(f"'{name}' is no shape of a row.", now=nearest(name, [shape.name for shape in SHAPES]))


def read_mappings(path: Path) -> list[Mapping]:
    """Read a mapping file; every mistake in it is named in one error."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"The mapping {path} cannot be read ({error.strerror}).", now="Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingError(f"The mapping {path} is not readable as TOML: {error}.", now="Mend that line.") from error
    tables = content.get("table", [content] if "shape" in content else [])
    mistakes: list[str] = [] if tables else ["it has no [[table]]"]
    mappings = [checked(table, number, mistakes) for number, table in enumerate(tables, start=1)]
    if mistakes:
        raise MappingError(f"The mapping {path} has {len(mistakes)} mistakes: {'; '.join(mistakes)}.", now="Mend them all, then try again.")
    return [mapping for mapping in mappings if mapping is not None]


def checked(table: dict[str, Any], number: int, mistakes: list[str]) -> Mapping | None:
    """Turn one table of a mapping file into a mapping, noting what is wrong with it."""
    start = len(mistakes)
    if table.get("shape") not in [shape.name for shape in SHAPES]:
        mistakes.append(f"table {number}: shape is {table.get('shape')!r}. {nearest(str(table.get('shape')), [s.name for s in SHAPES])}")
        return None
    shape = shape_named(table["shape"])
    roles = [role.name for role in shape.roles]
    columns: dict[str, tuple[str, ...]] = {}
    for role, headers in table.get("columns", {}).items():
        if role not in roles:
            mistakes.append(f"table {number}: '{role}' is no role of {shape.name}. {nearest(role, roles)}")
        columns[role] = (headers,) if isinstance(headers, str) else tuple(headers)
    mistakes.extend(f"table {number}: {problem}" for problem in odd_words(table))
    if len(mistakes) > start:
        return None
    low, high = table.get("scale", (1, 5))
    plain = {key: table[key] for key in ("zone", "dates", "decimals", "currency", "numbered", "purpose", "basis", "file") if key in table}
    return replace(Mapping(shape=shape.name, columns=columns, purpose=shape.purpose, basis=shape.basis, scale=(low, high)), **plain)


def odd_words(table: dict[str, Any]) -> Iterable[str]:
    """Name the entries of a table whose value cannot be meant."""
    if table.get("dates", "year first") not in DATE_ORDERS:
        yield f"dates is {table['dates']!r}, but should be one of {', '.join(DATE_ORDERS)}"
    if table.get("decimals", "point") not in DECIMALS:
        yield f"decimals is {table['decimals']!r}, but should be 'point' or 'comma'"
    if table.get("zone", "UTC") not in available_timezones():
        yield f"zone is {table['zone']!r}. {nearest(str(table['zone']), available_timezones())}"
    if not isinstance(table.get("columns", {}), dict) or not table.get("columns"):
        yield "it names no columns"


def write_mappings(path: Path, mappings: Iterable[Mapping]) -> None:
    """Write mappings as a file that a person can read, correct and give back."""
    lines = ["# How the files of this source become traces. Change what is wrong and hear the file again with --map.", ""]
    for mapping in mappings:
        lines += table_lines(mapping)
    path.write_text("\n".join(lines), encoding="utf-8")


def table_lines(mapping: Mapping) -> list[str]:
    """Write one mapping as the lines of a TOML table."""
    lines = ["[[table]]", f"file = {quoted(mapping.file)}", f'shape = "{mapping.shape}"  # a row is {shape_named(mapping.shape).sentence}']
    lines += [f"{key} = {quoted(getattr(mapping, key))}" for key in ("zone", "dates", "decimals", "currency", "purpose", "basis")]
    lines += [f"scale = [{mapping.scale[0]}, {mapping.scale[1]}]", f"numbered = {str(mapping.numbered).lower()}", "[table.columns]"]
    for role, headers in mapping.columns.items():
        shown = quoted(headers[0]) if len(headers) == 1 else "[" + ", ".join(quoted(header) for header in headers) + "]"
        lines.append(f"{role} = {shown}")
    if mapping.left_out:
        lines.append(f"# left out, not stored: {', '.join(mapping.left_out)}".replace("\n", " "))
    return [*lines, ""]


def quoted(text: str) -> str:
    """Write a text as a TOML string, whatever it holds."""
    escapes = {"\\": "\\\\", '"': '\\"'}
    return '"' + "".join(escapes.get(char, char if char.isprintable() else f"\\u{ord(char):04x}") for char in text) + '"'


def zone_of(mapping: Mapping) -> ZoneInfo:
    """Return the zone in which the file's bare times are meant."""
    return ZoneInfo(mapping.zone)
