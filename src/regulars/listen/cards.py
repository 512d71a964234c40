"""Cards: an address book of vCards (2.1, 3.0 or 4.0), one row for each person whom its owner calls a customer.

Of a card only that is read by which somebody is known: name, addresses, telephones, company. Birthdays, pictures,
notes and all else are left out, and named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Final

import pyarrow as pa

from ..errors import InputError
from .carrier import Carrier, digest_of
from .content_lines import Block, Line, blocks, named, plain_text, structured
from .mapping import Mapping
from .refused import Refused
from .source_file import Piece, SourceFile

__all__ = ["is_cards", "open_cards"]

BEGINS: Final = b"BEGIN:VCARD"
SEVERAL: Final = 5  # e-mail addresses and telephones of one card that are read
EMAILS: Final = tuple(f"EMAIL {number}" for number in range(1, SEVERAL + 1))
PHONES: Final = tuple(f"TEL {number}" for number in range(1, SEVERAL + 1))
ROLES: Final = {
    "customer": ("UID",),
    "email": EMAILS,
    "phone": PHONES,
    "name": ("FN",),
    "first_name": ("N given",),
    "last_name": ("N family",),
    "company": ("ORG",),
    "street": ("ADR street",),
    "postcode": ("ADR code",),
    "city": ("ADR city",),
}
HEADERS: Final = tuple(header for headers in ROLES.values() for header in headers)
WANTED: Final = ("UID", "FN", "N", "EMAIL", "TEL", "ORG", "ADR", "KIND", "X-ADDRESSBOOKSERVER-KIND")
LEFT_OUT: Final = (
    "BDAY", "ANNIVERSARY", "DEATHDATE", "GENDER", "NOTE", "PHOTO", "CATEGORIES", "LANG", "URL", "GEO", "RELATED",
    "IMPP", "NICKNAME", "TITLE", "ROLE", "X-GENDER", "X-ANNIVERSARY", "X-SPOUSE", "X-ABRELATEDNAMES", "X-SOCIALPROFILE",
)  # fmt: skip
SENSITIVE: Final = frozenset({"BDAY", "DEATHDATE", "GENDER", "X-GENDER", "X-SPOUSE", "RELATED", "X-ABRELATEDNAMES"})
ADDRESS: Final = (("ADR street", 2), ("ADR city", 3), ("ADR code", 5))  # which part of ADR fills in which column
PIECE: Final = 5_000
LONGEST: Final = 1_000  # characters of a cell
ADVICE: Final = "Mend this card, and export the address book again."


def is_cards(start: bytes) -> bool:
    """Tell whether a file begins as an address card does."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(BEGINS)].upper() == BEGINS


def open_cards(carrier: Carrier) -> SourceFile:
    """Look at an address book, and say what of it is left out."""
    seen: Counter[str] = Counter()
    cards = 0
    for block in blocks(carrier, ("VCARD",), LEFT_OUT):
        cards += block.name == "VCARD"
        seen.update({named(raw) for _, raw in block.kept})
    if not cards:
        raise InputError(f"{carrier} begins like address cards but holds none.", now="Export it again.")
    left_out = tuple(name for name in LEFT_OUT if seen[name])
    means = Mapping(
        "customers",
        ROLES,
        basis="legitimate interest",
        left_out=left_out,
        sensitive=tuple(name for name in left_out if name in SENSITIVE),
        reasons=("one row is an address card: somebody whom the owner of the address book calls a customer",),
    )
    return SourceFile(carrier.name, HEADERS, partial(pieces_of, carrier), digest_of(carrier), means=means)


def pieces_of(carrier: Carrier, only: tuple[str, ...]) -> Iterator[Piece]:
    """Yield the cards some thousand at a time; one that cannot be read is refused with its line."""
    rows: list[dict[str, str]] = []
    places: list[tuple[int, int]] = []
    faults: list[Refused] = []
    for block in blocks(carrier, ("VCARD",), WANTED):
        found = read_card(block, carrier.name) if block.name == "VCARD" else None
        if isinstance(found, Refused):
            faults.append(found)
        elif found:
            rows.append(found)
            places.append((block.line, block.offset))
        if len(rows) + len(faults) >= PIECE:
            yield piece(rows, places, faults, only)
            rows, places, faults = [], [], []
    if rows or faults:
        yield piece(rows, places, faults, only)


def piece(
    rows: list[dict[str, str]], places: list[tuple[int, int]], faults: list[Refused], only: tuple[str, ...]
) -> Piece:
    """Put some rows together."""
    table = pa.table({header: pa.array([row.get(header, "") for row in rows], pa.string()) for header in only})
    lines, offsets = (pa.array([place[part] for place in places], pa.int64()) for part in (0, 1))
    return Piece(table, lines, faults, offsets=offsets)


def read_card(block: Block, file: str) -> dict[str, str] | Refused | None:
    """Read one card; None where it is of a group, and a refusal where it cannot be read."""
    if block.broken:
        return Refused(file, block.line, "", "", block.broken, ADVICE, block.offset)
    try:
        lines = list(block.lines())
    except UnicodeError:
        reason, advice = "it holds bytes that are not UTF-8", "Export it again as UTF-8."
        return Refused(file, block.line, "", "", reason, advice, block.offset)
    kinds = {plain_text(line.value).strip().lower() for line in lines if line.name.endswith("KIND")}
    if "group" in kinds:
        return None
    row: dict[str, str] = {}
    for line in lines:
        for header, text in cells(line, row):
            row.setdefault(header, text.strip()[:LONGEST])
    if not any(row.get(header) for header in ("UID", *EMAILS, *PHONES)):
        reason, advice = "it has neither a number nor an e-mail address nor a telephone", "Add one to it."
        return Refused(file, block.line, "", row.get("FN", "")[:100], reason, advice, block.offset)
    return row


def cells(line: Line, row: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what one line fills in."""
    if line.name in ("EMAIL", "TEL"):
        text = plain_text(line.value).strip()
        for scheme in ("mailto:", "tel:"):
            text = text[len(scheme) :] if text.lower().startswith(scheme) else text
        text = text.partition(";")[0]
        free = [header for header in (EMAILS if line.name == "EMAIL" else PHONES) if header not in row]
        if free and text:
            yield free[0], text
        return
    parts = structured(line.value)
    named = {
        "FN": (("FN", " ".join(plain_text(line.value).split())),),
        "UID": (("UID", plain_text(line.value).removeprefix("urn:uuid:")),),
        "N": tuple(zip(("N family", "N given"), parts, strict=False)),
        "ORG": (("ORG", parts[0]),),
        "ADR": tuple((header, parts[at]) for header, at in ADDRESS if at < len(parts)),
    }
    yield from ((header, " ".join(text.split())) for header, text in named.get(line.name, ()) if text.strip())
