"""Service: what we owe, what came late, what is due. It comes before all else: nothing is sold to somebody we owe."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ..definition import read_definition
from .portrait import DEBT_ORDER

__all__ = ["DEBTS", "DELIVERIES", "DUE_SOON", "SEVERITY", "debts_table", "wilson"]

Floats = npt.NDArray[np.float64]

DEBTS: Final = tuple(
    read_definition(f"understand/{name}")
    for name in ("open_cases", "overdue_promises", "late_orders", "came_late", "low_ratings")
)
DUE_SOON: Final = read_definition("understand/due_soon")
DELIVERIES: Final = read_definition("understand/deliveries")
# Which debt weighs most. A complaint is somebody waiting; what came late is over, and needs a word.
SEVERITY: Final = {
    "open complaint": 5,
    "overdue promise": 4,
    "late order": 4,
    "low rating": 3,
    "came late": 2,
    "open question": 2,
    "due soon": 0,
}
Z80: Final = 1.2815515655446004  # standard normal quantile of 0.9


def debts_table(found: list[tuple[str, pa.Table]]) -> pa.Table:
    """Put the debts of all definitions together, within each customer in the order in which to put them right."""
    tables = []
    for name, table in found:
        named = table.append_column("definition", pa.array([name] * table.num_rows, pa.string()))
        weights = pa.array([SEVERITY[kind] for kind in table.column("debt").to_pylist()], pa.int64())
        tables.append(named.append_column("severity", weights))
    together = pa.concat_tables(tables, promote_options="permissive")
    return together.sort_by([("customer", "ascending"), *DEBT_ORDER])


def wilson(hits: npt.NDArray[np.int64], of: npt.NDArray[np.int64], *, z: float = Z80) -> tuple[Floats, Floats]:
    """Return Wilson's range (1927) of a share, which stays honest for few cases.

    >>> low, high = wilson(np.array([3]), np.array([11]))
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.139, 0.465)
    """
    n = np.maximum(of, 1).astype(np.float64)
    share = hits / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)
