"""Holding: a letter makes no customer by itself. It is heard of a known one, waits for a word, or is dropped."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from regulars import holding
from regulars.cli import regulars
from regulars.cli.listen import shown
from regulars.dates import instant_us
from regulars.errors import InputError, NotFound
from regulars.intake import hear
from regulars.listen import Held
from regulars.listening import listen
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


CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
DTSTART:20260304T093000Z
DTEND:20260304T103000Z
SUMMARY:The needle
ORGANIZER:mailto:info@shop.example
ATTENDEE;CN=Ann:mailto:ann@example.org
ATTENDEE;CN=Zoe:mailto:zoe@elsewhere.example
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20261224T093000Z
ATTENDEE:mailto:ann@example.org
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART:20260305
CLASS:PRIVATE
ATTENDEE:mailto:ann@example.org
END:VEVENT
BEGIN:VEVENT
UID:4
DTSTART:yesterday
ATTENDEE:mailto:ann@example.org
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def calendar(tmp_path: Path) -> Path:
    """A meeting with Ann and a stranger, one to come, a private one, and a broken one."""
    path = tmp_path / "shop.ics"
    path.write_text(CALENDAR, encoding="utf-8")
    return path


def met(home: Home) -> list[dict[str, object]]:
    """Return the meetings that count."""
    traces = home.stock.heard().inbox.select(["kind", "happened_at", "attributes", "trace_id"]).to_pylist()
    return [trace for trace in traces if trace["kind"] == "met"]


def test_meetings_go_through_the_same_sieve(home: Home, calendar: Path) -> None:
    """Ann was met, a stranger waits, the rest is counted; heard again, nothing is doubled."""
    found = holding.sieved(home, calendar, source="calendar", now=NOW)
    assert (found.several, found.letters, found.new, found.waiting, found.ahead) == ("meetings", 4, 1, 1, 1)
    assert found.dropped == (("private", "it is marked as private", 1),)
    assert [(fault.row, fault.column) for fault in found.refused] == [(22, "DTSTART")]
    (one,) = met(home)
    assert json.loads(str(one["attributes"])) == {"minutes": "60", "name": "Ann"}
    assert "needle" not in json.dumps(home.holding.letters("zoe@elsewhere.example"))
    again = holding.sieved(home, calendar, source="calendar", now=NOW)
    assert (again.new, len(met(home)), [one.counted for one in holding.waiting(home)]) == (0, 1, ["1 meeting"])
    assert holding.admit(home, "zoe@elsewhere.example", now=NOW) == 1
    assert len(met(home)) == 2


def test_a_calendar_that_was_corrected_corrects(home: Home, calendar: Path) -> None:
    """A meeting whose length has changed is the same meeting."""
    holding.sieved(home, calendar, source="calendar", now=NOW)
    calendar.write_text(CALENDAR.replace("T103000Z", "T110000Z"), encoding="utf-8")
    found = holding.sieved(home, calendar, source="calendar", now=NOW)
    assert (found.new, found.corrected) == (0, 1)
    assert "1 corrected" in next(holding.told(found))


def test_letters_and_meetings_never_come_in_as_tables(home: Home, box: Path, calendar: Path) -> None:
    """Whoever hears them without the sieve is told, and nothing is kept."""
    before = home.content()
    for path in (box, calendar):
        with pytest.raises(InputError, match="which are no table"):
            hear(home, [path], source="shop", now=NOW)
    assert home.content() == before
    with pytest.raises(InputError, match="neither letters nor meetings"):
        holding.sieved(home, Held("orders.csv", ORDERS.encode()), source="shop", now=NOW)


def test_the_command_tells_tables_from_what_is_sieved(home: Home, box: Path, calendar: Path) -> None:
    """A table, a mailbox and a calendar in one hearing, packed together; a dry run keeps nothing."""
    home.close()
    packed = box.with_name("all.zip")
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("orders.csv", ORDERS)
        opened.write(box, "box.mbox")
        opened.write(calendar, "shop.ics")
    run = CliRunner()
    hearing = ["--home", str(home.path), "hear", str(packed), "--as", "shop"]
    heard = run.invoke(regulars, [*hearing, "--dry-run"])
    assert "Nothing was kept" in heard.output
    heard = run.invoke(regulars, hearing)
    assert "5 letters: 1 new from 1 known customers, 2 from 1 unknown senders wait, 2 dropped" in heard.output
    assert "4 meetings: 1 new from 1 known customers" in heard.output
    assert "1 still to come, which are heard when they have been" in heard.output
    assert "line 22, column 'DTSTART'" in heard.output
    listed = run.invoke(regulars, ["--home", str(home.path), "senders"])
    assert "2 letters and 1 meeting  zoe@elsewhere.example" in listed.output
    data = json.loads(run.invoke(regulars, [*hearing, "--json"]).output)
    assert [(one["what"], one["still_to_come"]) for one in data["letters"]] == [("letters", 0), ("meetings", 1)]


def test_feeds_of_mail_and_calendars_go_through_the_sieve(
    home: Home, box: Path, calendar: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each kind; a calendar that has not changed is read again the next day, for what was still to come."""
    cards = box.with_name("friends.vcf")
    cards.write_text("BEGIN:VCARD\nFN:Carl\nEMAIL:carl@example.org\nEND:VCARD\n", encoding="utf-8")
    folder = box.with_name("dropped")
    folder.mkdir()
    (folder / "more.mbox").write_bytes(boxed(box.with_name("more.mbox"), letter("carl@example.org")).read_bytes())
    (home.path / "feeds.toml").write_text(
        f'''
        [feed.cards]
        kind = "cards"
        path = "{cards}"
        [feed.letters]
        kind = "mbox"
        path = "{box}"
        [feed.calendar]
        kind = "calendar"
        path = "{calendar}"
        content = true
        [feed.dropped]
        kind = "folder"
        path = "{folder}"
        ''',
        encoding="utf-8",
    )
    found = {one.feed.name: one for one in listen(home, now=NOW)}
    assert [one.fault for one in found.values()] == [""] * 4
    assert [(one.name, one.new, one.waiting) for one in found["letters"].letters] == [("box.mbox", 1, 2)]
    assert [(one.new, one.ahead) for one in found["calendar"].letters] == [(1, 1)]
    assert [file.new for file in found["cards"].files] == [1]
    assert [one.new for one in found["dropped"].letters] == [1]
    assert "needle" in str(met(home))
    assert [one.letters for one in listen(home, now=NOW, at_once=True)] == [()] * 4
    (later,) = listen(home, now=datetime(2026, 12, 24, 12, tzinfo=UTC), only="calendar", at_once=True)
    assert [(one.new, one.ahead) for one in later.letters] == [(1, 0)]
    shown(listen(home, now=NOW, afresh=True, at_once=True), as_json=False, quiet=False)
    said = capsys.readouterr().out
    assert "letters:\n  5 letters: 0 new from 1 known customers" in said
    assert "cards: 1 rows: 0 traces new" in said
    shown(listen(home, now=NOW, afresh=True, at_once=True), as_json=True, quiet=False)
    assert [one["letters"] for one in json.loads(capsys.readouterr().out)][1][0]["waiting"] == 2


def test_a_large_mailbox_is_kept_in_parts(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known people are heard as one batch however many letters there are, and strangers wait."""
    monkeypatch.setattr(holding, "AT_ONCE", 2)
    several = [letter(Subject=str(number)) for number in range(5)] + [letter("zoe@x.example", Subject="a")]
    found = holding.sieved(home, boxed(tmp_path / "large.mbox", *several), source="mailbox", now=NOW)
    assert (found.letters, found.new, found.waiting, len(found.heard)) == (6, 5, 1, 1)
