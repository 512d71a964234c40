"""Paths: the strongest way from one record to another, and the links without which records fall apart."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from regulars.recognise import Link, bridges, connected, spanning, way

LINKS = st.lists(
    st.builds(Link, st.integers(0, 7), st.integers(8, 12), st.just("model"), st.integers(1, 9).map(float), st.just("")),
    max_size=14,
    unique_by=lambda link: (link.a, link.b),
)


def parts_of(links: list[Link]) -> int:
    """Return into how many parts links join thirteen records."""
    pairs = (np.array([link.a for link in links], int), np.array([link.b for link in links], int))
    return len(set(connected(13, pairs).tolist()))


@given(LINKS)
def test_a_bridge_is_what_nothing_goes_round(links: list[Link]) -> None:
    """Without a bridge there is one part more; without any other link there are as many as before."""
    cut = set(bridges(links))
    for link in links:
        rest = [other for other in links if other is not link]
        assert parts_of(rest) - parts_of(links) == (link in cut)


@given(LINKS)
def test_no_way_has_a_stronger_weakest_link(links: list[Link]) -> None:
    """The weakest link on the way is the best there is: stronger links alone would not lead there."""
    tree = spanning(links)
    assert parts_of(list(tree)) == parts_of(links)
    for end in range(8, 13):
        path = way(tree, 0, end)
        if not path:
            continue
        weakest = min(link.bits for link in path)
        stronger = [link for link in links if link.bits > weakest]
        pairs = (np.array([link.a for link in stronger], int), np.array([link.b for link in stronger], int))
        group = connected(13, pairs)
        assert group[0] != group[end]
        ends = [0]
        for link in path:
            ends.append(link.other(ends[-1]))
        assert ends[-1] == end


def test_the_order_of_links_changes_nothing() -> None:
    """Of links of the same strength always the same ones are chosen."""
    links = [Link(1, 2, "model", 4.0), Link(2, 3, "model", 4.0), Link(1, 3, "model", 4.0), Link(3, 4, "key", 60.0)]
    assert spanning(links) == spanning(links[::-1])
    assert bridges(links) == bridges(links[::-1])
