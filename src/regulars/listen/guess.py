"""Guess: from headers and values to a mapping, with the reason for each choice.

Every shape is tried on the file; a column gets a role when its header suggests it and its values agree. The shape with
the strongest hints wins. Nothing is hidden: the reasons are printed, and `--map` overrules all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final


from ..errors import MappingError
from .files import SourceFile
from .identifiers import email_key, phone_key, plain
from .mapping import Mapping
from .shapes import IDENTIFIERS, SHAPES, Role, Shape, header_words
from .values import NUMERIC_DATE, decimal_comma, parsed, scaled

__all__ = ["guess_mapping"]

SAMPLE_ROWS: Final = 20_000
LOOKED_AT: Final = 400  # distinct values tested per column
ENOUGH: Final = 0.9  # share of values that must agree with a role
MANY: Final = ("customer", "email", "phone")  # roles that several columns may share


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file: per header its texts (with blanks), and some distinct ones."""

    texts: dict[str, list[str]]
    distinct: dict[str, list[str]]


def guess_mapping(file: SourceFile, *, zone: str, currency: str) -> Mapping:
    """Return the likeliest mapping of a file, with its reasons; raise MappingError where nothing fits."""
    sample = sampled(file)
    best: tuple[float, Shape, dict[str, tuple[str, ...]]] | None = None
    for shape in SHAPES:
        columns = assigned(shape, sample)
        if all(any(role in columns for role in group) for group in shape.needs) and named(shape, columns):
            score = strength(shape, columns, file)
            if best is None or score > best[0]:
                best = (score, shape, columns)
    if best is None:
        raise MappingError(
            f"{file.name} has the columns {', '.join(file.headers)}: they do not tell who did what and when.",
            now="Say it in a mapping file and give it with --map (docs/listen.md shows one).",
        )
    _, shape, columns = best
    return described(Mapping(shape=shape.name, columns=columns, zone=zone, currency=currency, purpose=shape.purpose, basis=shape.basis, file=file.name), file, shape, sample)


def sampled(file: SourceFile) -> Sample:
    """Read the first rows of a file."""
    texts: dict[str, list[str]] = {header: [] for header in file.headers}
    for piece in file.pieces(most=SAMPLE_ROWS):
        for header in file.headers:
            texts[header].extend(text or "" for text in piece.table.column(header).to_pylist())
    distinct = {header: [text for text in dict.fromkeys(column) if plain(text)][:LOOKED_AT] for header, column in texts.items()}
    return Sample(texts, distinct)


def assigned(shape: Shape, sample: Sample) -> dict[str, tuple[str, ...]]:
    """Give each role of a shape the header that suggests it and whose values agree; a header serves once."""
    columns: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for role in shape.roles:
        suitable = [header for header in sample.texts if header not in taken and role.suits(header_words(header)) and agrees(role, sample.distinct[header])]
        if not suitable:
            continue
        chosen = suitable if role.name in MANY else [closest(role, suitable)]
        columns[role.name] = tuple(chosen)
        taken.update(chosen)
    return columns


def closest(role: Role, headers: Sequence[str]) -> str:
    """Of several headers for one role, prefer the one that shares most words with the role's name."""
    words = set(role.name.split("_"))
    return max(headers, key=lambda header: (len(words & set(header_words(header).split())), "answer" in header.lower(), -len(header)))


def agrees(role: Role, texts: Sequence[str]) -> bool:
    """Tell whether a column's values can be what the role holds. An empty column cannot be told, and may."""
    if role.holds in ("text", "id"):
        return bool(texts)
    if not texts:
        return role.holds == "time"  # a date that never came yet, such as `closed_at`
    return sum(TESTS[role.holds](text) for text in texts) >= ENOUGH * len(texts)


def is_time(text: str) -> bool:
    """Tell whether a text is a date or a time."""
    return any(works(lambda order=order: parsed(plain(text), order=order)) for order in ("day first", "month first"))  # type: ignore[misc]


def is_number(text: str) -> bool:
    """Tell whether a text is a number or an amount."""
    return works(lambda: scaled(plain(text), scale=1000, comma=False)) or works(lambda: scaled(plain(text), scale=1000, comma=True))


def works(reading: Callable[[], object]) -> bool:
    """Tell whether a reading succeeds."""
    try:
        reading()
    except (ValueError, OverflowError):
        return False
    return True


TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "time": is_time,
    "number": is_number,
    "email": lambda text: email_key(text) is not None,
    "phone": lambda text: phone_key(text) is not None,
}


def named(shape: Shape, columns: dict[str, tuple[str, ...]]) -> bool:
    """Tell whether a row can be led to a customer: by itself, or by its order."""
    return any(role in columns for role in (*IDENTIFIERS, "order")) if shape.name != "customers" else True


def strength(shape: Shape, columns: dict[str, tuple[str, ...]], file: SourceFile) -> float:
    """Return how strongly a file looks like a shape: roles found, its own ones thrice, its name, its date."""
    own = sum(role in shape.own for role in columns)
    by_name = 4 if re.fullmatch(shape.named, file.path.stem.lower().replace("-", "_").replace("_", " ").replace(" dataset", "")) else 0
    dated = 1 if shape.makes[0].when in columns else 0
    return len(columns) + 3 * own + by_name + dated


def described(mapping: Mapping, file: SourceFile, shape: Shape, sample: Sample) -> Mapping:
    """Add what the values tell: day-month order, decimals, scale, numbering; and say why."""
    times = [text for role in shape.roles if role.holds == "time" and role.name in mapping.columns for text in sample.distinct[mapping.columns[role.name][0]]]
    numbers = [text for role in shape.roles if role.holds == "number" and role.name in mapping.columns for text in sample.distinct[mapping.columns[role.name][0]]]
    order, why = date_order(times, file, mapping, shape)
    comma = decimal_comma(numbers)
    scale = scale_of(sample, mapping)
    numbered = is_numbered(mapping, shape, sample)
    left_out = tuple(header for header in file.headers if header not in mapping.used)
    reasons = [f"one row is {shape.sentence}"]
    reasons += [f"{role} = {', '.join(headers)}" for role, headers in mapping.columns.items()]
    if times:
        reasons.append(f"dates are written {order} ({why}); times are meant in {mapping.zone}")
    if "rating" in mapping.columns:
        reasons.append(f"ratings go from {scale[0]} to {scale[1]}")
    reasons += file.notes
    return Mapping(
        shape=mapping.shape, columns=mapping.columns, zone=mapping.zone, dates=order, decimals="comma" if comma else "point", currency=mapping.currency, scale=scale,
        numbered=numbered, purpose=mapping.purpose, basis=mapping.basis, file=mapping.file, reasons=tuple(reasons), left_out=left_out,
    )  # fmt: skip


def date_order(texts: Sequence[str], file: SourceFile, mapping: Mapping, shape: Shape) -> tuple[str, str]:
    """Find in which order day, month and year are written, from all values of the file where the first do not tell."""
    matches = [found for found in map(NUMERIC_DATE.match, texts) if found and len(found[1]) < 4]
    if not matches:
        return "year first", "no date begins with a day"
    order = told_by(matches)
    if order is None:
        headers = tuple(mapping.columns[role.name][0] for role in shape.roles if role.holds == "time" and role.name in mapping.columns)
        for piece in file.pieces(headers):
            more = [NUMERIC_DATE.match(text or "") for header in headers for text in piece.table.column(header).unique().to_pylist()]
            order = told_by([found for found in more if found and len(found[1]) < 4])
            if order:
                break
    if order is None:
        example = matches[0].group(0)
        raise MappingError(
            f"{file.name}: dates such as {example!r} can be read two ways, and no date in the file tells which.",
            now="Write `dates = \"day first\"` or `dates = \"month first\"` in a mapping file and give it with --map.",
        )
    return order, "told by a number above 12"


def told_by(matches: Sequence[re.Match[str]]) -> str | None:
    """Tell the order from dates whose first or second number is above 12."""
    if any(int(found[1]) > 12 for found in matches):
        return "day first"
    if any(int(found[2]) > 12 for found in matches):
        return "month first"
    return None


def scale_of(sample: Sample, mapping: Mapping) -> tuple[int, int]:
    """Find the scale of the ratings: 1-5, 0-10 or 0-100."""
    header = mapping.header("rating")
    figures = [scaled(plain(text), scale=1000, comma="," in text) for text in (sample.distinct[header] if header else []) if is_number(text)]
    if not figures or (max(figures) <= 5000 and min(figures) >= 1000):
        return (1, 5)
    return (0, 5) if max(figures) <= 5000 else (0, 10) if max(figures) <= 10_000 else (0, 100)


def is_numbered(mapping: Mapping, shape: Shape, sample: Sample) -> bool:
    """Tell whether the rows carry a number of their own, unique in the first rows of the file."""
    roles = [role for role in key_roles(mapping, shape) if role in mapping.columns]
    if not roles:
        return False
    texts = [sample.texts[mapping.columns[role][0]] for role in roles]
    return len(set(zip(*texts, strict=True))) == len(texts[0])


def key_roles(mapping: Mapping, shape: Shape) -> tuple[str, ...]:
    """Return the roles that number a row: the shape's own key, or order and line together."""
    return ("order", "line") if "line" in mapping.columns and "order" in mapping.columns else (shape.key,) if shape.key else ()
