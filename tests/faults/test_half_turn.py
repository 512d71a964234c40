"""F12: a turn of the loop is killed at every step while others read. Each page comes from one run, and that is whole.

A step is each definition that is asked, each table that is written, flushed and summed, the renaming of the folder,
each statement and the commit of the transaction that notes the run, and the pointer: before it, and after.
"""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from regulars import loop
from regulars.dates import instant_us
from regulars.respond import as_text
from regulars.settings import Settings
from regulars.store import Engine, Home, make_home, open_home
from regulars.store import runs as store_runs
from regulars.store.catalogue import Catalogue
from regulars.store.files import sha256_of
from regulars.store.runs import Runs
from regulars.store.sqlite import SqliteDoor
from regulars.town import write

from ..store.made import NOW
from .children import Notes, child, done, killed, told, use
from .scale import SCALE, chance, scaled

READS = 1000
READERS = 2
PAUSE = 0.15  # seconds between two pages that a reader reads
WHOLE_TURNS = 2
SEEDS = ["first"]
STEPS = (
    (Engine, "run"), (Engine, "gather"), (Runs, "write"), (Runs, "point"), (Runs, "prune"), (pq, "write_table"),
    (store_runs, "settle"), (store_runs, "sha256_of"), (Path, "rename"), (Catalogue, "change"), (SqliteDoor, "begin"),
    (SqliteDoor, "commit"),
)  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, date]:
    """A home that has heard a small town and turned once; and the town's last day."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    town = write(tmp_path / "town", seed=7, people=40, days=250)
    home = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=instant_us(NOW))
    moment = NOW.replace(year=town.last.year, month=town.last.month, day=town.last.day) + timedelta(days=1)
    loop.hear(home, sorted(town.folder.glob("*.csv")), source="shop", now=moment)
    loop.turn(home, as_of=town.last, now=moment)
    home.close()
    return home.path, town.last


@pytest.mark.parametrize("seed", SEEDS)
def test_a_turn_that_is_killed_anywhere_shows_nobody_half_a_run(
    seed: str, shop: tuple[Path, date], tmp_path: Path
) -> None:
    """Pages are read all the while; in the end every page that was read is what its run says in peace."""
    home, last = shop
    done(child(turn_until, str(home), str(last - timedelta(days=1)), str(tmp_path / "count"), 0))
    names = [name for (name,) in told(tmp_path / "count")]
    random = chance("half turn", seed)
    writing = [number for number, name in enumerate(names, 1) if number > names.index("before write")]
    looking = [number for number in range(1, len(names) + 1) if number not in writing]
    share = min(SCALE, 1)
    steps = sorted(
        random.sample(writing, max(10, round(len(writing) * share)))
        + random.sample(looking, max(3, round(len(looking) * share)))
    )
    readers = [child(read, str(home), str(tmp_path / f"read-{number}"), number) for number in range(READERS)]
    for place, step in enumerate(steps):
        as_of = last - timedelta(days=2 + place % 40)
        program = child(turn_until, str(home), str(as_of), str(tmp_path / f"killed-{step}"), step)
        program.join()
        assert program.exitcode in (0, -signal.SIGKILL), names[step - 1]  # 0: this question had been answered already
        if place % max(1, len(steps) // WHOLE_TURNS) == 0:
            done(child(turn_until, str(home), str(as_of), str(tmp_path / "whole"), 0))
    while sum(len(list(told(tmp_path / f"read-{number}"))) for number in range(READERS)) < scaled(READS):
        time.sleep(0.05)
    for reader in readers:
        assert killed(reader)
    pages = [tuple(line) for number in range(READERS) for line in told(tmp_path / f"read-{number}")]
    opened = open_home(home)
    wrong = [line for line in sorted(set(pages)) if not whole(opened, *line)]
    runs = {run_id for run_id, *_ in pages}
    print(f"{len(names)} steps, killed at {len(steps)}; {len(pages)} pages read, of {len(runs)} runs")
    assert wrong == [], f"seed {seed}"
    assert len(runs) > 1
    opened.close()


def turn_until(home: str, as_of: str, book: str, step: int) -> None:
    """Turn the loop afresh, and die at a step; at step 0 note all of them and live."""
    use("")
    notes, count = Notes(Path(book)), 0

    def reached(name: str) -> None:
        nonlocal count
        count += 1
        notes.say(name)
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def stepped(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def acts(*given: Any, **named: Any) -> Any:
            reached(f"before {name}")
            answer = act(*given, **named)
            reached(f"after {name}")
            return answer

        return acts

    opened = open_home(Path(home))
    for owner, name in STEPS:
        setattr(owner, name, stepped(name, getattr(owner, name)))
    loop.turn(opened, as_of=date.fromisoformat(as_of), now=NOW, afresh=True)


def read(home: str, book: str, number: int) -> None:
    """Read pages until killed, and note what stood on each."""
    use("")
    opened, notes, random = open_home(Path(home)), Notes(Path(book)), chance("read", number)
    while True:
        run = opened.runs.current()
        customer = random.choice(opened.runs.table(run, "portraits", ["customer"]).column("customer").to_pylist())
        notes.say(run.run_id, customer, page(opened, run, customer))
        time.sleep(PAUSE)


def page(home: Home, run: loop.Run, customer: int) -> str:
    """Return a hash of one customer's page."""
    shown = loop.told(home, run, loop.fetched(home, run, customer)).page
    assert shown.run_id == run.run_id
    return hashlib.sha256(as_text(shown).encode()).hexdigest()


def whole(home: Home, run_id: str, customer: int, shown: str) -> bool:
    """Tell whether a run is there with every byte of its tables, and says what was read."""
    run = home.runs.named(run_id)
    if run is None or any(sha256_of(run.folder / name) != sha256 for name, sha256 in run.notes["files"].items()):
        return False
    return page(home, run, customer) == shown
