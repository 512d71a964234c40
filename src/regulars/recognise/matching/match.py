"""Match: from clean cards to pairs with a weight, and what stands behind each.

Which pairs are compared says `candidates.py`, how alike two records are `compare.sql`, how strongly that speaks for one
person `weights.py`. What comes of it is decided later (`join.py`): here nobody is made one with anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ...definition import Definition, read_definition
from ..linkage import BAR_BITS
from ..monitor import most_of
from ..nicknames import nickname_pairs
from .candidates import PARTS, Skipped, candidates, mixed
from .fields import BINS, FIELDS
from .rarity import Rarity, coded, rarity, sharing
from .weights import CODES, Counted, Weights, fitted, levels_of, packed

__all__ = ["COMPARE", "Bench", "Evidence", "compared", "levels_of_two", "matched", "ready", "stirred"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COMPARE: Final = read_definition("recognise/matching/compare")
FEWEST, PER_RECORD, MOST = 20_000, 20, 400_000  # pairs drawn at random to see how strangers compare
AT_ONCE: Final = 1_000_000  # pairs
SALTS: Final = (20_261_123, 40_522_247)  # of the two sides of pairs drawn at random
FIGURES: Final = r"(?P<figures>[0-9]{2,})"
NAMES: Final = [field.name for field in FIELDS]
IN_TOWN, IN_POSTCODE = 32, 48  # where the classes of those levels of `place` begin
CLASSED: Final = ("given", "family", "email", "phone", "company")
ZERO: Final = np.array([0])


class Bench(Protocol):
    """What definitions run on: tables are given to it by name."""

    def give(self, name: str, table: pa.Table) -> None:
        """Make a table known under a name."""

    def run(self, definition: Definition) -> pa.Table:
        """Run a definition and return its rows."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Pairs that were compared, in order of the records, and what they were compared by.

    `pairs` has the columns a, b (records, a before b), bits (the weight) and levels (packed); `cards` are the clean
    cards with how rare each value is. Given back as `before`, only what has changed since is compared again.
    """

    pairs: pa.Table
    cards: pa.Table
    weights: Weights
    skipped: tuple[Skipped, ...] = ()


def matched(
    bench: Bench, cards: pa.Table, *, weights: Weights | None = None, before: Evidence | None = None
) -> Evidence:
    """Compare the records of a table of clean cards; two more columns may say which keys are shared by many.

    With `weights` that were fitted before, nothing is fitted. With the evidence of an earlier time the result is the
    same as without; only pairs of records that are new, or of which something changed, are compared.
    """
    rarities = rarities_of(cards := cards.sort_by("record"))
    cards = with_classes(cards, rarities)
    ready(bench, cards)
    parts = bench.run(PARTS)
    found = candidates({name: parts.column(name).to_numpy().astype(np.uint64) for name in parts.column_names[1:]})
    record = cards.column("record").to_numpy()
    codes, still = remembered(record[found.a], record[found.b], cards, before)
    codes[~still] = compared(bench, found.a[~still], found.b[~still])
    fresh = fitted(codes, found.by_mail_only, counted(bench, cards, rarities, codes)) if weights is None else weights
    unique, place = np.unique(codes, return_inverse=True)
    bits = fresh.bits(levels_of(unique))[place]
    if weights is None:
        alike = bits > BAR_BITS
        fresh = replace(fresh, most=most_of(found.a[alike], found.b[alike]))
    pairs = pa.table({"a": record[found.a], "b": record[found.b], "bits": bits, "levels": codes})
    return Evidence(pairs, cards, fresh, found.skipped)


def remembered(a: Ints, b: Ints, cards: pa.Table, before: Evidence | None) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Return the packed levels of pairs that were compared before and are as they were, and which pairs these are."""
    codes, still = np.zeros(len(a), np.int64), np.zeros(len(a), np.bool_)
    if before is None or not before.pairs.num_rows:
        return codes, still
    steady = unchanged(cards, before.cards)
    old_a, old_b = (before.pairs.column(side).to_numpy() for side in ("a", "b"))
    steady_pair = np.isin(a, steady) & np.isin(b, steady)
    everybody = np.unique(np.concatenate([cards.column("record").to_numpy(), old_a, old_b]))
    now, then = (
        np.searchsorted(everybody, x) * len(everybody) + np.searchsorted(everybody, y)
        for x, y in ((a, b), (old_a, old_b))
    )
    places = np.minimum(np.searchsorted(then, now), len(then) - 1)
    still = steady_pair & (then[places] == now)
    codes[still] = before.pairs.column("levels").to_numpy()[places[still]]
    return codes, still


def unchanged(cards: pa.Table, before: pa.Table) -> Ints:
    """Return the records whose cards are what they were, how rare their values are included. Both are sorted."""
    now, then = cards.column("record").to_numpy(), before.column("record").to_numpy()
    both = np.intersect1d(now, then, assume_unique=True)
    one, other = cards.take(np.searchsorted(now, both)), before.take(np.searchsorted(then, both))
    same = np.ones(len(both), np.bool_)
    for name in cards.column_names:
        new, old = one.column(name), other.column(name)
        equal = pc.fill_null(pc.equal(new, old), False)
        same &= pc.or_(equal, pc.and_(pc.is_null(new), pc.is_null(old))).to_numpy(zero_copy_only=False)
    return np.asarray(both[same])


def stirred(before: Evidence, after: Evidence) -> Ints:
    """Return the records of pairs that came, went, or are no longer as alike as they were."""
    one, other = (hashed(evidence.pairs) for evidence in (before, after))
    gone, come = before.pairs.filter(~np.isin(one, other)), after.pairs.filter(~np.isin(other, one))
    return np.unique(np.concatenate([part.column(side).to_numpy() for part in (gone, come) for side in ("a", "b")]))


def hashed(pairs: pa.Table) -> npt.NDArray[np.uint64]:
    """Return a hash of each pair and its levels."""
    a, b, levels = (pairs.column(name).to_numpy().astype(np.uint64) for name in ("a", "b", "levels"))
    return mixed(mixed(a, b), levels)


def rarities_of(cards: pa.Table) -> dict[str, Rarity]:
    """Return how rare the values of some columns are, and how many people share an address or telephone."""
    rarities = {name: rarity(written_out(cards.column(name))) for name in ("given", "family")}
    rarities |= {name: rarity(cards.column(name)) for name in ("postcode", "city", "company")}
    shared = {name: f"{name}_shared" for name in ("email", "phone")}
    return rarities | {
        name: sharing(
            cards.column(name),
            cards.column("given"),
            by_many=cards.column(flag).to_numpy(zero_copy_only=False) if flag in cards.column_names else None,
        )
        for name, flag in shared.items()
    }


def with_classes(cards: pa.Table, rarities: dict[str, Rarity]) -> pa.Table:
    """Add to the cards how rare their values are."""
    columns = {name: cards.column(name) for name in cards.column_names}
    return pa.table(columns | {f"{name}_class": found.classes for name, found in rarities.items()})


def ready(bench: Bench, cards: pa.Table) -> None:
    """Give the bench what `parts.sql` and `compare.sql` ask for."""
    figures = pc.struct_field(pc.extract_regex(cards.column("mailbox"), FIGURES), "figures")
    bench.give("cards", cards)
    bench.give(
        "compared", cards.append_column("figures", figures).append_column("row", pa.array(np.arange(len(cards))))
    )
    bench.give("forms", nickname_pairs().rename_columns(["one", "other"]))


def written_out(names: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return names without those that are an initial only."""
    return pc.if_else(pc.greater(pc.utf8_length(names), 1), names, None)


def compared(bench: Bench, a: Ints, b: Ints) -> Ints:
    """Return the packed levels of some pairs of rows; a million at a time, so that memory stays level."""
    found = [np.empty(0, np.int64)]
    for start in range(0, len(a), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        bench.give("pairs", pa.table({"pair": np.arange(len(a[part])), "a": a[part], "b": b[part]}))
        levels = bench.run(COMPARE)
        found.append(packed(np.column_stack([levels.column(name).to_numpy() for name in NAMES]).astype(np.int64)))
    return np.concatenate(found)


def levels_of_two(bench: Bench, cards: pa.Table) -> int:
    """Return the packed levels of two cards, which say how rare their values are (as those of `Evidence` do)."""
    ready(bench, cards)
    return int(compared(bench, np.array([0]), np.array([1]))[0])


def counted(bench: Bench, cards: pa.Table, rarities: dict[str, Rarity], codes: Ints) -> Counted:
    """Count what `weights.py` asks of the records: how often two of all pairs agree."""
    size, classes = len(cards), np.arange(BINS)
    wanted = min(MOST, FEWEST + PER_RECORD * size, 2 * size * max(size - 1, 0))
    a, b = (scattered(wanted, salt) % max(size, 1) for salt in SALTS)
    levels = levels_of(compared(bench, a[a != b], b[a != b]))
    drawn = tuple(np.bincount(levels[:, place], minlength=CODES).astype(np.float64) for place in range(len(FIELDS)))
    known = {NAMES.index(name): (classes, rarities[name].agrees) for name in CLASSED}
    known |= {NAMES.index(name): (ZERO, chance([cards.column(name)])) for name in ("birth", "number")}
    address = [cards.column(name) for name in ("house", "street", "unit", "postcode", "city")]
    known[NAMES.index("place")] = ZERO, chance(address, needed=2) * given_twice(address)
    shares = {NAMES.index(name): (classes, rarities[name].share) for name in CLASSED}
    shares[NAMES.index("place")] = (
        np.concatenate([IN_TOWN + classes, IN_POSTCODE + classes]),
        np.concatenate([rarities["city"].share, rarities["postcode"].share]),
    )
    names = [cards.column("given"), cards.column("family")]
    there = pc.sum(pc.and_(pc.is_valid(names[0]), pc.is_valid(names[1]))).as_py() or 0
    compared_already = np.count_nonzero((levels_of(codes)[:, :2] < BINS).all(axis=1))
    alike = float(chance(names, needed=2)[0]) * there * (there - 1) / 2
    return Counted(size, drawn, known, shares, max(0.0, alike - compared_already))


def scattered(size: int, salt: int) -> Ints:
    """Return whole numbers that are scattered evenly, the same ones each time: the hash of a counter."""
    counter = np.arange(size, dtype=np.uint64)
    salted = np.full(size, salt, np.uint64)
    return np.asarray(mixed(mixed(counter, salted), salted) >> np.uint64(20), np.int64)


def chance(columns: Sequence[pa.ChunkedArray], *, needed: int = 1) -> Floats:
    """Return how probable it is that two records that give the first columns agree in all of them; one number."""
    texts = [pc.fill_null(column.cast(pa.string()), "") for column in columns]
    there = reduce(pc.and_, [pc.is_valid(column) for column in columns[:needed]])
    together = pc.binary_join_element_wise(*texts, "\n") if len(texts) > 1 else texts[0]
    _, counts = coded(pc.if_else(there, together, None))
    total = counts.sum()
    return np.array([(counts * (counts - 1)).sum() / max(1, total * (total - 1))])


def given_twice(address: Sequence[pa.ChunkedArray]) -> float:
    """Return the share of the records that give house and street, squared, among those that give any place."""
    house, street, _, postcode, city = (pc.is_valid(column) for column in address)
    whole = pc.sum(pc.and_(house, street)).as_py() or 0
    some = pc.sum(pc.or_(street, pc.or_(postcode, city))).as_py() or 0
    return float((whole / max(1, some)) ** 2)
