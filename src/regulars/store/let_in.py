"""Let in: people who were erased may be heard of again. What was erased stays erased, also in old backups."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from . import erasures
from .erasures import Erasure
from .stock import Stock

__all__ = ["let_in"]

BACKUPS: Final = "select place from kept_elsewhere where kind = 'backup' order by place"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'lift', ?)"


def let_in(home: Path, stock: Stock, keys: Iterable[str], *, now_us: int) -> int:
    """Take away the stones of everybody to whom one of some identifiers led; return how many there were."""
    told = sorted(set(keys))
    receipts = sorted({receipt for key in told for receipt in stock.tombstones.receipts_of(key)})
    if not receipts:
        return 0
    erasures.append(home, [Erasure(receipt, now_us, (), lifted=True) for receipt in receipts])
    with stock.catalogue.transaction() as write:
        count = sum(stock.tombstones.lift(write, key) for key in told)
        for receipt in receipts:
            write.change(AUDIT, (now_us, f"receipt {receipt}"))
    for row in stock.catalogue.all(BACKUPS):
        if (place := Path(row["place"])).is_dir():
            erasures.log_into(home, place)
    return count
