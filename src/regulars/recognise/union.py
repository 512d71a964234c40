"""Union: what a few new edges change, when the components are known. For traces that come in one by one.

A union-find over the touched components alone: its work grows with the new edges and with the components that they
join, never with the whole graph. The result is what stitching everything again would give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["united"]


def united(
    known: Mapping[int, int], edges: Iterable[tuple[int, int]], *, members: Mapping[int, Sequence[int]] | None = None
) -> dict[int, int]:
    """Return the nodes whose component changes, with the new one, when some edges are added.

    `known` gives the component of each node, named after its smallest node, as `stitched` names them; `members` the
    nodes of a component, where somebody keeps them (else all of `known` is read through, once). New nodes are changed.

    >>> united({1: 1, 2: 1, 7: 7, 8: 7}, [(2, 8), (20, 20)])
    {7: 1, 8: 1, 20: 20}
    """
    over: dict[int, int] = {}
    fresh: set[int] = set()
    for a, b in edges:
        one, other = (top(over, start(known, node, fresh)) for node in (a, b))
        low, high = min(one, other), max(one, other)
        over.setdefault(low, low)
        over[high] = low
    ends = {part: top(over, part) for part in over}
    moved = {part for part, end in ends.items() if part != end}
    changed = {node: ends[node] for node in fresh}
    if members is None:
        changed |= {node: ends[part] for node, part in known.items() if part in moved} if moved - fresh else {}
    else:
        changed |= {node: ends[part] for part in moved - fresh for node in members[part]}
    return dict(sorted(changed.items()))


def start(known: Mapping[int, int], node: int, fresh: set[int]) -> int:
    """Return the component of a node; a node that nobody knew is its own."""
    if node in known:
        return known[node]
    fresh.add(node)
    return node


def top(over: dict[int, int], part: int) -> int:
    """Return the smallest component that a component has become one with, and shorten the way there."""
    while over.setdefault(part, part) != part:
        over[part] = over[over[part]]
        part = over[part]
    return part
