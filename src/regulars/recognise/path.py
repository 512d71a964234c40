"""Path: what leads from one record of a customer to another, the weakest link on it, and the links without which the
customer falls apart.

The best path is the one whose weakest link is strongest; all such paths lie on a maximum spanning tree (Hu 1961, The
maximum capacity route problem). A link of the tree that no other link goes round is a bridge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Link", "bridges", "spanning", "way"]


@dataclass(frozen=True, slots=True)
class Link:
    """What holds two records together: a person's word, a number both carry, or likeness; and its strength in bits."""

    a: int
    b: int
    held: str  # human, key or model
    bits: float
    words: str = ""

    def other(self, record: int) -> int:
        """Return the record at the other end."""
        return self.b if record == self.a else self.a


def spanning(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return the strongest links that connect what all links connect, the strongest first (Kruskal 1956).

    >>> links = [Link(1, 2, "model", 3.0), Link(2, 3, "model", 9.0), Link(1, 3, "model", 5.0)]
    >>> [(link.a, link.b) for link in spanning(links)]
    [(2, 3), (1, 3)]
    """
    head: dict[int, int] = {}

    def found(record: int) -> int:
        while (above := head.get(record, record)) != record:
            head[record] = head.get(above, above)
            record = above
        return record

    kept = []
    for link in sorted(links, key=lambda link: (-link.bits, link.a, link.b, link.held)):
        one, other = found(link.a), found(link.b)
        if one != other:
            head[max(one, other)] = min(one, other)
            kept.append(link)
    return tuple(kept)


def way(tree: Iterable[Link], start: int, end: int) -> tuple[Link, ...]:
    """Return the links of a tree that lead from one record to another; none where nothing does.

    >>> [link.b for link in way([Link(1, 2, "key", 60.0), Link(2, 3, "model", 9.0)], 1, 3)]
    [2, 3]
    """
    near: dict[int, list[Link]] = defaultdict(list)
    for link in tree:
        near[link.a].append(link)
        near[link.b].append(link)
    came: dict[int, Link | None] = {start: None}
    waiting = [start]
    while waiting and end not in came:
        record = waiting.pop()
        for link in near[record]:
            if (other := link.other(record)) not in came:
                came[other] = link
                waiting.append(other)
    path: list[Link] = []
    record = end
    while (last := came.get(record)) is not None:
        path.append(last)
        record = last.other(record)
    return tuple(reversed(path))


def bridges(links: Sequence[Link]) -> tuple[Link, ...]:
    """Return the links without which some of the records would not be connected any more, the weakest first.

    >>> links = [Link(a, b, "model", 4.0) for a, b in ((1, 2), (2, 3), (1, 3), (3, 4))]
    >>> [(link.a, link.b) for link in bridges(links)]
    [(3, 4)]
    """
    tree = spanning(links)
    round_it = {link for other in links if other not in tree for link in way(tree, other.a, other.b)}
    return tuple(sorted(set(tree) - round_it, key=lambda link: (link.bits, link.a, link.b)))
