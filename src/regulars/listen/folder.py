"""Folder: files that are dropped into a folder, or one file that grows, heard when they are new or have changed.

Nothing in it is ever moved, changed or deleted. A file that changed within the last seconds is still being written,
and waits; links, folders, hidden and temporary names are passed over. The bookmark remembers of every file that is
there its size, its last change and its digest. A calendar is read once a day besides, for what was still to come.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

from ..errors import InputError
from .carrier import Disk, digest_of
from .feed import Feed, Fetched
from .files import open_files
from .source_file import SourceFile

__all__ = ["fetch", "fetch_file"]

SETTLED_SECONDS: Final = 5  # a file that changed less than this ago is still being written
DAY_US: Final = 86_400_000_000
FILES_AT_ONCE: Final = 200
MOST_FILES: Final = 10_000  # of one folder: what the bookmark remembers
TEMPORARY: Final = (".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".swp", ".lock", "~", ".filepart")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is remembered of a file: how large it was, when it last changed, its digest, and why it was passed over."""

    size: int
    changed_ns: int
    digest: str = ""
    why: str = ""
    day: int = 0  # on which it was read, where it says more on a later one: meetings that were still to come


def fetch(feed: Feed, bookmark: str, *, now_us: int) -> Fetched:
    """Return the files of a folder that are new or have changed since the bookmark."""
    folder = Path(feed.knobs["path"])
    try:
        there = dict(sorted(found_in(folder, feed.knobs.get("pattern", "*"))))
    except (OSError, ValueError) as error:
        raise unreadable(folder.name, error) from error
    if len(there) > MOST_FILES:
        raise InputError(
            f"The folder {folder.name!r} holds {len(there):,} files; at most {MOST_FILES:,} are watched.",
            now="Move those away that were heard long ago.",
        )
    return compared(folder, there, remembered(bookmark), now_us=now_us)


def fetch_file(feed: Feed, bookmark: str, *, now_us: int) -> Fetched:
    """Return one file where it is new or has changed since the bookmark."""
    path = Path(feed.knobs["path"])
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path.name, error) from error
    if not S_ISREG(found.st_mode):
        raise InputError(f"{path.name!r} is no file.", now="Correct its path in feeds.toml.")
    there = {path.name: Seen(found.st_size, found.st_mtime_ns)}
    return compared(path.parent, there, remembered(bookmark), now_us=now_us)


def found_in(folder: Path, pattern: str) -> Iterator[tuple[str, Seen]]:
    """Yield the files of a folder that are meant to be heard, by name."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and meant(entry.name) and fnmatchcase(entry.name, pattern):
                found = entry.stat(follow_symlinks=False)
                yield entry.name, Seen(found.st_size, found.st_mtime_ns)


def meant(name: str) -> bool:
    """Tell whether a name is neither hidden nor that of something temporary.

    >>> meant("orders.csv"), meant(".orders.csv"), meant("orders.csv.part"), meant("~$orders.xlsx")
    (True, False, False, False)
    """
    return not name.startswith((".", "~$", "#")) and not name.lower().endswith(TEMPORARY)


def compared(folder: Path, there: dict[str, Seen], before: dict[str, Seen], *, now_us: int) -> Fetched:
    """Open what is new or changed and settled; what cannot be opened is passed over until it changes."""
    after = {key_of(name): before[key_of(name)] for name in there if key_of(name) in before}
    files: list[SourceFile] = []
    opened, more, today = 0, False, now_us // DAY_US
    for name, seen in there.items():
        old = before.get(key_of(name))
        if (old and as_it_was(seen, old, today)) or not seen.size or not settled(seen, now_us):
            continue
        if opened >= FILES_AT_ONCE:
            more = True
            break
        opened += 1
        tables, after[key_of(name)] = looked_at(folder / name, seen, old, today=today)
        files += tables
    notes = [f"{Disk(Path(name)).name} was passed over: {seen.why}" for name, seen in after.items() if seen.why]
    return Fetched(tuple(files), written(after), more, tuple(notes))


def as_it_was(seen: Seen, old: Seen, today: int) -> bool:
    """Tell whether a file has not changed since it was read, and says no more today than then."""
    return (old.size, old.changed_ns) == (seen.size, seen.changed_ns) and old.day in (0, today)


def settled(seen: Seen, now_us: int) -> bool:
    """Tell whether a file is written to its end; one from a computer whose clock is ahead is taken as it is."""
    return abs(now_us - seen.changed_ns // 1_000) >= SETTLED_SECONDS * 1_000_000


def looked_at(path: Path, seen: Seen, old: Seen | None, *, today: int) -> tuple[list[SourceFile], Seen]:
    """Open a file unless its bytes are what they were; return its tables, and what to remember."""
    try:
        digest = digest_of(Disk(path))
        if old and old.digest == digest and not old.why and old.day in (0, today):
            return [], Seen(seen.size, seen.changed_ns, digest, day=old.day)
        tables = open_files(path)
    except InputError as error:
        return [], Seen(seen.size, seen.changed_ns, "", error.what)
    except OSError as error:
        return [], Seen(seen.size, seen.changed_ns, "", f"it cannot be read ({error.strerror})")
    later = any(table.post and table.post.later for table in tables)
    return tables, Seen(seen.size, seen.changed_ns, digest, day=today if later else 0)


def key_of(name: str) -> str:
    """Return a name as the bookmark can keep it; bytes that are no UTF-8 and NULs are written as marks."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def remembered(bookmark: str) -> dict[str, Seen]:
    """Read a bookmark; what cannot be read is the beginning."""
    try:
        found: dict[str, Any] = json.loads(bookmark)["files"]
        return {name: Seen(*entry) for name, entry in found.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def written(files: dict[str, Seen]) -> str:
    """Write a bookmark."""
    entries = {name: list(astuple(seen)) for name, seen in sorted(files.items())}
    return json.dumps({"files": entries}, ensure_ascii=False)


def unreadable(name: str, error: Exception) -> InputError:
    """Say that a folder or file cannot be looked at."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else "its path is no path"
    return InputError(f"{name!r} cannot be read ({why}).", now="Check its path in feeds.toml and its permissions.")
