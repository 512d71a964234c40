"""Holding: letters that wait for a word on their sender, and the words that were said. Heads of letters only."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .segments import keys_of
from .stock import Stock

__all__ = ["Holding"]

WAIT: Final = """
insert into waiting (sender, source, source_id, happened_us, received_us, body) values (?, ?, ?, ?, ?, ?)
on conflict (source, source_id) do nothing
"""
WAITING: Final = """
select sender, source, count(*) as letters, min(happened_us) as first_us, max(happened_us) as last_us,
    sum(case when substr(source_id, 1, 8) = 'meeting/' then 1 else 0 end) as meetings
from waiting group by sender, source order by letters desc, sender, source
"""
LETTERS: Final = "select source, body from waiting where sender = ? order by source, seq"
SAID: Final = "select address, judged, why, judged_by, judged_us from sender order by address"
SAY: Final = """
insert into sender (address, judged, why, judged_by, judged_us) values (?, ?, ?, ?, ?)
on conflict (address) do update set judged = excluded.judged, why = excluded.why, judged_by = excluded.judged_by,
    judged_us = excluded.judged_us
"""


class Holding:
    """The letters of a home that wait, and the senders that somebody has decided on."""

    def __init__(self, stock: Stock) -> None:
        self.stock, self.catalogue = stock, stock.catalogue

    def wait(self, source: str, letters: Iterable[tuple[str, str, int, dict[str, Any]]], *, now_us: int) -> int:
        """Let letters wait (sender, number, instant, row); return how many did not wait already."""
        with self.catalogue.transaction() as write:
            stones = self.stock.tombstones
            rows = [
                (sender, source, number, happened_us, now_us, json.dumps(body, ensure_ascii=False, sort_keys=True))
                for sender, number, happened_us, body in letters
                if not stones.among({f"email:{sender}"})
            ]
            return max(0, write.changes(WAIT, rows)) if rows else 0

    def waiting(self) -> list[dict[str, Any]]:
        """Return who waits: each sender and source with the number of letters, and the first and the last of them."""
        return self.catalogue.all(WAITING)

    def letters(self, sender: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the letters of a sender that wait, each with its source."""
        return [(row["source"], json.loads(row["body"])) for row in self.catalogue.all(LETTERS, (sender,))]

    def senders(self) -> list[dict[str, Any]]:
        """Return what was decided on senders, and by whom."""
        return self.catalogue.all(SAID)

    def say(self, address: str, judged: str, *, why: str, now_us: int) -> None:
        """Write down what a sender is."""
        with self.catalogue.transaction() as write:
            write.change(SAY, (address, judged, why, "the house", now_us))

    def let_go(self, sender: str) -> int:
        """Let the letters of a sender wait no longer; return how many did."""
        with self.catalogue.transaction() as write:
            return write.change("delete from waiting where sender = ?", (sender,))

    def known(self, keys: Collection[str]) -> set[str]:
        """Return which of some identifiers any trace names."""
        asked, heard = pa.array(sorted(keys), pa.string()), self.stock.heard()
        found = set(pc.unique(pc.list_flatten(heard.inbox.column("who"))).to_pylist()).intersection(keys)
        for path in heard.paths:
            there = pq.read_table(keys_of(path), columns=["key"], filters=pc.field("key").isin(asked))
            found.update(there.column("key").to_pylist())
        return found
