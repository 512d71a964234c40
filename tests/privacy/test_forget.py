"""Forget: nothing of the person is left in any byte, and nobody else is touched."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from regulars import loop, privacy
from regulars.errors import NotFound, NotReady
from regulars.recognise import code_of
from regulars.serve import render_mirror
from regulars.settings import Settings
from regulars.store import Home, make_home, open_home

from .shop import NOW, hits, later_files, mail, named, of, order, others, written


def test_no_byte_is_left_and_nobody_else_is_touched(kept: Home, needle: str) -> None:
    """Planted in a name, an address, a note, an order number, a refused row and a copy: all gone, all others equal."""
    copy = privacy.export(kept, "C0", now=NOW, page=render_mirror).path
    person = privacy.find(kept, "C0")
    before, places = others(kept, person.customer.subjects), hits(kept, needle)
    assert f"exports/{copy.name}" in places
    assert "table refused" in places
    assert "table inbox" in places
    assert len([place for place in places if place.startswith(("segments/", "runs/"))]) > 4
    done = privacy.forget(kept, "C0", now=NOW)
    assert hits(kept, needle) == []
    assert of(kept, person.customer.subjects).num_rows == 0
    assert others(kept, person.customer.subjects) == before
    assert done.clean
    assert needle not in repr(done.receipt)
    assert "nobody at example" in str(kept.catalogue.all("select value from refused"))


def spoilt(home: Home, place: Path, needle: str) -> None:
    """Hear rows that need a look: four about the person, the needle never in the cell that is wrong; one of another."""
    day, soon = f"{NOW - timedelta(days=1):%Y-%m-%d %H:%M}", "soon"
    header = ["ticket_id", "customer_id", "email", "opened_at", "subject", "message", "status"]
    rows = [
        ["T10", "C0", mail(0, needle), soon, "complaint", f"By number: {needle}.", "open"],
        ["T11", "C0", mail(0, needle), soon, "complaint", "Number alone.", "open"],
        ["T12", "C-other", "", soon, "complaint", f"By name, for Ann {needle}", "open"],
        ["T14", "C4", mail(4), soon, "complaint", "Somebody else, kept.", "open"],
        *([f"T2{n}", f"C{n}", mail(n), day, "complaint", "Late.", "open"] for n in range(5, 10)),
    ]
    heard = loop.hear(home, [written(place, "letters.csv", header, rows)], source="shop", now=NOW)
    assert len(heard[0].refused) == 4


def test_the_cells_of_refused_rows_go_too(kept: Home, tmp_path: Path, needle: str) -> None:
    """A needle in any other cell of a row that needs a look: gone from every byte; the rows of others stay whole."""
    spoilt(kept, tmp_path, needle)
    foreseen = {place.place: place.done.split()[0] for place in privacy.would_forget(kept, "C0").places}
    done = privacy.forget(kept, "C0", now=NOW)
    assert hits(kept, needle) == []
    assert "Number alone." not in str(kept.catalogue.all("select cells from refused"))
    assert "Somebody else, kept." in str(kept.catalogue.all("select cells from refused"))
    counted = {place.place: place.done.split()[0] for place in done.receipt.places}
    assert foreseen["refused rows"] == counted["refused rows"] == "4"


def test_refused_rows_of_the_forgotten_keep_no_cells_when_they_are_heard_again(
    home: Home, tmp_path: Path, needle: str
) -> None:
    """What an import brings again of somebody who was forgotten is counted, but not kept."""
    privacy.forget(home, "C0", now=NOW)
    spoilt(home, tmp_path, needle)
    kept = str(home.catalogue.all("select value, cells from refused"))
    assert "By number" not in kept
    assert "Number alone" not in kept
    assert "Somebody else, kept." in kept


def test_their_copy_has_the_rows_that_need_a_look(home: Home, tmp_path: Path, needle: str) -> None:
    """With their cells where the row gives an identifier of theirs; else by file and line alone."""
    spoilt(home, tmp_path, needle)
    with zipfile.ZipFile(privacy.export(home, "C0", now=NOW, page=render_mirror).path) as packed:
        told = json.loads(packed.read("about.json"))["rows_that_need_a_look"]
        page = packed.read("page.html").decode()
    mine = {row["line"]: row["cells"].get("message") for row in told if row["file"] == "letters.csv"}
    assert mine == {2: f"By number: {needle}.", 3: "Number alone.", 4: None}
    assert "Number alone." in page
    assert "Somebody else" not in page


def test_the_pages_serve_the_others_at_once(home: Home) -> None:
    """The loop is turned anew for the day that was shown; the person is unknown, the others are there."""
    before = home.runs.current()
    done = privacy.forget(home, "C0", now=NOW + timedelta(days=40))
    run = home.runs.current()
    assert done.run is not None
    assert done.run.run_id == run.run_id
    assert (run.as_of_us, run.run_id != before.run_id) == (before.as_of_us, True)
    assert loop.story(home, "C1", now=NOW).page.label == named(1)
    with pytest.raises(NotFound):
        loop.story(home, "C0", now=NOW)


def test_nothing_is_left_while_another_program_serves(kept: Home, needle: str) -> None:
    """A program that has the same home open keeps no byte of them alive, and goes on with the others."""
    serving = open_home(kept.path)
    assert loop.story(serving, "C0", now=NOW).page.label == f"Ann {needle}"
    privacy.forget(kept, "C0", now=NOW)
    assert hits(kept, needle) == []
    assert loop.story(serving, "C1", now=NOW).page.label == named(1)
    with pytest.raises(NotFound):
        loop.story(serving, "C0", now=NOW)
    serving.close()


def test_what_would_go_is_what_goes(kept: Home) -> None:
    """The dry run counts the same traces and rows, names the same places, and changes nothing."""
    content = kept.content()
    foreseen = {place.place: place.done.split()[0] for place in privacy.would_forget(kept, "C0").places}
    assert kept.content() == content
    done = {place.place: place.done.split()[0] for place in privacy.forget(kept, "C0", now=NOW).receipt.places}
    assert foreseen["segments"] == done["segments"] == "37"
    assert foreseen["inbox"] == done["inbox"] == "2"
    assert foreseen["refused rows"] == done["refused rows"] == "1"


def test_what_was_heard_since_the_last_turn_goes_too(home: Home, tmp_path: Path, needle: str) -> None:
    """A record that only later files join to the person is found without turning first."""
    header = ["order_id", "customer_id", "email", "ordered_at", "amount"]
    rows = [[f"N{n}", "C0-new", mail(0, needle), f"{NOW:%Y-%m-%d %H:%M}", "1.00"] for n in range(3)]
    loop.hear(home, [written(tmp_path, "new.csv", header, rows)], source="web", now=NOW)
    person = privacy.find(home, "C0")
    assert len(person.customer.subjects) == 2
    privacy.forget(home, "C0", now=NOW)
    assert hits(home, needle) == []


def test_earlier_versions_under_another_record_go_too(kept: Home, tmp_path: Path, needle: str) -> None:
    """A row first heard under a mistyped address and then corrected: both versions go, with the mistyped record."""
    header, day = ["order_id", "email", "ordered_at", "amount", "name"], f"{NOW:%Y-%m-%d %H:%M}"
    other = ["M2", "p5@example.org", day, "2.00", named(5)]
    typo = ["M1", f"{needle}@exmaple.org", day, "1.00", f"Ann {needle}"]
    right = ["M1", mail(0, needle), day, "1.50", f"Ann {needle}"]
    for turn, row in enumerate((typo, right)):
        path = written(tmp_path / str(turn), "till.csv", header, [row, other])
        loop.hear(kept, [path], source="till", now=NOW + timedelta(hours=turn))
    person = privacy.find(kept, "C0")
    assert f"email:{needle}@exmaple.org" in person.own
    before = others(kept, person.customer.subjects)
    privacy.forget(kept, "C0", now=NOW)
    assert hits(kept, needle) == []
    assert [row for row in before if needle not in str(row)] == others(kept, person.customer.subjects)


def test_a_person_goes_whole_where_two_records_are_joined(home: Home, needle: str) -> None:
    """Orders know a number, sign-ups an address: what joins them is theirs, and both records go."""
    person = privacy.find(home, mail(0, needle))
    for text in ("C0", order(0, 0, needle), person.customer.code):
        assert privacy.find(home, text).customer.code == person.customer.code


def test_shared_identifiers_lead_nobody_away(home: Home) -> None:
    """A telephone of three people is no stone: the other two are heard of as before."""
    person = privacy.find(home, "C0")
    assert person.shared == ("phone:079460999",)
    privacy.forget(home, "C0", now=NOW)
    stones = home.stock.tombstones
    assert stones.erased_us("customer:shop:C0") is not None
    assert stones.erased_us("phone:079460999") is None
    assert loop.story(home, "C1", now=NOW).page.label == named(1)


def test_a_role_address_is_no_stone_even_when_nobody_else_has_it_yet(home: Home, tmp_path: Path) -> None:
    """`info@` of a firm may be somebody else's tomorrow."""
    header = ["customer_id", "name", "email"]
    loop.hear(
        home, [written(tmp_path, "firms.csv", header, [["F1", "Firm One", "info@firm.example"]])], source="b2b", now=NOW
    )
    person = privacy.find(home, "F1")
    assert person.own == ("customer:b2b:F1",)
    assert person.shared == ("email:info@firm.example",)


def test_somebody_known_by_a_shared_telephone_alone_does_not_come_back(home: Home, tmp_path: Path) -> None:
    """Their record is kept out, and the others who share the telephone are not."""
    header, day = ["phone", "ordered_at", "amount"], f"{NOW - timedelta(days=3):%Y-%m-%d %H:%M}"
    calls = written(tmp_path, "calls.csv", header, [["020 7946 0999", day, "3.00"]])
    loop.hear(home, [calls], source="desk", now=NOW)
    caller = next(row for row in others(home, []) if row["who"] == ["phone:079460999"])
    person = privacy.find(home, code_of(caller["subject"]))
    assert person.own == ()
    privacy.forget(home, person.customer.code, now=NOW)
    again = loop.hear(home, [calls], source="desk", now=NOW)
    assert again[0].new == 0
    assert of(home, [caller["subject"]]).num_rows == 0
    assert privacy.find(home, "C1").customer.label == named(1)


def test_the_last_customer_leaves_an_empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nobody left there is no run, and what is asked next is said in words."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    home = make_home(tmp_path / "home", Settings(), now_us=0)
    path = written(tmp_path, "orders.csv", ["order_id", "customer_id", "ordered_at"], [["1", "A", "2026-03-01 10:00"]])
    loop.hear(home, [path], source="shop", now=NOW)
    assert privacy.forget(home, "A", now=NOW).run is None
    with pytest.raises(NotReady):
        home.runs.current()
    with pytest.raises(NotReady):
        privacy.find(home, "A")
    home.close()


def test_an_identifier_that_fits_two_is_not_guessed(home: Home) -> None:
    """A shared telephone names no one person; the codes of all are said."""
    with pytest.raises(NotFound, match="leads to 3 customers"):
        privacy.find(home, "020 7946 0999")
    with pytest.raises(NotFound, match="No customer matches"):
        privacy.find(home, "nobody at all")


def test_tombstones_say_nothing_to_whoever_reads_the_catalogue(kept: Home, needle: str) -> None:
    """Neither the catalogue nor the log holds anything of the person but keyed hashes of 16 bytes."""
    privacy.forget(kept, "C0", now=NOW)
    stones = kept.catalogue.all("select digest, receipt from tombstone")
    assert len(stones) > 38
    assert {len(bytes(row["digest"])) for row in stones} == {16}
    log = (kept.path / "erasures.log").read_text(encoding="utf-8")
    secret = (kept.path / "secret").read_text(encoding="ascii").strip()
    for word in (needle, "customer", "shop", "example", "Ann", secret):
        assert word not in log
    assert kept.stock.tombstones.digest("customer:shop:C0").hex() in log


def test_a_receipt_is_signed_with_the_secret_of_the_home(home: Home) -> None:
    """The signature stands for the receipt's own words, and for nothing else."""
    receipt = privacy.forget(home, "C0", now=NOW).receipt
    told = json.dumps([[place.place, place.done, place.clean] for place in receipt.places])
    stones = home.stock.tombstones
    assert receipt.signature == stones.signature(f"{receipt.receipt}\n{receipt.done_us}\n{told}")
    assert receipt.signature != stones.signature(f"{receipt.receipt}\n{receipt.done_us}\n[]")


def test_later_files_are_written_as_planned(tmp_path: Path, needle: str) -> None:
    """The plan holds: the needle is in every small file."""
    for path in later_files(tmp_path, needle):
        assert needle in path.read_text(encoding="utf-8")
