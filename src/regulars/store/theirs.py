"""Theirs: what of one customer's lies where in a home. Erasing begins with it, and so does saying what would go."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from .catalogue import Catalogue
from .stock import Stock
from .timeline import Timeline
from .tombstones import Tombstones

__all__ = ["EVER", "Named", "keys_in", "named_by", "refused_about", "strongest", "tails_of", "traces_of"]

EVER: Final = (1 << 63) - 1  # an instant after everything
SHORTEST_WORD: Final = 3
SHORTEST_NUMBER: Final = 6  # shorter ones stand for too many other things
REFUSED: Final = """
select file_id, row, value, cells from refused where value <> '' or cells <> '' order by file_id, row
"""


@dataclass(frozen=True, slots=True)
class Named:
    """What a customer is called in writing: words (names, addresses, numbers), and telephones as bare digits."""

    words: tuple[str, ...]
    phones: tuple[str, ...]

    def meant_by(self, text: str) -> bool:
        """Tell whether a text names them; a word counts only where it stands by itself.

        >>> Named(("Ann Lee",), ("204567890",)).meant_by("for ANN LEE, please"), Named(("Ann",), ()).meant_by("annual")
        (True, False)
        """
        low = text.lower()
        if any(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", low) for word in self.words):
            return True
        digits = re.sub(r"\D", "", text)
        return any(phone in digits for phone in self.phones)


def traces_of(stock: Stock, subjects: Sequence[int]) -> pa.Table:
    """Return all traces of some records that count."""
    timeline = Timeline(stock)
    try:
        return timeline.fetch(tuple(subjects), as_of_us=EVER)
    finally:
        timeline.close()


def strongest(traces: pa.Table) -> list[str]:
    """Return the identifiers that the records of some traces are named after."""
    return list(pc.unique(pc.list_element(traces.column("who"), 0)).to_pylist())


def keys_in(traces: pa.Table) -> list[str]:
    """Return all identifiers that some traces carry."""
    return list(pc.unique(pc.list_flatten(traces.column("who"))).to_pylist())


def tails_of(stock: Stock, traces: pa.Table) -> list[bytes]:
    """Return the numbers of some traces, where a source has corrected any.

    An earlier version of a trace may be kept under another record, and is found by its number alone.
    """
    lives, inbox = stock.segments.live(), stock.inbox.table()
    if not any(live.versions for live in lives) and inbox.column("replaces").null_count == len(inbox):
        return []
    return sorted({identity[6:] for identity in traces.column("trace_id").to_pylist()})


def named_by(traces: pa.Table, texts: Iterable[str], keys: Iterable[str]) -> Named:
    """Return what a customer is called: the names in their traces, further texts, and identifiers of theirs alone."""
    words, phones = {*texts, *names_in(traces)}, set()
    for key in keys:
        kind, _, value = key.partition(":")
        if kind == "phone":
            phones.add(value)
        else:
            words.add(value if kind == "email" else value.rpartition(":")[2])
    return Named(tuple(sorted(filter(telling, words))), tuple(sorted(phones)))


def names_in(traces: pa.Table) -> set[str]:
    """Return the names that traces give a customer; a company's only where nobody is named."""
    given: list[dict[str, Any]] = [
        json.loads(text) for text in pc.unique(traces.column("attributes")).to_pylist() if text is not None
    ]
    names = {found.get("name") or full_name(found) for found in given} - {""}
    return names or {found["company"] for found in given if found.get("company")}


def full_name(given: dict[str, Any]) -> str:
    """Return a name that was given in two parts, "" where there is none."""
    return f"{given.get('first_name', '')} {given['last_name']}".strip() if given.get("last_name") else ""


def telling(word: str) -> bool:
    """Tell whether a word can only mean one customer; a short number could mean anything.

    >>> telling("Ann"), telling("1182"), telling("C1182"), telling("48213377")
    (True, False, True, True)
    """
    return len(word) >= (SHORTEST_NUMBER if word.isdigit() else SHORTEST_WORD)


def refused_about(
    catalogue: Catalogue, named: Named, tombstones: Tombstones, digests: Collection[bytes]
) -> list[tuple[int, int]]:
    """Return the refused rows that name a customer: by an identifier of theirs, or in the text of any cell."""
    found = []
    for row in catalogue.all(REFUSED):
        kept = json.loads(row["cells"]) if row["cells"] else {}
        texts = {row["value"], *kept.get("cells", {}).values()}
        if tombstones.meant(kept.get("who", ()), digests) or any(named.meant_by(text) for text in texts if text):
            found.append((row["file_id"], row["row"]))
    return found
