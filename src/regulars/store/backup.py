"""Backup: a copy of everything that cannot be worked out again, and the way back from it.

    backup-folder/
      manifest.json       what is in it, with the sha256 of every file
      segments/           the traces, copied once: a segment never changes
      state-.../          of this backup alone: catalogue.jsonl (every row of the catalogue, the same for SQLite and
                          PostgreSQL), settings.toml, secret, mappings/
      erasures.log        appended to by every later erasure that can reach this folder

The manifest is written last, and what it no longer names goes only then: a backup that is interrupted leaves the one
before it whole.

Restoring puts the copy together with every erasure that is known, in the backup or where it is restored to; the home
does them all again before it opens.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from ..errors import HomeError, InputError, KeepError
from ..settings import FILE_NAME as SETTINGS
from . import erasures
from .catalogue import Catalogue
from .dump import dump, load
from .files import settle, sha256_of, written
from .segments import keys_of
from .stock import Stock
from .sweep import remove
from .tombstones import FILE_NAME as SECRET

__all__ = ["RESTORING", "BackedUp", "back_up", "read_manifest", "restore", "wrong_in_backup"]

MANIFEST: Final = "manifest.json"
STATE: Final = "state-"
ROWS: Final = "catalogue.jsonl"
FORMAT: Final = 1
RESTORING: Final = "restoring"  # a file that shuts a home until all of it has arrived
ELSEWHERE: Final = """
insert into kept_elsewhere (place, kind, made_us, about) values (?, 'backup', ?, '')
on conflict (place) do update set made_us = excluded.made_us
"""
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'backup', 'everything')"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    place: Path
    made_us: int
    traces: int
    content: str
    files: dict[str, str]  # by their path in the backup: sha256
    copied: int = 0  # files that no earlier backup had put there


def back_up(home: Path, stock: Stock, place: Path, *, now_us: int) -> BackedUp:
    """Copy the home to a folder while it goes on working; what an earlier backup put there is not copied again."""
    if place.exists() and any(place.iterdir()) and not (place / MANIFEST).exists():
        raise InputError(f"{place} holds something other than a backup.", now="Name an empty folder, or a backup.")
    try:
        (place / "segments").mkdir(parents=True, exist_ok=True)
        made = copied_to(home, stock, place, now_us)
        written(place / MANIFEST, json.dumps(as_manifest(made), indent=1) + "\n")
        tidied(place, made)
    except OSError as error:
        raise KeepError(
            f"The backup in {place} could not be written ({error.strerror}).",
            now="Look whether that disk is full or read-only; the home is untouched.",
        ) from error
    return made


def copied_to(home: Path, stock: Stock, place: Path, now_us: int) -> BackedUp:
    """Copy everything; again, where a segment has given way meanwhile."""
    state = place / f"{STATE}{now_us}-{token_hex(4)}"
    state.mkdir()
    while True:
        edition = stock.segments.edition()
        lives = stock.segments.live()
        named = {path.name: path for live in lives for path in (live.path, keys_of(live.path))}
        sums = {live.path.name: live.sha256 for live in lives} | {
            keys_of(live.path).name: live.keys_sha256 for live in lives
        }
        try:
            new = sum(copied(path, place / "segments" / name, sums[name]) for name, path in named.items())
        except FileNotFoundError:
            continue
        with stock.catalogue.transaction() as write:  # others wait while the rows are read: these are few
            if stock.segments.edition() != edition:
                continue
            write.change(ELSEWHERE, (str(place.resolve()), now_us))
            write.change(AUDIT, (now_us,))
            dump(write, state / ROWS)
            traces, content = sum(live.rows for live in lives) + stock.inbox.count(), stock.content()
        break
    for name in (SETTINGS, SECRET):
        shutil.copy2(home / name, state / name)
    shutil.copytree(home / "mappings", state / "mappings")
    erasures.log_into(home, place)
    small = [path for path in state.rglob("*") if path.is_file()]
    for path in small:
        settle(path, path)
    listed = {str(path.relative_to(place)): sha256_of(path) for path in small}
    listed |= {f"segments/{name}": sums[name] for name in named}
    return BackedUp(place, now_us, traces, content, dict(sorted(listed.items())), new)


def tidied(place: Path, made: BackedUp) -> None:
    """Remove what only an earlier backup named."""
    states = {name.split("/")[0] for name in made.files}
    for path in (*place.glob(f"{STATE}*"), *(place / "segments").iterdir()):
        if path.name not in states and f"segments/{path.name}" not in made.files:
            remove(path)


def copied(source: Path, there: Path, sha256: str) -> bool:
    """Copy a file that never changes, unless it is there; see that the copy is what was meant."""
    if there.exists() and there.stat().st_size == source.stat().st_size:
        return False
    draft = there.with_name(f".{there.name}.draft")
    shutil.copyfile(source, draft)
    if sha256_of(draft) != sha256:
        draft.unlink()
        raise KeepError(
            f"{source} is not what was written: it was damaged on the disk.",
            now="Look with 'regulars doctor', and restore it from an earlier backup.",
        )
    settle(draft, there)
    return True


def as_manifest(made: BackedUp) -> dict[str, Any]:
    """Write what a backup holds as JSON can."""
    return {
        "format": FORMAT,
        "made_us": made.made_us,
        "traces": made.traces,
        "content": made.content,
        "files": made.files,
    }


def read_manifest(place: Path) -> BackedUp:
    """Read what a backup holds."""
    try:
        told = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
        return BackedUp(place, told["made_us"], told["traces"], told["content"], told["files"])
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{place} is no backup that was finished.", now="Name the folder of another backup."
        ) from error


def wrong_in_backup(place: Path) -> list[str]:
    """Return the files of a backup that are missing, not what was written, or not within it."""
    listed, rows = read_manifest(place).files, False
    wrong = []
    for name, sha256 in listed.items():
        rows = rows or name.endswith(f"/{ROWS}")
        within = (place / name).resolve().is_relative_to(place.resolve())
        if not within or not (place / name).is_file() or sha256_of(place / name) != sha256:
            wrong.append(name)
    return wrong if rows else [ROWS, *wrong]


def restore(place: Path, home: Path, catalogue: Catalogue) -> BackedUp:
    """Fill an empty home from a backup. It opens once every known erasure has been done again: see `erasures.py`."""
    found = read_manifest(place)
    if wrong := wrong_in_backup(place):
        raise InputError(
            f"{len(wrong)} files of the backup are missing or damaged, the first is {wrong[0]}.",
            now="Use another backup, or mend these files.",
        )
    marker = home / RESTORING
    if catalogue.layout() and not marker.exists():
        raise HomeError(f"{catalogue.place} holds a home already.", now="Name an empty folder with --home.")
    written(marker, "Until this file is gone, the home is not complete.\n")
    catalogue.wipe()
    state = next(name.split("/")[0] for name in found.files if name.endswith(ROWS))
    for name in found.files:
        final = home / name.removeprefix(f"{state}/")
        if final.name != ROWS:
            final.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(place / name, final)
            settle(final, final)
    erasures.log_into(place, home)
    load(catalogue, place / state / ROWS)
    with catalogue.transaction() as write:  # runs are worked out anew
        write.change("delete from current_run")
        write.change("delete from run")
    marker.unlink()
    return found
