"""Versions: what a source corrects is kept beside what it said before, and each date sees what was known then."""

from __future__ import annotations

import pyarrow as pa

from regulars.definition import Definition
from regulars.store import Home
from regulars.store.compact import compact
from regulars.store.inbox import SMALL

from .made import DAY_US, NOW_US, brought, everything, made

ALL = Definition("store/paid", "Every payment.", "select source_id, amount_minor from known order by source_id")


def seen(home: Home, moment: int) -> dict[str, int]:
    """Return what every payment was on a date, by the engine; the look-up must say the same."""
    people = sorted(set(everything(home).column("subject").to_pylist()))
    with home.engine(as_of_us=moment, as_of_day=moment // DAY_US) as engine:
        engine.give("members", pa.table({"subject": people, "customer": people}))
        found = {row["source_id"]: row["amount_minor"] for row in engine.run(ALL).to_pylist()}
    looked_up = home.timeline.fetch(tuple(people), as_of_us=moment).to_pylist()
    assert {row["source_id"]: row["amount_minor"] for row in looked_up} == found
    assert len(looked_up) == len(found)
    return found


def test_a_correction_is_a_later_version(kept: Home) -> None:
    """Before it was heard the earlier one counts, afterwards only the later."""
    brought(kept, made(["a", "b"], amount_minor=100))
    brought(kept, made(["a", "b"], amount_minor=100), now_us=NOW_US + 10)
    batch = brought(kept, made(["b", "c"], amount_minor=250), now_us=NOW_US + 20)
    assert sum(batch.changed.values()) == 1
    assert everything(kept).num_rows == 4
    assert seen(kept, NOW_US) == {"a": 100, "b": 100, "c": 250}
    assert seen(kept, NOW_US + 19) == {"a": 100, "b": 100, "c": 250}
    assert seen(kept, NOW_US + 20) == {"a": 100, "b": 250, "c": 250}


def test_a_correction_can_be_corrected_even_back(kept: Home) -> None:
    """Each is a version of its own, and each date sees one of them."""
    for step, amount in enumerate((100, 200, 100)):
        brought(kept, made(["a"], amount_minor=amount), now_us=NOW_US + step)
    assert [seen(kept, NOW_US + step)["a"] for step in range(4)] == [100, 200, 100, 100]


def test_two_corrections_at_one_instant_are_told_apart(kept: Home) -> None:
    """Both came at the same microsecond; the second is heard after the first all the same."""
    for amount in (100, 200, 300):
        brought(kept, made(["a"], amount_minor=amount))
    heard = everything(kept).column("heard_at").to_pylist()
    assert len(set(heard)) == 3
    assert seen(kept, NOW_US + 10) == {"a": 300}


def test_versions_lie_in_different_files_and_still_find_each_other(kept: Home) -> None:
    """One in a segment, its correction in the inbox, then in a segment too, then both in one."""
    brought(kept, made(range(SMALL + 1), amount_minor=100))
    brought(kept, made(range(5), amount_minor=900), now_us=NOW_US + 10)
    before, after = seen(kept, NOW_US), seen(kept, NOW_US + 10)
    assert (set(before.values()), sum(value == 900 for value in after.values())) == ({100}, 5)
    assert compact(kept.stock, kept.staging, now_us=NOW_US, fold=1)
    assert len(kept.stock.segments.paths()) == 2
    assert (seen(kept, NOW_US), seen(kept, NOW_US + 10)) == (before, after)
    for level in range(2, 6):
        brought(kept, made(range(level * 2_000, level * 2_000 + SMALL + 1), amount_minor=100))
    assert kept.compact(now_us=NOW_US)
    assert {key: value for key, value in seen(kept, NOW_US + 10).items() if int(key) <= SMALL} == after


def test_an_instant_that_was_corrected_is_the_same_trace(kept: Home) -> None:
    """Its number stays though the first bytes of its id change."""
    moved = made(["a"], amount_minor=100).to_pylist()[0]
    brought(kept, made(["a"], amount_minor=100))
    later = moved["happened_at"] + 5_000_000
    again = made(
        ["a"], amount_minor=100, happened_at=later, trace_id=(later // 1000).to_bytes(6, "big") + moved["trace_id"][6:]
    )
    assert sum(brought(kept, again, now_us=NOW_US + 10).changed.values()) == 1
    people = (moved["subject"],)
    assert kept.timeline.fetch(people, as_of_us=NOW_US).column("happened_at").to_pylist() == [moved["happened_at"]]
    assert kept.timeline.fetch(people, as_of_us=NOW_US + 10).column("happened_at").to_pylist() == [later]
