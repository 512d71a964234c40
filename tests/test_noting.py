"""Notes and taps below the pages: whose they are, that they come once, what is found in them, and how they go again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from regulars import heard, loop, noting, trail
from regulars.errors import InputError, NotFound, Restricted
from regulars.privacy import restrict
from regulars.respond import offers_in
from regulars.settings import Settings
from regulars.store import Home, make_home, traces

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ORDERS = """order_id,customer_id,email,ordered_at,promised_on,delivered_at,amount,currency
1,A1,ann@example.org,2026-01-02 10:00:00,2026-01-05,2026-01-04 09:00:00,12.50,EUR
2,A1,ann@example.org,2026-02-02 10:00:00,2026-02-05,2026-02-09 09:00:00,8.00,EUR
3,B2,bob@example.org,2026-02-20 10:00:00,2026-02-25,,30.00,EUR
"""
ONCE = "0123456789abcdef"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    made = make_home(tmp_path / "home", Settings(shop="Shop", currency="EUR"), now_us=0)
    loop.hear(made, [tmp_path / "orders.csv"], source="shop", now=NOW)
    loop.turn(made, as_of=NOW.date(), now=NOW)
    yield made
    made.close()


def of(home: Home, customer: str, now: datetime = NOW) -> list[str]:
    """Return the kinds of a customer's traces from the desk."""
    story = noting.up_to_date(home, loop.story(home, customer, now=now), now=now)
    return [trace.kind for trace in traces(story.timeline) if trace.source == "desk"]


@pytest.mark.parametrize(("how", "kind"), [("note", "noted"), ("call", "called"), ("visit", "met")])
def test_a_note_is_one_trace_of_its_kind(home: Home, how: str, kind: str) -> None:
    """The same token twice is one trace, and the first words stay."""
    first = noting.note(home, "bob@example.org", "Asked for rye.", how, token=ONCE, now=NOW, by="Ravi")
    later = NOW + timedelta(hours=2)
    again = noting.note(home, "bob@example.org", "Asked for rye, again.", how, token=ONCE, now=later)
    assert first.trace.kind == kind
    assert again.trace.trace_id == first.trace.trace_id
    assert again.trace.text == "Asked for rye."
    assert of(home, "bob@example.org", later) == [kind]


def test_a_note_stays_with_its_customer_in_every_later_turn(home: Home) -> None:
    """After another turn the note is theirs, nobody new has come, and the briefing shows it."""
    noting.note(home, "bob@example.org", "Asked for the rye loaf.", token=ONCE, now=NOW)
    before = home.runs.table(home.runs.current(), "customers").num_rows
    tomorrow = NOW + timedelta(days=1)
    loop.turn(home, as_of=tomorrow.date(), now=tomorrow, afresh=True)
    assert home.runs.table(home.runs.current(), "customers").num_rows == before
    page = loop.brief(home, "bob@example.org", now=tomorrow)
    assert "Asked for the rye loaf." in next(line.it.text for line in page.lines if line.it.key == "note")


def test_a_day_has_one_batch_that_can_be_walked_and_undone(home: Home) -> None:
    """Notes, promises and taps of a day are lines of one file, and go together."""
    before = home.content()
    made = noting.note(home, "bob@example.org", "Will call back Friday.", token=ONCE, now=NOW)
    noting.promise(home, "bob@example.org", made.trace.trace_id, 0, now=NOW)
    noting.tap(home, "ann@example.org", "who", "wrong", token=ONCE, now=NOW)
    batch = heard.batches(home)[0]
    assert (batch.source, [file.name for file in batch.files]) == ("desk", ["notes of 2026-03-01"])
    assert (batch.files[0].rows, batch.files[0].new) == (3, 3)
    assert trail.walk(home, "notes of 2026-03-01:1", now=NOW).traces[0].trace_id == made.trace.trace_id
    home.undo(batch.number, now_us=2)
    assert home.content() == before
    assert noting.note(home, "bob@example.org", "Again.", token="f" * 16, now=NOW).trace.row == 1


def test_a_note_gives_something_back(home: Home) -> None:
    """What was observed, what reads as an opinion, what was promised, the last note, and what is open."""
    noting.note(home, "bob@example.org", "Rang about the order.", "call", token="a" * 16, now=NOW - timedelta(hours=1))
    made = noting.note(home, "bob@example.org", "Seemed cross. We will call back Friday.", token=ONCE, now=NOW)
    assert made.opinions == ("Seemed cross.",)
    assert made.observed == ("We will call back Friday.",)
    assert [(offer.text, offer.due) for offer in made.offers] == [("We will call back Friday.", date(2026, 3, 6))]
    assert made.before is not None
    assert made.before.kind == "called"
    assert [line.it.key for line in made.open] == ["debt1"]
    assert all(line.it.evidence.traces for line in made.open)


def test_a_promise_that_was_tapped_becomes_a_debt(home: Home) -> None:
    """It is kept once, with its day, and a turn after that day calls it overdue."""
    made = noting.note(home, "ann@example.org", "Will call back Friday.", token=ONCE, now=NOW)
    kept = {noting.promise(home, "ann@example.org", made.trace.trace_id, 0, now=NOW).trace_id for _ in range(2)}
    assert len(kept) == 1
    later = NOW + timedelta(days=9)
    loop.turn(home, as_of=later.date(), now=later, afresh=True)
    debts = loop.story(home, "ann@example.org", now=later).material.portrait.debts
    assert ("overdue promise", "Will call back Friday.") in [(debt.kind, debt.said) for debt in debts]


def test_done_closes_no_debt(home: Home) -> None:
    """What is owed is the same before and after, also in the next turn."""
    owed = [debt.matter for debt in loop.story(home, "bob@example.org", now=NOW).material.portrait.debts]
    noting.tap(home, "bob@example.org", "action", "done", token=ONCE, now=NOW)
    loop.turn(home, as_of=NOW.date(), now=NOW, afresh=True)
    assert [debt.matter for debt in loop.story(home, "bob@example.org", now=NOW).material.portrait.debts] == owed


def test_taking_back_leaves_the_home_as_it_was(home: Home) -> None:
    """One trace goes, the others stay, and the hash of the content is as before."""
    noting.tap(home, "bob@example.org", "action", "done", token=ONCE, now=NOW)
    before = home.content()
    made = noting.note(home, "bob@example.org", "Asked for rye.", token=ONCE, now=NOW)
    noting.take_back(home, "bob@example.org", made.trace.trace_id, now=NOW)
    assert home.content() == before
    with pytest.raises(NotFound, match="not made just now"):
        noting.take_back(home, "bob@example.org", made.trace.trace_id, now=NOW)


def test_what_others_noted_cannot_be_taken_back(home: Home) -> None:
    """Only a trace of this customer, made a moment ago, goes."""
    made = noting.note(home, "bob@example.org", "Asked for rye.", token=ONCE, now=NOW)
    for customer, now in (("ann@example.org", NOW), ("bob@example.org", NOW + timedelta(minutes=16))):
        with pytest.raises(NotFound):
            noting.take_back(home, customer, made.trace.trace_id, now=now)


def test_who_asked_to_be_left_alone_is_not_noted(home: Home) -> None:
    """No note and no tap is kept of them."""
    before = home.content()
    restrict(home, "bob@example.org", now=NOW)
    with pytest.raises(Restricted):
        noting.note(home, "bob@example.org", "Asked for rye.", token=ONCE, now=NOW)
    with pytest.raises(Restricted):
        noting.tap(home, "bob@example.org", "action", token=ONCE, now=NOW)
    assert home.content() == before


def test_a_word_of_no_meaning_is_refused(home: Home) -> None:
    """An empty note, an unknown way, an unknown tap, a line that is not there: nothing is kept."""
    before = home.content()
    for text, how in (("", "note"), ("x" * 2_001, "note"), ("Hello.", "letter")):
        with pytest.raises(InputError):
            noting.note(home, "bob@example.org", text, how, token=ONCE, now=NOW)
    with pytest.raises(InputError):
        noting.tap(home, "bob@example.org", "action", "never", token=ONCE, now=NOW)
    with pytest.raises(NotFound):
        noting.tap(home, "bob@example.org", "nothing", token=ONCE, now=NOW)
    assert home.content() == before


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Call back Friday", "2026-11-27"),
        ("We'll send it by 3 Dec.", "2026-12-03"),
        ("We will send it by 3 January", "2027-01-03"),
        ("Promised a loaf for tomorrow", "2026-11-24"),
        ("Will ring on Monday", "2026-11-30"),
        ("Refund in 2 weeks", "2026-12-07"),
        ("Deliver on 2026-12-24", "2026-12-24"),
    ],
)
def test_a_promise_is_found_in_words(text: str, due: str) -> None:
    """A word of doing and a day make a promise; a weekday is always the next one."""
    assert [offer.due.isoformat() for offer in offers_in(text, written=date(2026, 11, 23))] == [due]


@pytest.mark.parametrize(
    "text", ["It rained on Friday.", "Call back soon", "Send it by 3/12", "Send it by 31 Feb", "Sent on 2026-11-01"]
)
def test_what_is_no_promise_is_not_offered(text: str) -> None:
    """No day, no deed, a day that can be meant in two ways, that is none, or that has passed."""
    assert offers_in(text, written=date(2026, 11, 23)) == []


def test_the_identifier_of_a_note_is_one_that_they_have(home: Home) -> None:
    """So whoever is erased by an identifier takes their notes along."""
    made = noting.note(home, "bob@example.org", "Asked for rye.", token=ONCE, now=NOW)
    keys = home.runs.table(home.runs.current(), "keys")
    assert set(made.trace.who) <= set(keys.column("key").to_pylist())
    assert pa.compute.is_in(pa.scalar(made.trace.subject), keys.column("subject").combine_chunks()).as_py()
