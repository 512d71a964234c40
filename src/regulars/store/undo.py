"""Undo: take one batch back, so that the home is as if it had never been heard.

Its traces go, the versions that it corrected count again, its refused rows go, those that it mended need a look again,
and its source and mapping are what they were before. Rows that a later batch brought too were counted as heard before;
they go with this one, and are said.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import NotFound
from .catalogue import Catalogue
from .files import written
from .quarantine import unmend
from .rewrite import Rewritten, without, workplace
from .stock import Stock

__all__ = ["Undone", "undo"]

THE_BATCH: Final = """
select batch_id, source, received_us, mapping_before, mapping_after, state, undone_us from batch where batch_id = ?
"""
FILES: Final = "select file_id, name, digest, kept, changed from file where batch_id = ? order by file_id"
AGAIN: Final = """
select f.name from file f join batch b using (batch_id)
where b.source = ? and b.batch_id > ? and b.state = 'kept' and b.undone_us is null and f.same > 0 order by f.file_id
"""
MARK: Final = "update batch set undone_us = ? where batch_id = ? and undone_us is null"
REST: Final = """
select min(received_us) as since_us, max(received_us) as last_us from batch
where source = ? and state = 'kept' and undone_us is null
"""
SOURCE: Final = "update source set since_us = ?, last_us = ? where name = ?"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'undo', ?)"


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a batch back came to."""

    batch_id: int
    source: str
    files: tuple[str, ...]
    traces: int  # that count no longer
    restored: int  # earlier versions that count again
    repeated_by: tuple[str, ...]  # later files that had brought some of these rows too
    mapping: str  # what became of the source's mapping: "restored", "kept" or ""


def undo(stock: Stock, staging: Path, batch_id: int, *, mappings: Any, now_us: int) -> Undone:
    """Take a batch back; `mappings` names the mapping file of a source."""
    found = stock.catalogue.all(THE_BATCH, (batch_id,))
    if not found or found[0]["state"] != "kept":
        raise NotFound(f"There is no batch {batch_id}.", now="See all of them with 'regulars batches'.")
    batch = found[0]
    if batch["undone_us"] is not None:
        raise NotFound(f"Batch {batch_id} has been undone already.", now="See all of them with 'regulars batches'.")
    files = stock.catalogue.all(FILES, (batch_id,))
    numbers = [file["file_id"] for file in files]
    fresh = 0

    def also(write: Catalogue) -> None:
        nonlocal fresh
        if not write.change(MARK, (now_us, batch_id)):
            raise NotFound(
                f"Batch {batch_id} has just been undone by somebody else.", now="There is nothing left to do."
            )
        fresh = write.changes("delete from inbox where file_id = ?", [(number,) for number in numbers])
        write.changes("delete from refused where file_id = ?", [(number,) for number in numbers])
        unmend(write, [file["digest"] for file in files], batch["received_us"])
        rest = write.one(REST, (batch["source"],))
        if rest["since_us"] is None:
            write.change("delete from source where name = ?", (batch["source"],))
        else:
            write.change(SOURCE, (rest["since_us"], rest["last_us"], batch["source"]))
        write.change("update home set rewritten = rewritten + 1")
        write.change(AUDIT, (now_us, f"batch {batch_id}"))

    left_out = taken_out(stock, staging, numbers, also)
    return Undone(
        batch_id,
        batch["source"],
        tuple(file["name"] for file in files),
        left_out + fresh,
        sum(file["changed"] for file in files),
        tuple(dict.fromkeys(row["name"] for row in stock.catalogue.all(AGAIN, (batch["source"], batch_id)))),
        mapping_back(mappings(batch["source"]), batch["mapping_before"], batch["mapping_after"]),
    )


def taken_out(stock: Stock, staging: Path, numbers: list[int], also: Any) -> int:
    """Exchange the segments that hold traces of some files; again, where another program was faster."""
    with workplace(staging) as folder:
        for attempt in range(100):
            seen = stock.segments.edition()
            place = folder / str(attempt)
            place.mkdir()
            less: Rewritten = without(stock.segments.live(), place, files=numbers)
            if stock.exchange(seen, gone=less.gone, come=less.come, also=also):
                return less.left_out
    raise AssertionError("unreachable: a hundred others cannot be faster")


def mapping_back(path: Path, before: str | None, after: str | None) -> str:
    """Give a source the mapping that it had, unless somebody has changed it since."""
    if after is None or not path.exists() or path.read_text(encoding="utf-8") != after:
        return "" if after is None else "kept"
    if before is None:
        path.unlink()
    elif before != after:
        written(path, before)
    return "restored"
