"""One contract for both kinds of catalogue: whatever holds on SQLite holds on PostgreSQL, word for word."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from regulars import loop
from regulars.errors import Busy, HomeError
from regulars.listen import Refused
from regulars.settings import Settings
from regulars.store import Home, make_home, open_home
from regulars.store import runs as store_runs
from regulars.store.compact import compact
from regulars.store.erase import erase
from regulars.store.health import verify
from regulars.store.holder import AT_WORK, LEASE_US, lease, me
from regulars.store.inbox import SMALL
from regulars.store.restrict import lift_restriction, restrict, restricted_since
from regulars.store.runs import Run
from regulars.store.undo import undo

from .conftest import left_behind
from .made import NOW_US, begun, brought, everything, made, tail, tails

FRESH = multiprocessing.get_context("spawn")
SECOND = 1_000_000


def test_a_home_is_made_once_and_opened_again(kept: Home, kind: str) -> None:
    """Making it again changes nothing, and its folder says which kind its catalogue is."""
    brought(kept, made(range(5)))
    again = make_home(kept.path, Settings(currency="USD"), now_us=NOW_US + SECOND)
    assert again.settings.currency == "EUR"
    assert everything(again).num_rows == 5
    assert (kept.path / "catalogue.sqlite").exists() == (kind == "sqlite")
    assert kind != "postgres" or "PostgreSQL" in again.catalogue.place
    again.close()


def test_a_catalogue_of_another_home_is_refused(
    kept: Home, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder and a catalogue that do not belong together never meet."""
    other = make_home(tmp_path / "other", Settings(), now_us=NOW_US) if kind == "sqlite" else None
    if other:
        other.close()
        (tmp_path / "other" / "secret").unlink()
        (tmp_path / "other" / "secret").write_bytes((kept.path / "secret").read_bytes())
    else:
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "secret").write_text("ab" * 32 + "\n", encoding="ascii")
        (tmp_path / "other" / "settings.toml").write_bytes((kept.path / "settings.toml").read_bytes())
    with pytest.raises(HomeError, match="belongs to another home"):
        open_home(tmp_path / "other")


def test_what_is_small_waits_in_the_inbox_and_what_is_large_is_a_segment(kept: Home) -> None:
    """A thousand traces are small; one more is a file of its own."""
    brought(kept, made(range(SMALL)))
    assert (kept.stock.inbox.count(), kept.stock.segments.paths()) == (SMALL, [])
    brought(kept, made(range(SMALL, 2 * SMALL + 1)))
    assert (kept.stock.inbox.count(), len(kept.stock.segments.paths())) == (SMALL, 1)
    assert sorted(tails(kept)) == sorted(tail(number) for number in range(2 * SMALL + 1))
    assert left_behind(kept) == []


@pytest.mark.parametrize("count", [30, SMALL + 50])
def test_hearing_again_changes_nothing_on_either(kept: Home, count: int) -> None:
    """Every row and the home's content are as before, by whichever way the same rows come."""
    brought(kept, made(range(count)))
    before, content = everything(kept), kept.content()
    assert not any(brought(kept, made(range(count)), now_us=NOW_US + SECOND).changed.values())
    assert kept.keep(made(range(10)), now_us=NOW_US + SECOND) == 0
    assert (everything(kept), kept.content()) == (before, content)
    brought(kept, made(range(count + 7)))
    assert everything(kept).num_rows == count + 7


def test_a_few_fresh_traces_are_kept_at_once_and_never_twice(kept: Home) -> None:
    """In the inbox, in a segment, or twice in one delivery: each is there once."""
    assert kept.keep(made([1, 2, 2, 1, 3]), now_us=NOW_US) == 3
    assert kept.keep(made([3, 4]), now_us=NOW_US) == 1
    assert compact(kept.stock, kept.staging, now_us=NOW_US, fold=1)
    assert (kept.stock.inbox.count(), len(kept.stock.segments.paths())) == (0, 1)
    assert kept.keep(made(range(1, 7)), now_us=NOW_US) == 2
    assert sorted(tails(kept)) == sorted(tail(number) for number in range(1, 7))
    assert kept.catalogue.all("select name, since_us, last_us from source") == [
        {"name": "shop", "since_us": NOW_US, "last_us": NOW_US}
    ]


def test_a_trace_whose_instant_was_corrected_is_not_kept_beside_itself(kept: Home) -> None:
    """A number is a number, though the first six bytes of an id tell when."""
    first = made([1]).to_pylist()[0]
    other = made([1])
    moved = (int.from_bytes(first["trace_id"][:6], "big") + 1).to_bytes(6, "big") + first["trace_id"][6:]
    other = other.set_column(0, other.schema.field(0), pa.array([moved], pa.binary(16)))
    assert kept.keep(made([1]), now_us=NOW_US) == 1
    assert kept.keep(other, now_us=NOW_US) == 0


def keep_all(home: str, database: str, numbers: list[int]) -> None:
    """Keep some traces one by one, in a program of its own."""
    import os

    os.environ["REGULARS_DATABASE"] = database
    opened = open_home(Path(home))
    for number in numbers:
        opened.keep(made([number]), now_us=NOW_US)
    opened.close()


def test_two_programs_that_are_told_the_same_keep_it_once(kept: Home) -> None:
    """Both deliver the same forty traces at the same time, one of them backwards."""
    import os

    database = os.environ["REGULARS_DATABASE"]
    programs = [
        FRESH.Process(None, keep_all, None, (str(kept.path), database, numbers))
        for numbers in (list(range(40)), list(range(39, -1, -1)))
    ]
    for program in programs:
        program.start()
    for program in programs:
        program.join(timeout=300)
        assert program.exitcode == 0
    assert sorted(tails(kept)) == sorted(tail(number) for number in range(40))


def test_a_batch_that_is_overtaken_by_a_kept_trace_looks_again(kept: Home) -> None:
    """What a feed brought between a batch's look and its commit is not there twice, nor is it a correction."""
    batch, file_id = begun(kept, made(range(30)))
    assert kept.keep(made([7]), now_us=NOW_US) == 1
    assert batch.commit({file_id: (30, 30)}, {file_id: []}) == {file_id: 29}
    assert len(tails(kept)) == len(set(tails(kept))) == 30


def test_a_look_at_a_customer_is_of_one_edition(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The inbox is folded just between the two halves of a look: still each trace is shown once."""
    kept.keep(made(range(50)), now_us=NOW_US)
    people = tuple(set(everything(kept).column("subject").to_pylist()))
    live, folds = kept.stock.segments.live, []

    def folding() -> object:
        if not folds:
            folds.append(True)
            assert compact(kept.stock, kept.staging, now_us=NOW_US, fold=1)
        return live()

    monkeypatch.setattr(kept.stock.segments, "live", folding)
    shown = kept.timeline.fetch(people, as_of_us=NOW_US).column("trace_id").to_pylist()
    assert folds
    assert len(shown) == len(set(shown)) == 50


def test_only_one_program_holds_a_lease_and_a_dead_one_loses_it(kept: Home) -> None:
    """Who holds it is asked whether they live; of another computer nobody knows, so its time has to run out."""
    other = open_home(kept.path)
    with lease(kept.catalogue, "compact", now_us=NOW_US) as ours:
        assert ours
        with lease(other.catalogue, "compact", now_us=NOW_US + LEASE_US + 1) as theirs:
            assert not theirs  # another thread of this very program does not share it
        AT_WORK.clear()  # from here on, as another program sees it
        elsewhere = "another-computer:1"
        with kept.catalogue.transaction() as write:
            write.change("update lease set holder = ?", (elsewhere,))
        with lease(other.catalogue, "compact", now_us=NOW_US) as theirs:
            assert not theirs
        assert not compact(other.stock, other.staging, now_us=NOW_US, fold=0)
        with lease(other.catalogue, "compact", now_us=NOW_US + LEASE_US + 1) as theirs:
            assert theirs
        with kept.catalogue.transaction() as write:
            gone = me().rpartition(":")[0] + ":999999999"
            write.change("insert into lease values ('compact', ?, ?)", (gone, NOW_US + LEASE_US))
        AT_WORK.clear()
        with lease(other.catalogue, "compact", now_us=NOW_US) as theirs:
            assert theirs
    assert kept.catalogue.all("select name from lease") == []
    other.close()


def run_of(home: Home, name: str) -> Run:
    return Run(name, NOW_US, NOW_US, 2, "code", home.content(), home.runs.folder / name, {"heard": {}})


TABLE = pa.table({"customer": pa.array([1, 2], pa.int64()), "worth": pa.array([10, 20], pa.int64())})


def test_a_run_is_written_whole_and_shown_by_one_pointer(kept: Home) -> None:
    """It can be fetched once it is there, and pages go on showing the one before until they are told."""
    for name in ("first", "second"):
        assert kept.runs.write(run_of(kept, name), {"portraits": TABLE}, settings="", rewritten=kept.runs.rewritten())
        kept.runs.point(run_of(kept, "first"))
    current = kept.runs.current()
    assert (current.run_id, current.customers) == ("first", 2)
    assert kept.runs.fetch(current, "portraits", 2).to_pylist() == [{"customer": 2, "worth": 20}]
    kept.runs.point(run_of(kept, "second"))
    assert kept.runs.current().run_id == "second"
    assert [finding for finding in verify(kept) if not finding.well] == []


def test_a_run_whose_writer_died_before_it_was_noted_can_be_made_again(kept: Home) -> None:
    """The folder is there and nothing names it: the next turn puts its own in that place."""
    (kept.runs.folder / "first").mkdir()
    (kept.runs.folder / "first" / "portraits.parquet").write_bytes(b"half")
    assert kept.runs.write(run_of(kept, "first"), {"portraits": TABLE}, settings="", rewritten=kept.runs.rewritten())
    kept.runs.point(run_of(kept, "first"))
    assert kept.runs.fetch(kept.runs.current(), "portraits", 1).num_rows == 1
    assert [finding for finding in verify(kept) if not finding.well] == []


def test_tidying_runs_away_never_takes_one_that_is_just_being_noted(
    kept: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program tidies while the folder has its name already and the commit is still to come."""
    other, commit = open_home(kept.path), kept.catalogue.door.commit

    def slow() -> None:
        other.runs.prune()
        commit()

    with monkeypatch.context() as now:
        now.setattr(kept.catalogue.door, "commit", slow)
        kept.runs.write(run_of(kept, "first"), {"portraits": TABLE}, settings="", rewritten=kept.runs.rewritten())
    kept.runs.point(run_of(kept, "first"))
    assert other.runs.fetch(other.runs.current(), "portraits", 1).num_rows == 1
    other.close()


def test_a_program_that_dies_while_it_tidies_runs_away_leaves_no_half_run(
    kept: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file of many is gone: the run is not met any more, and can be made again."""

    def dying(folder: Path, **_: object) -> None:
        if folder.suffix == ".gone":
            next(folder.iterdir()).unlink()
            raise KeyboardInterrupt

    tables = {"portraits": TABLE, "debts": TABLE}
    for name in ("first", "second"):
        assert kept.runs.write(run_of(kept, name), tables, settings="", rewritten=kept.runs.rewritten())
        kept.runs.point(run_of(kept, name))
    with monkeypatch.context() as now, pytest.raises(KeyboardInterrupt):
        now.setattr(store_runs, "KEEP", 0)
        now.setattr(store_runs.shutil, "rmtree", dying)
        kept.runs.prune()
    assert [finding for finding in verify(kept) if not finding.well] == []
    assert kept.runs.named("first") is None
    assert kept.runs.write(run_of(kept, "first"), tables, settings="", rewritten=kept.runs.rewritten())
    assert kept.runs.table(run_of(kept, "first"), "debts").num_rows == TABLE.num_rows


def test_a_run_worked_out_while_something_was_undone_does_not_count(kept: Home) -> None:
    """What it was made of is no longer all there, so it is worked out once more."""
    batch = brought(kept, made(range(20)))
    before = kept.runs.rewritten()
    undo(kept.stock, kept.staging, batch.batch_id, mappings=kept.mapping_path, now_us=NOW_US)
    assert not kept.runs.write(run_of(kept, "late"), {"portraits": TABLE}, settings="", rewritten=before)
    assert list(kept.runs.folder.iterdir()) == []
    assert kept.runs.named("late") is None


def test_a_turn_during_an_undo_is_made_again(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that pages show in the end was made without what was taken back."""
    brought(kept, made(range(60)))
    batch = brought(kept, made(range(60, 90)))
    write, undone = kept.runs.write, []

    def undoing(*given: object, **named: object) -> bool:
        if not undone:
            undone.append(undo(kept.stock, kept.staging, batch.batch_id, mappings=kept.mapping_path, now_us=NOW_US))
        return write(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(kept.runs, "write", undoing)
    run = loop.turn(kept, as_of=date(2026, 3, 31), now=datetime(2026, 3, 31, 12, tzinfo=UTC))
    assert undone[0].traces == 30
    assert run.segments == kept.content() == kept.runs.current().segments
    assert kept.runs.current().notes["heard"] == {"paid": 60}


def test_an_erased_person_is_gone_and_stays_away(kept: Home) -> None:
    """From inbox, segments and runs; and neither a file nor a feed brings them back."""
    brought(kept, made(range(SMALL + 500)))
    kept.keep(made(range(5000, 5100)), now_us=NOW_US)
    person = everything(kept).to_pylist()[0]
    theirs = [row for row in everything(kept).to_pylist() if row["subject"] == person["subject"]]
    others = everything(kept).num_rows - len(theirs)
    receipt = erase(
        kept.path, kept.stock, subjects=[person["subject"]], keys=person["who"], texts=["Ann"], now_us=NOW_US
    )
    assert all(place.clean for place in receipt.places)
    assert everything(kept).num_rows == others
    assert left_behind(kept) == []
    brought(kept, made(range(SMALL + 500)))
    assert kept.keep(made(range(5000, 5100)), now_us=NOW_US) == 0
    assert everything(kept).num_rows == others
    held = kept.catalogue.all("select sum(held_back) as n from file")[0]["n"]
    assert held == sum(row["source_id"] in {str(n) for n in range(SMALL + 500)} for row in theirs)
    stones = kept.stock.tombstones
    with kept.catalogue.transaction() as write:
        assert stones.lift(write, person["who"][0]) >= 2
    assert stones.count() == 0


def test_an_erasure_whose_program_died_is_finished_by_whoever_opens_the_home(
    kept: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed just before its commit, nothing is lost; opened again, the person is gone."""
    brought(kept, made(range(SMALL + 500)))
    before = everything(kept)
    person = before.to_pylist()[0]

    def dies() -> None:
        raise InterruptedError

    with monkeypatch.context() as now:
        now.setattr(kept.catalogue.door, "commit", dies)
        with pytest.raises(InterruptedError):
            erase(kept.path, kept.stock, subjects=[person["subject"]], keys=person["who"], texts=[], now_us=NOW_US)
    assert everything(kept) == before
    again = open_home(kept.path)
    assert person["subject"] not in everything(again).column("subject").to_pylist()
    assert again.stock.tombstones.among(person["who"]) == set(person["who"])
    again.close()


def test_somebody_who_wants_to_be_left_alone_is_kept_and_not_looked_at(kept: Home) -> None:
    """Their traces stay, no definition sees them, and it can be taken back."""
    brought(kept, made(range(40)))
    person = everything(kept).column("subject")[0].as_py()
    restrict(kept.catalogue, [person], receipt="r1", now_us=NOW_US)
    restrict(kept.catalogue, [person], receipt="r2", now_us=NOW_US + SECOND)
    assert kept.restricted() == (person,)
    assert restricted_since(kept.catalogue, [person]) == NOW_US
    assert everything(kept).num_rows == 40
    assert lift_restriction(kept.catalogue, [person], now_us=NOW_US) == 1
    assert restricted_since(kept.catalogue, [person]) is None


def test_a_source_is_paused_with_its_reason_and_heard_again(kept: Home) -> None:
    """What was heard from it stays."""
    brought(kept, made(range(5)))
    asked = "select paused_us, paused_why from source"
    kept.pause("shop", "the column amount is gone", now_us=NOW_US)
    assert kept.catalogue.one(asked) == {"paused_us": NOW_US, "paused_why": "the column amount is gone"}
    kept.unpause("shop")
    assert kept.catalogue.one(asked) == {"paused_us": None, "paused_why": ""}


def test_refused_rows_keep_whatever_character_they_hold(kept: Home) -> None:
    """Also one that a database would not take as it is."""
    batch, file_id = begun(kept, made(range(3)))
    fault = Refused("made.csv", 7, "amount", "a\0b\U0001f600", "this is not a number", "Write it as 12.50.")
    batch.commit({file_id: (4, 3)}, {file_id: [fault]})
    assert kept.catalogue.one("select header, value from refused") == {
        "header": "amount",
        "value": "a\u2400b\U0001f600",
    }


def wait_shortly(home: Home) -> None:
    """Let this home wait a moment only for other programs."""
    statement = "pragma busy_timeout=80" if "sqlite" in home.catalogue.place else "set lock_timeout = '80ms'"
    home.catalogue.door.connection.execute(statement)  # type: ignore[attr-defined]


def test_who_waits_in_vain_is_told_who_is_at_work(kept: Home) -> None:
    """The sentence names the other program and what it hears; it never names ourselves."""
    other = open_home(kept.path)
    wait_shortly(other)
    batch, _ = begun(kept, made(range(3)))
    with kept.catalogue.transaction() as write:
        write.change("update batch set holder = 'till-3:4711' where batch_id = ?", (batch.batch_id,))
    with kept.catalogue.transaction(), pytest.raises(Busy) as caught:
        other.keep(made([1]), now_us=NOW_US)
    assert caught.value.exit_code == 75
    assert caught.value.what.startswith("Another program has been writing to ")
    assert caught.value.now == "Let it finish, then try again. At work: till-3:4711 (made.csv)."
    with kept.catalogue.transaction() as write:
        write.change("update batch set holder = ? where batch_id = ?", (me(), batch.batch_id))
    with kept.catalogue.transaction(), pytest.raises(Busy) as caught:
        other.keep(made([1]), now_us=NOW_US)
    assert caught.value.now == "Let it finish, then try again."
    assert other.keep(made([1]), now_us=NOW_US) == 1
    batch.forget()
    other.close()


def test_a_batch_that_begins_is_never_taken_for_a_dead_one(kept: Home) -> None:
    """Between its first line in the catalogue and its last, its folder is always there, and sweeps let it be."""
    other = open_home(kept.path)
    other.sweep()
    batch, file_id = begun(kept, made(range(3)))
    (kept.staging / f"batch-{batch.batch_id + 1:06}").mkdir()
    (kept.staging / f"batch-{batch.batch_id + 1:06}" / "part-000000.parquet").write_bytes(b"of a dead program")
    later, later_id = begun(kept, made(range(3, 6)))
    other.sweep()
    assert batch.commit({file_id: (3, 3)}, {file_id: []}) == {file_id: 3}
    assert later.commit({later_id: (3, 3)}, {later_id: []}) == {later_id: 3}
    other.close()
