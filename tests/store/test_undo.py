"""Undo: a batch is taken back, and the home is as if it had never been heard."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from regulars.errors import NotFound
from regulars.store import Home, open_home
from regulars.store.compact import compact
from regulars.store.inbox import SMALL
from regulars.store.undo import Undone, undo

from .conftest import NOW, ORDERS, Hear, left_behind
from .made import NOW_US, brought, everything, made, tail, tails

SAID = "select name, since_us, last_us from source order by name"


def taken_back(home: Home, batch_id: int) -> Undone:
    return undo(home.stock, home.staging, batch_id, mappings=home.mapping_path, now_us=NOW_US)


def state(home: Home) -> tuple[Any, ...]:
    """Return all that an undone batch must leave as it was."""
    return everything(home).to_pylist(), home.content(), home.catalogue.all(SAID), home.stock.segments.newest_us()


@pytest.mark.parametrize("count", [40, SMALL + 200])
@pytest.mark.parametrize("before", [0, 30, SMALL + 100])
def test_a_batch_that_is_taken_back_leaves_everything_as_it_was(kept: Home, count: int, before: int) -> None:
    """Every row, the home's content and its source, whether the batch was small or large, first or later."""
    if before:
        brought(kept, made(range(before)))
    was = state(kept)
    batch = brought(kept, made(range(10_000, 10_000 + count)), now_us=NOW_US + 1)
    assert state(kept) != was
    undone = taken_back(kept, batch.batch_id)
    assert (undone.traces, undone.restored, undone.files) == (count, 0, ("made.csv",))
    assert state(kept) == was
    assert left_behind_but_segments(kept) == []


def left_behind_but_segments(home: Home) -> list[str]:
    """Return what does not count; the files of old segments stay for hours, for those who still read them."""
    return [name for name in left_behind(home) if not name.startswith(("segment-", "keys-"))]


def test_a_batch_can_be_taken_back_after_its_traces_were_folded_and_merged(kept: Home) -> None:
    """Whichever file holds them by then."""
    brought(kept, made(range(30)))
    was = state(kept)
    batch = brought(kept, made(range(100, 160)))
    assert compact(kept.stock, kept.staging, now_us=NOW_US, fold=1)
    assert taken_back(kept, batch.batch_id).traces == 60
    assert state(kept) == was


def test_versions_that_were_corrected_count_again(kept: Home) -> None:
    """The batch that corrected ten of them goes; the earlier versions are what is shown."""
    brought(kept, made(range(30)))
    was, people = state(kept), tuple(set(everything(kept).column("subject").to_pylist()))
    shown = kept.timeline.fetch(people, as_of_us=NOW_US * 2)
    batch = brought(kept, made(range(20, 40), amount_minor=1), now_us=NOW_US + 5)
    assert sum(batch.changed.values()) == 10
    undone = taken_back(kept, batch.batch_id)
    assert (undone.traces, undone.restored) == (20, 10)
    assert state(kept) == was
    assert kept.timeline.fetch(people, as_of_us=NOW_US * 2) == shown


def test_what_a_later_file_had_brought_too_is_said(kept: Home) -> None:
    """Its rows were counted as heard before; they go with the batch that is taken back."""
    first = brought(kept, made(range(10)))
    brought(kept, made(range(5, 15)))
    undone = taken_back(kept, first.batch_id)
    assert undone.repeated_by == ("made.csv",)
    assert sorted(tails(kept)) == sorted(tail(number) for number in range(10, 15))


def test_what_was_taken_back_can_be_heard_again(kept: Home) -> None:
    """As new."""
    batch = brought(kept, made(range(10)))
    was = sorted(tails(kept))
    taken_back(kept, batch.batch_id)
    assert kept.content() == "0" * 32
    again = brought(kept, made(range(10)))
    assert sorted(tails(kept)) == was
    assert again.batch_id != batch.batch_id


def test_a_batch_is_taken_back_once(kept: Home) -> None:
    """The second time it is said that it is done already; one that never was is not known."""
    batch = brought(kept, made(range(10)))
    other = open_home(kept.path)
    taken_back(kept, batch.batch_id)
    with pytest.raises(NotFound, match="has been undone already"):
        taken_back(other, batch.batch_id)
    with pytest.raises(NotFound, match="no batch 99"):
        taken_back(other, 99)
    other.close()


def test_a_batch_that_is_being_taken_back_when_others_write_loses_none_of_theirs(
    kept: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The segments change while it is prepared: it looks again."""
    brought(kept, made(range(SMALL + 10)))
    batch = brought(kept, made(range(5_000, 5_000 + SMALL + 10)))
    other, exchange, others = open_home(kept.path), kept.stock.exchange, []

    def slow(*given: Any, **named: Any) -> bool:
        if len(others) < 2:
            others.append(
                brought(other, made(range(10_000 * (len(others) + 1), 10_000 * (len(others) + 1) + SMALL + 1)))
            )
        return exchange(*given, **named)

    monkeypatch.setattr(kept.stock, "exchange", slow)
    assert taken_back(kept, batch.batch_id).traces == SMALL + 10
    assert len(tails(kept)) == len(set(tails(kept))) == (SMALL + 10) + 2 * (SMALL + 1)
    other.close()


def test_a_mapping_that_somebody_has_changed_since_is_let_be(home: Home, listen: Hear, tmp_path: Path) -> None:
    """The batch's own mapping goes with it; what a person wrote stays."""
    listen({"orders.csv": ORDERS})
    path = home.mapping_path("shop")
    with home.catalogue.transaction() as write:
        write.change("update batch set mapping_after = ?", (path.read_text(encoding="utf-8"),))
    assert taken_back(home, 1).mapping == "restored"
    assert not path.exists()
    listen({"orders.csv": ORDERS}, now=NOW + timedelta(days=1))
    with home.catalogue.transaction() as write:
        write.change("update batch set mapping_after = 'another' where undone_us is null")
    assert taken_back(home, 2).mapping == "kept"
    assert path.exists()
