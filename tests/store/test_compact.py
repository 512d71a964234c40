"""Compact: the inbox becomes a segment, small segments become large ones, and nobody can tell from what is read."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.store import Home, open_home
from regulars.store.compact import FEW, FOLD, compact, to_merge
from regulars.store.health import verify
from regulars.store.inbox import SMALL

from .made import NOW_US, brought, everything, made


def told(home: Home) -> tuple[Any, ...]:
    """Return all that compacting must leave as it was."""
    people = tuple(set(everything(home).column("subject").to_pylist()))
    return everything(home), home.content(), home.timeline.fetch(people, as_of_us=NOW_US * 2)


def test_nothing_is_done_where_there_is_no_need(kept: Home) -> None:
    """A few fresh traces wait, and no program is disturbed for them."""
    kept.keep(made(range(FOLD - 1 if FOLD < 100 else 99)), now_us=NOW_US)
    assert not kept.compact(now_us=NOW_US)
    assert kept.stock.segments.paths() == []


def test_the_inbox_is_folded_without_a_change_to_what_counts(kept: Home) -> None:
    """Every row, the content and each timeline are the same; what comes in later waits anew."""
    for first in range(0, FOLD, 500):
        brought(kept, made(range(first, first + 500)))
    before = told(kept)
    assert kept.compact(now_us=NOW_US)
    assert (kept.stock.inbox.count(), len(kept.stock.segments.paths())) == (0, 1)
    assert told(kept) == before
    assert kept.keep(made([0, 9_999]), now_us=NOW_US) == 1
    assert kept.stock.inbox.count() == 1


def test_small_segments_are_merged_without_a_change_to_what_counts(kept: Home) -> None:
    """A look-up has few levels to look into, also where some traces were corrected."""
    for level in range(FEW):
        brought(kept, made(range(level * 2_000, level * 2_000 + SMALL + 1)))
    brought(kept, made(range(SMALL + 1), amount_minor=7), now_us=NOW_US + 9)
    assert len(kept.stock.segments.paths()) == FEW + 1
    before = told(kept)
    assert kept.compact(now_us=NOW_US)
    assert len(kept.stock.segments.paths()) < FEW
    assert to_merge(kept.stock.segments.live()) == []
    assert told(kept) == before
    assert [finding for finding in verify(kept) if not finding.well] == []


def test_a_large_segment_is_not_written_again_for_a_few_small_ones(kept: Home) -> None:
    """Only what is less than twice as large as all that is smaller joins."""
    brought(kept, made(range(12 * (SMALL + 1))))
    large = kept.stock.segments.paths()[0]
    for level in range(20, 20 + FEW):
        brought(kept, made(range(level * 2_000, level * 2_000 + SMALL + 1)))
    assert kept.compact(now_us=NOW_US)
    assert large in kept.stock.segments.paths()
    assert len(kept.stock.segments.paths()) == 2


def test_what_comes_in_while_the_inbox_is_folded_is_not_lost(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays in the inbox for the next time."""
    kept.keep(made(range(50)), now_us=NOW_US)
    other, exchange = open_home(kept.path), kept.stock.exchange

    def slow(*given: Any, **named: Any) -> bool:
        other.keep(made(range(50, 60)), now_us=NOW_US)
        return exchange(*given, **named)

    monkeypatch.setattr(kept.stock, "exchange", slow)
    assert compact(kept.stock, kept.staging, now_us=NOW_US, fold=1)
    assert (kept.stock.inbox.count(), everything(kept).num_rows) == (10, 60)
    other.close()


def test_folding_gives_way_to_whoever_was_faster(kept: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of segments changed meanwhile: nothing is done, and the next time it is."""
    kept.keep(made(range(50)), now_us=NOW_US)
    other, exchange = open_home(kept.path), kept.stock.exchange

    def slow(*given: Any, **named: Any) -> bool:
        brought(other, made(range(1_000, 1_000 + SMALL + 1)))
        return exchange(*given, **named)

    with monkeypatch.context() as now:
        now.setattr(kept.stock, "exchange", slow)
        assert not compact(kept.stock, kept.staging, now_us=NOW_US, fold=1)
    assert kept.stock.inbox.count() == 50
    assert compact(kept.stock, kept.staging, now_us=NOW_US, fold=1)
    assert (kept.stock.inbox.count(), everything(kept).num_rows) == (0, 51 + SMALL)
    other.close()
