"""Inbox: fresh traces in the catalogue itself, each acknowledged only after its commit, until they are folded.

What is small comes here, since a file of its own for every handful of traces would slow every look-up. `fold.py` moves
what has gathered into a segment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import pyarrow as pa

from ..errors import KeepError
from .catalogue import Catalogue
from .content import content_of
from .rows import PLAIN

__all__ = ["SMALL", "Inbox", "body_sum"]

SMALL: Final = 1_000  # traces of one batch that still go into the inbox
INSERT: Final = """
insert into inbox (trace_id, replaces, subject, file_id, happened_us, body, body_sum) values (?, ?, ?, ?, ?, ?, ?)
on conflict (trace_id, replaces) do nothing
"""


class Inbox:
    """The fresh traces of a home."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def put(self, write: Catalogue, traces: Iterable[dict[str, Any]]) -> int:
        """Write traces down inside a transaction; return how many were not there yet."""
        return write.changes(INSERT, [row_of(trace) for trace in traces])

    def unknown(self, traces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the traces whose customer has none of the same number here, each once; inside a transaction."""
        asked = "select trace_id from inbox where subject = ?"
        met = {
            (subject, row["trace_id"][6:])
            for subject in {trace["subject"] for trace in traces}
            for row in self.catalogue.all(asked, (subject,))
        }
        first = {(trace["subject"], trace["trace_id"][6:]): trace for trace in reversed(traces)}
        return [trace for number, trace in first.items() if number not in met]

    def count(self, *, until: int = (1 << 63) - 1) -> int:
        """Return how many traces wait here, up to an entry."""
        return int(self.catalogue.one("select count(*) as n from inbox where seq <= ?", (until,))["n"])

    def last(self) -> int:
        """Return the number of the newest entry, 0 where there was none."""
        return int(self.catalogue.one("select coalesce(max(seq), 0) as last from inbox")["last"])

    def table(self, *, after: int = 0, until: int = (1 << 63) - 1) -> pa.Table:
        """Return all fresh traces, or those between two entries."""
        asked = "select body from inbox where seq > ? and seq <= ? order by seq"
        return table_of(self.catalogue.all(asked, (after, until)))

    def of(self, subjects: Sequence[int]) -> pa.Table:
        """Return the fresh traces of some subjects."""
        asked = "select body from inbox where subject = ? order by seq"
        return table_of([row for subject in subjects for row in self.catalogue.all(asked, (subject,))])

    def content(self) -> str:
        """Return what stands for the fresh traces; see `content.py`."""
        return content_of(self.table())

    def damaged(self) -> list[int]:
        """Return the numbers of the entries whose text is not what was written."""
        rows = self.catalogue.all(
            "select seq, trace_id, replaces, subject, file_id, happened_us, body, body_sum from inbox"
        )
        return [row["seq"] for row in rows if body_sum(*list(row.values())[1:-1]) != row["body_sum"]]


def row_of(trace: dict[str, Any]) -> tuple[Any, ...]:
    """Write one trace as a row of the inbox."""
    told = {name: value for name, value in trace.items() if value is not None} | {"trace_id": trace["trace_id"].hex()}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    named = (trace["trace_id"], trace.get("replaces") or 0)
    found = (*named, trace["subject"], trace["file_id"], trace["happened_at"], body)
    return *found, body_sum(*found)


def body_sum(*parts: object) -> str:
    """Return the sum by which a damaged row is found."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def table_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Return rows of the inbox as traces."""
    if not rows:
        return PLAIN.empty_table()
    try:
        told = [json.loads(row["body"]) for row in rows]
        found = [trace | {"trace_id": bytes.fromhex(trace["trace_id"])} for trace in told]
        return pa.Table.from_pylist(found, schema=PLAIN)
    except (ValueError, TypeError, KeyError, OverflowError) as error:  # pyarrow's own are among these
        raise KeepError(
            f"A fresh trace in the catalogue is not what was written ({type(error).__name__}).",
            now="Look with 'regulars doctor', then restore it from a backup.",
        ) from error
