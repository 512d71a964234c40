"""Live: what is sent to us, kept as it comes. Each day and source has one batch and one file.

So an event has an origin like any row of a file, and a day of a source can be taken back with `undo`. The traces, the
counts of the file and what was refused are written in one transaction, for many deliveries at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from ..listen.trace import Found
from .catalogue import Catalogue
from .rewrite import workplace
from .staging import Staging
from .stock import UPSERT_SOURCE, Stock

if TYPE_CHECKING:
    from ..listen import Refused

__all__ = ["MOST_NOTED", "STREAM", "Delivered", "Delivery", "find_now", "keep_live", "since"]

STREAM: Final = "stream"  # the shape of a file that is no file
MOST_NOTED: Final = 1_000  # refused events of one day and source that are kept with their reason; all are counted
THE_FILE: Final = """
select f.file_id, f.rows from file f join batch b using (batch_id)
where b.source = ? and f.name = ? and f.shape = ? and b.state = 'kept' and b.undone_us is null
order by f.file_id desc
"""
NEW_BATCH: Final = """
insert into batch (source, received_us, state, holder) values (?, ?, 'kept', '') returning batch_id
"""
NEW_FILE: Final = "insert into file (batch_id, name, digest, shape) values (?, ?, '', ?) returning file_id"
COUNT: Final = """
update file set rows = rows + ?, kept = kept + ?, same = same + ?, refused = refused + ?, held_back = held_back + ?
where file_id = ?
"""
NOTED: Final = "select distinct header, value, reason from refused where file_id = ?"
INSERT_REFUSED: Final = """
insert into refused (file_id, row, header, value, reason, suggestion) values (?, ?, ?, ?, ?, ?)
"""
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'hear', ?)"
SINCE: Final = "select since_us from source where name = ?"
NUL: Final = "\u2400"  # the sign for the one character that PostgreSQL takes in no text


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one sender brought at once: the traces of its events, numbered from 1, and the events that make none."""

    source: str
    file: str
    events: int
    traces: pa.Table
    refused: Sequence[Refused]


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many traces of each event of a delivery are new, and how many are of people who were erased."""

    new: Counter[int]
    held_back: Counter[int]


def keep_live(stock: Stock, deliveries: Sequence[Delivery], *, now_us: int) -> list[Delivered]:
    """Keep what several senders brought in one commit; say what each delivery came to."""
    rows = [row | {"delivery": place} for place, one in enumerate(deliveries) for row in one.traces.to_pylist()]
    made: list[Delivered] = []

    def noted(write: Catalogue, new: list[dict[str, Any]], held_back: list[dict[str, Any]]) -> None:
        made[:] = [
            Delivered(
                Counter(row["row"] for row in new if row["delivery"] == place),
                Counter(row["row"] for row in held_back if row["delivery"] == place),
            )
            for place in range(len(deliveries))
        ]
        places = [written_down(write, one, made[place], now_us) for place, one in enumerate(deliveries)]
        for row in new:
            file_id, before = places[row.pop("delivery")]
            row["file_id"], row["row"] = file_id, row["row"] + before
        sources = {one.source for one in deliveries}
        write.changes(UPSERT_SOURCE, [(source, now_us, now_us) for source in sorted(sources)])

    stock.keep_rows(rows, noted)
    return made


def written_down(write: Catalogue, one: Delivery, came_to: Delivered, now_us: int) -> tuple[int, int]:
    """Count a delivery in the file of its day; return that file, and how many events it had before."""
    found = write.all(THE_FILE, (one.source, one.file, STREAM))
    file_id, before = (found[0]["file_id"], found[0]["rows"]) if found else (begun(write, one, now_us), 0)
    fresh, erased = came_to.new.total(), came_to.held_back.total()
    write.change(COUNT, (one.events, fresh, one.traces.num_rows - fresh - erased, len(one.refused), erased, file_id))
    if one.refused:
        write.changes(INSERT_REFUSED, worth_noting(write, one, file_id, before))
    return file_id, before


def begun(write: Catalogue, one: Delivery, now_us: int) -> int:
    """Begin the batch and the file of a day."""
    batch_id = write.one(NEW_BATCH, (one.source, now_us))["batch_id"]
    write.change(AUDIT, (now_us, f"batch {batch_id}"))
    return int(write.one(NEW_FILE, (batch_id, one.file, STREAM))["file_id"])


def worth_noting(write: Catalogue, one: Delivery, file_id: int, before: int) -> list[tuple[Any, ...]]:
    """Return the refused events that say something new: one name that we have no kind for is told once a day."""
    known = {(row["header"], row["value"], row["reason"]) for row in write.all(NOTED, (file_id,))}
    told: list[tuple[Any, ...]] = []
    for fault in one.refused:
        texts = [text.replace("\0", NUL) for text in (fault.column, fault.value, fault.reason)]
        said = (texts[0], texts[1], texts[2])
        if said not in known and len(known) < MOST_NOTED:
            known.add(said)
            told.append((file_id, fault.row + before, *said, fault.suggestion))
    return told


def since(stock: Stock, source: str, *, now_us: int) -> int:
    """Return since when a source is listened to: from now on, where it is new."""
    found = stock.catalogue.all(SINCE, (source,))
    return int(found[0]["since_us"]) if found else now_us


def find_now(stock: Stock, staging: Path, keys: Sequence[str], fresh: pa.Table, *, now_us: int) -> Found:
    """Say whose an order is and when it was placed, from all that counts and from what has just been read."""
    with workplace(staging) as folder:
        gathered = Staging(folder / "find", stock.heard(), now_us=now_us)
        gathered.add(fresh)
        return gathered.find(keys)
