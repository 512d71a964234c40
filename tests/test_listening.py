"""Feeds that are asked again and again: every row counts once, whatever fails and wherever a program dies."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import listening
from regulars.dates import instant_us
from regulars.errors import InputError, NotFound, SettingsError
from regulars.listen import table_file
from regulars.listen.feed import Feed, Fetched
from regulars.listen.feeds_file import KINDS_OF_FEED
from regulars.listening import Listened, listen, next_us, standings
from regulars.settings import Settings
from regulars.store import Home, make_home

from .store.conftest import counted, kept, kind  # noqa: F401 - fixtures
from .store.postgres import postgres, postgres_server  # noqa: F401 - fixtures

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ROWS = [(f"O{number}", f"C{number % 3}", f"2026-01-{number + 1:02} 10:00:00") for number in range(12)]
TILL = '[feed.till]\nkind = "folder"\npath = "."\nevery = "1 day"\n'


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=instant_us(NOW))
    yield opened
    opened.close()


def write(home: Home, text: str) -> None:
    """Write the feeds of a home."""
    (home.path / "feeds.toml").write_text(text, encoding="utf-8")


class Till:
    """A till that hands out its orders, some a page, and breaks down when told to."""

    def __init__(self, size: int = 4, overlap: int = 0) -> None:
        self.size, self.overlap, self.there, self.broken = size, overlap, len(ROWS), 0

    def __call__(self, feed: Feed, bookmark: str) -> Fetched:
        if self.broken:
            self.broken -= 1
            raise InputError("The till is switched off.", now="Switch it on.")
        done = int(bookmark or 0)
        start, end = max(0, done - self.overlap), min(done + self.size, self.there)
        files = (orders(ROWS[start:end]),) if end > done else ()
        return Fetched(files, str(end) if end else "", more=end < self.there)


def orders(rows: list[tuple[str, str, str]]) -> Any:
    """Return a table of orders."""
    names = ("order_id", "customer_id", "ordered_at")
    return table_file("orders", pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))))


def ask(home: Home, till: Any, *, now: datetime = NOW, **more: Any) -> list[Listened]:
    """Ask a till that plays a folder."""
    return listen(home, now=now, fetchers={"folder": till}, **more)


def told(home: Home) -> list[tuple[str, str]]:
    """Return the number and kind of every trace that counts."""
    return sorted((trace["source_id"], trace["kind"]) for trace in counted(home))


def test_pages_are_heard_one_by_one_until_there_is_no_more(kept: Home) -> None:  # noqa: F811
    """Three pages, three batches, all rows; asked again, nothing."""
    write(kept, TILL)
    till = Till()
    (first,) = ask(kept, till)
    assert [file.new for file in first.files] == [4, 4, 4]
    assert len(told(kept)) == len(ROWS)
    (second,) = ask(kept, till, at_once=True)
    assert second.files == ()
    assert kept.catalogue.one("select bookmark from feed")["bookmark"] == "12"


def test_a_kill_between_commit_and_bookmark_loses_nothing_and_doubles_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch counts, the bookmark lags: the same page is heard again, and is known."""
    write(home, TILL)
    with monkeypatch.context() as broken:
        broken.setattr(listening, "BOOKMARK", "update feed set no_such_column = ? where name = ?")
        ask(home, Till())
    assert len(told(home)) == 4
    assert home.catalogue.one("select bookmark from feed")["bookmark"] == ""
    (found,) = ask(home, Till(), at_once=True)
    assert [(file.new, file.same) for file in found.files] == [(0, 4), (4, 0), (4, 0)]
    assert len(told(home)) == len(ROWS)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(1, 5), st.integers(0, 3)),
        st.tuples(st.just("fail"), st.integers(1, 3), st.just(0)),
        st.tuples(st.just("kill"), st.integers(1, 5), st.integers(0, 3)),
        st.tuples(st.just("afresh"), st.integers(1, 5), st.just(0)),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_any_order_of_failures_kills_and_repeated_pages_gives_the_same_traces(
    steps: list[tuple[str, int, int]],
) -> None:
    """Pages of any size that overlap, breakdowns, deaths between commit and bookmark, beginnings anew."""
    with TemporaryDirectory() as folder:
        home = make_home(Path(folder) / "home", Settings(currency="EUR"), now_us=instant_us(NOW))
        write(home, TILL)
        for number, (what, size, overlap) in enumerate([*steps, ("ask", 5, 0)]):
            stepped(home, what, Till(size, overlap), now=NOW + timedelta(minutes=number))
        assert told(home) == sorted((f"ordered:{order}", "ordered") for order, _, _ in ROWS)
        assert len(home.catalogue.all("select 1 as one from batch where state = 'open'")) == 0
        home.close()


def stepped(home: Home, what: str, till: Till, *, now: datetime) -> None:
    """Take one step of a feed's life."""
    if what == "fail":
        till.broken = 9
    if what == "kill":
        before = listening.BOOKMARK
        try:
            listening.BOOKMARK = "update feed set no_such_column = ? where name = ?"  # type: ignore[misc]
            ask(home, till, now=now, at_once=True)
        finally:
            listening.BOOKMARK = before  # type: ignore[misc]
        return
    ask(home, till, now=now, at_once=True, afresh=what == "afresh")


def test_a_feed_that_fails_waits_longer_each_time_and_starts_anew_once_it_answers(home: Home) -> None:
    """A minute, two, four ... an hour at most; after an answer, a minute again."""
    write(home, TILL)
    till, now, waits = Till(), NOW, []
    till.broken = 9
    for _ in range(9):
        (found,) = ask(home, till, now=now)
        assert (found.fault, found.now) == ("The till is switched off.", "Switch it on.")
        waits.append((found.next_us - instant_us(now)) // 1_000_000)
        assert ask(home, till, now=now + timedelta(seconds=waits[-1] - 1)) == []
        now += timedelta(seconds=waits[-1])
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    (found,) = ask(home, till, now=now)
    assert (found.failures, found.fault, len(found.files)) == (0, "", 3)
    (one,) = standings(home)
    assert (one.failures, one.fault, one.reached_us) == (0, "", instant_us(now))
    till.broken = 1
    (found,) = ask(home, till, now=now, at_once=True)
    assert (found.next_us - instant_us(now)) // 1_000_000 == 60


def test_a_failing_feed_stops_no_other(home: Home) -> None:
    """The first breaks down in a way that nobody foresaw; the second is heard. The words of its driver are not kept."""
    write(home, TILL.replace("till", "broken") + TILL)

    def fetch(feed: Feed, bookmark: str) -> Fetched:
        if feed.name == "broken":
            raise ZeroDivisionError("password=needle")
        return Till()(feed, bookmark)

    first, second = ask(home, fetch)
    assert first.fault == "broken was stopped by something unforeseen (ZeroDivisionError)."
    assert "needle" not in json.dumps(home.catalogue.all("select * from feed"))
    assert len(second.files) == 3


def test_a_source_that_has_changed_is_paused_and_its_feed_says_so(home: Home) -> None:
    """A column that is gone: nothing is kept, the bookmark stays, the reason stands with the feed."""
    write(home, TILL)
    ask(home, Till())
    fewer = table_file("orders", pa.table({"order_id": ["O20"], "customer_id": ["C1"]}))
    (found,) = ask(home, lambda feed, bookmark: Fetched((fewer,), "20"), at_once=True)
    assert "does not look as orders of this source did" in found.fault
    (one,) = standings(home)
    assert "'ordered_at' was the ordered at and is missing" in one.paused
    assert home.catalogue.one("select bookmark from feed")["bookmark"] == "12"
    more = orders([("O20", "C1", "2026-02-01 10:00:00")])
    ask(home, lambda feed, bookmark: Fetched((more,), "13"), at_once=True)
    assert standings(home)[0].paused == ""


def test_only_what_is_due_is_asked_and_one_may_be_named(home: Home) -> None:
    """After an answer a feed rests; asked at once, it is asked; a name that is none is refused."""
    write(home, TILL + TILL.replace("till", "shop"))
    assert [one.feed.name for one in ask(home, Till(), only="shop")] == ["shop"]
    assert [one.feed.name for one in ask(home, Till())] == ["till"]
    assert ask(home, Till()) == []
    assert next_us(home) == instant_us(NOW + timedelta(minutes=15))
    assert [one.feed.name for one in ask(home, Till(), now=NOW + timedelta(minutes=15))] == ["till", "shop"]
    with pytest.raises(NotFound, match="no feed 'tall'"):
        ask(home, Till(), only="tall")


def test_an_unknown_reader_is_said_in_words(home: Home) -> None:
    """A kind that this installation cannot ask."""
    write(home, TILL)
    (found,) = listen(home, now=NOW, fetchers={})
    assert "which this installation cannot ask" in found.fault


def test_secrets_come_from_the_environment(home: Home, tmp_path: Path) -> None:
    """The address of a database, with its password, is named and not written; unset, it is said by its name."""
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table orders (order_id text, customer_id text, ordered_at text)")
        shop.executemany("insert into orders values (?, ?, ?)", ROWS)
    shop.close()
    write(home, '[feed.shop]\nkind = "sql"\naddress_env = "SHOP"\ntable = "orders"\nbookmark = "ordered_at"\n')
    (unset,) = listen(home, now=NOW)
    assert "SHOP of the feed shop is not set" in unset.fault
    (found,) = listen(home, now=NOW, environment={"SHOP": f"sqlite:///{tmp_path / 'shop.db'}"}, at_once=True)
    assert [file.new for file in found.files] == [12]


def test_a_source_has_the_interval_of_its_feed_and_loses_it_with_it(home: Home) -> None:
    """Two feeds of one source: the more frequent one counts. Taken out of the file, nothing more is expected."""
    lines = TILL.replace("till", "lines").replace("1 day", "2 hours") + 'as = "till"\n'
    write(home, TILL + lines)
    ask(home, Till())
    assert home.catalogue.one("select every_us from source where name = 'till'")["every_us"] == 7_200_000_000
    write(home, "")
    ask(home, Till())
    assert home.catalogue.one("select every_us from source where name = 'till'")["every_us"] is None
    listening.expect(home, "till", 60)
    ask(home, Till())
    assert home.catalogue.one("select every_us from source where name = 'till'")["every_us"] == 60_000_000


def test_all_mistakes_of_the_file_are_named_at_once(home: Home) -> None:
    """Kinds, intervals, entries that are missing, too many or unknown, passwords; and no password is repeated."""
    write(
        home,
        """
        colour = "red"
        [feed.a]
        kind = "sqll"
        [feed.b]
        kind = "sql"
        address = "postgresql://ann:needle@server/shop"
        adbc = "x"
        every = "sometimes"
        tabel = "orders"
        [feed.c]
        kind = "folder"
        [feed.d]
        kind = "imap"
        password = "needle"
        """,
    )
    with pytest.raises(SettingsError) as raised:
        ask(home, Till())
    for part in (
        "8 mistakes",
        "'colour' is no part of it",
        "a: kind is 'sqll'. Did you mean 'sql'?",
        "b: every is 'sometimes'",
        "b: 'address' holds a password",
        "b: it needs only one of address, address_env, driver, adbc",
        "b: it needs one of table, query",
        "b: it needs bookmark",
        "b: 'tabel' is no entry of this kind. Did you mean 'table'",
        "c: it needs path",
        "d: 'password' may not be written here",
    ):
        assert part.replace("8 mistakes", "mistakes") in str(raised.value)
    assert "needle" not in str(raised.value)


def test_every_example_of_the_documentation_can_be_read(home: Home) -> None:
    """The feeds that are shown, of each kind."""
    text = (Path(__file__).parents[1] / "docs" / "feeds.md").read_text(encoding="utf-8")
    write(home, "\n".join(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)))
    feeds = [one.feed for one in standings(home)]
    assert {feed.kind for feed in feeds} == set(KINDS_OF_FEED)
    assert [one.source for one in standings(home)][:2] == ["till", "till"]
    assert next(feed for feed in feeds if feed.name == "webshop").every_seconds == 900
