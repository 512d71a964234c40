"""Feeds file: the feeds of a home as TOML that a person can read and change; all mistakes are named at once.

A password never stands in it: an entry whose name ends in `_env` names a variable of the environment that holds it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..errors import SettingsError, nearest
from .feed import Feed
from .intervals import seconds_of

__all__ = ["FEEDS_FILE", "KINDS_OF_FEED", "read_feeds", "source_of"]

FEEDS_FILE: Final = "feeds.toml"
COMMON: Final = ("kind", "every", "as")
DAY_SECONDS: Final = 86_400
SECRETS: Final = ("password", "secret", "token")
WITH_PASSWORD: Final = re.compile(r"^[a-z0-9+.-]+://[^/@:]*:[^/@]+@|[?&\s;](?:password|pwd)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a kind of feed needs: of each group exactly one entry, and which others it understands (None: any)."""

    one_of: tuple[tuple[str, ...], ...]
    also: tuple[str, ...] | None = ()


KINDS_OF_FEED: Final = {
    "sql": Needs(
        (("address", "address_env", "driver", "adbc"), ("table", "query"), ("bookmark",)),
        ("connect", "uri", "uri_env", "quote"),
    ),
    "folder": Needs((("path",),), ("pattern", "content")),
    "mbox": Needs((("path",),), ("content",)),
    "calendar": Needs((("path",),), ("content",)),
    "cards": Needs((("path",),)),
    "imap": Needs((("server",), ("user", "user_env"), ("password_env",)), ("port", "folders", "tls", "content")),
}


def read_feeds(home: Path) -> list[Feed]:
    """Read the feeds of a home, in the order in which they are written; none where there is no such file."""
    path = home / FEEDS_FILE
    if not path.exists():
        return []
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read ({error.strerror}).", now="Check its permissions.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{path} is not readable as TOML: {error}.", now="Mend that line.") from error
    mistakes = list(mistakes_in(given))
    if mistakes:
        count = "a mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        raise SettingsError(f"{path} has {count}: {'; '.join(mistakes)}.", now="Mend them all, then try again.")
    return [made(name, table, home) for name, table in given.get("feed", {}).items()]


def source_of(feed: Feed) -> str:
    """Return the source that a feed speaks for: its own name, or the one it is heard as."""
    return feed.knobs.get("as") or feed.name


def mistakes_in(given: dict[str, Any]) -> Iterator[str]:
    """Name everything that cannot be meant."""
    for name in given.keys() - {"feed"}:
        yield f"'{name}' is no part of it; a feed begins with [feed.NAME]"
    feeds = given.get("feed", {})
    if not isinstance(feeds, dict):
        yield "'feed' is no table; a feed begins with [feed.NAME]"
        return
    for name, table in feeds.items():
        if not name.strip() or not name.isprintable():
            yield f"{name!r} is no name for a feed"
        elif not isinstance(table, dict):
            yield f"{name} is no table; a feed begins with [feed.{name}]"
        else:
            yield from (f"{name}: {mistake}" for mistake in odd_feed(table))


def odd_feed(table: dict[str, Any]) -> Iterator[str]:
    """Name everything in one feed that cannot be meant."""
    kind = table.get("kind")
    every = table.get("every", "1 day")
    if not isinstance(every, str) or seconds_of(every) is None:
        yield f"every is {every!r}, but should be like '15 minutes', '1 day' or '2 weeks'"
    if not isinstance(table.get("as", "x"), str) or not table.get("as", "x").strip():
        yield "as should be the name of a source"
    yield from odd_secrets(table)
    if not isinstance(kind, str) or kind not in KINDS_OF_FEED:
        yield f"kind is {kind!r}. {nearest(str(kind), KINDS_OF_FEED)}"
    else:
        yield from odd_entries(table, KINDS_OF_FEED[kind])


def odd_secrets(table: dict[str, Any]) -> Iterator[str]:
    """Name passwords that are written out; they are not repeated."""
    for key, value in table.items():
        if key in SECRETS:
            yield f"'{key}' may not be written here; name the variable of the environment that holds it: {key}_env"
        elif isinstance(value, str) and WITH_PASSWORD.search(value):
            yield f"'{key}' holds a password; name the variable of the environment that holds all of it: {key}_env"
        elif isinstance(value, dict):
            yield from odd_secrets(value)


def odd_entries(table: dict[str, Any], needs: Needs) -> Iterator[str]:
    """Name the entries that a kind lacks, has twice over, or does not know."""
    for group in needs.one_of:
        there = [key for key in group if key in table]
        if len(there) != 1:
            several = "only one of " if there else "one of " if len(group) > 1 else ""
            yield f"it needs {several}{', '.join(group)}"
        yield from (f"{key} should be a text" for key in there if not filled(table[key]))
    if needs.also is not None:
        known = [*COMMON, *(key for group in needs.one_of for key in group), *needs.also]
        for key in table.keys() - set(known) - set(SECRETS):
            yield f"'{key}' is no entry of this kind. {nearest(key, known)}"


def filled(value: Any) -> bool:
    """Tell whether a value is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def made(name: str, table: dict[str, Any], home: Path) -> Feed:
    """Make a feed; a path is looked for from the home's folder, and what is no text is kept as JSON."""
    knobs = {key: as_text(value) for key, value in table.items() if key not in ("kind", "every")}
    if "path" in knobs:
        knobs["path"] = str(home / Path(knobs["path"]).expanduser())
    return Feed(name, table["kind"], seconds_of(table.get("every", "1 day")) or DAY_SECONDS, knobs)


def as_text(value: Any) -> str:
    """Write an entry as text."""
    return value if isinstance(value, str) else json.dumps(value, default=str)
