"""F15: single bits change on the disk, and `verify` finds each of them.

What it looks at: every byte of segments and their identifiers, of runs, and all that is kept of fresh traces. The
catalogue's other pages are looked at by SQLite or the server, which find a broken page and not a digit that became
another; the counts, names and dates there are not covered, nor is the free space between rows.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from regulars.store import Home, open_home
from regulars.store.health import verify
from regulars.store.inbox import SMALL

from ..store.made import NOW_US, brought, made
from .scale import chance, scaled
from .test_full_disk import turn

FLIPS = 1000
SEEDS = ["first"]


def lived(home: Home) -> Home:
    """Let a home have segments, a run and an inbox, and put all of it into its files."""
    brought(home, made(range(SMALL + 200)))
    turn(home, "first")
    home.keep(made(range(5_000, 5_300), text="Grüße 你好"), now_us=NOW_US)
    home.close()
    return open_home(home.path)


def flipped(path: Path, place: int, bit: int) -> None:
    with path.open("rb+") as opened:
        opened.seek(place)
        byte = opened.read(1)[0]
        opened.seek(place)
        opened.write(bytes([byte ^ 1 << bit]))


def unwell(path: Path) -> list[str]:
    home = open_home(path)
    found = [finding.seen for finding in verify(home) if not finding.well]
    home.close()
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bit_that_changed_in_a_file_is_found(seed: str, home: Home) -> None:
    """Any byte of any segment, file of identifiers or table of a run."""
    lived(home).close()
    files = sorted(path for path in home.path.rglob("*.parquet") if path.parent.name != "staging")
    assert {path.parent.name for path in files} == {"segments", "first"}
    random = chance("rot", seed)
    assert unwell(home.path) == []
    for _ in range(scaled(FLIPS * 8 // 10)):
        path, bit = random.choice(files), random.randrange(8)
        place = random.randrange(path.stat().st_size)
        flipped(path, place, bit)
        assert unwell(home.path) == [f"{path.parent.name}/{path.name} is not what was written"], (seed, path, place)
        flipped(path, place, bit)
    assert unwell(home.path) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bit_that_changed_in_a_fresh_trace_is_found(seed: str, home: Home, tmp_path: Path) -> None:
    """Any byte of what the catalogue keeps of it, whether it still reads as text or not."""
    opened, random = lived(home), chance("inbox", seed)
    bodies = [row["body"].encode() for row in opened.catalogue.all("select body from inbox")]
    opened.close()
    kept = home.path / "catalogue.sqlite"
    whole = kept.read_bytes()
    places = {body: whole.find(body) for body in bodies}
    for _ in range(scaled(FLIPS * 2 // 10)):
        body = random.choice([body for body, place in places.items() if place >= 0])
        place = places[body] + random.randrange(len(body))
        kept.write_bytes(whole)
        flipped(kept, place, random.randrange(8))
        found = unwell(home.path)
        assert any("fresh trace" in one or "decode" in one.lower() for one in found), (seed, place, found)
    shutil.copy(kept, tmp_path)
    kept.write_bytes(whole)
    assert unwell(home.path) == []
