"""Candidates: which pairs of records are worth comparing. Those that share a block, by any of some rules.

A rule names the parts of a card that must be equal. A block of more records than the cap is split by further parts, one
after the other; what is still too large then is skipped and reported, so that no value, however common, can make the
work grow with the square of its records. Where a rule would make more pairs than its share, its smallest blocks come
first: the cap is lowered until the share is kept. A rule of a key (an address, a telephone, a whole name) has a larger
share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ...definition import read_definition

__all__ = ["CAP", "PARTS", "RULES", "Candidates", "Rule", "Skipped", "candidates"]

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

PARTS: Final = read_definition("recognise/matching/parts")
CAP: Final = 60  # records of one block; 60 make 1,770 pairs
FREE, PER_RECORD, OF_A_KEY = 100_000, 0.3, 1.5  # pairs that one rule may make: some, and some for each record
MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio: spreads sums of hashes (Knuth 1973, 6.4)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its words, the parts that must be equal, and the parts that split a block that is too large."""

    words: str
    parts: tuple[str, ...]
    then: tuple[str, ...] = ()
    by_mail: bool = False
    of_a_key: bool = False


RULES: Final = (
    Rule("e-mail address", ("email",), ("given_1",), by_mail=True, of_a_key=True),
    Rule("mailbox", ("mailbox",), ("given_1", "family_2"), by_mail=True, of_a_key=True),
    Rule("telephone", ("phone",), ("given_1",), of_a_key=True),
    Rule("personal number", ("number",), of_a_key=True),
    Rule("first name and surname, in either order", ("names",), ("birth_year", "postcode", "town"), of_a_key=True),
    Rule("date of birth and initial", ("birth", "given_1"), ("family_1", "postcode")),
    Rule("date of birth and surname", ("birth", "family_2"), ("given_1", "postcode")),
    Rule("date of birth", ("birth",), ("given_1", "family_1", "town")),
    Rule("surname and postcode", ("family", "postcode", "town"), ("given_1", "house")),
    Rule("surname and house", ("family", "house", "street_4"), ("given_1", "postcode")),
    Rule("surname and initial", ("family", "given_1"), ("birth_year", "town", "postcode", "mailbox")),
    Rule("surname", ("family",), ("given", "birth_year", "town", "postcode")),
    Rule(
        "beginnings of the names and year of birth", ("family_4", "given_2", "birth_year"), ("birth_month", "postcode")
    ),
    Rule("sound of the surname and first name", ("skeleton", "given_3"), ("birth_year", "area", "town")),
    Rule("first name and house", ("given", "house", "street_4"), ("family_1", "postcode")),
    Rule("first name and town", ("given", "town"), ("family_1", "birth_year", "postcode")),
    Rule("first name and month of birth", ("given", "birth_month"), ("postcode",)),
    Rule("first name", ("given",), ("birth_month", "postcode")),
    Rule("address", ("house", "street"), ("postcode", "family_2", "given_1")),
    Rule("street and town", ("street", "town"), ("house", "given_1")),
    Rule("initials and postcode", ("given_1", "family_1", "postcode"), ("house", "street_4")),
    Rule("postcode and house", ("postcode", "house"), ("given_1", "family_1", "birth_year")),
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """What a rule left out because its blocks were too large: how many records, in how many blocks."""

    rule: str
    records: int
    blocks: int
    largest: int


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of places in a table of cards, `a < b`, each once, in order; and what was skipped."""

    a: Ints
    b: Ints
    by_mail_only: npt.NDArray[np.bool_]
    skipped: tuple[Skipped, ...]


def candidates(parts: Mapping[str, Hashes], *, cap: int = CAP) -> Candidates:
    """Return the pairs of records that share a block. `parts` are the columns of `parts.sql`, one entry per record."""
    size = len(parts["names"])
    skipped: list[Skipped] = []
    found: dict[bool, list[Ints]] = {False: [np.empty(0, np.int64)], True: [np.empty(0, np.int64)]}
    for rule in RULES:
        made = np.concatenate([np.empty(0, np.int64), *pairs_of(rule, parts, cap, skipped)])
        found[rule.by_mail].append(distinct(made))
    others, mail = (distinct(np.concatenate(found[by_mail])) for by_mail in (False, True))
    alone = np.setdiff1d(mail, others, assume_unique=True)
    codes = np.concatenate([others, alone])
    order = np.argsort(codes, kind="stable")
    flags = np.arange(len(codes))[order] >= len(others)
    return Candidates(codes[order] // max(size, 1), codes[order] % max(size, 1), flags, tuple(skipped))


def pairs_of(rule: Rule, parts: Mapping[str, Hashes], cap: int, skipped: list[Skipped]) -> Iterator[Ints]:
    """Yield the pairs of one rule as whole numbers, `a * size + b`; add what is too large to `skipped`."""
    size = len(parts["names"])
    rows = np.arange(size)
    for part in rule.parts:
        rows = rows[parts[part][rows] != 0]
    key = blocks(parts, rule.parts, rows)
    share = FREE + (OF_A_KEY if rule.of_a_key else PER_RECORD) * size
    for place, step in enumerate((*rule.then, "")):
        order = np.argsort(key)  # in what order a block's records come makes no other pairs
        rows, key = rows[order], key[order]
        starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else np.empty(0, np.int64)
        sizes = np.diff(np.append(starts, len(key)))
        most = cap_of(sizes, cap, share / (len(rule.then) + 1 - place))
        for count in np.flatnonzero(np.bincount(sizes[(sizes > 1) & (sizes <= most)])):
            together = rows[starts[sizes == count][:, None] + np.arange(count)]
            one, other = np.triu_indices(int(count), 1)
            left, right = together[:, one].ravel(), together[:, other].ravel()
            share -= len(left)
            yield np.minimum(left, right) * size + np.maximum(left, right)
        large = sizes > most
        if not large.any():
            return
        if not step:
            skipped.append(Skipped(rule.words, int(sizes[large].sum()), int(large.sum()), int(sizes[large].max())))
            return
        left_over = np.repeat(large, sizes)
        rows, key = rows[left_over], key[left_over]
        given = parts[step][rows] != 0
        rows, key = rows[given], mixed(key[given], parts[step][rows[given]])


def distinct(codes: Ints) -> Ints:
    """Return whole numbers in order, each once. Sorting them takes a third of the time of `np.unique`, which hashes.

    >>> distinct(np.array([3, 1, 3])).tolist()
    [1, 3]
    """
    ordered = np.sort(codes)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def cap_of(sizes: Ints, cap: int, share: float) -> int:
    """Return the largest block that is compared, so that all blocks up to it make at most `share` pairs.

    >>> cap_of(np.array([2, 2, 10, 70]), 60, 50), cap_of(np.array([2, 2, 10, 70]), 60, 40)
    (60, 9)
    """
    blocks_of = np.bincount(np.minimum(sizes, cap + 1), minlength=cap + 2)[: cap + 1]
    each = np.arange(cap + 1)
    over = np.flatnonzero(np.cumsum(blocks_of * each * (each - 1) // 2) > share)
    return int(over[0]) - 1 if len(over) else cap


def blocks(parts: Mapping[str, Hashes], names: tuple[str, ...], rows: Ints) -> Hashes:
    """Return the block of each row: a hash of some of its parts."""
    key = parts[names[0]][rows]
    for name in names[1:]:
        key = mixed(key, parts[name][rows])
    return key


def mixed(key: Hashes, part: Hashes) -> Hashes:
    """Mix a part into a key."""
    spread = (key ^ (key >> np.uint64(29))) * MIX
    return np.asarray(spread + part, np.uint64)
