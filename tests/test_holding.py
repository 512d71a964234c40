"""Holding: a letter makes no customer by itself. It is heard of a known one, waits for a word, or is dropped."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from regulars import holding
from regulars.cli import regulars
from regulars.dates import instant_us
from regulars.errors import NotFound
from regulars.intake import hear
from regulars.settings import Settings
from regulars.store import Home, make_home

from .listen.test_mail import boxed, letter

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
ORDERS = "order_id,customer_id,email,ordered_at\n1,A,ann@example.org,2026-01-02\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A shop that knows Ann."""
    monkeypatch.delenv("REGULARS_DATABASE", raising=False)
    made = make_home(tmp_path / "home", Settings(currency="EUR", own_addresses="@shop.example"), now_us=1)
    orders = tmp_path / "orders.csv"
    orders.write_text(ORDERS, encoding="utf-8")
    hear(made, [orders], source="shop", now=NOW)
    return made


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A mailbox with a letter of Ann, two of a stranger, one of a list and one of a robot."""
    return boxed(
        tmp_path / "box.mbox",
        letter(),
        letter("Zoe <zoe@elsewhere.example>"),
        letter("zoe@elsewhere.example", Subject="Another"),
        letter("news@papers.example", List_Id="<papers.example>"),
        letter("no-reply@bank.example"),
    )


def test_only_letters_of_known_customers_are_heard(home: Home, box: Path) -> None:
    """A stranger's letters wait, lists and robots are dropped and counted, and nothing more is kept of them."""
    found = holding.sieved(home, box, source="mailbox", now=NOW)
    assert (found.letters, found.new, found.waiting, found.senders) == (5, 1, 2, 1)
    assert {(kind, count) for kind, _, count in found.dropped} == {("list", 1), ("robot", 1)}
    assert home.holding.known({"email:zoe@elsewhere.example", "email:news@papers.example"}) == set()
    dumped = json.dumps([home.holding.letters(one.sender) for one in holding.waiting(home)])
    assert "question" not in dumped
    assert "parcel" not in dumped
    again = holding.sieved(home, box, source="mailbox", now=NOW)
    assert (again.new, [one.letters for one in holding.waiting(home)]) == (0, [2])


def test_a_dry_run_lets_nobody_wait(home: Home, box: Path) -> None:
    """It counts the same and keeps nothing."""
    before = home.content()
    found = holding.sieved(home, box, source="mailbox", now=NOW, dry_run=True)
    assert (found.letters, found.waiting) == (5, 2)
    assert (holding.waiting(home), home.content()) == ([], before)


def test_who_is_admitted_is_heard_and_stays_known(home: Home, box: Path) -> None:
    """Their letters count at once, and later ones without a question."""
    holding.sieved(home, box, source="mailbox", now=NOW)
    assert holding.admit(home, "@elsewhere.example", now=NOW) == 2
    assert holding.waiting(home) == []
    assert holding.admit(home, "zoe@elsewhere.example", now=NOW) == 0
    later = boxed(box.with_name("later.mbox"), letter("zoe@elsewhere.example", Subject="Third"))
    assert holding.sieved(home, later, source="mailbox", now=NOW).new == 1


def test_who_is_refused_is_dropped_from_then_on(home: Home, box: Path) -> None:
    """Their letters are deleted, and later ones are dropped with that reason."""
    holding.sieved(home, box, source="mailbox", now=NOW)
    assert holding.refuse(home, "zoe@elsewhere.example", now=NOW) == 2
    again = holding.sieved(home, box, source="mailbox", now=NOW)
    assert ("refused", "the house has refused this sender", 2) in again.dropped
    with pytest.raises(NotFound, match="is no e-mail address"):
        holding.refuse(home, "zoe", now=NOW)


def test_an_erasure_reaches_the_letters_that_wait(home: Home) -> None:
    """What was decided on somebody and what waits of them goes with them."""
    with home.catalogue.transaction() as write:
        row = ("ann@example.org", "mailbox", "1", 1, 1, "{}")
        write.change(
            "insert into waiting (sender, source, source_id, happened_us, received_us, body) values (?, ?, ?, ?, ?, ?)",
            row,
        )
    home.holding.say("ann@example.org", "admitted", why="", now_us=1)
    subject = home.stock.heard().inbox.column("subject")[0].as_py()
    receipt = home.erase([subject], keys=["email:ann@example.org"], texts=[], now_us=instant_us(NOW))
    assert (holding.waiting(home), home.holding.senders()) == ([], [])
    assert "2 taken out" in next(place.done for place in receipt.places if place.place == "letters that wait")


def test_the_command_says_who_waits_and_takes_a_word(home: Home, box: Path) -> None:
    """Hearing a mailbox goes through the sieve by itself; `senders` admits and refuses."""
    home.close()
    run = CliRunner()
    heard = run.invoke(regulars, ["--home", str(home.path), "hear", str(box), "--as", "mailbox"])
    assert "5 letters: 1 new from 1 known customers, 2 from 1 unknown senders wait, 2 dropped" in heard.output
    listed = run.invoke(regulars, ["--home", str(home.path), "senders"])
    assert "2 letters  zoe@elsewhere.example" in listed.output
    done = run.invoke(regulars, ["--home", str(home.path), "senders", "admit", "zoe@elsewhere.example", "--json"])
    assert json.loads(done.output) == {"done": {"zoe@elsewhere.example": 2}, "waiting": []}
