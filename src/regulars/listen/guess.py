"""Guess: from headers and values to a mapping, with the reason for each choice.

Every shape is tried on the file; a column gets a role when its header suggests it and its values agree. The shape with
the strongest hints wins. Nothing is hidden: the reasons are printed, and `--map` overrules all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import InvalidOperation
from functools import partial
from itertools import islice
from pathlib import PurePath
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import MappingError
from .column import Texts, combined
from .identifiers import email_key, phone_key, plain
from .mapping import UNTOLD, Lookup, Mapping, shape_named
from .numbering import key_roles
from .numbers import decimal_comma, scaled
from .presets import Part, preset_of, spelt
from .roles import IDENTIFIERS, ORDER, WHO, Role, header_words
from .sensitive import looks_sensitive
from .shapes import SHAPES, Shape
from .source_file import SourceFile
from .times import NUMERIC_DATE, parsed
from .words import is_decision

__all__ = [
    "LENT_ROLES",
    "MANY",
    "Sample",
    "assigned",
    "by_part",
    "described",
    "draft_mapping",
    "drafted",
    "fits",
    "fits_nothing",
    "named",
    "sampled",
]

SAMPLE_ROWS: Final = 20_000
LOOKED_AT: Final = 400  # distinct values tested per column
ENOUGH: Final = 0.5  # share of values that must agree with a role; the header has already suggested it
MARK: Final = re.compile(r"#\s?\w*\d+")  # how shops write the number of an order
NAMES: Final = re.compile(r"[^\W\d_]+(?:[ .,'’-]+[^\W\d_]+)+\.?")
LENT_ROLES: Final = ("item", "category")  # what a guess takes from a lookup; a mapping file can take more
MANY: Final = ("customer", "email", "phone")  # roles that several columns may share


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file: its columns, and of each some distinct texts that are not blank."""

    table: pa.Table
    distinct: dict[str, list[str]]
    lent: frozenset[str] = frozenset()  # headers that are lent by another file
    sensitive: frozenset[str] = frozenset()  # headers of columns that look sensitive; they play no role
    fitting: dict[tuple[str, str], int] = field(default_factory=dict)  # how many of them can be what a role holds

    def fit(self, header: str, holds: str) -> int:
        """Return how many of a column's texts can be what a role holds; they are read once."""
        if (header, holds) not in self.fitting:
            self.fitting[header, holds] = sum(map(TESTS[holds], self.distinct[header]))
        return self.fitting[header, holds]


def draft_mapping(file: SourceFile, *, zone: str, currency: str) -> Mapping:
    """Return the likeliest mapping of a file, with its reasons; raise MappingError where nothing fits.

    The order of day and month is UNTOLD in it where no date tells; `questions` asks for it.
    """
    sample = sampled(file)
    if not any(sample.distinct.values()):
        raise MappingError(f"{file.name} has a header and no rows.", now="Nothing was heard from it; export it again.")
    if known := by_preset(file, sample, zone=zone, currency=currency):
        return known
    best = max(likely(sample, file), key=lambda found: found[0], default=None)
    if best is None:
        raise untold(file, sample)
    _, shape, columns = best
    return described(drafted(shape, columns, file, zone=zone, currency=currency), file, shape, sample)


def drafted(
    shape: Shape, columns: dict[str, tuple[str, ...]], file: SourceFile, *, zone: str, currency: str
) -> Mapping:
    """Return a mapping that does not yet say what the values tell."""
    return Mapping(
        shape.name, columns, zone=zone, currency=currency, purpose=shape.purpose, basis=shape.basis, file=file.name
    )


def by_preset(file: SourceFile, sample: Sample, *, zone: str, currency: str) -> Mapping | None:
    """Return the mapping of a known tool's export, where the file's headers are of one and its values agree."""
    preset = preset_of(file.headers)
    for part in reversed(preset.parts) if preset else ():
        columns = by_part(part, file, sample)
        if preset and columns and file.shape in ("", part.shape):
            shape = shape_named(part.shape)
            found = described(drafted(shape, columns, file, zone=zone, currency=currency), file, shape, sample)
            return replace(
                found, scale=part.scale or found.scale, reasons=(f"looks like {preset.name}", *found.reasons)
            )
    return None


def by_part(part: Part, file: SourceFile, sample: Sample) -> dict[str, tuple[str, ...]] | None:
    """Return the columns that a preset's reading uses: those the file has and whose values agree."""
    spellings = {spelt(header): header for header in reversed(file.headers)}
    shape, columns, taken = shape_named(part.shape), dict[str, tuple[str, ...]](), set[str]()
    for role in shape.roles:
        for choice in part.columns.get(role.name, ()):
            own = [spellings.get(spelt(header), "") for header in choice.split("+")]
            chosen = tuple(header for header in own if header and header not in taken and suits(role, header, sample))
            if chosen:
                columns[role.name] = chosen
                taken.update(chosen)
                break
    whole = all(any(role in columns for role in group) for group in shape.needs) and named(shape, columns)
    return columns if whole else None


def untold(file: SourceFile, sample: Sample) -> MappingError:
    """Say that a file does not tell what happened; and where it could be a lookup, with which files to hear it."""
    shown = ", ".join(header[:40] for header in file.headers[:20])
    what = f"{file.name} has the columns {shown}: they do not tell who did what and when."
    key = next((header for header in file.headers if is_key(header, sample)), None)
    if key is None or any(fits(role, header, sample) for role in (*WHO, ORDER) for header in file.headers):
        return MappingError(what, now="Say it in a mapping file and give it with --map (docs/mapping.md shows one).")
    return MappingError(
        f"{what} '{key[:40]}' is different in every row, so it may be a lookup, which says something of other files.",
        now=f"Hear it together with the files that have a column '{key[:40]}', such as order lines; or say in a "
        "mapping file what it means, and give it with --map (docs/mapping.md).",
    )


def is_key(header: str, sample: Sample) -> bool:
    """Tell whether a column is filled and different in every one of the first rows."""
    column = sample.table.column(header)
    filled = pc.all(pc.not_equal(pc.fill_null(column, ""), "")).as_py()
    return bool(filled) and len(column.unique()) == len(column)


def likely(sample: Sample, file: SourceFile) -> Iterator[tuple[float, Shape, dict[str, tuple[str, ...]]]]:
    """Yield every shape that a file can have, with the columns it would use and how strong the hints are."""
    for shape in SHAPES:
        if file.shape not in ("", shape.name):
            continue
        columns = assigned(shape, sample)
        if all(any(role in columns for role in group) for group in shape.needs) and named(shape, columns):
            yield strength(shape, columns, file), shape, columns


def sampled(file: SourceFile) -> Sample:
    """Read the first rows of a file."""
    schema = pa.schema([(header, pa.string()) for header in file.headers])
    pieces = [piece.table.cast(schema) for piece in file.pieces(most=SAMPLE_ROWS)]
    table = pa.concat_tables([schema.empty_table(), *pieces])
    told = {name: table.column(name).unique().drop_null().to_pylist() for name in file.headers}
    lent = frozenset(header for lookup in file.lookups for header in lookup.lends)
    distinct = {name: list(islice(filter(plain, texts), LOOKED_AT)) for name, texts in told.items()}
    sensitive = frozenset(header for header, texts in distinct.items() if looks_sensitive(header, texts))
    return Sample(table, distinct, lent, sensitive)


def fits_nothing(sample: Sample, file: SourceFile) -> bool:
    """Tell whether nothing can be made of a file by itself."""
    return next(likely(sample, file), None) is None


def assigned(shape: Shape, sample: Sample) -> dict[str, tuple[str, ...]]:
    """Give each role of a shape the header that suggests it and whose values agree; a header serves once."""
    columns: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for role in shape.roles:
        suitable = [header for header in sample.distinct if header not in taken and fits(role, header, sample)]
        if suitable:
            chosen = suitable if role.name in MANY else [closest(role, suitable)]
            columns[role.name] = tuple(chosen)
            taken.update(chosen)
    return without_names(columns, shape, sample)


def without_names(columns: dict[str, tuple[str, ...]], shape: Shape, sample: Sample) -> dict[str, tuple[str, ...]]:
    """Take a customer's name for a name, not for a number, where something else says who they are.

    Two people of one name would be one customer otherwise.
    """
    named = tuple(header for header in columns.get("customer", ()) if holds_names(sample.distinct[header]))
    if not named or not ("email" in columns or "phone" in columns or len(named) < len(columns["customer"])):
        return columns
    others = tuple(header for header in columns["customer"] if header not in named)
    found = {role: headers for role, headers in columns.items() if role != "customer"}
    if others:
        found["customer"] = others
    if "name" not in found and any(role.name == "name" for role in shape.roles):
        found["name"] = named[:1]
    return found


def holds_names(texts: Sequence[str]) -> bool:
    """Tell whether most texts are people's names: two words or more, without a digit.

    >>> holds_names(["Ann Lee", "José da Silva"]), holds_names(["C 17", "C 18"]), holds_names(["ann", "bob"])
    (True, False, False)
    """
    return sum(NAMES.fullmatch(plain(text)) is not None for text in texts) > len(texts) / 2


def fits(role: Role, header: str, sample: Sample) -> bool:
    """Tell whether a header suggests a role and its values agree."""
    words, texts = header_words(header), sample.distinct[header]
    if header in sample.sensitive or (header in sample.lent and role.name not in LENT_ROLES):
        return False
    if role.suits(words):
        return agrees(role, header, sample)
    return role.suits_marked(words) and bool(texts) and all(MARK.fullmatch(plain(text)) for text in texts)


def suits(role: Role, header: str, sample: Sample) -> bool:
    """Tell whether a column that a preset names can play its role."""
    return header not in sample.sensitive and agrees(role, header, sample)


def closest(role: Role, headers: Sequence[str]) -> str:
    """Of several headers for one role, prefer the one that shares most words with its name, then the shortest."""
    words = set(role.name.split("_"))

    def nearness(header: str) -> tuple[int, bool, int]:
        own = header_words(header).split()
        # What the customer did, not what we asked; and of two names of a category the one that is translated.
        return len(words.intersection(own)), "answer" in own or "english" in own, -len(header)

    return max(headers, key=nearness)


def agrees(role: Role, header: str, sample: Sample) -> bool:
    """Tell whether a column's values can be what the role holds. An empty column cannot be told, and may."""
    texts = sample.distinct[header]
    if role.holds in ("text", "id"):
        return bool(texts)
    if not texts:
        return role.holds == "time"  # a date that never came yet, such as `closed_at`
    return sample.fit(header, role.holds) >= ENOUGH * len(texts)


def is_time(text: str) -> bool:
    """Tell whether a text is a date or a time."""
    return any(works(partial(parsed, plain(text), order=order)) for order in ("day first", "month first"))


def is_number(text: str) -> bool:
    """Tell whether a text is a number or an amount."""
    return any(works(partial(scaled, plain(text), scale=1000, comma=comma)) for comma in (False, True))


def works(reading: Callable[[], object]) -> bool:
    """Tell whether a reading succeeds."""
    try:
        reading()
    except (ValueError, OverflowError, InvalidOperation):
        return False
    return True


TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "time": is_time,
    "number": is_number,
    "email": lambda text: email_key(text) is not None,
    "phone": lambda text: phone_key(text) is not None,
    "decision": is_decision,
}


def named(shape: Shape, columns: dict[str, tuple[str, ...]]) -> bool:
    """Tell whether a row can be led to a customer and an instant: by itself, or by its order."""
    if shape.name == "customers" or "order" in columns:
        return True
    return shape.makes[0].when in columns and any(role in columns for role in IDENTIFIERS)


def strength(shape: Shape, columns: dict[str, tuple[str, ...]], file: SourceFile) -> float:
    """Return how strongly a file looks like a shape: roles found, its own ones thrice, its name, its date."""
    own = sum(role in shape.own for role in columns)
    words = re.sub(r"[-_]+", " ", PurePath(file.name).stem.lower()).removesuffix(" dataset")
    by_name = 4 if re.fullmatch(shape.named, words) else 0
    dated = 1 if shape.makes[0].when in columns else 0
    return len(columns) + 3 * own + by_name + dated


def described(draft: Mapping, file: SourceFile, shape: Shape, sample: Sample) -> Mapping:
    """Add what the values tell: day-month order, decimals, scale, numbering; and say why."""
    times = played(draft, shape, "time")
    order, why = date_order([text for header in times for text in sample.distinct[header]], file, times)
    numbers = [text for header in played(draft, shape, "number") for text in sample.distinct[header]]
    scale = scale_of(sample, draft)
    reasons = [f"one row is {shape.sentence}"]
    reasons += [f"{role} = {', '.join(headers)}" for role, headers in draft.columns.items()]
    if times:
        way = "can be" if order == UNTOLD else "are"
        reasons.append(
            f"dates {way} written {'two ways' if order == UNTOLD else order} ({why}); times are meant in {draft.zone}"
        )
    if "rating" in draft.columns:
        reasons.append(f"ratings go from {scale[0]} to {scale[1]}")
    return replace(
        draft,
        dates=order,
        decimals="comma" if decimal_comma(numbers) else "point",
        scale=scale,
        numbered=is_numbered(draft, shape, sample),
        reasons=(*reasons, *file.notes),
        left_out=tuple(header for header in file.headers if header not in draft.used),
        sensitive=tuple(header for header in file.headers if header in sample.sensitive),
        lookups=tuple(lends_only(lookup, draft.used) for lookup in file.lookups if set(lookup.lends) & set(draft.used)),
    )


def lends_only(lookup: Lookup, used: Sequence[str]) -> Lookup:
    """Return a lookup with only those of its columns that are read."""
    return replace(lookup, lends=tuple(header for header in lookup.lends if header in used))


def played(mapping: Mapping, shape: Shape, holds: str) -> tuple[str, ...]:
    """Return the headers of all roles that hold times, or numbers."""
    return tuple(
        mapping.columns[role.name][0] for role in shape.roles if role.holds == holds and role.name in mapping.columns
    )


def date_order(texts: Sequence[str], file: SourceFile, headers: tuple[str, ...]) -> tuple[str, str]:
    """Find in which order day, month and year are written, from all values of the file where the first do not tell."""
    first = day_first_or_month_first(texts)
    if not first:
        return "year first", "no date begins with a day or month"
    told = told_by(first)
    if told is None:
        for piece in file.pieces(headers):
            texts_of_piece = (piece.table.column(header).unique().to_pylist() for header in headers)
            if told := told_by(
                day_first_or_month_first([text for column in texts_of_piece for text in column if text])
            ):
                break
    if told is None and 2 * len(first) < len(texts):
        return "year first", "most dates begin with the year"
    if told is None:
        return UNTOLD, "no date in the file tells which"
    return told, "told by a number above 12"


def day_first_or_month_first(texts: Sequence[str]) -> list[re.Match[str]]:
    """Return the dates that begin with a day or a month."""
    found = (NUMERIC_DATE.match(text.strip()) for text in texts)
    return [match for match in found if match and len(match["first"]) < 4]


def told_by(dates: Sequence[re.Match[str]]) -> str | None:
    """Tell the order from dates whose first or second number is above 12; what most of them say holds."""
    days = sum(int(found["first"]) > 12 for found in dates)
    months = sum(int(found["second"]) > 12 for found in dates)
    return None if days == months == 0 else "day first" if days >= months else "month first"


def scale_of(sample: Sample, mapping: Mapping) -> tuple[int, int]:
    """Find the scale of the ratings: 1-5, 0-5, 0-10 or 0-100."""
    header = mapping.header("rating")
    texts = [plain(text) for text in (sample.distinct[header] if header else [])]
    figures = [scaled(text, scale=1000, comma="," in text) for text in texts if is_number(text)]
    highest, lowest = max(figures, default=5000), min(figures, default=1000)
    if highest <= 5000:
        return (1, 5) if lowest >= 1000 else (0, 5)
    return (0, 10) if highest <= 10_000 else (0, 100)


def is_numbered(mapping: Mapping, shape: Shape, sample: Sample) -> bool:
    """Tell whether the rows carry a number of their own, there and unique in the first rows of the file."""
    columns = [sample.table.column(mapping.columns[role][0]) for role in key_roles(mapping.columns, shape)]
    if not columns or any(pc.any(pc.equal(pc.fill_null(column, ""), "")).as_py() for column in columns):
        return False
    _, ones = combined([Texts.of(column).codes for column in columns])
    return len(ones) == len(sample.table)
