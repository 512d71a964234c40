"""Linkage: from weights of pairs to groups. Average linkage inside each component; it is the guard against chains.

Two groups are joined while the mean weight over ALL pairs across them stays above a bar, the best mean first. A pair
that was not compared weighs nothing. Verdicts of people come first: a must-link is joined before anything else, a
cannot-link keeps two groups apart whatever they weigh. So a single strong pair cannot hang a family on one chain, as it
does where everything that is connected is taken for one (Hastie, Tibshirani and Friedman 2009, 14.3.12, group average).

Weights are added as whole thousandths of a bit. Sums are exact, so the order of pairs and of items changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from heapq import heapify, heappop, heappush
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

__all__ = ["BAR_BITS", "average_linkage", "connected"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Pairs = tuple[Ints, Ints]

BAR_BITS: Final = 2.32  # log2 of 5: one wrong join costs as much as five that are missed
MILLI: Final = 1000
NONE: Final[Pairs] = (np.empty(0, np.int64), np.empty(0, np.int64))


def average_linkage(
    size: int, pairs: Pairs, bits: Floats, *, must: Pairs = NONE, cannot: Pairs = NONE, bar: float = BAR_BITS
) -> Ints:
    """Return the group of each item (the smallest item in it).

    `pairs` are two arrays of items 0 to `size - 1`, each pair once; `bits` is the weight of each, log2 of the odds that
    the two are the same. A pair that both must and cannot be joined stays apart.

    >>> one, other = np.array([0, 1, 0]), np.array([1, 2, 2])
    >>> average_linkage(4, (one, other), np.array([9.0, 8.0, 7.0])).tolist()
    [0, 0, 0, 3]
    >>> average_linkage(4, (one, other), np.array([9.0, 8.0, -12.0])).tolist()
    [0, 0, 2, 3]
    """
    first = held_together(size, must, cannot)
    a, b, milli = first[pairs[0]], first[pairs[1]], np.rint(bits * MILLI).astype(np.int64)
    apart = a != b
    a, b, milli = np.minimum(a, b)[apart], np.maximum(a, b)[apart], milli[apart]
    bar_milli = round(bar * MILLI)
    component = connected(size, (a[milli > bar_milli], b[milli > bar_milli]))
    inside = component[a] == component[b]
    a, b, milli = a[inside], b[inside], milli[inside]
    forbidden = {(min(x, y), max(x, y)) for x, y in zip(*(first[side].tolist() for side in cannot), strict=True)}
    # Where every pair of a component was compared and is above the bar, all of it is one: most components are such.
    weight = np.bincount(first, minlength=size)
    heads = np.flatnonzero(first == np.arange(size))
    members = np.bincount(component[heads], minlength=size)
    compared = np.bincount(component[a], minlength=size)
    single = np.bincount(component[heads], weights=weight[heads] > 1, minlength=size) == 0
    low = np.bincount(component[a], weights=milli <= bar_milli, minlength=size)
    whole = single & (low == 0) & (compared == members * (members - 1) // 2)
    if forbidden:
        whole[component[[x for pair in forbidden for x in pair]]] = False
    group = np.where(whole[component], component, first)
    rest = ~whole[component[a]]
    for item, head in joined(a[rest], b[rest], milli[rest], weight, forbidden, bar_milli):
        group[item] = head
    return np.asarray(group[first])


def held_together(size: int, must: Pairs, cannot: Pairs) -> Ints:
    """Return the group of each item by must-links alone; one that would join a cannot-link is left out, in order."""
    group = connected(size, must)
    if not any(group[cannot[0]] == group[cannot[1]]):
        return group
    head = list(range(size))

    def found(item: int) -> int:
        while head[item] != item:
            head[item] = head[head[item]]
            item = head[item]
        return item

    apart = list(zip(*(side.tolist() for side in cannot), strict=True))
    for x, y in sorted(zip(*(side.tolist() for side in must), strict=True)):
        one, other = found(x), found(y)
        if one != other and not any({found(left), found(right)} == {one, other} for left, right in apart):
            head[max(one, other)] = min(one, other)
    return np.array([found(item) for item in range(size)], np.int64)


def joined(
    a: Ints, b: Ints, milli: Ints, weight: Ints, forbidden: set[tuple[int, int]], bar: int
) -> list[tuple[int, int]]:
    """Join groups, the best mean first, until no mean is above the bar; return (item, smallest item of its group)."""
    near: dict[int, dict[int, int]] = defaultdict(dict)
    for x, y, value in zip(a.tolist(), b.tolist(), milli.tolist(), strict=True):
        near[x][y] = near[y][x] = near[x].get(y, 0) + value
    records = {item: int(weight[item]) for item in near}
    apart: dict[int, set[int]] = defaultdict(set)
    for x, y in forbidden:
        apart[x].add(y)
        apart[y].add(x)
    heap = [
        (-value / (records[x] * records[y]), x, y)
        for x, others in near.items()
        for y, value in others.items()
        if x < y and value > bar * records[x] * records[y] and y not in apart.get(x, ())
    ]
    heapify(heap)
    members = {item: [item] for item in near}
    while heap:
        minus, x, y = heappop(heap)
        if x not in members or y not in members or -near[x].get(y, 0) / (records[x] * records[y]) != minus:
            continue
        members[x] += members.pop(y)
        records[x] += records.pop(y)
        gone = near.pop(y)
        mine = near[x]
        del mine[y], gone[x]
        for other, value in gone.items():
            mine[other] = mine.get(other, 0) + value
            del near[other][y]
        for other in apart.pop(y, ()):
            apart[x].add(other)
            apart[other].discard(y)
            apart[other].add(x)
        for other, value in mine.items():
            near[other][x] = value
            across = records[x] * records[other]
            if value > bar * across and other not in apart.get(x, ()):
                heappush(heap, (-value / across, min(x, other), max(x, other)))
    return [(item, head) for head, items in members.items() for item in items]


def connected(size: int, pairs: Pairs) -> Ints:
    """Return for each item the smallest item that it is connected with.

    >>> connected(4, (np.array([3]), np.array([1]))).tolist()
    [0, 1, 2, 1]
    """
    graph = coo_array((np.ones(len(pairs[0]), np.int8), pairs), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    smallest = np.full(int(component.max()) + 1 if size else 0, size, np.int64)
    np.minimum.at(smallest, component, np.arange(size))
    return np.asarray(smallest[component])
