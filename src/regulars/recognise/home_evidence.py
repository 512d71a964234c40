"""Evidence of one home: how strongly two writings of addresses, and who gave them, speak for one household.

The weight is log2 of the odds. Shares within a home are fixed below. Shares among strangers are counted from the
records themselves: how many other homes are in this street and place, how common a house number and a surname are, how
often two streets are alike by chance. Street and place hang together, so they are counted together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..definition import read_definition
from .home_writings import CAP, Writings, met, numbered, spread
from .matching.match import SALTS, Bench, scattered

__all__ = ["LIKENESS", "weighed"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LIKENESS: Final = read_definition("recognise/matching/likeness")
# How often two writings of one home have each level: the same, one slip, several slips, different.
HOUSE: Final = (0.80, 0.12, 0.0, 0.08)
STREET: Final = (0.55, 0.25, 0.14, 0.06)
AREA: Final = (0.90, 0.05, 0.0, 0.05)
SURNAME: Final = (0.70, 0.06, 0.0, 0.24)
UNIT_DIFFERS, KEY_SHARED = 0.02, 0.4
SAME, SLIP, SLIPS, DIFFERENT, MISSING = range(5)
RANDOM_PAIRS: Final = 200_000


def weighed(bench: Bench, writings: Writings, a: Ints, b: Ints) -> tuple[Floats, Flags]:
    """Return for each pair of writings the log2 of the odds that they are of one home, and whether a key is shared."""
    first, people, codes = writings.first, writings.people, writings.codes
    one, other = first[a], first[b]
    total, everybody = len(first), max(2, int(people.sum()))
    bits = np.log2(np.maximum(people[a], people[b]) / everybody)
    street = levels(bench, writings, "street", one, other)
    house = levels(bench, writings, "house", one, other)
    area = levels(bench, writings, "postcode", one, other)
    town = levels(bench, writings, "city", one, other)
    chance = strangers(bench, writings)
    where = np.where(area == MISSING, town, area)
    code = np.where(codes["postcode"] >= 0, codes["postcode"], len(writings.texts["postcode"]) + codes["city"])
    code = np.where((codes["postcode"] < 0) & (codes["city"] < 0), -1, code)
    # Street and place hang together, so they are counted together: how many other writings agree in just that.
    for level, streets in ((SAME, True), (SLIP, True), (SLIPS, True), (DIFFERENT, False), (MISSING, False)):
        for agreed in (True, False):
            at = (street == level) & ((where == SAME) == agreed)
            if not at.any():
                continue
            keys = [codes["street"]] if streets else []
            keys += [np.where(area_given(codes), codes["postcode"], -1), codes["city"]] if agreed else []
            bits[at] += np.log2(STREET[level]) if level != MISSING else 0.0
            if keys:
                others, usual = crowd(writings, keys)
                share = (others[a[at]] + (others[b[at]] if level in (SLIP, SLIPS) else 0) + usual) / total
                if level in (SLIP, SLIPS):
                    share = np.maximum(share, chance["street"][level] * (0.1 if agreed else 1.0))
                bits[at] -= np.log2(np.minimum(share, 1.0))
            elif level == DIFFERENT:
                bits[at] -= np.log2(max(0.5, chance["street"][DIFFERENT]))
    bits += np.where(where == SAME, np.log2(AREA[SAME]), 0.0)
    for name, at in (("postcode", area), ("city", np.where(area == MISSING, town, MISSING))):
        for level in (SLIP, DIFFERENT):
            bits[at == level] += np.log2(AREA[level] / max(chance[name][level], 1e-3))
    alike = sharing(codes["house"], first)
    bits += np.where(house == SAME, np.log2(HOUSE[SAME] / alike[one]), 0.0)
    for level in (SLIP, DIFFERENT):
        bits[house == level] += np.log2(HOUSE[level] / max(chance["house"][level], 1e-4))
    bits += flats(writings, one, other, (house == SAME) & (street <= SLIP))
    bits += related(bench, writings, a, b)
    shared = np.zeros(len(a), np.bool_)
    for name in ("shared_phone", "shared_email"):
        points, common = keys_in_common(writings, name, a, b)
        bits += points
        shared |= common
    return bits, shared


def area_given(codes: Mapping[str, Ints]) -> Flags:
    """Tell which cards give a postcode."""
    return codes["postcode"] >= 0


def crowd(writings: Writings, keys: list[Ints]) -> tuple[Floats, float]:
    """Return how many other homes agree in some values with each writing, and how many do with any, on average."""
    first, codes = writings.first, writings.codes
    values = np.column_stack([key[first] for key in keys])
    given = (values >= 0).any(axis=1)
    key = numbered(values)[0]
    # Where no house is given, people of different surnames count as different homes.
    house, family = codes["house"][first], codes["family"][first]
    home = np.where(house >= 0, house, len(writings.texts["house"]) + 1 + family)
    each = np.unique(np.column_stack([key, home])[given], axis=0)
    there = np.bincount(each[:, 0], minlength=int(key.max()) + 1)
    usual = float((there * (there - 1)).sum() / max(1, there.sum()))
    return np.maximum(there[key] - 2.0, 0.0), max(usual, 0.05)


def sharing(codes: Ints, first: Ints) -> Floats:
    """Return the share of writings other than two that have the value of each card; at least one counts."""
    given = codes[first]
    count = np.bincount(given[given >= 0], minlength=int(codes.max(initial=0)) + 1)
    return np.asarray((np.maximum(count[codes] - 2, 0) + 1) / max(1, len(first)))


def levels(bench: Bench, writings: Writings, name: str, one: Ints, other: Ints) -> Ints:
    """Return how alike two cards are in a value."""
    codes, texts = writings.codes[name], writings.texts[name]
    x, y = codes[one], codes[other]
    level = np.full(len(x), DIFFERENT)
    level[x == y] = SAME
    level[(x < 0) | (y < 0)] = MISSING
    left = np.flatnonzero(level == DIFFERENT)
    if not len(left):
        return level
    low, high = np.minimum(x[left], y[left]), np.maximum(x[left], y[left])
    pairs, place = np.unique(low * len(texts) + high, return_inverse=True)
    bench.give("writings", pa.table({
        "pair": np.arange(len(pairs)), "one": texts.take(pa.array(pairs // len(texts))),
        "other": texts.take(pa.array(pairs % len(texts))),
    }))  # fmt: skip
    found = bench.run(LIKENESS)
    alike, slips = found.column("alike").to_numpy(), found.column("slips").to_numpy()
    length = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
    longest = np.maximum(length[pairs // len(texts)], length[pairs % len(texts)])
    close = np.full(len(pairs), DIFFERENT)
    if name in ("street", "family"):
        close[(slips <= 0.4 * longest) & (alike >= 0.75) & (longest > 3)] = SLIPS if name == "street" else DIFFERENT
        close[(longest > 3) & ((slips <= 1) | ((alike >= 0.93) & (slips <= 2)))] = SLIP
        if name == "family":
            close[(alike >= 0.9) & (slips <= 2)] = SLIP
    else:
        close[(slips <= 1) & (longest > 1)] = SLIP
    level[left] = close[place]
    return level


def strangers(bench: Bench, writings: Writings) -> dict[str, Floats]:
    """Return how often two writings by chance are alike in each value: shares of the levels, from random pairs."""
    total = len(writings.first)
    a, b = (scattered(min(RANDOM_PAIRS, 20 * total), salt) % total for salt in SALTS)
    one, other = writings.first[a[a != b]], writings.first[b[a != b]]
    found = {}
    for name in ("house", "street", "postcode", "city", "family"):
        counts = np.bincount(levels(bench, writings, name, one, other), minlength=5)[:4].astype(np.float64)
        found[name] = (counts + 0.05) / max(1.0, counts.sum())
    return found


def flats(writings: Writings, one: Ints, other: Ints, same_house: Flags) -> Floats:
    """Return what flat numbers say of two writings of one house: two flats are two homes."""
    codes, first = writings.codes, writings.first
    x, y = codes["unit"][one], codes["unit"][other]
    building = numbered(np.column_stack([codes["house"], codes["street"]]))[0]
    each = np.unique(np.column_stack([building[first], codes["unit"][first]])[codes["unit"][first] >= 0], axis=0)
    known = np.bincount(each[:, 0], minlength=int(building.max()) + 1)[building]
    bits = np.zeros(len(x))
    missing = same_house & ((x < 0) != (y < 0))
    bits[missing] -= np.log2(np.maximum(1, np.maximum(known[one], known[other])[missing]))
    differ = (x >= 0) & (y >= 0) & (x != y)
    # Strangers in one building are the rule where flats are numbered: the house and street then say nothing.
    bits[differ] += np.log2(UNIT_DIFFERS)
    bits[differ & same_house] -= np.log2(len(first))
    return bits


def related(bench: Bench, writings: Writings, a: Ints, b: Ints) -> Floats:
    """Return what surnames say: one in common, the rarer the more; one slip away; none in common."""
    family, people = writings.codes["family"], writings.people
    each = np.unique(np.column_stack([writings.writing, family])[family >= 0], axis=0)
    total, none = len(writings.first), len(writings.texts["family"]) + 1
    homes_of = np.bincount(each[:, 1], minlength=none)
    count = np.bincount(each[:, 0], minlength=total)
    start = np.cumsum(count) - count
    bits = np.zeros(len(a))
    ways = np.minimum(people[a] * people[b], 400)
    pair, row, _ = met(each, a, b)
    rarest = np.full(len(a), np.iinfo(np.int64).max)
    np.minimum.at(rarest, pair, homes_of[each[row, 1]])
    common = np.zeros(len(a), np.bool_)
    common[pair] = True
    share = (np.maximum(0, rarest[common] - 2) + 1) / total
    bits[common] = np.log2(SURNAME[SAME] / np.minimum(0.7, share * ways[common]))
    rest = np.flatnonzero(~common & (count[a] > 0) & (count[b] > 0) & (count[a] * count[b] <= CAP))
    bits[rest] = np.log2(SURNAME[DIFFERENT])
    card = np.zeros(none, np.int64)
    card[family[family >= 0]] = np.flatnonzero(family >= 0)
    mine, left = spread(count[a[rest]], start[a[rest]])
    theirs, right = spread(count[b[rest]][mine], start[b[rest]][mine])
    alike = levels(bench, writings, "family", card[each[left[theirs], 1]], card[each[right, 1]]) == SLIP
    slip = np.unique(rest[mine[theirs[alike]]])
    bits[slip] = np.log2(SURNAME[SLIP] / np.minimum(0.06, 0.003 * ways[slip]))
    return bits


def keys_in_common(writings: Writings, name: str, a: Ints, b: Ints) -> tuple[Floats, Flags]:
    """Return what a telephone or mailbox says that several people share, and where there is one."""
    codes, total = writings.codes[name], len(writings.first)
    each = np.unique(np.column_stack([writings.writing, codes])[codes >= 0], axis=0)
    bits, common = np.zeros(len(a)), np.zeros(len(a), np.bool_)
    pair, row, _ = met(each, a, b)
    if len(pair):
        behind = np.bincount(each[:, 1])
        fewest = np.full(len(a), np.iinfo(np.int64).max)
        np.minimum.at(fewest, pair, behind[each[row, 1]])
        common[pair] = True
        bits[common] = np.log2(KEY_SHARED * total / (1 + np.maximum(0, fewest[common] - 2) / 2))
    return bits, common
