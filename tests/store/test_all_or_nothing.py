"""All of a hearing counts, or nothing: killed, interrupted, out of disk, or two at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from regulars.errors import Busy, HomeError, KeepError
from regulars.listen import Hearing, guess_mapping, open_file
from regulars.listen import hear as hear_rows
from regulars.settings import Settings
from regulars.store import Batch, Home, make_home, open_home
from regulars.store.sweep import STALE_SECONDS

from .conftest import NOW, ORDERS, Hear, counted, left_behind, us

BEGIN = """
import os, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from regulars.errors import RegularsError
from regulars.intake import hear
from regulars.store import open_home
import regulars.store.batch, regulars.store.segments, regulars.store.staging

home, path = open_home(Path(sys.argv[1])), Path(sys.argv[2])
now = datetime(2026, 3, 31, 12, tzinfo=UTC)
"""
HEAR = 'hear(home, [path], source=sys.argv[3], now=now)\nprint("heard")\n'


def run(code: str, home: Home, path: Path, *, source: str = "shop") -> subprocess.Popen[str]:
    """Run a program of its own that hears a file, after doing to it what the test is about."""
    program = BEGIN + textwrap.dedent(code) + "\n" + ("" if "hear(" in code else HEAR)
    words = [sys.executable, "-c", program, str(home.path), str(path), source]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def orders(path: Path, count: int = 3000, *, start: int = 0) -> Path:
    rows = [f"{n},C{n % 97},2026-01-{1 + n % 28:02} 10:00:00,done\n" for n in range(start, start + count)]
    path.write_text(ORDERS.splitlines(keepends=True)[0] + "".join(rows), encoding="utf-8")
    return path


DEATHS = {
    "while the first piece is written": """
        add = regulars.store.staging.Staging.add
        regulars.store.staging.Staging.add = lambda self, table: os._exit(9)
    """,
    "after a piece was written": """
        add = regulars.store.staging.Staging.add
        regulars.store.staging.Staging.add = lambda *given: (add(*given), os.kill(os.getpid(), signal.SIGKILL))
    """,
    "while the pieces are sorted": "regulars.store.staging.write_sorted = lambda *given: os._exit(9)",
    "before the segment is moved": "regulars.store.segments.settle = lambda drafted, final: os._exit(9)",
    "after the segment was moved, before the commit": """
        settle = regulars.store.segments.settle
        def dying(drafted, final):
            settle(drafted, final)
            if final.name.startswith("segment-"):
                os.kill(os.getpid(), signal.SIGKILL)
        regulars.store.segments.settle = dying
    """,
    "at the end of the transaction": "regulars.store.batch.Batch.noted = lambda *given: os._exit(9)",
}


@pytest.mark.parametrize("when", DEATHS)
def test_a_program_that_is_killed_leaves_nothing_that_counts(
    when: str, home: Home, tmp_path: Path, listen: Hear
) -> None:
    """The home opens as before, and hearing again gives every row exactly once."""
    listen({"before.csv": ORDERS})
    before = counted(home)
    path = orders(tmp_path / "orders.csv", start=10)
    with run(DEATHS[when], home, path) as died:
        died.communicate()
    assert died.returncode in (9, -signal.SIGKILL)
    assert left_behind(home) != []
    reopened = open_home(home.path)
    assert counted(reopened) == before
    assert reopened.origins.file_names() == ["before.csv"]
    with run("", home, path) as again:
        assert again.communicate() == ("heard\n", "")
    assert len(counted(reopened)) == len(before) + 3000
    assert len({trace["trace_id"] for trace in counted(reopened)}) == len(before) + 3000
    reopened.close()


def test_what_the_dead_left_behind_is_swept_after_hours(home: Home, tmp_path: Path, listen: Hear) -> None:
    """The batch of a program that is gone goes at once; young files are let be, old ones go, and what counts stays."""
    listen({"before.csv": ORDERS})
    with run(DEATHS["after the segment was moved, before the commit"], home, orders(tmp_path / "orders.csv")) as died:
        died.communicate()
    (home.path / "staging" / "duckdb_temp_storage.tmp").write_bytes(b"spilt")
    (home.path / "runs" / "20260101-x.draft").mkdir()
    remains = left_behind(home)
    assert {name.split("-")[0] for name in remains} == {
        "segment",
        "keys",
        "batch",
        "duckdb_temp_storage.tmp",
        "open batch 2",
    }
    home.sweep()
    assert {name.split("-")[0] for name in left_behind(home)} == {"segment", "keys", "duckdb_temp_storage.tmp"}
    long_ago = time.time() - STALE_SECONDS - 60
    for path in home.path.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    home.sweep()
    assert left_behind(home) == []
    assert list((home.path / "runs").iterdir()) == []
    assert len(counted(home)) == 2


def test_a_full_disk_is_told_and_leaves_nothing_half_written(home: Home, tmp_path: Path, listen: Hear) -> None:
    """Wherever on the way writing fails, it is a KeepError, and all that counted before still does."""
    listen({"before.csv": ORDERS})
    paths = [orders(tmp_path / f"orders_{n}.csv", 2500, start=2500 * n + 10) for n in range(8)]
    code = """
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, MOST))
            hear(home, sorted(path.parent.glob("orders_*.csv")), source="shop", now=now)
        except RegularsError as error:
            print(type(error).__name__, error.exit_code, Path(error.what.split(" could not")[0].split(" (")[0]).name)
    """
    stopped = set()
    for most in (1_000, 70_000, 400_000):  # in the catalogue, in the first piece, in the sorted file
        home.catalogue.door.connection.execute("pragma wal_checkpoint(truncate)")
        with run(code.replace("MOST", str(most)), home, paths[0]) as full:
            said, wrong = full.communicate()
        assert wrong == ""
        assert said.startswith("KeepError 74 ")
        stopped.add(said.split()[-1])
        assert len(counted(home)) == 2
    assert stopped == {"catalogue.sqlite", "part-000000.parquet", "spill"}
    for path in paths[:2]:
        with run("", home, path) as again:
            assert again.communicate() == ("heard\n", "")
    assert len(counted(home)) == 5002


def test_an_interrupted_hearing_cleans_up_after_itself(home: Home, tmp_path: Path) -> None:
    """Ctrl-C while rows are read leaves no folder, no file and no batch."""
    from regulars.intake import hear

    def interrupt(name: str, rows: int) -> None:
        assert left_behind(home) != []
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        hear(home, [orders(tmp_path / "orders.csv")], source="shop", now=NOW, progress=interrupt)
    assert (counted(home), left_behind(home), home.origins.file_names()) == ([], [], [])


def heard_by_hand(home: Home, path: Path) -> tuple[Batch, dict[int, tuple[int, int]]]:
    """Hear a file up to the commit."""
    file = open_file(path)
    mapping = guess_mapping(file, zone="UTC", currency="EUR")
    batch = home.batch("shop", now_us=us(NOW))
    file_id = batch.file(file.name, file.digest, mapping.shape)
    hearing = Hearing("shop", file.name, file_id, batch.now_us, batch.since_us)
    made = 0
    for piece in file.pieces(mapping.used):
        heard = hear_rows(piece, mapping, hearing=hearing, find=batch.staging.find)
        batch.staging.add(heard.traces)
        made += heard.traces.num_rows
    return batch, {file_id: (made, made)}


def test_a_batch_that_is_overtaken_looks_again_what_is_new(home: Home, tmp_path: Path) -> None:
    """Two batches begin from the same home; the second to commit counts only what the first did not bring."""
    first, ours = heard_by_hand(home, orders(tmp_path / "first.csv", 30))
    second, theirs = heard_by_hand(home, orders(tmp_path / "second.csv", 40))
    third, nothing = heard_by_hand(home, orders(tmp_path / "third.csv", 20))
    assert sum(first.commit(ours, {next(iter(ours)): []}).values()) == 30
    assert sum(second.commit(theirs, {next(iter(theirs)): []}).values()) == 10
    assert third.commit(nothing, {next(iter(nothing)): []}) == {}
    assert len({trace["trace_id"] for trace in counted(home)}) == len(counted(home)) == 40
    assert left_behind(home) == []
    rows = home.catalogue.all("select name, rows, kept, same from file order by file_id")
    assert [tuple(row.values()) for row in rows] == [
        ("first.csv", 30, 30, 0),
        ("second.csv", 40, 10, 30),
        ("third.csv", 20, 0, 20),
    ]


def test_two_programs_that_hear_at_once_lose_nothing(home: Home, tmp_path: Path) -> None:
    """Four programs hear four overlapping files; every row is there once."""
    paths = [orders(tmp_path / f"{n}.csv", 2000, start=1000 * n) for n in range(4)]
    programs = [run("", home, path) for path in paths]
    for program in programs:
        with program:
            assert program.communicate(timeout=300) == ("heard\n", "")
    found = counted(home)
    assert len(found) == len({trace["trace_id"] for trace in found}) == 5000
    assert left_behind(home) == []


def test_forgetting_a_batch_that_counts_changes_nothing(home: Home, tmp_path: Path) -> None:
    """An interruption just after the commit comes too late to undo it."""
    batch, counts = heard_by_hand(home, orders(tmp_path / "orders.csv", 30))
    batch.commit(counts, {next(iter(counts)): []})
    batch.forget()
    assert len(counted(home)) == 30
    assert home.origins.file_names() == ["orders.csv"]
    assert home.origins.place(next(iter(counts)), 2) == "orders.csv, line 2"


def test_a_commit_that_fails_half_way_leaves_no_file(home: Home, tmp_path: Path) -> None:
    """The segment has been moved already when the counts turn out to be wrong: it is taken away again."""
    batch, counts = heard_by_hand(home, orders(tmp_path / "orders.csv", 30))
    with pytest.raises(KeyError):
        batch.commit(counts, {})
    assert left_behind(home) != []
    batch.forget()
    assert (counted(home), left_behind(home)) == ([], [])


def test_a_batch_that_was_swept_away_does_not_count(home: Home, tmp_path: Path) -> None:
    """A program that slept for hours learns that it has to hear again, instead of losing its files' names."""
    batch, counts = heard_by_hand(home, orders(tmp_path / "orders.csv", 30))
    with home.catalogue.transaction() as write:
        write.change("delete from file")
        write.change("delete from batch")
    with pytest.raises(KeepError, match="taken for one whose program had died"):
        batch.commit(counts, {next(iter(counts)): []})
    batch.forget()
    assert (counted(home), left_behind(home)) == ([], [])


def test_a_catalogue_that_is_none_is_told(tmp_path: Path) -> None:
    """Another file in its place, a home of a newer version, or no home at all is a HomeError."""
    with pytest.raises(HomeError, match="does not exist"):
        open_home(tmp_path / "none")
    (tmp_path / "other").mkdir()
    with pytest.raises(HomeError, match="is not a home"):
        open_home(tmp_path / "other")
    (tmp_path / "other" / "catalogue.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 50)
    with pytest.raises(HomeError, match="no catalogue of ours"):
        open_home(tmp_path / "other")
    (tmp_path / "other" / "catalogue.sqlite").write_bytes(b"")
    with pytest.raises(HomeError, match="no catalogue of ours"):
        open_home(tmp_path / "other")
    newer = make_home(tmp_path / "newer", Settings(), now_us=us(NOW))
    with newer.catalogue.transaction() as write:
        write.change("update home set layout = 99")
    newer.close()
    with pytest.raises(HomeError, match="newer Regulars"):
        open_home(tmp_path / "newer")


def test_a_catalogue_that_another_program_holds_is_told(home: Home) -> None:
    """Whoever waits too long for another program's transaction is told to try again."""
    other = open_home(home.path)
    other.catalogue.door.connection.execute("pragma busy_timeout=50")
    with home.catalogue.transaction(), pytest.raises(Busy) as caught, other.catalogue.transaction():
        raise AssertionError("two transactions at once")
    assert caught.value.exit_code == 75
    other.close()
