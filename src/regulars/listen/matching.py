"""Matching: a mapping made from what a person says that each column of a file means.

The person says what a row is and which column is what; how dates, decimals and ratings are written is still told by
the values. What is missing, or said twice, is named with its columns.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping as Dict
from dataclasses import replace
from typing import Final

from ..errors import MappingError
from .guess import MANY, assigned, described, drafted, named, sampled
from .mapping import Mapping, shape_named
from .questions import answered
from .roles import WHO
from .shapes import Shape
from .source_file import SourceFile

__all__ = ["examples", "matched", "role_words", "suggested"]

EXAMPLES: Final = 3  # values shown of a column
LONGEST_EXAMPLE: Final = 40  # characters shown of a value
LOOKED_AT: Final = 2_000  # rows in which examples are looked for
WORDS: Final = {
    "customer": "customer number",
    "order": "order number",
    "case": "case number",
    "line": "line number",
    "row_id": "number of the row",
    "email": "e-mail address",
    "sku": "article number",
}


def role_words(role: str) -> str:
    """Return what a role is called on a page.

    >>> role_words("row_id"), role_words("ordered_at"), role_words("email_opt_out")
    ('number of the row', 'ordered at', 'email opt out')
    """
    return WORDS.get(role) or role.replace("_", " ")


def examples(file: SourceFile) -> dict[str, tuple[str, ...]]:
    """Return of each column some values that differ, the first that are not blank."""
    found: dict[str, dict[str, None]] = {header: {} for header in file.headers}
    for piece in file.pieces(most=LOOKED_AT):
        for header, texts in found.items():
            if len(texts) < EXAMPLES:
                column = piece.table.column(header).unique().drop_null().to_pylist()
                tidy = (" ".join(str(text).split()) for text in column)
                texts |= dict.fromkeys(text[:LONGEST_EXAMPLE] for text in tidy if text)
    return {header: tuple(texts)[:EXAMPLES] for header, texts in found.items()}


def matched(
    file: SourceFile,
    shape_name: str,
    roles: Dict[str, str],
    *,
    zone: str,
    currency: str,
    answers: Dict[str, str] | None = None,
) -> Mapping:
    """Return the mapping that a person means: `roles` says of a header which role it plays, "" where none.

    Raises MappingError where two columns say the same, or what such a row cannot do without is missing.
    """
    shape = shape_named(shape_name)
    several = defaultdict[str, list[str]](list)
    for header in file.headers:
        if role := roles.get(header, ""):
            several[role].append(header)
    look_twice(file, shape, several)
    columns = {role.name: tuple(several[role.name]) for role in shape.roles if role.name in several}
    look_for_gaps(file, shape, columns)
    draft = drafted(shape, columns, file, zone=zone, currency=currency)
    found = described(draft, file, shape, sampled(file))
    chosen = tuple(header for header in found.sensitive if header not in found.used)
    return answered(replace(found, sensitive=chosen), answers or {})


def look_twice(file: SourceFile, shape: Shape, several: Dict[str, list[str]]) -> None:
    """Refuse two columns that say the same, and a role that such a row does not have."""
    known = {role.name for role in shape.roles}
    for role, headers in several.items():
        if role not in known:
            raise MappingError(
                f"{file.name}: {shape.sentence} has no {role_words(role)}, which column '{headers[0][:80]}' should be.",
                now="Choose something else for that column, or another kind of row.",
            )
        if len(headers) > 1 and role not in MANY:
            listed = " and ".join(f"'{header[:80]}'" for header in headers)
            raise MappingError(
                f"{file.name}: the columns {listed} cannot all be the {role_words(role)}.",
                now="Keep one of them, and set the others to 'not stored'.",
            )


def look_for_gaps(file: SourceFile, shape: Shape, columns: dict[str, tuple[str, ...]]) -> None:
    """Refuse a mapping that lacks what such a row cannot do without, and say what that is."""
    for group in shape.needs:
        if not any(role in columns for role in group):
            listed = " or ".join(map(role_words, group))
            raise MappingError(
                f"{file.name}: {shape.sentence} needs the {listed}, and no column is set to that.",
                now="Choose a column for it, or another kind of row.",
            )
    if not named(shape, columns):
        listed = ", ".join(role_words(role.name) for role in WHO)
        raise MappingError(
            f"{file.name}: no column says who it was ({listed}) and when ({role_words(shape.makes[0].when)}).",
            now="Choose columns for both, or the order number under which another file tells them.",
        )


def suggested(file: SourceFile, shape_name: str) -> dict[str, str]:
    """Return of each column of a file the role that it would play if its rows were of a shape, "" where none."""
    columns = assigned(shape_named(shape_name), sampled(file))
    played = {header: role for role, headers in columns.items() for header in headers}
    return {header: played.get(header, "") for header in file.headers}
