"""Live: one new record compared with all that are held, in a few milliseconds, by the same rules, levels and weights.

The blocks of the rules are sorted once. A new record finds its own by bisection, and only the records in them are
compared. A block that is too large is narrowed as it is in `candidates.py`; here no rule has a share, so a few pairs
more are found than where everybody is compared at once. How rare a value is, is as the held records have it: a value
that only the new record has agrees with none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ...definition import Definition
from .candidates import CAP, PARTS, RULES, Rule, blocks
from .scorer import levels_between
from .weights import Weights, packed

__all__ = ["HeldCards"]

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
FOUND: Final = pa.schema([("record", pa.int64()), ("bits", pa.float64()), ("levels", pa.int64())])


class Bench(Protocol):
    """What definitions run on: tables are given to it by name."""

    def give(self, name: str, table: pa.Table) -> None:
        """Make a table known under a name."""

    def run(self, definition: Definition) -> pa.Table:
        """Run a definition and return its rows."""

    def rows(self, definition: Definition) -> list[tuple[Any, ...]]:
        """Run a definition and return its few rows as Python values."""


class HeldCards:
    """Held cards in the order of their records, ready for new ones; they say how rare their values are."""

    def __init__(self, bench: Bench, cards: pa.Table, weights: Weights) -> None:
        self.bench, self.cards, self.weights = bench, cards, weights
        bench.give("cards", cards)
        parts = bench.run(PARTS)
        self.names = parts.column_names[1:]
        self.parts = {name: parts.column(name).to_numpy().astype(np.uint64) for name in self.names}
        self.sorted = {rule.words: ordered(rule, self.parts) for rule in RULES}

    def near(self, card: pa.Table) -> pa.Table:
        """Return the held records that one clean card is compared with: record, bits and packed levels, the most alike
        first.
        """
        self.bench.give("cards", card)
        (_, *mine_of), *_ = self.bench.rows(PARTS)
        mine = {name: np.array([part], np.uint64) for name, part in zip(self.names, mine_of, strict=True)}
        rows = np.unique(np.concatenate([np.empty(0, np.int64), *(self.block(rule, mine) for rule in RULES)]))
        if not len(rows):
            return FOUND.empty_table()
        held, new = self.cards.take(pa.array(rows)), card.to_pylist()[0]
        levels = np.array([levels_between(one, new) for one in held.to_pylist()], np.int64)
        found = {"record": held.column("record"), "bits": self.weights.bits(levels), "levels": packed(levels)}
        return pa.table(found, schema=FOUND).sort_by([("bits", "descending"), ("record", "ascending")])

    def block(self, rule: Rule, mine: Mapping[str, Hashes]) -> Ints:
        """Return the held rows that a rule leads to; none where they are too many, however far they are narrowed."""
        if any(not mine[part][0] for part in rule.parts):
            return np.empty(0, np.int64)
        keys, order = self.sorted[rule.words]
        key = blocks(mine, rule.parts, np.array([0]))
        first, last = (int(np.searchsorted(keys, key, side)[0]) for side in ("left", "right"))
        rows = order[first:last].astype(np.int64)
        for step in rule.then:
            if len(rows) < CAP:
                break
            rows = rows[self.parts[step][rows] == mine[step][0]] if mine[step][0] else rows[:0]
        return rows if len(rows) < CAP else rows[:0]


def ordered(rule: Rule, parts: Mapping[str, Hashes]) -> tuple[Hashes, npt.NDArray[np.int32]]:
    """Return the blocks of all rows that give the parts of a rule, in order, and the rows in that order."""
    rows = np.arange(len(parts["names"]))
    for part in rule.parts:
        rows = rows[parts[part][rows] != 0]
    keys = blocks(parts, rule.parts, rows)
    order = np.argsort(keys, kind="stable")
    return keys[order], rows[order].astype(np.int32)
