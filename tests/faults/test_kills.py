"""F1: programs are killed at any moment. Nothing acknowledged is lost, nothing is there twice, and the rest goes on."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from regulars.settings import Settings
from regulars.store import Home, make_home, open_home
from regulars.store.health import verify

from ..store.made import NOW_US, everything, tail, tails
from .children import child, killed
from .scale import chance, scaled
from .writer import Writer, lost_and_doubled, orders_in, write_until_killed

SLOTS = 3
LIVES = ((0.03, 0.4), (0.03, 0.4), (0.03, 0.4), (0.4, 2.5))  # seconds; most die young, some come far
USABLE = 2.0  # CPU seconds in which a home that was killed answers: what is promised
KILLS = {"sqlite": 800, "postgres": 200}
SEEDS = ["first"]


@pytest.mark.parametrize("seed", SEEDS)
def test_programs_that_are_killed_lose_and_double_nothing(database: str, seed: str, tmp_path: Path) -> None:
    """A thousand kills while keeping, hearing, folding, merging, undoing and writing runs, three programs at once."""
    make_home(tmp_path / "home", Settings(), now_us=NOW_US).close()
    first = Writer(tmp_path / "home", tmp_path / "first", seed)
    first.turn()
    first.home.close()
    books = [tmp_path / f"book-{slot}" for slot in range(SLOTS)]
    random, count, slowest = chance("kills", seed), 0, 0.0
    wanted = scaled(KILLS["postgres" if database else "sqlite"])
    lives = dict.fromkeys(range(SLOTS), (None, 0.0))
    while count < wanted:
        for slot, (program, until) in lives.items():
            if program is not None and time.monotonic() < until:
                continue
            if program is not None:
                assert killed(program)
                count += 1
                if count % 20 == 0:
                    slowest = max(slowest, seconds_to_open(tmp_path / "home"))
            given = (str(tmp_path / "home"), database, str(books[slot]), f"{seed}/{slot}/{count}")
            lives[slot] = (child(write_until_killed, *given), time.monotonic() + random.uniform(*random.choice(LIVES)))
        time.sleep(0.005)
    for program, _ in lives.values():
        killed(program)
    assert max(slowest, seconds_to_open(tmp_path / "home")) <= USABLE
    home = open_home(tmp_path / "home")
    orders = orders_in(*books)
    kinds = Counter(order.kind for order in orders.values() if order.done)
    print(f"{count} kills, acknowledged: {dict(kinds)}, traces {everything(home).num_rows}, opened in {slowest:.2f} s")
    assert lost_and_doubled(orders.values(), Counter(tails(home)), tail) == [], f"seed {seed}"
    assert {"keep", "hear"} <= set(kinds)
    assert [finding for finding in verify(home) if not finding.well] == [], f"seed {seed}"
    assert readable(home), f"seed {seed}"
    home.close()


def seconds_to_open(path: Path) -> float:
    """Open a home as the next program would, and use it; return the CPU seconds that took."""
    begun = time.process_time()
    home = open_home(path)
    people = [row["subject"] for row in home.catalogue.all("select subject from inbox limit 1")]
    home.timeline.fetch(tuple(people), as_of_us=NOW_US)
    home.content()
    home.close()
    return time.process_time() - begun


def readable(home: Home) -> bool:
    """Tell whether the run that pages show is there as a whole."""
    run = home.runs.current()
    return all(home.runs.fetch(run, table, 7).num_rows == 1 for table in ("portraits", "debts"))
