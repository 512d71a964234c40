"""Return: nobody who was forgotten comes back, with an old backup, with the same files, or after a crash."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from regulars import loop, privacy
from regulars.store import Home, open_home, restore_home

from ..faults.scale import SCALE
from .shop import NOW, hits, mail, named, of, others, shop

FORGOTTEN = max(2, round(100 * SCALE))
AGAIN = max(2, round(100 * SCALE))


def test_after_a_restore_nobody_comes_back(
    kind: str, tmp_path: Path, needle: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a hundred people (a tenth of them by default) forgotten after a backup, none is in the restored home."""
    home = shop(tmp_path, needle, people=FORGOTTEN + 10)
    home.back_up(tmp_path / "backup", now_us=0)
    gone = [subject for number in range(FORGOTTEN) for subject in forgotten(home, f"C{number}")]
    rest = others(home, gone)
    home.close()
    monkeypatch.setenv("REGULARS_DATABASE", request.getfixturevalue("another_schema") if kind == "postgres" else "")
    restore_home(tmp_path / "backup", tmp_path / "again")
    again = open_home(tmp_path / "again")
    assert len(again.finished) == FORGOTTEN
    assert of(again, gone).num_rows == 0
    assert others(again, gone) == rest
    assert hits(again, needle) == []
    again.close()


def forgotten(home: Home, code: str) -> tuple[int, ...]:
    """Forget somebody and return their records."""
    subjects = privacy.find(home, code).customer.subjects
    privacy.forget(home, code, now=NOW)
    return subjects


def test_a_restored_home_holds_no_byte_of_them(home: Home, tmp_path: Path, needle: str) -> None:
    """Also what only the old catalogue still had: the refused row that named them, their copy."""
    privacy.export(home, "C0", now=NOW, page=lambda held: held.person.customer.label)
    home.back_up(tmp_path / "backup", now_us=0)
    privacy.forget(home, "C0", now=NOW)
    restore_home(tmp_path / "backup", tmp_path / "again")
    again = open_home(tmp_path / "again")
    assert hits(again, needle) == []
    again.close()


def test_the_same_files_bring_nobody_back(kept: Home, tmp_path: Path, needle: str) -> None:
    """Heard again and again, the files of a forgotten person count what they held back, and nothing of it is kept."""
    person = privacy.find(kept, "C0")
    privacy.forget(kept, "C0", now=NOW)
    before = others(kept, [])
    for time in range(AGAIN):
        moment = NOW + timedelta(hours=time)
        loop.hear(kept, sorted((tmp_path / "files").glob("*.csv")), source="shop", now=moment)
        loop.hear(kept, sorted((tmp_path / "later").glob("[tn]*.csv")), source="shop", now=moment)
        assert of(kept, person.customer.subjects).num_rows == 0
    assert others(kept, []) == before
    assert hits(kept, needle) == []
    held = {row["name"]: row["held_back"] for row in kept.origins.batches() if row["batch_id"] > 2}
    assert held == {"customers.csv": 1, "orders.csv": 36, "tickets.csv": 1, "notes.csv": 1}


def test_lifting_lets_the_next_files_bring_them_again(home: Home, tmp_path: Path, needle: str) -> None:
    """Whoever comes back of their own accord is let in; a receipt of the lifting stands in the log and in backups."""
    home.back_up(tmp_path / "backup", now_us=0)
    privacy.forget(home, "C0", now=NOW)
    assert privacy.forgotten_on(home, mail(0, needle)) == NOW.date()
    assert privacy.let_in_again(home, mail(0, needle).upper(), now=NOW) > 30
    assert privacy.forgotten_on(home, mail(0, needle)) is None
    for folder in (home.path, tmp_path / "backup"):
        assert '"lifted":true' in (folder / "erasures.log").read_text(encoding="utf-8")
    heard = loop.hear(home, sorted((tmp_path / "files").glob("*.csv")), source="shop", now=NOW)
    assert sum(file.new for file in heard) == 37
    assert privacy.find(home, "C0").customer.label == f"Ann {needle}"


def test_lifting_brings_nothing_back_from_an_old_backup(home: Home, tmp_path: Path, needle: str) -> None:
    """What was erased stays erased; only the stones are not set again."""
    home.back_up(tmp_path / "backup", now_us=0)
    privacy.forget(home, "C0", now=NOW)
    privacy.let_in_again(home, "C0", now=NOW)
    restore_home(tmp_path / "backup", tmp_path / "again")
    again = open_home(tmp_path / "again")
    assert hits(again, needle) == []
    assert again.stock.tombstones.count() == 0
    again.close()


def test_a_backup_from_before_the_lifting_forgets_its_stones(home: Home, tmp_path: Path) -> None:
    """The log is newer than the catalogue that is restored, and is believed."""
    privacy.forget(home, "C0", now=NOW)
    home.back_up(tmp_path / "backup", now_us=0)
    privacy.let_in_again(home, "C0", now=NOW)
    restore_home(tmp_path / "backup", tmp_path / "again")
    again = open_home(tmp_path / "again")
    assert again.stock.tombstones.count() == 0
    again.close()


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from regulars import privacy
from regulars.store import erase, open_home

where, count, done = sys.argv[2], int(sys.argv[3]), 0
module = __import__(f"regulars.store.{where.rpartition('.')[0]}", fromlist=["x"])
name = where.rpartition(".")[2]
whole = getattr(module, name)

def killed(*args, **more):
    global done
    done += 1
    if done == count:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(*args, **more)

setattr(module, name, killed)
privacy.forget(open_home(Path(sys.argv[1])), "C0", now=datetime(2026, 3, 31, 12, tzinfo=UTC))
"""


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("erase.done", 1),  # the log is written, and nothing else
        ("erase.without", 1),  # on the way to new segments
        ("segments.settle", 1),  # a new segment is half in its place
        ("segments.settle", 2),
        ("erase.files_of_nothing", 1),  # committed; the old files still lie there
        ("erase.leftovers", 1),
        ("erase.copies", 1),
        ("erase.told_backup", 1),
    ],
)
def test_an_erasure_killed_half_way_is_finished_at_the_next_opening(
    kind: str, tmp_path: Path, needle: str, where: str, count: int
) -> None:
    """Killed at any step, the next program that opens the home does the rest before anything is served."""
    home = shop(tmp_path, needle)
    privacy.export(home, "C0", now=NOW, page=lambda held: held.person.customer.label)
    home.back_up(tmp_path / "backup", now_us=0)
    subjects = privacy.find(home, "C0").customer.subjects
    rest = others(home, subjects)
    home.close()
    ran = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "home", where, str(count)],
        env=dict(os.environ),
        check=False,
        capture_output=True,
    )
    assert ran.returncode == -9, ran.stderr.decode()
    again = open_home(tmp_path / "home")
    assert len(again.finished) == 1
    assert hits(again, needle) == []
    assert of(again, subjects).num_rows == 0
    assert others(again, subjects) == rest
    loop.turn(again, as_of=NOW.date(), now=NOW)
    assert loop.story(again, "C1", now=NOW).page.label == named(1)
    again.close()
    once_more = open_home(tmp_path / "home")
    assert once_more.finished == []
    once_more.close()
