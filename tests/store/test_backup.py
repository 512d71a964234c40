"""Backup: everything comes back, on the other kind of catalogue too, and nobody who was erased comes with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from regulars.errors import HomeError, InputError
from regulars.store import Home, open_home, restore_home
from regulars.store import backup as backups
from regulars.store.backup import MANIFEST, wrong_in_backup
from regulars.store.catalogue import LAYOUT
from regulars.store.compact import compact
from regulars.store.erase import erase
from regulars.store.health import verify
from regulars.store.inbox import SMALL
from regulars.store.restrict import restrict
from regulars.store.undo import undo

from .made import NOW_US, brought, everything, made
from .old import old_home


def lived_in(home: Home) -> None:
    """Let a home have some of everything: segments, corrections, an inbox, a batch undone, somebody left alone."""
    brought(home, made(range(SMALL + 300)))
    brought(home, made(range(20), amount_minor=5), now_us=NOW_US + 1)
    batch = brought(home, made(range(9_000, 9_030)))
    undo(home.stock, home.staging, batch.batch_id, mappings=home.mapping_path, now_us=NOW_US)
    home.keep(made(range(5_000, 5_040), source="feed"), now_us=NOW_US)
    restrict(home.catalogue, [everything(home).column("subject")[3].as_py()], receipt="r", now_us=NOW_US)
    home.mapping_path("shop").write_text("# a mapping\n", encoding="utf-8")


def rows_of(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Return every row of a catalogue, apart from what a backup and an opening leave behind."""
    left_out = {"lease", "run", "current_run"}
    rows = {table: home.catalogue.all(f'select * from "{table}"') for table in home.catalogue.tables()}
    rows["home"][0].pop("version")
    return {table: sorted(found, key=repr) for table, found in rows.items() if table not in left_out}


@pytest.mark.parametrize("onto", ["sqlite", "postgres"])
def test_a_backup_comes_back_on_either_kind(
    kept: Home, onto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Every row of the catalogue, every trace and file; and the restored home goes on from there."""
    lived_in(kept)
    made_of = kept.back_up(tmp_path / "backup", now_us=NOW_US)
    assert (made_of.traces, made_of.content) == (everything(kept).num_rows, kept.content())
    rows, all_of_it = rows_of(kept), everything(kept)
    if onto == "postgres":
        monkeypatch.setenv("REGULARS_DATABASE", request.getfixturevalue("another_schema"))
    else:
        monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    back = restore_home(tmp_path / "backup", tmp_path / "again")
    assert back.content == made_of.content
    again = open_home(tmp_path / "again")
    assert rows_of(again) == rows
    assert everything(again) == all_of_it
    assert again.content() == made_of.content
    assert again.mapping_path("shop").read_text(encoding="utf-8") == "# a mapping\n"
    assert [finding for finding in verify(again) if not finding.well] == []
    brought(again, made(range(SMALL + 300, 2 * SMALL + 700)))
    again.keep(made(range(5_000, 5_060), source="feed"), now_us=NOW_US)
    assert compact(again.stock, again.staging, now_us=NOW_US, fold=1)
    assert everything(again).num_rows == all_of_it.num_rows + SMALL + 400 + 20
    again.close()


def test_nobody_who_was_erased_after_the_backup_comes_back(kept: Home, tmp_path: Path, kind: str) -> None:
    """The log of erasures outlives the catalogue: the restored home erases them once more before it opens."""
    lived_in(kept)
    place = tmp_path / "backup"
    kept.back_up(place, now_us=NOW_US)
    people = list({row["subject"]: row for row in everything(kept).to_pylist()}.values())[:5]
    for person in people:
        erase(kept.path, kept.stock, subjects=[person["subject"]], keys=person["who"], texts=[], now_us=NOW_US)
    gone = {person["subject"] for person in people}
    kept.close()
    if kind == "postgres":
        kept.catalogue.door.connection = kept.catalogue.door.opened()  # type: ignore[attr-defined]
        kept.catalogue.wipe()
    again_at = tmp_path / "again"
    restore_home(place, again_at)
    again = open_home(again_at)
    assert not gone & set(everything(again).column("subject").to_pylist())
    brought(again, made(range(SMALL + 300)))
    assert not gone & set(everything(again).column("subject").to_pylist())
    again.close()


def test_a_second_backup_copies_only_what_is_new(kept: Home, tmp_path: Path) -> None:
    """Segments never change; what no longer counts goes from the folder."""
    lived_in(kept)
    first = kept.back_up(tmp_path / "backup", now_us=NOW_US)
    assert first.copied == 2
    brought(kept, made(range(20_000, 20_000 + SMALL + 1)))
    second = kept.back_up(tmp_path / "backup", now_us=NOW_US + 1)
    assert second.copied == 2
    assert len(list((tmp_path / "backup" / "segments").iterdir())) == 4
    assert len(list((tmp_path / "backup").glob("state-*"))) == 1
    assert wrong_in_backup(tmp_path / "backup") == []


@pytest.mark.parametrize("step", ["copied", "dump", "sha256_of", "written", "tidied"])
def test_a_backup_that_is_interrupted_leaves_the_one_before_whole(
    step: str, kept: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it had come to: the manifest names one backup or the other, and all of that is there."""
    lived_in(kept)
    kept.back_up(tmp_path / "backup", now_us=NOW_US)
    brought(kept, made(range(20_000, 20_000 + SMALL + 1)))
    kept.mapping_path("shop").write_text("# another\n", encoding="utf-8")

    def dies(*given: object, **named: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as now:
        now.setattr(backups, step, dies)
        with pytest.raises((InterruptedError, Exception)):
            kept.back_up(tmp_path / "backup", now_us=NOW_US + 1)
    assert wrong_in_backup(tmp_path / "backup") == []
    kept.back_up(tmp_path / "backup", now_us=NOW_US + 2)
    assert wrong_in_backup(tmp_path / "backup") == []
    assert len(list((tmp_path / "backup").glob("state-*"))) == 1


def test_a_damaged_backup_is_refused_before_anything_is_written(home: Home, tmp_path: Path) -> None:
    """One byte of one file, a file that is missing, or one that would be written elsewhere."""
    lived_in(home)
    place = tmp_path / "backup"
    home.back_up(place, now_us=NOW_US)
    segment = next((place / "segments").glob("segment-*"))
    whole = segment.read_bytes()
    segment.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    with pytest.raises(InputError, match="1 files of the backup are missing or damaged"):
        restore_home(place, tmp_path / "again")
    segment.unlink()
    with pytest.raises(InputError, match="missing or damaged"):
        restore_home(place, tmp_path / "again")
    segment.write_bytes(whole)
    manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    told = manifest | {"files": manifest["files"] | {"../outside": "00"}}
    (tmp_path / "outside").write_bytes(b"")
    (place / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    assert wrong_in_backup(place) == ["../outside"]
    (place / MANIFEST).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="no backup that was finished"):
        restore_home(place, tmp_path / "again")


def test_a_home_is_never_restored_over_another(home: Home, tmp_path: Path) -> None:
    """An empty folder is asked for; and a folder that holds something else is no place for a backup."""
    brought(home, made(range(3)))
    home.back_up(tmp_path / "backup", now_us=NOW_US)
    with pytest.raises(HomeError, match="holds a home already"):
        restore_home(tmp_path / "backup", home.path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="something other than a backup"):
        home.back_up(tmp_path / "full", now_us=NOW_US)


def test_a_restore_that_was_interrupted_shuts_the_home_until_it_is_done(
    kept: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Nobody opens half a home, and the same restore, begun again, finishes it."""
    lived_in(kept)
    content = kept.back_up(tmp_path / "backup", now_us=NOW_US).content
    if kind == "postgres":
        kept.catalogue.wipe()

    def dies(*given: object, **named: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as now:
        now.setattr(backups, "load", dies)
        with pytest.raises(InterruptedError):
            restore_home(tmp_path / "backup", tmp_path / "again")
    with pytest.raises(HomeError, match="only half restored"):
        open_home(tmp_path / "again")
    restore_home(tmp_path / "backup", tmp_path / "again")
    again = open_home(tmp_path / "again")
    assert again.content() == content
    again.close()


def test_a_home_of_the_first_layout_is_brought_forward(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its traces are read as before, a copy of its catalogue is put aside, and it goes on as any other."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    table = old_home(tmp_path / "old")
    home = open_home(tmp_path / "old")
    assert home.catalogue.layout() == LAYOUT == 5
    people = tuple(set(table.column("subject").to_pylist()))
    shown = home.timeline.fetch(people, as_of_us=NOW_US)
    assert sorted(shown.column("trace_id").to_pylist()) == sorted(table.column("trace_id").to_pylist())
    assert home.content() != "0" * 32
    assert home.origins.refused_at([1], 5) == "this is not a date"
    aside = (tmp_path / "old" / "before-layout-2.jsonl").read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in aside]
    assert {name for name, _ in told} == {"home", "source", "batch", "file", "segment", "refused", "audit"}
    assert next(row["layout"] for name, row in told if name == "home") == 1
    assert [finding for finding in verify(home) if not finding.well] == []
    brought(home, made(range(300)))
    brought(home, made(range(10), amount_minor=3), now_us=NOW_US + 7)
    assert home.keep(made(range(295, 305)), now_us=NOW_US) == 5
    assert home.stock.inbox.count() == 15
    undo(home.stock, home.staging, 1, mappings=home.mapping_path, now_us=NOW_US)
    assert everything(home).num_rows == 15
    home.close()
