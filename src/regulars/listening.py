"""Listening: ask the feeds of a home what is new, and hear it; each by its bookmark, with patience where one fails.

    fetch     a feed is asked for what came after its bookmark
    hear      what it brings is heard as one batch, like any file
    note      only then is its new bookmark written down

A program that dies between the last two hears the same again the next time, which changes nothing: a bookmark may lag
behind what counts, and never runs ahead of it. A feed that fails waits, a minute at first and an hour at most, and
stops no other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from .dates import instant_us
from .errors import InputError, NotFound, RegularsError, nearest
from .holding import Sieved, heard_all
from .intake import FileHeard
from .listen.feed import Feed, Fetch, Fetched
from .listen.feeds_file import FEEDS_FILE, read_feeds, source_of
from .listen.looked_at import is_sheet
from .mending import Mended, hear_sheet
from .store import Home

__all__ = ["Listened", "Standing", "expect", "listen", "next_us", "standings"]

SECOND_US: Final = 1_000_000
FIRST_WAIT: Final = 60  # seconds after the first failure; twice as long after each further one
LONGEST_WAIT: Final = 3_600
ASKED_OFTENEST: Final = 60  # seconds between two askings of a feed that answers ...
ASKED_SELDOMEST: Final = 900  # ... however seldom something is expected of it
GONE: Final = f"it no longer stands in {FEEDS_FILE}"
ALL: Final = "select name, bookmark, tried_us, reached_us, failures, next_us, fault from feed order by name"
FIRST: Final = "insert into feed (name) values (?) on conflict (name) do nothing"
BOOKMARK: Final = "update feed set bookmark = ? where name = ?"
REACHED: Final = """
update feed set tried_us = ?, reached_us = ?, failures = 0, next_us = ?, fault = ? where name = ?
"""
FAILED: Final = "update feed set tried_us = ?, failures = ?, next_us = ?, fault = ? where name = ?"
EXPECT: Final = "update source set every_us = ? where name = ?"
SOURCES: Final = "select name, last_us, every_us, paused_us, paused_why from source"


@dataclass(frozen=True, slots=True)
class Listened:
    """What became of one feed: what was heard of it, what is worth knowing, and why it failed where it did."""

    feed: Feed
    files: tuple[FileHeard, ...] = ()
    letters: tuple[Sieved, ...] = ()  # what went through the sieve
    notes: tuple[str, ...] = ()
    fault: str = ""
    now: str = ""  # what to do about the fault
    failures: int = 0
    next_us: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a feed stands: when it was last tried, when it last answered, when its source last brought something."""

    feed: Feed
    source: str
    tried_us: int | None = None
    reached_us: int | None = None
    heard_us: int | None = None
    failures: int = 0
    next_us: int = 0
    fault: str = ""
    paused: str = ""  # why its source is paused, "" where it is not


@dataclass(slots=True)
class Asking:
    """One feed while it is asked."""

    feed: Feed
    fetch: Fetch
    bookmark: str
    files: list[FileHeard] = field(default_factory=list)
    letters: list[Sieved] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)


def listen(
    home: Home,
    *,
    now: datetime,
    only: str | None = None,
    fetchers: Mapping[str, Fetch] | None = None,
    environment: Mapping[str, str] | None = None,
    at_once: bool = False,
    afresh: bool = False,
) -> list[Listened]:
    """Ask every feed that is due what is new, and hear it; `only` names one, `at_once` asks whether due or not.

    `environment` holds the secrets that feeds name, `afresh` asks from the beginning again.
    """
    feeds = chosen(read_feeds(home.path), only)
    noted = {row["name"]: row for row in home.catalogue.all(ALL)}
    if only is None:
        let_go(home, {feed.name for feed in feeds}, noted)
    expected(home, read_feeds(home.path))
    made = fetchers if fetchers is not None else fetchers_at(now)
    due = [feed for feed in feeds if at_once or noted.get(feed.name, {}).get("next_us", 0) <= instant_us(now)]
    return [listened(home, feed, noted.get(feed.name), made, environment or {}, now=now, afresh=afresh) for feed in due]


def chosen(feeds: Sequence[Feed], only: str | None) -> list[Feed]:
    """Return the feed that is named, or all."""
    found = [feed for feed in feeds if only in (None, feed.name)]
    if only is not None and not found:
        raise NotFound(f"There is no feed {only!r} in {FEEDS_FILE}.", now=nearest(only, [feed.name for feed in feeds]))
    return found


def listened(
    home: Home,
    feed: Feed,
    row: Mapping[str, Any] | None,
    fetchers: Mapping[str, Fetch],
    environment: Mapping[str, str],
    *,
    now: datetime,
    afresh: bool,
) -> Listened:
    """Ask one feed until it has no more to say, and note how that went. Nothing that goes wrong here is raised."""
    with home.catalogue.transaction() as write:
        write.change(FIRST, (feed.name,))
    asking = Asking(feed, fetchers.get(feed.kind, missing), "" if row is None or afresh else row["bookmark"])
    try:
        asking.feed = with_secrets(feed, environment)
        ask(home, asking, now=now)
    except RegularsError as error:
        return failed(home, asking, row, error.what, error.now, now=now)
    except Exception as error:  # a driver's words may hold a password or somebody's row: they are not repeated
        what = f"{feed.name} was stopped by something unforeseen ({type(error).__name__})."
        return failed(home, asking, row, what, "Try it alone: regulars listen --only NAME --now", now=now)
    return reached(home, asking, now=now)


def ask(home: Home, asking: Asking, *, now: datetime) -> None:
    """Fetch and hear, page by page; the bookmark moves on only after what came before it counts."""
    source = source_of(asking.feed)
    more = True
    while more:
        fetched = asking.fetch(asking.feed, asking.bookmark)
        asking.notes |= dict.fromkeys(fetched.notes)
        if fetched.files:
            content = asking.feed.knobs.get("content") == "true"
            others = [file for file in fetched.files if not is_sheet(file)]
            for file in fetched.files:
                if file not in others:
                    asking.notes[said(hear_sheet(home, file, source=source, now=now))] = None
            files, letters = heard_all(home, others, source=source, now=now, content=content)
            asking.files += files
            asking.letters += letters
            expected(home, read_feeds(home.path))
        moved = fetched.bookmark != asking.bookmark
        if moved:
            asking.bookmark = fetched.bookmark
            with home.catalogue.transaction() as write:
                write.change(BOOKMARK, (fetched.bookmark, asking.feed.name))
        more = fetched.more and moved


def said(sheet: Mended) -> str:
    """Say what became of a sheet of rows that needed a look."""
    return f"{sheet.name}: {sheet.mended:,} rows mended, {len(sheet.still):,} still need a look"


def reached(home: Home, asking: Asking, *, now: datetime) -> Listened:
    """Note that a feed answered; what it passed over is said until that is mended."""
    now_us, fault = instant_us(now), ". ".join(note for note in asking.notes if "passed over" in note)
    pause = min(ASKED_SELDOMEST, max(ASKED_OFTENEST, asking.feed.every_seconds // 4))
    following = now_us + pause * SECOND_US
    with home.catalogue.transaction() as write:
        write.change(REACHED, (now_us, now_us, following, plain(fault), asking.feed.name))
    return Listened(asking.feed, tuple(asking.files), tuple(asking.letters), tuple(asking.notes), next_us=following)


def failed(
    home: Home, asking: Asking, row: Mapping[str, Any] | None, what: str, advice: str, *, now: datetime
) -> Listened:
    """Note that a feed failed and why; it waits twice as long as the last time."""
    failures = (row["failures"] if row else 0) + 1
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 10))
    following = instant_us(now) + wait * SECOND_US
    with home.catalogue.transaction() as write:
        write.change(FAILED, (instant_us(now), failures, following, plain(what), asking.feed.name))
    files, letters, notes = tuple(asking.files), tuple(asking.letters), tuple(asking.notes)
    return Listened(asking.feed, files, letters, notes, plain(what), advice, failures, following)


def plain(text: str) -> str:
    """Return a text as any catalogue takes it."""
    return text.replace("\0", "\u2400").encode("utf-8", "replace").decode()


def fetchers_at(now: datetime) -> dict[str, Fetch]:
    """Return how each kind of feed is asked."""
    from .listen import folder, imap, tables

    one = partial(folder.fetch_file, now_us=instant_us(now))
    return {
        "sql": tables.fetch,
        "folder": partial(folder.fetch, now_us=instant_us(now)),
        "mbox": one,
        "calendar": one,
        "cards": one,
        "imap": imap.fetch,
    }


def missing(feed: Feed, bookmark: str) -> Fetched:
    """Say that nothing here can ask such a feed."""
    raise InputError(
        f"{feed.name} is of the kind {feed.kind!r}, which this installation cannot ask.", now="Upgrade Regulars."
    )


def with_secrets(feed: Feed, environment: Mapping[str, str]) -> Feed:
    """Fill in what a feed takes from the environment: of `password_env`, the value of that variable as `password`."""
    secrets = {name.removesuffix("_env"): variable for name, variable in feed.knobs.items() if name.endswith("_env")}
    unset = [variable for variable in secrets.values() if not environment.get(variable)]
    if unset:
        raise InputError(
            f"The environment variable {unset[0]} of the feed {feed.name} is not set.", now="Set it, then try again."
        )
    return replace(feed, knobs={**feed.knobs, **{name: environment[given] for name, given in secrets.items()}})


def expected(home: Home, feeds: Sequence[Feed]) -> None:
    """Note how often something is expected of each source that has a feed: as often as of its most frequent one."""
    often: dict[str, int] = {}
    for feed in feeds:
        source = source_of(feed)
        often[source] = min(feed.every_seconds, often.get(source, feed.every_seconds))
    known = {row["name"]: row["every_us"] for row in home.catalogue.all(SOURCES)}
    for source, seconds in often.items():
        if source in known and known[source] != seconds * SECOND_US:
            expect(home, source, seconds)


def expect(home: Home, source: str, seconds: int | None) -> None:
    """Note how often something is expected of a source; None: nothing is."""
    with home.catalogue.transaction() as write:
        write.change(EXPECT, (None if seconds is None else seconds * SECOND_US, source))


def let_go(home: Home, names: set[str], noted: Mapping[str, Mapping[str, Any]]) -> None:
    """Expect nothing more of feeds that have been taken out of the file; their bookmarks stay."""
    for name, row in noted.items():
        if name not in names and row["fault"] != GONE:
            with home.catalogue.transaction() as write:
                write.change("update feed set fault = ? where name = ?", (GONE, name))
                write.change(EXPECT, (None, name))


def standings(home: Home) -> list[Standing]:
    """Return how every feed stands, in the order of the file."""
    noted = {row["name"]: row for row in home.catalogue.all(ALL)}
    sources = {row["name"]: row for row in home.catalogue.all(SOURCES)}
    return [standing(feed, noted.get(feed.name), sources.get(source_of(feed))) for feed in read_feeds(home.path)]


def standing(feed: Feed, row: Mapping[str, Any] | None, source: Mapping[str, Any] | None) -> Standing:
    """Say how one feed stands."""
    found = Standing(feed, source_of(feed))
    if source:
        why = source["paused_why"].rstrip(".") if source["paused_us"] is not None else ""
        found = replace(found, heard_us=source["last_us"], paused=why)
    if row:
        same = {name: row[name] for name in ("tried_us", "reached_us", "failures", "next_us", "fault")}
        found = replace(found, **same)
    return found


def next_us(home: Home, *, only: str | None = None) -> int | None:
    """Return when the next feed, or the one that is named, is due; None where there is no feed."""
    return min((one.next_us for one in standings(home) if only in (None, one.feed.name)), default=None)
