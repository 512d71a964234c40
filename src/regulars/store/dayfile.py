"""Day file: one batch and one file a day for what comes in one by one, so that it has an origin and can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .home import Home

__all__ = ["counted", "day_file", "next_line", "take_back"]

THERE: Final = """
select f.file_id from file f join batch b using (batch_id)
where b.source = ? and f.name = ? and f.shape = ? and b.state = 'kept' and b.undone_us is null order by f.file_id
"""
INSERT_BATCH: Final = "insert into batch (source, received_us, state) values (?, ?, 'kept') returning batch_id"
INSERT_FILE: Final = "insert into file (batch_id, name, digest, shape) values (?, ?, '', ?) returning file_id"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, ?, ?)"
OF_SOURCE: Final = """
select i.file_id from inbox i join file f using (file_id) join batch b using (batch_id)
where i.trace_id = ? and b.source = ?
"""


def day_file(home: Home, source: str, name: str, shape: str, now_us: int) -> int:
    """Return the file of that name under which traces are kept one by one; make it and its batch where it is new."""
    with home.catalogue.transaction() as write:
        found = write.all(THERE, (source, name, shape))
        if found:
            return int(found[0]["file_id"])
        batch_id = int(write.one(INSERT_BATCH, (source, now_us))["batch_id"])
        write.change(AUDIT, (now_us, "hear", f"batch {batch_id}"))
        return int(write.one(INSERT_FILE, (batch_id, name, shape))["file_id"])


def next_line(home: Home, file_id: int) -> int:
    """Take the next line of such a file; no line is given twice."""
    with home.catalogue.transaction() as write:
        write.change("update file set rows = rows + 1 where file_id = ?", (file_id,))
        return int(write.one("select rows from file where file_id = ?", (file_id,))["rows"])


def counted(home: Home, file_id: int, *, kept: int) -> None:
    """Count what became of one line: `kept` traces of it were new, or it was known already."""
    with home.catalogue.transaction() as write:
        statement = "update file set kept = kept + ?, same = same + ? where file_id = ?"
        write.change(statement, (kept, 0 if kept else 1, file_id))


def take_back(home: Home, source: str, trace: bytes, *, now_us: int) -> bool:
    """Delete one fresh trace of a source, as if it had never come; False where it is not fresh, or not there."""
    with home.catalogue.transaction() as write:
        found = write.all(OF_SOURCE, (trace, source))
        if not found:
            return False
        write.change("delete from inbox where trace_id = ?", (trace,))
        write.change("update file set kept = kept - 1 where file_id = ?", (found[0]["file_id"],))
        write.change("update home set rewritten = rewritten + 1")
        write.change(AUDIT, (now_us, "take back", "one trace"))
    return True
