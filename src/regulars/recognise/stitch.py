"""Stitch: which records and identifiers hang together, for graphs of any size.

Randomised contraction (Bögeholz, Brand and Todor, "In-database connected component analysis", arXiv 1802.09478): each
round puts all nodes into a drawn order and makes every node one with its lowest neighbour, until no edge is left. The
number of nodes falls by a constant share in each round, whatever the graph looks like, so a long chain takes as many
rounds as a star. Every step is a definition, so DuckDB and Spark run the same text. What is small goes to SciPy, which
is faster there; the components are the same.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..definition import Definition, read_definition

__all__ = ["SMALL", "stitched"]

SMALL: Final = 8_000_000  # edges; up to here SciPy takes less time, and two gigabytes
PRIME: Final = 2**31 - 1  # more nodes than a graph may have; products of two numbers below it fit 64 bits
NUMBERS: Final = read_definition("recognise/stitching/numbers")
EDGES: Final = read_definition("recognise/stitching/edges")
LOWEST: Final = read_definition("recognise/stitching/lowest")
LEFT: Final = read_definition("recognise/stitching/left")
THROUGH: Final = read_definition("recognise/stitching/through")
NAMED: Final = read_definition("recognise/stitching/named")
COUNTED: Final = "select count(*) as edges from edges_left"
GIVEN: Final = "select count(*) as edges from edges"
WHOLE: Final = "select a, b from edges"
REST: Final = "select a, b from edges_left"
EMPTY: Final = Definition("recognise/stitching/empty", "", "select 0 as nothing where 1 = 0")  # gives the memory back
MANY: Final = "select count(*) as nodes from numbers"


def stitched(connection: Any, edges: pa.Table | None = None, *, small: int = SMALL, seed: int = 0) -> pa.Table:
    """Return the component of every node: columns `node`, `component` (its smallest node), in no order.

    `connection` is what an engine holds: DuckDB's, or that of Spark. `edges` has the whole numbers `a` and `b`; None
    where the connection knows a relation `edges` already. Up to `small` edges SciPy counts; with 0 all is done in SQL.

    >>> import duckdb
    >>> graph = pa.table({"a": [1, 2, 7], "b": [2, 3, 8]})
    >>> stitched(duckdb.connect(), graph, small=0).sort_by("node").to_pylist()[2:4]
    [{'node': 3, 'component': 1}, {'node': 7, 'component': 7}]
    """
    if edges is not None and edges.num_rows <= small:
        return counted(edges)
    if edges is not None:
        connection.register("edges", edges)
    elif connection.sql(GIVEN).to_arrow_table().column("edges")[0].as_py() <= small:
        return counted(connection.sql(WHOLE).to_arrow_table())
    keep(connection, "numbers", NUMBERS)
    if connection.sql(MANY).to_arrow_table().column("nodes")[0].as_py() >= PRIME:
        raise OverflowError(f"A graph of {PRIME:,} nodes or more cannot be stitched: part it by region first.")
    keep(connection, "edges_0", EDGES)
    look(connection, "edges_left", "edges_0")
    rounds = 0
    while connection.sql(COUNTED).to_arrow_table().column("edges")[0].as_py() > small:
        rounds += 1
        connection.register("draw", draw(seed, rounds))
        keep(connection, f"lowest_{rounds}", LOWEST)
        look(connection, "lowest", f"lowest_{rounds}")
        keep(connection, f"edges_{rounds}", LEFT)
        look(connection, "edges_left", f"edges_{rounds}")
        keep(connection, f"edges_{rounds - 1}", EMPTY)
    rest = counted(connection.sql(REST).to_arrow_table())
    connection.register("rest", rest.rename_columns(["node", "part"]))
    look(connection, "through", "rest")
    for number in range(rounds, 0, -1):
        look(connection, "lowest", f"lowest_{number}")
        keep(connection, f"through_{number}", THROUGH)
        look(connection, "through", f"through_{number}")
        keep(connection, f"lowest_{number}", EMPTY)
        keep(connection, f"through_{number + 1}", EMPTY)
    found = connection.sql(NAMED.sql).to_arrow_table()
    for name in ("numbers", f"edges_{rounds}", "through_1"):
        keep(connection, name, EMPTY)
    return found


def draw(seed: int, number: int) -> pa.Table:
    """Draw the order of a round: a factor, what undoes it, and a shift, all below the prime; always the same."""
    digest = hashlib.sha256(f"stitch {seed} {number}".encode()).digest()
    factor, shift = 1 + int.from_bytes(digest[:16], "big") % (PRIME - 1), int.from_bytes(digest[16:], "big") % PRIME
    row = {"factor": factor, "back": pow(factor, -1, PRIME), "shift": shift, "prime": PRIME}
    return pa.table({name: pa.array([value], pa.int64()) for name, value in row.items()})


def keep(connection: Any, name: str, definition: Definition) -> None:
    """Keep the rows of a definition under one of our own names; what does not fit into memory spills to the disk."""
    statement = "\n".join([" ".join(["create or replace temp table", name, "as"]), definition.sql])
    connection.execute(statement)


def look(connection: Any, name: str, at: str) -> None:
    """Let a name mean what another one means."""
    statement = " ".join(["create or replace view", name, "as select * from", at])
    connection.execute(statement)


def counted(edges: pa.Table) -> pa.Table:
    """Return the components of a graph that fits into memory."""
    a, b = (edges.column(name).to_numpy() for name in ("a", "b"))
    nodes, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    if not len(nodes):
        return pa.table({"node": pa.array([], pa.int64()), "component": pa.array([], pa.int64())})
    graph = coo_array((np.ones(len(a), np.int8), (places[: len(a)], places[len(a) :])), shape=(len(nodes),) * 2)
    count, label = connected_components(graph, directed=False)
    return pa.table({"node": nodes, "component": first_of(nodes, label, count)})


def first_of(nodes: npt.NDArray[np.int64], label: npt.NDArray[np.int32], count: int) -> npt.NDArray[np.int64]:
    """Return the smallest node of each node's component; the nodes are sorted."""
    first = np.full(count, len(nodes))
    np.minimum.at(first, label, np.arange(len(nodes)))
    return np.asarray(nodes[first][label])
