"""Mapping file: mappings as TOML that a person can read, correct and give back with `--map`."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final
from zoneinfo import available_timezones

from ..errors import KeepError, MappingError, nearest
from ..money import NO_CURRENCY
from .mapping import Look, Lookup, Mapping, shape_named
from .roles import IDENTIFIERS
from .shapes import SHAPES, Shape
from .times import DATE_ORDERS

__all__ = ["mappings_text", "read_mappings", "write_mappings"]

DECIMALS: Final = ("point", "comma")
WORDS: Final = ("file", "zone", "dates", "decimals", "currency", "purpose", "basis")
KNOWN: Final = ("shape", *WORDS, "scale", "numbered", "columns", "left_out", "looks", "lookups", "sensitive")
LENDS: Final = '{ file = "products.csv", key = "product_id", lends = ["category"] }'
HEAD: Final = "# How the files of this source become traces. Change what is wrong and hear the file again with --map."
LOOKED: Final = "# how each column looked; a file in which one looks otherwise is not heard until somebody has seen it"


def read_mappings(path: Path, *, zone: str = "UTC", currency: str = NO_CURRENCY) -> list[Mapping]:
    """Read a mapping file, and name every mistake at once. What it does not say of zone and currency is as given."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MappingError(f"The mapping {path} cannot be read ({error.strerror}).", now="Check the path.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MappingError(f"The mapping {path} is not readable as TOML: {error}.", now="Mend that line.") from error
    tables = content.get("table", [content] if "shape" in content else [])
    tables = tables if isinstance(tables, list) else [tables]
    mistakes = [] if tables else ["it has no [[table]]"]
    for number, table in enumerate(tables, start=1):
        found = mistakes_in(table) if isinstance(table, dict) else ["it is no table"]
        mistakes += [f"table {number}: {mistake}" for mistake in found]
    if mistakes:
        count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise MappingError(
            f"The mapping {path} has {count}: {'; '.join(mistakes)}.", now="Mend all that is named, then try again."
        )
    return [made({"zone": zone, "currency": currency, **table}) for table in tables]


def mistakes_in(table: dict[str, Any]) -> Iterator[str]:
    """Name everything in one table that cannot be meant."""
    names = [shape.name for shape in SHAPES]
    if table.get("shape") not in names:
        yield f"shape is {table.get('shape')!r}. {nearest(str(table.get('shape')), names)}"
    for key in table.keys() - set(KNOWN):
        yield f"'{key}' is no entry of a table. {nearest(key, KNOWN)}"
    yield from odd_words(table)
    yield from odd_scale(table)
    yield from odd_memory(table)
    columns = table.get("columns")
    if not isinstance(columns, dict) or not columns:
        yield "it names no columns under [table.columns]"
    elif table.get("shape") in names:
        yield from odd_columns(columns, shape_named(table["shape"]))


def odd_words(table: dict[str, Any]) -> Iterator[str]:
    """Name the plain entries of a table whose value cannot be meant."""
    texts = {key: table[key] for key in WORDS if key in table}
    for key in [key for key, value in texts.items() if not isinstance(value, str)]:
        yield f"{key} is {texts.pop(key)!r}, but should be a text in quotation marks"
    if texts.get("dates", DATE_ORDERS[0]) not in DATE_ORDERS:
        yield f"dates is {texts['dates']!r}, but should be one of {', '.join(map(repr, DATE_ORDERS))}"
    if texts.get("decimals", DECIMALS[0]) not in DECIMALS:
        yield f"decimals is {texts['decimals']!r}, but should be 'point' or 'comma'"
    if texts.get("zone", "UTC") not in available_timezones():
        yield f"zone is {texts['zone']!r}. {nearest(texts['zone'], available_timezones())}"
    if not re.fullmatch(r"[A-Z]{3}", texts.get("currency", "XXX")):
        yield f"currency is {texts['currency']!r}, but should be three capitals such as 'EUR'"


def odd_scale(table: dict[str, Any]) -> Iterator[str]:
    """Name what is wrong with the scale of ratings and with `numbered`."""
    scale = table.get("scale", [1, 5])
    whole = isinstance(scale, list) and [type(end) for end in scale] == [int, int]
    if not whole or not -1000 <= scale[0] < scale[1] <= 1000:
        yield f"scale is {scale!r}, but should be the lowest and the highest rating, such as [1, 5]"
    if not isinstance(table.get("numbered", True), bool):
        yield f"numbered is {table['numbered']!r}, but should be true or false"


def odd_memory(table: dict[str, Any]) -> Iterator[str]:
    """Name what is wrong with what is remembered of the last file: columns left out, and how the others looked."""
    left_out, looks = table.get("left_out", []), table.get("looks", {})
    sensitive = table.get("sensitive", [])
    if not isinstance(sensitive, list) or not all(isinstance(header, str) for header in sensitive):
        yield "sensitive should be a list of columns in quotation marks"
    if not isinstance(left_out, list) or not all(isinstance(header, str) for header in left_out):
        yield "left_out should be a list of columns in quotation marks"
    yield from odd_lookups(table.get("lookups", []))
    for header, look in looks.items() if isinstance(looks, dict) else [("looks", looks)]:
        if not is_look(look):
            yield f"the look of {header!r} is not one; leave it out, and it is looked at anew"


def odd_lookups(given: Any) -> Iterator[str]:
    """Name what is wrong with what other files lend."""
    for number, lookup in enumerate(given if isinstance(given, list) else [given], start=1):
        whole = isinstance(lookup, dict) and lookup.keys() == {"file", "key", "lends"}
        texts = [lookup["file"], lookup["key"], *headers_in(lookup["lends"])] if whole else [None]
        if not all(isinstance(text, str) for text in texts):
            yield f"lookup {number} should say file, key and lends: {LENDS}"


def is_look(look: Any) -> bool:
    """Tell whether an entry says how a column looked."""
    kinds = {"held": str, "filled": int, "rows": int, "sign": str}
    if not isinstance(look, dict) or not {"held", "filled", "rows"} <= look.keys() <= kinds.keys():
        return False
    return all(type(value) is kinds[name] for name, value in look.items())


def odd_columns(columns: dict[str, Any], shape: Shape) -> Iterator[str]:
    """Name what is wrong with the columns that a table names."""
    roles = [role.name for role in shape.roles]
    for role, given in columns.items():
        headers = headers_in(given)
        if role not in roles:
            yield f"'{role}' is no role of {shape.name}. {nearest(role, roles)}"
        if not headers or not all(isinstance(header, str) for header in headers):
            yield f"'{role}' is {given!r}, but should be the name of a column in quotation marks"
        if len(headers) > 1 and role not in IDENTIFIERS:
            yield f"'{role}' names {len(headers)} columns, but only {', '.join(IDENTIFIERS)} may have several"
    for group in shape.needs:
        if not any(role in columns for role in group):
            yield f"{shape.name} need a column for {' or '.join(group)}"


def headers_in(given: Any) -> tuple[Any, ...]:
    """Return the headers that an entry names: one, or a list of them."""
    return tuple(given) if isinstance(given, list) else (given,)


def made(table: dict[str, Any]) -> Mapping:
    """Turn a table without mistakes into a mapping; what it does not say is as the shape has it."""
    shape = shape_named(table["shape"])
    given: dict[str, Any] = {"purpose": shape.purpose, "basis": shape.basis}
    given |= {key: table[key] for key in (*WORDS, "numbered") if key in table}
    low, high = table.get("scale", (1, 5))
    columns = {role: headers_in(headers) for role, headers in table["columns"].items()}
    given["looks"] = {header: Look(**look) for header, look in table.get("looks", {}).items()}
    given["lookups"] = tuple(
        Lookup(lookup["file"], lookup["key"], headers_in(lookup["lends"])) for lookup in table.get("lookups", ())
    )
    given["sensitive"] = tuple(table.get("sensitive", ()))
    return Mapping(
        shape=shape.name, columns=columns, scale=(low, high), left_out=tuple(table.get("left_out", ())), **given
    )


def mappings_text(mappings: Iterable[Mapping]) -> str:
    """Write mappings as a text that a person can read, correct and give back."""
    return "\n".join([HEAD, "", *(line for mapping in mappings for line in table_lines(mapping))])


def write_mappings(path: Path, mappings: Iterable[Mapping]) -> None:
    """Write mappings to a file; it is never half-written."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(mappings_text(mappings), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise KeepError(
            f"{path} could not be written ({error.strerror}).", now="Look whether the disk is full."
        ) from error


def table_lines(mapping: Mapping) -> list[str]:
    """Write one mapping as the lines of a TOML table."""
    lines = ["[[table]]", f'shape = "{mapping.shape}"  # a row is {shape_named(mapping.shape).sentence}']
    lines += [f"{key} = {quoted(getattr(mapping, key))}" for key in WORDS]
    lines += [
        f"scale = [{mapping.scale[0]}, {mapping.scale[1]}]",
        f"numbered = {str(mapping.numbered).lower()}",
        f"left_out = {listed(mapping.left_out)}  # not stored",
        *([f"sensitive = {listed(mapping.sensitive)}  # look sensitive"] if mapping.sensitive else []),
        *lookup_lines(mapping),
        "[table.columns]",
    ]
    for role, headers in mapping.columns.items():
        lines.append(f"{role} = {quoted(headers[0]) if len(headers) == 1 else listed(headers)}")
    if mapping.looks:
        lines += [f"[table.looks]  {LOOKED}", *(look_line(header, look) for header, look in mapping.looks.items())]
    return [*lines, ""]


def lookup_lines(mapping: Mapping) -> list[str]:
    """Write what other files lend; a file heard without them has blanks in those columns."""
    lines = [
        f"  {{ file = {quoted(lookup.file)}, key = {quoted(lookup.key)}, lends = {listed(lookup.lends)} }},"
        for lookup in mapping.lookups
    ]
    head = "lookups = [  # files that lend columns by a key; without them these are blank"
    return [head, *lines, "]"] if lines else []


def look_line(header: str, look: Look) -> str:
    """Write how a column looked as one line."""
    sign = f", sign = {quoted(look.sign)}" if look.sign else ""
    return f"{quoted(header)} = {{ held = {quoted(look.held)}, filled = {look.filled}, rows = {look.rows}{sign} }}"


def listed(texts: Iterable[str]) -> str:
    """Write texts as a TOML list."""
    return f"[{', '.join(map(quoted, texts))}]"


def quoted(text: str) -> str:
    """Write a text as a TOML string, whatever it holds."""
    return '"' + "".join(map(escaped, text)) + '"'


def escaped(char: str) -> str:
    """Write one character as it stands in a TOML string."""
    if char in ('"', "\\"):
        return f"\\{char}"
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
