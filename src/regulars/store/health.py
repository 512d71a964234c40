"""Health: whether everything that the catalogue names is there and unchanged, and what was left unfinished."""

from __future__ import annotations

from dataclasses import dataclass

from .files import sha256_of
from .home import Home
from .segments import keys_of

__all__ = ["Finding", "examine"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen, and what to do where it is not."""

    well: bool
    seen: str
    now: str = ""


def examine(home: Home) -> list[Finding]:
    """Look at the catalogue, the segments, unfinished work and the current run."""
    return [catalogue(home), *segments(home), unfinished(home), refused(home), current(home)]


def catalogue(home: Home) -> Finding:
    """Check the catalogue's own pages."""
    said = home.catalogue.one("pragma quick_check")[0]
    return Finding(
        said == "ok", f"catalogue: {said}", "" if said == "ok" else "Restore catalogue.sqlite from a backup."
    )


def segments(home: Home) -> list[Finding]:
    """Compare every segment with the sum that was taken when it was written."""
    wrong = []
    rows = home.catalogue.all("select name, sha256, keys_sha256 from segment")
    for row in rows:
        path = home.path / "segments" / row["name"]
        for part, wanted in ((path, row["sha256"]), (keys_of(path), row["keys_sha256"])):
            if not part.exists():
                wrong.append(Finding(False, f"segment {part.name} is missing", "Restore it from a backup."))
            elif sha256_of(part) != wanted:
                wrong.append(Finding(False, f"segment {part.name} was changed", "Restore it from a backup."))
    return wrong or [Finding(True, f"segments: {len(rows)}, all unchanged")]


def unfinished(home: Home) -> Finding:
    """Name what was being heard when a program stopped."""
    rows = home.catalogue.all(
        "select f.name from file f join batch b using (batch_id) where b.state = 'open' order by f.name"
    )
    if not rows:
        return Finding(True, "nothing was interrupted")
    names = ", ".join(row["name"] for row in rows)
    return Finding(False, f"hearing {names} was interrupted, and nothing of it counts", "Hear it again.")


def refused(home: Home) -> Finding:
    """Say how many rows need a look."""
    count = home.catalogue.one("select count(*) as n from refused")["n"]
    return Finding(True, f"rows that need a look: {count}")


def current(home: Home) -> Finding:
    """Say whether the pages show everything that was heard."""
    rows = home.catalogue.all("select r.segments from run r join current_run c on c.run_id = r.run_id")
    if not rows:
        return Finding(False, "nothing has been worked out yet", "Run 'regulars turn'.")
    fresh = rows[0]["segments"] == home.fingerprint()
    return Finding(
        fresh,
        "pages show all that was heard" if fresh else "something was heard since the last turn",
        "" if fresh else "Run 'regulars turn'.",
    )
