"""One new record against a million. `python benchmarks/near.py`: building the index, then how long one record takes.

The records that are held are made contacts (`contacts.py`), the new ones further contacts of the same people and of
others. At most 20 ms for 95 of 100 (Splink 5 takes about 450 ms for one).
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq
from contacts import write
from identity_data import CONTACTS, raw
from measure import machine, measured

from regulars.recognise import HeldCards, clean_cards, matched
from regulars.store import Engine, Known

NEW: Final = 1_000


def timed(path: Path) -> None:
    """Hold all contacts of a file but the last thousand, then meet these one by one."""
    clean = clean_cards(raw(pq.read_table(path, columns=list(CONTACTS.values())), CONTACTS)).clean.sort_by("record")
    size = len(clean) - NEW
    spill = Path(tempfile.gettempdir())
    with Engine(Known(rows=size), as_of_us=10**18, as_of_day=0, knobs={}, spill=spill) as engine:
        held = matched(engine, clean.slice(0, size))
    before = time.process_time()
    with Engine(Known(), as_of_us=10**18, as_of_day=0, knobs={}, spill=spill) as engine:
        live = HeldCards(engine, held.cards, held.weights)
        built = time.process_time() - before
        taken, found = [], 0
        for number in range(NEW):
            card = clean.slice(size + number, 1)
            start = time.perf_counter()
            found += live.near(card).num_rows
            taken.append(1000 * (time.perf_counter() - start))
    half, most, nearly_all = np.quantile(taken, [0.5, 0.95, 0.99])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"index {built:.1f} CPU s; one record p50 {half:.1f} ms, p95 {most:.1f} ms, p99 {nearly_all:.1f} ms; ", end=""
    )
    print(f"{found / NEW:.0f} compared with each; {peak:,.0f} MB with matching all before")


def main() -> None:
    """Make the contacts, then measure in a process of its own."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--contacts", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=11)
    arguments.add_argument("--file", type=Path)
    given = arguments.parse_args()
    if given.file:
        timed(given.file)
        return
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "contacts.parquet"
        write(path, contacts=given.contacts + NEW, seed=given.seed)
        _, said = measured(__file__, "--file", str(path))
    print(f"{given.contacts:,} contacts: {said.strip()}")


if __name__ == "__main__":
    sys.exit(main())
