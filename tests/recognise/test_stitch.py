"""Components of graphs: by contraction in SQL, by SciPy, and edge by edge, always the same."""

from __future__ import annotations

import duckdb
import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from regulars.recognise import stitch
from regulars.recognise.stitch import counted, stitched
from regulars.recognise.union import united

NODES = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9)
EDGES = st.lists(st.tuples(NODES, NODES), max_size=40)


def table(edges: list[tuple[int, int]]) -> pa.Table:
    """Make edges a table."""
    return pa.table({name: pa.array([edge[at] for edge in edges], pa.int64()) for at, name in enumerate("ab")})


def components(found: pa.Table) -> dict[int, int]:
    """Return the component of each node."""
    return dict(zip(found.column("node").to_pylist(), found.column("component").to_pylist(), strict=True))


@settings(max_examples=25, deadline=None)
@given(EDGES, st.integers(0, 3))
def test_contraction_finds_the_components_that_scipy_finds(edges: list[tuple[int, int]], seed: int) -> None:
    """Whatever the graph and the seed, all in SQL or the rest by SciPy, every node is in the same component."""
    graph = table(edges)
    with duckdb.connect() as connection:
        for small in (0, 3):
            assert components(stitched(connection, graph, small=small, seed=seed)) == components(counted(graph))


def test_a_long_chain_takes_few_rounds() -> None:
    """Thirty thousand nodes in a row are one component after at most forty rounds, not after thirty thousand."""
    nodes = np.random.default_rng(7).permutation(30_000)
    rounds = []

    class Watched:
        """A connection that notes how often an order is drawn."""

        def __init__(self) -> None:
            self.own = duckdb.connect()
            self.execute, self.sql = self.own.execute, self.own.sql

        def register(self, name: str, rows: pa.Table) -> None:
            if name == "draw":
                rounds.append(name)
            self.own.register(name, rows)

    found = components(stitched(Watched(), pa.table({"a": nodes[1:], "b": nodes[:-1]}), small=0))
    assert set(found.values()) == {0}
    assert 5 < len(rounds) <= 40


def test_too_many_nodes_are_refused_and_not_mixed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph with more nodes than the prime has places is refused in words."""
    monkeypatch.setattr(stitch, "PRIME", 3)
    with duckdb.connect() as connection, pytest.raises(OverflowError, match="3 nodes or more"):
        stitched(connection, table([(1, 2), (3, 4)]), small=0)


@settings(max_examples=100)
@given(EDGES, EDGES)
def test_new_edges_give_what_the_whole_run_gives(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    """Only changed nodes are named, and with them the components are those of all edges together."""
    known, whole = components(counted(table(old))), components(counted(table(old + new)))
    members: dict[int, list[int]] = {}
    for node, part in known.items():
        members.setdefault(part, []).append(node)
    changed = united(known, new, members=members)
    assert changed == united(known, new) == {node: part for node, part in whole.items() if known.get(node) != part}
    assert known | changed == whole
