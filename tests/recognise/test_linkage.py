"""Average linkage: what is joined, what is kept apart, and that no order matters."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from regulars.recognise.linkage import BAR_BITS, average_linkage

Pair = tuple[int, int]
SIZE = 9
WEIGHTS = st.dictionaries(
    st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)).filter(lambda pair: pair[0] < pair[1]),
    st.integers(-12, 15),
    max_size=20,
)


def sides(pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs as two arrays."""
    table = np.array(pairs, np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def grouped(weights: dict[Pair, int], must: Sequence[Pair] = (), cannot: Sequence[Pair] = ()) -> list[int]:
    """Group nine items."""
    bits = np.array(list(weights.values()), np.float64)
    return average_linkage(SIZE, sides([*weights]), bits, must=sides(must), cannot=sides(cannot)).tolist()


def plainly(weights: dict[Pair, int]) -> list[int]:
    """Group nine items as the textbook says: look at all groups again after each join."""
    groups = [[item] for item in range(SIZE)]
    while True:
        means = [
            (
                sum(weights.get((min(x, y), max(x, y)), 0) for x in one for y in other) / (len(one) * len(other)),
                one,
                other,
            )
            for one, other in combinations(groups, 2)
        ]
        best = max(means, key=lambda found: (found[0], [-found[1][0], -found[2][0]]), default=(0.0, [], []))
        if best[0] <= BAR_BITS:
            head = {item: min(group) for group in groups for item in group}
            return [head[item] for item in range(SIZE)]
        groups = sorted([group for group in groups if group not in best[1:]] + [sorted(best[1] + best[2])])


@settings(max_examples=150)
@given(WEIGHTS)
def test_it_is_the_average_linkage_of_the_textbook(weights: dict[Pair, int]) -> None:
    """The quick way gives the groups that looking at every pair of groups again after each join gives."""
    assert grouped(weights) == plainly(weights)


@settings(max_examples=80)
@given(WEIGHTS, st.randoms(), st.lists(st.sampled_from(list(combinations(range(SIZE), 2))), max_size=4))
def test_the_order_of_pairs_changes_nothing(weights: dict[Pair, int], luck: object, apart: list) -> None:
    """Shuffled pairs and verdicts give the same groups, and what must stay apart does."""
    shuffled = list(weights.items())
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    found = grouped(weights, cannot=apart)
    assert grouped(dict(shuffled), cannot=apart[::-1]) == found
    assert all(found[x] != found[y] for x, y in apart)


def test_one_strong_pair_does_not_join_two_families() -> None:
    """A chain through one pair is cut where all the other pairs across speak against it."""
    family = dict.fromkeys(combinations(range(3), 2), 12) | dict.fromkeys(combinations(range(3, 6), 2), 12)
    across = {(x, y): -6 for x in range(3) for y in range(3, 6)}
    assert grouped(family | across | {(2, 3): 11})[:6] == [0, 0, 0, 3, 3, 3]


def test_verdicts_of_people_come_first() -> None:
    """What must be joined is, against its weight; what must not stays apart, against its weight and through a third."""
    assert grouped({(0, 1): -12}, must=[(0, 1)])[1] == 0
    found = grouped({(0, 1): 12, (1, 2): 12, (0, 2): 12}, cannot=[(0, 2)])
    assert found[0] != found[2]
    both = grouped({}, must=[(0, 1), (1, 2)], cannot=[(0, 2)])
    assert both[0] == both[1] != both[2]
