"""Today: whom to look at first, from all customers, in hard levels. Service always stands above anything else."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..definition import read_definition
from ..settings import Settings
from ..understand.portrait import DEBT_ORDER, FADED_DAYS

__all__ = ["CONSENTS", "TOUCHES", "first_in_line", "put_off"]

TOUCHES: Final = read_definition("choose/touches")
CONSENTS: Final = read_definition("choose/consents")


def first_in_line(
    debts: pa.Table, portraits: pa.Table, *, settings: Settings, licensed: bool, more: int = 2
) -> tuple[list[int], int]:
    """Return the customers to look at, in order, and how many more are waiting.

    Those we owe come first, by their weightiest debt and then by how long it is overdue; after them come unusual
    silences, those with most expected spending first. `more` times the wanted length is returned, because some may be
    withheld.
    """
    owed = debts.sort_by(list(DEBT_ORDER))
    waiting = list(dict.fromkeys(owed.column("customer").to_pylist()))
    known = set(waiting)
    waiting += [customer for customer in (silent(portraits, settings) if licensed else []) if customer not in known]
    return waiting[: settings.today_rows * more], len(waiting)


def put_off(timeline: pa.Table, *, day: int) -> bool:
    """Tell whether somebody has put a customer off on a day: they come back on the next one."""
    put = pc.and_(
        pc.equal(timeline.column("kind").cast(pa.string()), "postponed"), pc.equal(timeline.column("day"), day)
    )
    return bool(pc.any(put).as_py())


def silent(portraits: pa.Table, settings: Settings) -> list[int]:
    """Return customers whose silence is unusual for them, those with most expected spending first."""
    unusual = portraits.filter(
        pc.and_(
            pc.greater_equal(pc.fill_null(portraits.column("surprise"), 0.0), settings.silence_bits),
            pc.less_equal(pc.fill_null(portraits.column("silence"), 0), FADED_DAYS),
        )
    )
    worth = pc.fill_null(unusual.column("worth"), 0.0).to_numpy()
    order = np.lexsort((unusual.column("customer").to_numpy(), -worth))
    return [int(number) for number in unusual.column("customer").to_numpy()[order]]
