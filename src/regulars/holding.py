"""Holding: what comes from people whom nobody knows. It waits, and makes no customer, until somebody says who that is.

heard_all()  files are opened: tables are heard at once, letters and meetings go through the sieve
sieved()     letters or meetings are judged one by one: dropped and counted, heard of a known customer, or made to wait
admit()      a sender is a customer: what waits of them is heard, and what comes later without a question
refuse()     a sender is none of ours: what waits of them goes, and what comes later is dropped
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from .dates import instant_us
from .errors import InputError, NotFound
from .intake import FileHeard, hear
from .listen import Carrier, SourceFile, open_files
from .listen.calendar import Meeting
from .listen.identifiers import email_key
from .listen.mail import LETTERS, Letter
from .listen.post import Encounter, Form, House, rows_of
from .listen.refused import Refused
from .listen.sieve import Judged, Known
from .listen.source_file import rows_file
from .listen.trace import instant
from .meaning import Heardable
from .store import Home

__all__ = ["Sieved", "Waiting", "admit", "heard_all", "opened", "refuse", "sieved", "told", "waiting"]

AT_ONCE: Final = 5_000  # letters that are judged together
MOST_REFUSED: Final = 10_000  # of one file that are named
ADMITTED: Final = "admitted"
REFUSED: Final = "refused"
AHEAD: Final = "ahead"  # what a meeting is that is still to come


@dataclass(frozen=True, slots=True)
class Sieved:
    """What became of the letters or meetings of one file, and why others were dropped: each reason with how many."""

    name: str
    letters: int
    customers: int  # of whom some were heard
    heard: tuple[FileHeard, ...]
    waiting: int
    senders: int  # of those that wait
    dropped: tuple[tuple[str, str, int], ...]
    refused: tuple[Refused, ...]
    ahead: int = 0  # meetings that are still to come
    several: str = LETTERS.several  # what they are

    @property
    def new(self) -> int:
        """How many are new traces."""
        return sum(file.new for file in self.heard)

    @property
    def corrected(self) -> int:
        """How many say something else than before."""
        return sum(file.corrected for file in self.heard)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sender who waits: how many letters and meetings, from which source, and when the first and the last were."""

    sender: str
    source: str
    letters: int
    first: datetime
    last: datetime
    meetings: int = 0

    @property
    def counted(self) -> str:
        """How many of what wait."""
        several = ((self.letters, "letter"), (self.meetings, "meeting"))
        return " and ".join(f"{count:,} {what}{'s' if count != 1 else ''}" for count, what in several if count)


@dataclass(slots=True)
class Sorted:
    """The letters of a file while they are judged: those of known people as rows, of the others how many there are."""

    known: list[pa.Table] = field(default_factory=list)
    customers: set[str] = field(default_factory=set)
    waiting: int = 0
    senders: set[str] = field(default_factory=set)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: list[Refused] = field(default_factory=list)
    letters: int = 0
    ahead: int = 0
    last: int = 0  # the line of the last letter, since one to several people is one letter


def opened(given: Sequence[Heardable]) -> tuple[list[SourceFile], list[SourceFile]]:
    """Open files, and return their tables and what goes through the sieve."""
    files = [table for one in given for table in ([one] if isinstance(one, SourceFile) else open_files(one))]
    return [file for file in files if not file.post], [file for file in files if file.post]


def heard_all(
    home: Home, given: Sequence[Heardable], *, source: str, now: datetime, content: bool = False
) -> tuple[list[FileHeard], list[Sieved]]:
    """Hear files of one source: tables at once, and letters and meetings past the sieve."""
    tables, posts = opened(given)
    heard = hear(home, tables, source=source, now=now)
    return heard, [sieved(home, post, source=source, now=now, content=content) for post in posts]


def sieved(
    home: Home,
    place: Path | Carrier | SourceFile,
    *,
    source: str,
    now: datetime,
    content: bool = False,
    dry_run: bool = False,
) -> Sieved:
    """Judge what a file holds before any of it can make a customer; keep what is of known ones."""
    file = place if isinstance(place, SourceFile) else open_files(place)[0]
    if file.post is None:
        raise InputError(f"{file.name} holds neither letters nor meetings.", now="Hear it as a table.")
    form = file.post.form
    settings = home.settings
    known = Known.of(settings.own_addresses, settings.private_addresses)
    found = Sorted()
    encounters = file.post.read(House(known, settings.zoneinfo, now, content))
    while some := list(islice(encounters, AT_ONCE)):
        ours, theirs = part(home, some, found)
        if ours:
            found.known.append(rows_of(ours, form, content=content))
        if theirs and not dry_run:
            wait(home, theirs, source=source, now=now)
    heard = hear_rows(home, file.name, found.known, form, source=source, now=now, content=content, dry_run=dry_run)
    return Sieved(
        file.name,
        found.letters,
        len(found.customers),
        tuple(heard),
        found.waiting,
        len(found.senders),
        tuple((kind, why, count) for (kind, why), count in found.dropped.most_common()),
        tuple(found.refused),
        found.ahead,
        form.several,
    )


def part(home: Home, some: Sequence[Encounter | Refused], found: Sorted) -> tuple[list[Encounter], list[Encounter]]:
    """Part letters into those of known customers and those that wait; the others are dropped and counted."""
    people: list[Encounter] = []
    for one in some:
        line = one.row if isinstance(one, Refused) else one.line
        found.letters, found.last = found.letters + (line != found.last), line
        if isinstance(one, Refused):
            found.refused += [one] if len(found.refused) < MOST_REFUSED else []
        elif keeps(one, found):
            people.append(one)
    decided = {row["address"]: row["judged"] for row in home.holding.senders()}
    known = home.holding.known({key for letter in people if (key := email_key(letter.email))})
    ours, theirs = list[Encounter](), list[Encounter]()
    for one in people:
        verdict = decided.get(one.email) or decided.get(f"@{one.email.rpartition('@')[2]}")
        if verdict == REFUSED:
            found.dropped["refused", "the house has refused this sender"] += 1
        elif verdict == ADMITTED or email_key(one.email) in known:
            ours.append(one)
        else:
            theirs.append(one)
    found.customers.update(one.email for one in ours)
    found.senders.update(one.email for one in theirs)
    found.waiting += len(theirs)
    return ours, theirs


def keeps(letter: Encounter, found: Sorted) -> bool:
    """Tell whether a letter comes from or goes to a person; count it where not."""
    if letter.judged.kind == AHEAD:
        found.ahead += 1
        return False
    if letter.judged.kind != "person" or not email_key(letter.email):
        judged = letter.judged if letter.judged.kind != "person" else Judged("robot", "it names no address")
        found.dropped[judged.kind, judged.why] += 1
        return False
    return True


def hear_rows(
    home: Home,
    name: str,
    rows: list[pa.Table],
    form: Form,
    *,
    source: str,
    now: datetime,
    content: bool = False,
    dry_run: bool = False,
) -> list[FileHeard]:
    """Hear letters or meetings of known customers as any rows are heard."""
    if not rows:
        return []
    file = rows_file(name, rows, form.mapping(content=content))
    return hear(home, [file], source=source, now=now, dry_run=dry_run)


def wait(home: Home, several: Sequence[Encounter], *, source: str, now: datetime) -> int:
    """Let the heads of letters wait for a word on their sender; what they say is not kept."""
    rows = [
        (one.email, one.row_id, instant_us(datetime.fromisoformat(one.when)), one.headed().body()) for one in several
    ]
    return home.holding.wait(source, rows, now_us=instant_us(now))


def waiting(home: Home) -> list[Waiting]:
    """Return who waits, those with most that waits first."""
    return [
        Waiting(
            row["sender"],
            row["source"],
            row["letters"] - row["meetings"],
            instant(row["first_us"]),
            instant(row["last_us"]),
            row["meetings"],
        )
        for row in home.holding.waiting()
    ]


def admit(home: Home, name: str, *, now: datetime) -> int:
    """Take a sender, or everybody at a domain such as @shop.example, as customers; return the letters that counted."""
    heard = 0
    for sender in named(home, name):
        bodies = home.holding.letters(sender)
        for (source, met), several in groupby(bodies, key=lambda pair: (pair[0], "met_at" in pair[1])):
            rows = [encounter_of(body, met=met) for _, body in several]
            form, name = rows[0].form, f"waiting {rows[0].form.several}"
            table = rows_of(rows, form, content=False)
            heard += sum(file.new for file in hear_rows(home, name, [table], form, source=source, now=now))
        home.holding.let_go(sender)
    home.holding.say(name.lower(), ADMITTED, why="the house knows them", now_us=instant_us(now))
    return heard


def refuse(home: Home, name: str, *, now: datetime) -> int:
    """Let the letters of a sender go and drop later ones; the address is kept so that they can be told."""
    gone = sum(home.holding.let_go(sender) for sender in named(home, name))
    home.holding.say(name.lower(), REFUSED, why="the house does not know them", now_us=instant_us(now))
    return gone


def named(home: Home, name: str) -> list[str]:
    """Return the senders who wait under a name: an address, or @ and a domain."""
    domain = name.lower().startswith("@")
    if not domain and email_key(name) is None:
        raise NotFound(f"{name!r} is no e-mail address.", now="Write it as ann@example.org, or @example.org for all.")
    senders = dict.fromkeys(one.sender for one in waiting(home))
    return [one for one in senders if one == name.lower() or (domain and one.endswith(name.lower()))]


def encounter_of(body: dict[str, Any], *, met: bool) -> Encounter:
    """Return a letter or a meeting that has waited."""
    whole = {**body, "judged": Judged(**body["judged"])}
    return Meeting(**whole) if met else Letter(**whole)


def told(found: Sieved) -> Iterator[str]:
    """Say what became of letters, line by line."""
    counts = [f"{found.new:,} new from {found.customers:,} known customers"]
    if found.waiting:
        counts.append(f"{found.waiting:,} from {found.senders:,} unknown senders wait")
    dropped = sum(count for _, _, count in found.dropped)
    if dropped:
        counts.append(f"{dropped:,} dropped")
    if found.corrected:
        counts.append(f"{found.corrected:,} corrected")
    if found.ahead:
        counts.append(f"{found.ahead:,} still to come, which are heard when they have been")
    yield f"{found.letters:,} {found.several}: {', '.join(counts)}"
    for kind, why, count in found.dropped:
        yield f"  {count:,} dropped ({kind}): {why}"
