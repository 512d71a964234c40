"""Health: whether everything that the catalogue names is there and unchanged, and what was left unfinished."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ..errors import RegularsError
from .files import sha256_of
from .holder import alive
from .home import Home
from .segments import keys_of

__all__ = ["Finding", "examine", "verify"]

TURN: Final = "Remove its folder and run 'regulars turn'."
MEND: Final = "Restore it with 'regulars restore', or hear its files again."
OPEN: Final = """
select b.batch_id, b.holder, f.name from batch b join file f using (batch_id) where b.state = 'open' order by f.name
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen, and what to do where it is not."""

    well: bool
    seen: str
    now: str = ""


def examine(home: Home) -> list[Finding]:
    """Look at everything: what is kept, unfinished work, sources, copies and the current run."""
    return [*verify(home), *looked(home, (tail, unfinished, refused, sources, copies, current))]


def verify(home: Home) -> list[Finding]:
    """Compare every byte that is kept with the sum that was taken when it was written."""
    return looked(home, (catalogue, inbox, segments, runs, mappings))


def looked(home: Home, looks: Iterable[Callable[[Home], list[Finding]]]) -> list[Finding]:
    """Take several looks; what is too damaged to be looked at is a finding too."""
    found = []
    for look in looks:
        try:
            found += look(home)
        except RegularsError as error:
            found.append(Finding(False, error.what, error.now))
    return found


def catalogue(home: Home) -> list[Finding]:
    """Check the catalogue's own pages."""
    said = home.catalogue.sound()
    return [Finding(said == "ok", f"catalogue: {said}", "" if said == "ok" else MEND)]


def inbox(home: Home) -> list[Finding]:
    """Compare every fresh trace with its sum."""
    wrong = home.stock.inbox.damaged()
    seen = f"inbox: {home.stock.inbox.count()} fresh traces"
    if wrong:
        return [Finding(False, f"{seen}, {len(wrong)} of them changed", MEND)]
    return [Finding(True, f"{seen}, all unchanged")]


def segments(home: Home) -> list[Finding]:
    """Compare every segment with the sum that was taken when it was written."""
    lives = home.stock.segments.live()
    sums = [(path, sha256) for live in lives for path, sha256 in of_live(live.path, live.sha256, live.keys_sha256)]
    wrong = list(changed(sums))
    return wrong or [Finding(True, f"segments: {len(lives)}, all unchanged")]


def of_live(path: Path, sha256: str, keys_sha256: str) -> list[tuple[Path, str]]:
    """Return a segment's files with their sums."""
    return [(path, sha256), (keys_of(path), keys_sha256)]


def runs(home: Home) -> list[Finding]:
    """Compare the tables of every run that is still kept with their sums."""
    sums, count = [], 0
    for row in home.catalogue.all("select run_id, notes from run order by run_id"):
        folder = home.runs.folder / row["run_id"]
        if folder.is_dir():
            count += 1
            try:
                sums += [(folder / name, sha256) for name, sha256 in json.loads(row["notes"]).get("files", {}).items()]
            except ValueError:
                return [Finding(False, f"what run {row['run_id']} noted about itself cannot be read", TURN)]
    return list(changed(sums, now=TURN)) or [Finding(True, f"runs: {count}, all unchanged")]


def mappings(home: Home) -> list[Finding]:
    """Say whether each mapping can be read as text; what it says may be changed by anybody."""
    unread = []
    for path in sorted((home.path / "mappings").glob("*.toml")):
        try:
            path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            unread.append(path.name)
    if unread:
        return [Finding(False, f"mappings: {', '.join(unread)} cannot be read", MEND)]
    return [Finding(True, "mappings: all readable")]


def changed(sums: list[tuple[Path, str]], *, now: str = MEND) -> Iterator[Finding]:
    """Name the files that are missing or not what was written."""
    for path, sha256 in sums:
        name = f"{path.parent.name}/{path.name}"
        if not path.exists():
            yield Finding(False, f"{name} is missing", now)
        elif sha256_of(path) != sha256:
            yield Finding(False, f"{name} is not what was written", now)


def tail(home: Home) -> list[Finding]:
    """Say whether the catalogue's log ends in the middle of a change."""
    count = home.catalogue.unfinished()
    if not count:
        return [Finding(True, "the catalogue ends with a whole change")]
    return [
        Finding(
            False,
            f"a change was not finished when a program or the computer stopped: {count} bytes of it are passed over",
            "Hear again what was on its way in; what is there already is not kept twice.",
        )
    ]


def unfinished(home: Home) -> list[Finding]:
    """Name what is being heard, and what was being heard when a program stopped."""
    rows = home.catalogue.all(OPEN)
    dead = [row["name"] for row in rows if not alive(row["holder"])]
    if dead:
        return [
            Finding(False, f"hearing {', '.join(dead)} was interrupted, and nothing of it counts", "Hear it again.")
        ]
    if rows:
        return [Finding(True, f"being heard right now: {', '.join(row['name'] for row in rows)}")]
    return [Finding(True, "nothing was interrupted")]


def refused(home: Home) -> list[Finding]:
    """Say how many rows need a look."""
    count = home.catalogue.one("select count(*) as n from refused where mended_us is null")["n"]
    return [Finding(True, f"rows that need a look: {count}")]


def sources(home: Home) -> list[Finding]:
    """Name the sources that are paused."""
    rows = home.catalogue.all("select name, paused_why from source where paused_us is not null order by name")
    return [
        Finding(False, f"{row['name']} is paused: {row['paused_why']}", "Mend it, then hear it again.") for row in rows
    ]


def copies(home: Home) -> list[Finding]:
    """Say when the last backup was made."""
    rows = home.catalogue.all("select place, made_us from kept_elsewhere where kind = 'backup' order by made_us desc")
    if not rows:
        return [Finding(True, "there is no backup yet", "Make one with 'regulars backup FOLDER'.")]
    when = datetime.fromtimestamp(rows[0]["made_us"] / 1_000_000, tz=UTC)
    return [Finding(True, f"last backup: {when:%Y-%m-%d %H:%M} UTC, in {rows[0]['place']}")]


def current(home: Home) -> list[Finding]:
    """Say whether the pages show everything that was heard."""
    rows = home.catalogue.all("select r.segments from run r join current_run c on c.run_id = r.run_id")
    if not rows:
        return [Finding(False, "nothing has been worked out yet", "Run 'regulars turn'.")]
    if rows[0]["segments"] == home.content():
        return [Finding(True, "pages show all that was heard")]
    return [Finding(False, "something was heard since the last turn", "Run 'regulars turn'.")]
