"""F16: a home of an older layout is brought forward, and the program is killed anywhere on the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from regulars.store import open_home
from regulars.store.catalogue import LAYOUT

from ..store.made import everything, tail, tails
from ..store.old import old_home
from .children import child, killed, use
from .scale import chance, scaled

KILLS = 100
SEEDS = ["first"]
OLD = {"audit", "batch", "current_run", "file", "home", "refused", "run", "segment", "source"}
SECOND = OLD | {"inbox", "kept_elsewhere", "lease", "receipt", "restricted", "tombstone"}
NEW = SECOND | {"feed", "sender", "waiting", "write_key"}
FOURTH = NEW | {"claim", "verdict"}
TABLES = {1: OLD, 2: SECOND, 3: NEW, 4: FOURTH, LAYOUT: FOURTH | {"ruling"}}
PATIENCE = 30.0  # seconds that a child may take to begin


@pytest.mark.parametrize("seed", SEEDS)
def test_an_upgrade_that_is_killed_leaves_one_whole_shape(seed: str, tmp_path: Path) -> None:
    """Never between two; a newer one only after a copy was put aside; and opening it again finishes the work."""
    old_home(tmp_path / "old")
    random, shapes, longest, number = chance("upgrade", seed), dict.fromkeys(TABLES, 0), upgrade_seconds(tmp_path), 0
    while sum(shapes.values()) < scaled(KILLS):
        number += 1
        home = tmp_path / f"home-{number}"
        shutil.copytree(tmp_path / "old", home)
        program = child(bring_forward, str(home))
        begun, waits = home / "begun", random.uniform(0, longest * 1.2)
        limit = time.monotonic() + PATIENCE
        while not begun.exists() and time.monotonic() < limit:
            time.sleep(0.0005)
        time.sleep(waits)
        if not killed(program):
            continue
        shape, tables = shape_of(home)
        assert tables == TABLES[shape], f"seed {seed}, number {number}"
        if shape > 1:
            aside = (home / "before-layout-2.jsonl").read_text(encoding="utf-8").splitlines()
            assert [json.loads(line)[1]["layout"] for line in aside if line.startswith('["home"')] == [1]
            assert len(aside) == 7
        shapes[shape] += 1
        opened = open_home(home)
        assert sorted(tails(opened)) == sorted(tail(one) for one in range(300))
        assert everything(opened).num_rows == 300
        assert opened.catalogue.layout() == LAYOUT
        opened.close()
        shutil.rmtree(home)
    print(f"killed {sum(shapes.values())} times: {shapes} by shape")


def bring_forward(home: str) -> None:
    """Open an old home, say when that begins, and then wait to be killed."""
    use("")
    path = Path(home)
    (path / "begun").touch()
    open_home(path)
    time.sleep(PATIENCE)


def upgrade_seconds(place: Path) -> float:
    """Return how long bringing it forward takes."""
    shutil.copytree(place / "old", place / "measured")
    begun = time.monotonic()
    open_home(place / "measured").close()
    return time.monotonic() - begun


def shape_of(home: Path) -> tuple[int, set[str]]:
    """Look at a catalogue without bringing it forward."""
    connection = sqlite3.connect(home / "catalogue.sqlite")
    tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
    shape = connection.execute("select layout from home").fetchone()[0]
    connection.close()
    return shape, tables
