"""Keeping, on the command line: batches, undo, backup, restore, verify, export, restrict, forget, doctor."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from regulars.cli import forget as forget_module

from .conftest import Run

HOME = "regulars-home"
LATER = "order_id,customer_id,email,ordered_at,amount\n4,B2,bob@example.org,2026-02-27 10:00:00,7.00\n"


@pytest.fixture
def shop(run: Run, orders: Path) -> Run:
    """A home that has heard a file and turned the loop."""
    assert run("hear", str(orders), "--as", "shop").code == 0
    assert run("turn", "--as-of", "2026-03-01").code == 0
    return run


@pytest.fixture
def large(run: Run, tmp_path: Path) -> Run:
    """A home that has heard more than fits into its inbox."""
    rows = [f"{n},C{n % 40},2026-02-{n % 28 + 1:02} 10:00:00,5.00" for n in range(1_100)]
    path = tmp_path / "many.csv"
    path.write_text("order_id,customer_id,ordered_at,amount\n" + "\n".join(rows), encoding="utf-8")
    assert run("hear", str(path), "--as", "shop").code == 0
    assert run("turn", "--as-of", "2026-03-01").code == 0
    return run


def code_of(run: Run, text: str) -> str:
    """Return the code of a customer."""
    return str(run("who", text, "--json").data[0]["customer"])


def damage(path: Path) -> None:
    """Change one byte of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_batches_name_what_was_heard_newest_first(shop: Run, tmp_path: Path, orders: Path) -> None:
    """Number, when, source, files, and what became of their rows; a batch that was undone says so."""
    (tmp_path / "later.csv").write_text(LATER, encoding="utf-8")
    shop("hear", "later.csv", "--as", "till")
    assert "5 heard before" in shop("hear", str(orders), "--as", "shop").out  # and no batch is made of it
    found = shop("batches", "--json").data
    assert [batch["batch"] for batch in found] == [2, 1]
    assert [batch["source"] for batch in found] == ["till", "shop"]
    assert [batch["files"][0]["new"] for batch in found] == [1, 5]
    shop("undo", "2")
    said = shop("batches").out
    assert "orders.csv: 3 rows: 5 traces new" in said
    assert "till · undone " in said
    assert shop("batches", "--json").data[0]["undone_at"]


def test_no_batch_yet_says_what_to_do(run: Run) -> None:
    """An empty home has no batches."""
    run("init")
    assert "regulars hear FILE" in run("batches").out
    assert run("batches", "--json").data == []


def test_undo_takes_back_what_the_dry_run_said(shop: Run, orders: Path) -> None:
    """The dry run changes nothing and counts the same; the files heard later that said it too are named."""
    again = orders.with_name("again.csv")
    again.write_text(orders.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    shop("hear", str(again), "--as", "shop")
    dry = shop("undo", "1", "--dry-run", "--json").data
    assert "Nothing was changed" in shop("undo", "1", "--dry-run").out
    assert shop("batches", "--json").data[1]["undone_at"] is None
    done = shop("undo", "1", "--json").data
    assert (dry["traces"], dry["restored"]) == (done["traces"], done["restored"]) == (5, 0)
    assert done["repeated_by"] == ["again.csv"]
    assert shop("turn").code == 69


def test_undo_in_words(shop: Run, tmp_path: Path) -> None:
    """What counts no longer, and what to do next."""
    (tmp_path / "later.csv").write_text(LATER, encoding="utf-8")
    shop("hear", "later.csv", "--as", "till")
    done = shop("undo", "2")
    assert "Took back batch 2 of till: later.csv." in done.out
    assert "1 traces count no longer, 0 earlier versions count again." in done.out
    assert "regulars turn" in done.out


def test_undo_of_what_is_not_there(shop: Run) -> None:
    """An unknown number, a batch that was undone, and no number at all."""
    assert (shop("undo", "9").code, "There is no batch 9." in shop("undo", "9").err) == (66, True)
    shop("undo", "1")
    assert (shop("undo", "1").code, "has been undone already" in shop("undo", "1").err) == (66, True)
    assert shop("undo", "first").code == 2


def test_a_backup_is_verified_and_restored(shop: Run, tmp_path: Path) -> None:
    """Everything comes back into a new home, and pages show it after a turn."""
    made = shop("backup", "copy", "--json").data
    assert made["traces"] == 5
    assert shop("verify", "copy").code == 0
    done = shop("--home", "again", "restore", "copy")
    assert "Restored 5 traces to again." in done.out
    assert "regulars turn" in done.out
    assert shop("--home", "again", "turn", "--as-of", "2026-03-01").code == 0
    assert shop("--home", "again", "brief", "A1").code == 0
    assert (shop("--home", "again", "restore", "copy").code, (tmp_path / "again").exists()) == (66, True)


def test_restoring_forgets_again_whoever_was_forgotten_since(shop: Run) -> None:
    """The log of erasures is in the backup that could be reached; from one that could not it is given by hand."""
    shop("backup", "copy")
    log = Path("copy/erasures.log")
    shop("forget", "bob@example.org", "--yes")
    assert log.exists()
    done = shop("--home", "again", "restore", "copy", "--json").data
    assert (done["erased_again"], done["traces"], done["in_backup"]) == (1, 4, 5)
    log.unlink()
    lost = shop("--home", "other", "restore", "copy", "--erasures", f"{HOME}/erasures.log")
    assert "1 erasure was done again: 1 traces of the backup are gone." in lost.out
    for home in ("again", "other"):
        shop("--home", home, "turn", "--as-of", "2026-03-01")
        assert shop("--home", home, "who", "bob").code == 66


def test_a_restore_that_cannot_be_meant(large: Run) -> None:
    """No backup, a damaged one, and a log that is none: each is refused, and no home is made."""
    large("backup", "copy")
    assert (large("--home", "new", "restore", "nowhere").code, Path("new/secret").exists()) == (66, False)
    assert large("--home", "new", "restore", "copy", "--erasures", "many.csv").code == 66
    damage(next(Path("copy/segments").glob("segment-*")))
    refused = large("--home", "new", "restore", "copy")
    assert (refused.code, "missing or damaged" in refused.err) == (66, True)


def test_verify_finds_a_changed_byte(large: Run) -> None:
    """In the home and in a backup; exit code 65, the file named, and what to do."""
    large("backup", "copy")
    assert (large("verify").code, large("verify", "copy").code) == (0, 0)
    inside = next(Path("copy/segments").glob("segment-*"))
    damage(inside)
    done = large("verify", "copy")
    assert (done.code, f"segments/{inside.name} is missing or not what was written" in done.out) == (65, True)
    damage(next(Path(f"{HOME}/segments").glob("segment-*")))
    done = large("verify", "--json")
    assert done.code == 65
    assert [finding["seen"] for finding in done.data if not finding["well"]]
    assert large("verify", "nowhere").code == 66


def test_an_export_is_written_and_said(shop: Run) -> None:
    """To the home's own folder, or to a file that is named; never over a file that is there."""
    done = shop("export", "A1", "--json").data
    with zipfile.ZipFile(done["path"]) as packed:
        assert len(json.loads(packed.read("traces.json"))["traces"]) == done["traces"] == 4
        assert b"What is held about" in packed.read("page.html")
    said = shop("export", "A1", "--to", "ann.zip")
    assert "Wrote ann.zip: 4 traces" in said.out
    assert shop("export", "A1", "--to", "ann.zip").code == 66
    assert shop("export", "nobody").code == 66


def test_restrict_and_lift(shop: Run) -> None:
    """A briefing ends with exit code 77 until it is lifted by the command that the message names."""
    code = code_of(shop, "bob")
    assert "is left alone" in shop("restrict", "bob").out
    stopped = shop("brief", code)
    assert stopped.code == 77
    assert "kept, not scored, not briefed" in stopped.err
    assert stopped.out == ""
    words = stopped.err.split("'regulars ")[1].split("'")[0].split()
    assert shop(*words).code == 0
    assert shop("brief", code).code == 0
    assert shop("restrict", code, "--lift").code == 66
    assert shop("restrict", code, "--json").data == {"customer": code, "label": "Customer B2", "restricted": True}


def test_forgetting_needs_a_word_that_it_is_meant(shop: Run) -> None:
    """Without a keyboard and without --yes nothing is erased; a dry run says what would be."""
    assert (shop("forget", "A1").code, "--yes" in shop("forget", "A1").err) == (2, True)
    dry = shop("forget", "A1", "--dry-run")
    assert "Nothing was changed" in dry.out
    assert "4 traces would be taken out" in dry.out
    assert {place["place"] for place in shop("forget", "A1", "--dry-run", "--json").data["places"]} >= {
        "segments",
        "inbox",
    }
    assert shop("brief", "A1").code == 0


def test_forgetting_prints_a_receipt_that_names_nobody(shop: Run) -> None:
    """Place by place; afterwards they are unknown, the others are not, and asking again says when it was."""
    done = shop("forget", "ann@example.org", "--yes")
    assert done.code == 0
    assert "Receipt " in done.out
    assert "ann" not in done.out.lower().replace("another", "")
    assert "keep yourself are not touched" in done.out
    assert shop("who", "ann").code == 66
    assert shop("brief", "bob").code == 0
    again = shop("forget", "ann@example.org", "--yes")
    assert (again.code, "was forgotten on " in again.err) == (66, True)


def test_a_receipt_as_data(shop: Run) -> None:
    """The receipt's number, its places and its signature, and the run that pages show."""
    data = shop("forget", "A1", "--yes", "--json").data
    assert (len(data["receipt"]), len(data["signature"]), data["clean"]) == (16, 64, True)
    assert data["run"] == shop("today", "--json").data["run"]


def test_at_a_keyboard_the_code_is_typed(shop: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another code erases nothing; the right one does."""
    code = code_of(shop, "bob")
    monkeypatch.setattr(forget_module.sys.stdin, "isatty", lambda: True, raising=False)
    typed = iter(["not this one", code])
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: next(typed))
    refused = shop("forget", "bob")
    assert (refused.code, "Nothing was erased." in refused.err) == (2, True)
    assert shop("brief", "bob").code == 0
    assert shop("forget", "bob").code == 0
    assert shop("who", "bob").code == 66


def test_a_forgotten_person_is_held_back_until_it_is_lifted(shop: Run, orders: Path) -> None:
    """Hearing the file again brings nothing of them; after --lift it does."""
    shop("forget", "A1", "--yes")
    shop("hear", str(orders), "--as", "shop")
    assert shop("batches", "--json").data[0]["files"][0]["held_back"] == 4
    assert "4 held back for people who were forgotten" in shop("batches").out
    assert (shop("forget", "nobody@example.org", "--lift").code, shop("forget", "C9", "--lift").code) == (66, 66)
    assert "keep forgotten people out" in shop("doctor").out
    assert "Lifted" in shop("forget", "ann@example.org", "--lift").out
    assert "keep forgotten people out" not in shop("doctor").out
    shop("hear", str(orders), "--as", "shop")
    assert shop("batches", "--json").data[0]["files"][0]["new"] == 4


def test_doctor_says_each_advice_once(large: Run) -> None:
    """Two damaged files have one advice; a home without a backup is told so."""
    assert "regulars backup FOLDER" in large("doctor").out
    for path in Path(f"{HOME}/segments").iterdir():
        damage(path)
    done = large("doctor")
    assert done.code == 1
    assert done.out.count("is not what was written") == 2
    assert done.out.count("regulars restore") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["batches"],
        ["undo", "1"],
        ["export", "x"],
        ["restrict", "x"],
        ["forget", "x"],
        ["backup", "copy"],
        ["verify"],
    ],
)
def test_a_home_that_does_not_exist_is_named(run: Run, words: list[str]) -> None:
    """Every command that reads a home says which one is missing and how to make it."""
    done = run(*words, "--home", "nope")
    assert (done.code, "The home nope does not exist." in done.err) == (66, True)
