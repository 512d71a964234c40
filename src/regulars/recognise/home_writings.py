"""Writings of addresses: what households are made of. Cards that give one whole address are one writing.

Also which writings are worth comparing, and which telephones and mailboxes a few people share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .mailboxes import is_free, is_role
from .matching.candidates import Rule, Skipped, pairs_of

__all__ = ["Writings", "compared", "met", "numbered", "spread", "turns", "written"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CAP: Final = 60  # writings of one block that are compared with each other
MANY: Final = 8  # different people behind a telephone or mailbox, from which it is no household's
ADDRESS_RULES: Final = (
    Rule("house and street", ("house", "street_4"), ("street", "postcode"), of_a_key=True),
    Rule("house and end of the street", ("house", "street_end"), ("street", "postcode")),
    Rule("street", ("street",), ("house", "postcode"), of_a_key=True),
    Rule("postcode and house", ("postcode", "house"), ("street_4",)),
    Rule("house", ("house",), ("street_4",)),
)
PEOPLE_RULES: Final = (
    Rule("surname and house", ("family", "house"), ("street_4", "postcode"), of_a_key=True),
    Rule("surname and street", ("family", "street_4"), ("house", "postcode"), of_a_key=True),
    Rule("surname and end of the street", ("family", "street_end"), ("house", "postcode")),
    Rule("surname and postcode", ("family", "postcode"), ("street_4", "house")),
    Rule("shared telephone", ("shared_phone",), ("family",), of_a_key=True),
    Rule("shared mailbox", ("shared_email",), ("family",), of_a_key=True),
)


@dataclass(frozen=True, slots=True)
class Writings:
    """Cards as numbers: the code of each value (-1: none), the texts, and the writing of its address of each card."""

    codes: Mapping[str, Ints]
    texts: Mapping[str, pa.Array]
    writing: Ints
    first: Ints
    faces: Ints
    people: Ints
    whole: Flags


def written(cards: pa.Table, customer: Ints | None = None, fit: Flags | None = None) -> Writings:
    """Return cards as numbers, those that give one whole address together.

    With `customer`, cards of one customer without any place go to the address that most of their cards give, among
    those that are `fit` to be a home, and are together where there is none.
    """
    codes: dict[str, Ints] = {}
    texts: dict[str, pa.Array] = {}
    for name in ("house", "unit", "street", "postcode", "city", "family", "given", "phone", "email"):
        column = cards.column(name).combine_chunks().dictionary_encode()
        codes[name] = pc.fill_null(column.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        texts[name] = column.dictionary
    whole = (codes["house"] >= 0) & (codes["street"] >= 0)
    bare = (codes["house"] < 0) & (codes["street"] < 0)
    rows = np.arange(len(cards))
    place = np.column_stack([codes[name] for name in ("house", "unit", "street", "postcode", "city")])
    own = np.where(whole, -1, rows)
    if customer is not None:
        own = np.where(bare, len(rows) + customer, own)
    writing, first = numbered(np.column_stack([np.where(whole[:, None], place, -1), own]))
    if customer is not None:
        writing = moved_in(writing, customer, bare, whole if fit is None else whole & fit)
        order = np.argsort(bare, kind="stable")
        writing, first = numbered(writing[order][:, None])
        writing, first = writing[np.argsort(order, kind="stable")], order[first]
    initial = initials(texts["given"], codes["given"])
    nameless = np.where((initial < 0) & (codes["family"] < 0), rows, -1)
    face = numbered(np.column_stack([initial, codes["family"], nameless]))[0] if customer is None else customer
    several(codes, "phone", initial, np.ones(len(texts["phone"]), np.bool_))
    private = [text.partition("@") for text in texts["email"].to_pylist()]
    several(codes, "email", initial, np.array([is_free(d) and not is_role(m) for m, _, d in private], np.bool_))
    each = np.unique(np.column_stack([writing, face]), axis=0)
    people = np.bincount(each[:, 0], minlength=len(first))
    return Writings(codes, texts, writing, first, face, people, whole)


def moved_in(writing: Ints, customer: Ints, bare: Flags, placed: Flags) -> Ints:
    """Return the writings with each customer's bare cards at the address that most of their placed cards give."""
    each, count = np.unique(np.column_stack([customer, writing])[placed], axis=0, return_counts=True)
    order = np.lexsort([each[:, 1], -count, each[:, 0]])
    who, place = np.unique(each[order, 0], return_index=True)
    if not len(who):
        return writing
    at = np.minimum(np.searchsorted(who, customer), len(who) - 1)
    return np.where(bare & (who[at] == customer), each[order, 1][place][at], writing)


def numbered(columns: Ints) -> tuple[Ints, Ints]:
    """Return a number for each different row, in order of first sight, and the first row of each."""
    _, first, place = np.unique(columns, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[place.ravel()], first[order]


def turns(rows: Ints) -> Flags:
    """Tell where a sorted list of rows turns to a new one."""
    return np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])


def initials(texts: pa.Array, codes: Ints) -> Ints:
    """Return the initial of each card as a number, -1 where there is none."""
    of_text = np.array([ord(text[0]) if text else -1 for text in texts.to_pylist()] + [-1], np.int64)
    return np.asarray(of_text[codes])


def several(codes: dict[str, Ints], name: str, initial: Ints, private: Flags) -> None:
    """Add `shared_NAME`: the key where two to eight people have it, told by their initials, else -1."""
    has = (codes[name] >= 0) & (initial >= 0)
    each = np.unique(np.column_stack([codes[name][has], initial[has]]), axis=0)
    people = np.bincount(each[:, 0], minlength=len(private))
    good = np.append((people > 1) & (people <= MANY) & private, False)
    codes[f"shared_{name}"] = np.where(good[codes[name]], codes[name], -1)


def compared(writings: Writings, skipped: list[Skipped]) -> tuple[Ints, Ints]:
    """Return pairs of writings that are worth comparing."""
    codes, texts, first = writings.codes, writings.texts, writings.first
    parts = {name: hashed(codes[name]) for name in ("house", "street", "postcode", "family")}
    parts |= {name: hashed(codes[name]) for name in ("shared_phone", "shared_email")}
    for name, of in (("street_4", slice(0, 4)), ("street_end", slice(-6, None))):
        pieces = pa.array([text[of] for text in texts["street"].to_pylist()], pa.string()).dictionary_encode()
        parts[name] = hashed(np.append(pieces.indices.to_numpy(zero_copy_only=False), -1)[codes["street"]])
    parts["names"] = parts["family"]
    columns = [writings.writing, *(codes[name] for name in ("family", "shared_phone", "shared_email"))]
    face = numbered(np.column_stack(columns))[1]
    total = len(first)
    found = [np.empty(0, np.int64)]
    for rules, rows in ((ADDRESS_RULES, first), (PEOPLE_RULES, face)):
        of_rows = {name: part[rows] for name, part in parts.items()}
        for rule in rules:
            for made in pairs_of(rule, of_rows, CAP, skipped):
                x, y = writings.writing[rows[made // len(rows)]], writings.writing[rows[made % len(rows)]]
                found.append((np.minimum(x, y) * total + np.maximum(x, y))[x != y])
    pairs = np.unique(np.concatenate(found))
    return pairs // total, pairs % total


def hashed(codes: Ints) -> npt.NDArray[np.uint64]:
    """Return a number for each code that is 0 only where there is none."""
    return (codes + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def spread(count: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Return, for lists of `count` entries that begin at `start`, the list and the place of each entry.

    >>> [side.tolist() for side in spread(np.array([2, 1]), np.array([5, 0]))]
    [[0, 0, 1], [5, 6, 0]]
    """
    of = np.repeat(np.arange(len(count)), count)
    return of, np.arange(len(of)) - np.repeat(np.cumsum(count) - count - start, count)


def met(each: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints, Ints]:
    """Return which values pairs have in common: the pair, and the row of `each` on its one and its other side.

    `each` are rows (who, value), each once and in order.

    >>> rows = np.array([[0, 7], [0, 9], [1, 9], [2, 7]])
    >>> [side.tolist() for side in met(rows, np.array([0, 1]), np.array([1, 2]))]
    [[0], [1], [2]]
    """
    if not len(each) or not len(a):
        none = np.empty(0, np.int64)
        return none, none, none
    size = int(max(each[:, 0].max(), a.max(), b.max())) + 1
    count = np.bincount(each[:, 0], minlength=size)
    start = np.cumsum(count) - count
    fewer = count[a] <= count[b]
    one, other = np.where(fewer, a, b), np.where(fewer, b, a)
    pair, row = spread(np.where(count[other] > 0, count[one], 0), start[one])
    values = int(each[:, 1].max()) + 1
    keys = each[:, 0] * values + each[:, 1]
    wanted = other[pair] * values + each[row, 1]
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    hit = keys[at] == wanted
    pair, row, at = pair[hit], row[hit], at[hit]
    return pair, np.where(fewer[pair], row, at), np.where(fewer[pair], at, row)
