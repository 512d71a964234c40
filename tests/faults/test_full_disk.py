"""F3: the disk is full at any point. Nothing half-written counts, a sentence says so, and with room again it goes on.

The operating system's limit on the size of a file stands for the full disk: every write beyond it is refused.
"""

from __future__ import annotations

import math
import resource
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.errors import KeepError
from regulars.store import Home, open_home
from regulars.store.compact import compact
from regulars.store.health import verify
from regulars.store.inbox import SMALL
from regulars.store.runs import Run
from regulars.store.undo import undo

from ..store.made import NOW_US, begun, brought, everything, made
from .children import Notes, child, done, told
from .scale import chance, scaled
from .writer import TABLE

POINTS = 200
SEEDS = ["first"]  # it met a run whose folder had its name and whose row was refused: it could never be made again
SMALLEST, LARGEST = 100, 400_000  # bytes of room; nothing that is written here needs more
WORKS = ("hear", "hear few", "keep", "fold", "undo", "turn")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_full_disk_halves_nothing(seed: str, home: Home, tmp_path: Path) -> None:
    """At two hundred points of hearing, keeping, folding, undoing and turning."""
    home.close()
    done(child(work_on_a_full_disk, str(home.path), str(tmp_path / "book"), seed, scaled(POINTS, least=30)))
    points = list(told(tmp_path / "book"))
    refused = Counter(work for work, _, said in points if said)
    print(f"{len(points)} points, of which refused: {dict(refused)}")
    assert len(points) == scaled(POINTS, least=30)
    assert set(refused) == set(WORKS)
    assert all(said.startswith("74 ") for _, _, said in points if said)


def work_on_a_full_disk(home: str, book: str, seed: str, points: int) -> None:
    """Do one thing after the other with less room than it may need, then again with room enough."""
    opened, notes, random = open_home(Path(home)), Notes(Path(book)), chance("full", seed)
    brought(opened, made(range(3 * SMALL)))
    turn(opened, "first")
    people = tuple(everything(opened).column("subject").to_pylist()[:2])
    for number in range(points):
        work, room = WORKS[number % len(WORKS)], random.uniform(math.log(SMALLEST), math.log(LARGEST))
        act = prepared(opened, work, number)
        opened.catalogue.door.connection.execute("pragma wal_checkpoint(truncate)")  # type: ignore[attr-defined]
        before, pages = state(opened), seen(opened, people)
        with_room(math.exp(room))
        said = attempted(act)
        assert said or work in {"fold", "turn"} or state(opened) != before, (work, number)
        assert not said or state(opened) == before, (work, number, said)
        assert not said or seen(opened, people) == pages, (work, number, said)
        with_room(resource.RLIM_INFINITY)
        assert not said or attempted(act) == "", (work, number, said)
        notes.say(work, math.exp(room), said)
    assert [finding for finding in verify(opened) if not finding.well] == []
    opened.close()


def with_room(room: float) -> None:
    """Let no file of this program grow beyond so many bytes."""
    most = int(room)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


def attempted(act: Callable[[], Any]) -> str:
    """Do something; return the exit code and sentence of what went wrong."""
    try:
        act()
    except KeepError as error:
        assert len(error.what) > 20
        assert error.now.startswith("Look whether")
        return f"{error.exit_code} {error}"
    return ""


def state(home: Home) -> tuple[Any, ...]:
    """Return all that counts."""
    rows = everything(home)
    return rows.column("trace_id").to_pylist(), rows.column("heard_at").to_pylist(), home.content()


def seen(home: Home, people: tuple[int, ...]) -> tuple[Any, ...]:
    """Return what pages are made of."""
    run = home.runs.current()
    portraits = [home.runs.fetch(run, "portraits", customer).to_pylist() for customer in (3, 200)]
    return run.run_id, portraits, home.timeline.fetch(people, as_of_us=NOW_US * 2, newest=500)


def prepared(home: Home, work: str, number: int) -> Callable[[], Any]:
    """Return some work that is still to be done, and can be done again where it failed."""
    name = f"{work}-{number}"
    if work == "undo":
        batch = brought(home, made(f"{name}-{place}" for place in range(SMALL + 50 if number % 4 else 20)))
        return lambda: undo(home.stock, home.staging, batch.batch_id, mappings=home.mapping_path, now_us=NOW_US)
    if work == "fold":
        home.keep(made(f"{name}-{place}" for place in range(60)), now_us=NOW_US)
        return lambda: compact(home.stock, home.staging, now_us=NOW_US, fold=50)
    if work == "turn":
        return lambda: turn(home, name)
    count = {"hear": SMALL + 50, "hear few": 30, "keep": 40}[work]
    traces = made(f"{name}-{place}" for place in range(count))
    if work == "keep":
        return lambda: home.keep(traces, now_us=NOW_US)
    return lambda: heard(home, traces)


def heard(home: Home, traces: Any) -> None:
    """Hear as `intake` does: what fails is forgotten."""
    batch = None
    try:
        batch, file_id = begun(home, traces)
        batch.commit({file_id: (traces.num_rows, traces.num_rows)}, {file_id: []})
    except BaseException:
        if batch:
            batch.forget()
        raise


def turn(home: Home, name: str) -> None:
    """Write a run as a turn of the loop does, and point to it."""
    run = Run(name, NOW_US, NOW_US, 500, "code", home.content(), home.runs.folder / name, {})
    assert home.runs.write(run, {"portraits": TABLE, "debts": TABLE}, settings="", rewritten=home.runs.rewritten())
    home.runs.point(run)
