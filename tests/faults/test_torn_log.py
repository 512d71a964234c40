"""F2: the log beside the catalogue is cut anywhere. The home opens, and holds what it held at some moment."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from regulars.store import Home, open_home
from regulars.store.compact import compact
from regulars.store.health import examine
from regulars.store.inbox import SMALL
from regulars.store.tail import unfinished_bytes
from regulars.store.undo import undo

from ..store.made import NOW_US, begun, brought, everything, made
from .scale import chance, scaled

CUTS = 1000
SEEDS = ["first"]
LOG = "catalogue.sqlite-wal"


@dataclass(frozen=True, slots=True)
class Moment:
    """What a home held after one of its changes, and how long its log was then."""

    version: int
    traces: tuple[tuple[bytes, int], ...]
    content: str
    log: int


def lived(home: Home) -> list[Moment]:
    """Let a home change in every way, and note each moment; its log is never emptied meanwhile."""
    home.catalogue.door.connection.execute("pragma wal_autocheckpoint=0")  # type: ignore[attr-defined]
    home.catalogue.door.connection.execute("pragma wal_checkpoint(truncate)")  # type: ignore[attr-defined]
    commit, moments = home.catalogue.door.commit, [moment(home)]

    def noted() -> None:
        commit()
        moments.append(moment(home))

    home.catalogue.door.commit = noted  # type: ignore[method-assign]
    for step in range(12):
        home.keep(made(range(step * 10, step * 10 + 1 + step % 4)), now_us=NOW_US)
    brought(home, made(range(1_000, 1_000 + SMALL + 1)))
    brought(home, made(range(6), amount_minor=1), now_us=NOW_US + 1)
    compact(home.stock, home.staging, now_us=NOW_US, fold=5)
    batch = brought(home, made(range(8_000, 8_020)))
    undo(home.stock, home.staging, batch.batch_id, mappings=home.mapping_path, now_us=NOW_US)
    undo(home.stock, home.staging, 1, mappings=home.mapping_path, now_us=NOW_US)
    begun(home, made(range(3)))
    for step in range(12):
        home.keep(made(range(9_000 + step * 10, 9_001 + step * 11)), now_us=NOW_US)
    del home.catalogue.door.commit  # type: ignore[attr-defined]
    return moments


def moment(home: Home) -> Moment:
    rows = everything(home)
    traces = tuple(zip(rows.column("trace_id").to_pylist(), rows.column("heard_at").to_pylist(), strict=True))
    version = home.catalogue.one("select version from home")["version"]
    return Moment(version, traces, home.content(), (home.path / LOG).stat().st_size)


def cut(home: Path, place: Path, size: int) -> Path:
    """Copy a home, with its log cut."""
    shutil.copytree(home, place)
    with (place / LOG).open("rb+") as log:
        log.truncate(size)
    (place / "catalogue.sqlite-shm").unlink(missing_ok=True)
    return place


@pytest.mark.parametrize("seed", SEEDS)
def test_a_log_that_is_cut_anywhere_leaves_a_home_of_some_moment(seed: str, home: Home, tmp_path: Path) -> None:
    """It always opens, it holds exactly what it held after one of its changes, and a cut within a change is told."""
    moments = {one.version: one for one in lived(home)}
    size, random = (home.path / LOG).stat().st_size, chance("torn", seed)
    whole = (home.path / LOG).read_bytes()
    ends = {one.log for one in moments.values()}
    assert unfinished_bytes(whole) == 0
    told = 0
    for number in range(scaled(CUTS)):
        at = random.randrange(size + 1)
        torn = open_home(cut(home.path, tmp_path / f"torn-{number}", at))
        said = [finding for finding in examine(torn) if finding.seen.startswith("a change was not finished")]
        found = moment(torn)
        expected = moments[found.version]
        assert (found.traces, found.content) == (expected.traces, expected.content), f"seed {seed}, cut at {at}"
        assert expected.log == max((end for end in ends if end <= at), default=min(ends)), f"seed {seed}, cut at {at}"
        assert bool(said) == (at not in ends and at > 0), f"seed {seed}, cut at {at}"
        told += len(said)
        torn.close()
        shutil.rmtree(tmp_path / f"torn-{number}")
    print(
        f"{scaled(CUTS)} cuts of a log of {size} bytes and {len(moments)} changes: all opened, {told} told of the cut"
    )


def test_a_byte_of_the_log_that_changed_ends_what_counts_there(home: Home, tmp_path: Path) -> None:
    """What follows the change in which a byte is wrong does not count, and that is told."""
    moments = {one.version: one for one in lived(home)}
    whole, random = (home.path / LOG).read_bytes(), chance("flipped")
    ends = sorted({one.log for one in moments.values()})
    for number in range(scaled(100)):
        at = random.randrange(40, len(whole))
        place = cut(home.path, tmp_path / f"flipped-{number}", len(whole))
        (place / LOG).write_bytes(whole[:at] + bytes([whole[at] ^ 1 << random.randrange(8)]) + whole[at + 1 :])
        torn = open_home(place)
        assert any(finding.seen.startswith("a change was not finished") for finding in examine(torn)), at
        found = moment(torn)
        assert found.traces == moments[found.version].traces
        assert moments[found.version].log == max((end for end in ends if end <= at), default=ends[0]), at
        torn.close()


def test_a_log_that_was_begun_anew_is_not_taken_for_torn(home: Home) -> None:
    """After a checkpoint SQLite writes over the log from its start; what is left of the round before is no loss."""
    lived(home)
    home.catalogue.door.connection.execute("pragma wal_checkpoint(restart)")  # type: ignore[attr-defined]
    home.keep(made(["one more"]), now_us=NOW_US)
    assert (home.path / LOG).stat().st_size > 100_000
    assert home.catalogue.unfinished() == 0
