"""As of a date: what happened or was heard later does not exist."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from regulars.definition import Definition
from regulars.store import Home

from .conftest import ORDERS, Hear, counted, us

ALL = Definition(
    "store/known", "Every trace that was known.", "select about, kind from known order by happened_at, about"
)
KEYS = Definition("store/keys", "Every identifier that was known.", "select distinct key from keys_known order by key")
SPILL = Definition("store/spill", "Where an engine spills.", "select current_setting('temp_directory') as folder")
HEAD = "order_id,customer_id,ordered_at,status\n"


def known(home: Home, moment: datetime) -> list[str]:
    """Return the orders that were known at an instant."""
    day = (moment.date() - date(1970, 1, 1)).days
    with home.engine(as_of_us=us(moment), as_of_day=day) as engine:
        subjects = sorted({row["subject"] for row in counted(home)})
        engine.give(
            "members", pa.table({"subject": pa.array(subjects, pa.int64()), "customer": pa.array(subjects, pa.int64())})
        )
        return [str(about).rpartition(":")[2] for about in engine.run(ALL).column("about").to_pylist()]


def keys_known(home: Home, moment: datetime) -> list[str]:
    """Return the customers whose identifiers were known at an instant."""
    with home.engine(as_of_us=us(moment), as_of_day=0) as engine:
        keys = engine.run(KEYS).column("key").to_pylist()
        return [key.rpartition(":")[2] for key in keys if key.startswith("customer:")]


def at(day: int, month: int = 3) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def test_what_happened_later_does_not_exist(listen: Hear, home: Home) -> None:
    """History heard at once is known from the day on which it happened."""
    listen({"orders.csv": ORDERS}, now=at(10))
    assert known(home, at(1, 1)) == []
    assert known(home, at(2, 1)) == ["1"]
    assert known(home, at(3, 1)) == ["1", "2"]
    assert keys_known(home, at(2, 1)) == ["A"]


def test_what_was_heard_later_does_not_exist(listen: Hear, home: Home) -> None:
    """An order of 12 March that came in on the 20th was not known on the 15th."""
    listen({"march.csv": HEAD + "1,A,2026-03-01,done\n"}, now=at(10))
    listen({"late.csv": HEAD + "2,B,2026-03-12,done\n"}, now=at(20))
    assert known(home, at(15)) == ["1"]
    assert known(home, at(19)) == ["1"]
    assert known(home, at(20)) == ["1", "2"]
    assert keys_known(home, at(15)) == ["A"]
    assert keys_known(home, at(20)) == ["A", "B"]


def test_older_history_of_a_known_source_counts_as_heard_when_it_happened(listen: Hear, home: Home) -> None:
    """What happened before the source was first listened to is history, whenever its file arrives."""
    listen({"march.csv": HEAD + "1,A,2026-03-01,done\n"}, now=at(10))
    listen({"last_year.csv": HEAD + "0,A,2025-06-01,done\n"}, now=at(20))
    assert known(home, at(30, 6).replace(year=2025)) == ["0"]


def test_each_source_has_a_history_of_its_own(listen: Hear, home: Home) -> None:
    """A second source's first hearing brings its own past along."""
    listen({"march.csv": HEAD + "1,A,2026-03-01,done\n"}, source="shop", now=at(10))
    listen({"web.csv": HEAD + "7,A,2026-03-12,done\n"}, source="web", now=at(20))
    assert known(home, at(15)) == ["1", "7"]


def test_hearing_again_does_not_change_when_something_was_heard(listen: Hear, home: Home) -> None:
    """The first hearing stays the one that counts."""
    text = HEAD + "1,A,2026-03-01,done\n2,B,2026-03-12,done\n"
    listen({"march.csv": text}, now=at(12))
    before = known(home, at(12))
    listen({"march.csv": text}, now=at(12) + timedelta(days=200))
    assert known(home, at(12)) == before == ["1", "2"]


def test_an_empty_home_knows_nothing(home: Home) -> None:
    """Definitions run on a home without a single trace."""
    assert known(home, at(1)) == []
    assert keys_known(home, at(1)) == []


def test_two_engines_at_once_do_not_disturb_each_other(listen: Hear, home: Home) -> None:
    """Each spills to a folder of its own and leaves nothing behind."""
    listen({"orders.csv": ORDERS}, now=at(10))
    with (
        home.engine(as_of_us=us(at(10)), as_of_day=0) as first,
        home.engine(as_of_us=us(at(10)), as_of_day=0) as second,
    ):
        rows = [engine.run(KEYS).num_rows for engine in (first, second)]
        folders = {engine.run(SPILL).column("folder")[0].as_py() for engine in (first, second)}
    assert rows == [4, 4]
    assert len(folders) == 2
    assert list((home.path / "staging").iterdir()) == []
