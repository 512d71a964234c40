"""Foresee: what erasing a customer would take out, place by place. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import pyarrow.dataset as ds

from .erase import Place
from .stock import Stock
from .theirs import named_by, refused_about, strongest, tails_of, traces_of
from .tombstones import leading, record

__all__ = ["foresee", "refused_rows"]

COPIES: Final = "select place, kind, about from kept_elsewhere order by place"


def foresee(stock: Stock, *, subjects: Sequence[int], keys: Iterable[str], texts: Iterable[str]) -> list[Place]:
    """Return what `erase` would do in each place."""
    own = sorted(set(keys))
    traces = traces_of(stock, subjects)
    about = refused_rows(stock, subjects=subjects, keys=own, texts=texts)
    digests = {stock.tombstones.digest(key).hex() for key in (*own, *map(record, subjects))}
    copies = stock.catalogue.all(COPIES)
    exports = [copy for copy in copies if copy["kind"] == "export" and not digests.isdisjoint(copy["about"].split())]
    return [
        Place("segments", f"{in_segments(stock, subjects, tails_of(stock, traces))} traces would be taken out"),
        Place("inbox", f"{stock.inbox.of(subjects).num_rows} traces would be taken out"),
        Place("refused rows", f"{len(about)} rows that name them would be taken out"),
        Place("runs", f"all {runs(stock)} would be dropped, since totals were made of everybody"),
        Place("exports", f"{len(exports)} would be removed"),
        *(Place(f"the backup in {copy['place']}", "would be told") for copy in copies if copy["kind"] == "backup"),
        Place("tombstones", f"{len(own)} identifiers of theirs alone would not be let in again"),
    ]


def refused_rows(
    stock: Stock, *, subjects: Sequence[int], keys: Iterable[str], texts: Iterable[str]
) -> list[tuple[int, int]]:
    """Return the refused rows that `erase` would take out, by file and row."""
    own, traces = sorted(set(keys)), traces_of(stock, subjects)
    stones = {stock.tombstones.digest(key) for key in (*own, *map(leading, strongest(traces)))}
    return refused_about(stock.catalogue, named_by(traces, texts, own), stock.tombstones, stones)


def in_segments(stock: Stock, subjects: Sequence[int], tails: Sequence[bytes]) -> int:
    """Count the traces of some records in segments, with their earlier versions."""
    wanted, known = ds.field("subject").isin(list(subjects)), set(tails)
    paths = [
        str(live.path)
        for live in stock.segments.live()
        if tails or any(live.first_subject <= subject <= live.last_subject for subject in subjects)
    ]
    if not paths:
        return 0
    found = ds.dataset(paths)
    if not known:
        return int(found.count_rows(filter=wanted))
    rows = found.to_table(columns={"theirs": wanted, "trace_id": ds.field("trace_id")})
    return sum(
        theirs or identity[6:] in known
        for theirs, identity in zip(rows.column("theirs").to_pylist(), rows.column("trace_id").to_pylist(), strict=True)
    )


def runs(stock: Stock) -> int:
    """Count the runs."""
    return int(stock.catalogue.one("select count(*) as n from run")["n"])
