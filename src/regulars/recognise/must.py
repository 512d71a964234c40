"""Must: which records are held together without weighing anything, by what people said and by numbers they share.

What a person said always holds. A person's "different" cuts even a shared number: its other records then stay with the
one of the two that was heard of first.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from .claim import Groups
from .linkage import connected

__all__ = ["held_by_keys"]

Ints = npt.NDArray[np.int64]
Pairs = tuple[Ints, Ints]


def held_by_keys(size: int, keys: Pairs, *, said: Pairs, apart: Pairs, order: Ints) -> Ints:
    """Return the group of each record 0 to `size - 1` (the smallest in it).

    `keys` are identifiers and the records that carry them; `said` are pairs that people said are the same and `apart`
    those that are not, free of contradiction; `order` are the records, the first heard of first.

    >>> nobody = np.empty(0, np.int64), np.empty(0, np.int64)
    >>> keys, order = (np.array([0, 0, 0]), np.array([0, 1, 2])), np.array([0, 1, 2])
    >>> held_by_keys(3, keys, said=nobody, apart=nobody, order=order).tolist()
    [0, 0, 0]
    >>> held_by_keys(3, keys, said=nobody, apart=(np.array([0]), np.array([1])), order=order).tolist()
    [0, 1, 0]
    """
    key, record = keys
    nodes = size + (int(key.max()) + 1 if len(key) else 0)
    both = (np.concatenate([record, said[0]]), np.concatenate([size + key, said[1]]))
    group = smallest(connected(nodes, both)[:size])
    cut = group[apart[0]] == group[apart[1]]
    if not cut.any():
        return group
    torn = np.zeros(size, np.bool_)
    torn[group[apart[0][cut]]] = True
    inside = torn[group]
    groups = Groups()
    for one, other in zip(*(side[inside[said[0]]].tolist() for side in said), strict=True):
        groups.take(one, other, joins=True)
    for one, other in zip(*(side[inside[apart[0]]].tolist() for side in apart), strict=True):
        groups.take(one, other, joins=False)
    rank = np.empty(size, np.int64)
    rank[order] = np.arange(size)
    mine = inside[record]
    by_key = np.lexsort((rank[record[mine]], key[mine]))
    for carriers in carried(key[mine][by_key].tolist(), record[mine][by_key].tolist()):
        heads: list[int] = []
        for one in carriers:
            if not any(groups.take(head, one, joins=True) for head in heads):
                heads.append(one)
    found = np.array([groups.found(one) for one in np.flatnonzero(inside).tolist()], np.int64)
    group[inside] = found
    return smallest(group)


def carried(keys: Iterable[int], records: Iterable[int]) -> list[list[int]]:
    """Return the records of each identifier, in the order given."""
    found: dict[int, list[int]] = {}
    for key, record in zip(keys, records, strict=True):
        found.setdefault(key, []).append(record)
    return list(found.values())


def smallest(group: Ints) -> Ints:
    """Name each group after the smallest record in it."""
    if not len(group):
        return group.astype(np.int64)
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    return np.asarray(first[inverse], np.int64)
