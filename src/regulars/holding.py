"""Holding: letters of senders whom nobody knows. They wait, and make no customer, until somebody says who that is.

sieved()   letters are judged one by one: dropped and counted, heard as traces of a known customer, or made to wait
admit()    a sender is a customer: their letters are heard, and later ones without a question
refuse()   a sender is none of ours: their letters go, and later ones are dropped
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from .dates import instant_us
from .errors import NotFound
from .intake import FileHeard, hear
from .listen.carrier import Carrier, carried_by
from .listen.files import START
from .listen.identifiers import email_key
from .listen.mail import Letter, as_rows, is_mail, letters_in
from .listen.refused import Refused
from .listen.sieve import Judged, Known
from .listen.trace import instant
from .store import Home

__all__ = ["Sieved", "Waiting", "admit", "holds_mail", "refuse", "sieved", "told", "waiting"]

AT_ONCE: Final = 5_000  # letters that are judged together
ADMITTED: Final = "admitted"
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True)
class Sieved:
    """What became of the letters of one file, and why the others were dropped: each reason with how many."""

    name: str
    letters: int
    customers: int  # whose letters were heard
    heard: tuple[FileHeard, ...]
    waiting: int  # letters that wait
    senders: int  # of them
    dropped: tuple[tuple[str, str, int], ...]
    refused: tuple[Refused, ...]

    @property
    def new(self) -> int:
        """How many letters are new traces."""
        return sum(file.new for file in self.heard)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A sender who waits: how many letters, from which source, and when the first and the last were written."""

    sender: str
    source: str
    letters: int
    first: datetime
    last: datetime


@dataclass(slots=True)
class Sorted:
    """The letters of a file while they are judged."""

    known: list[Letter]
    unknown: list[Letter]
    dropped: Counter[tuple[str, str]]
    refused: list[Refused]
    letters: int = 0


def holds_mail(place: Path | Carrier) -> bool:
    """Tell whether a file holds letters."""
    with carried_by(place).open() as raw:
        return is_mail(raw.read(START))


def sieved(
    home: Home, place: Path | Carrier, *, source: str, now: datetime, content: bool = False, dry_run: bool = False
) -> Sieved:
    """Judge the letters of a file before any of them can make a customer; keep what is of known ones."""
    carrier = carried_by(place)
    addresses = Known.of(home.settings.own_addresses, home.settings.private_addresses)
    found = Sorted([], [], Counter(), [])
    letters = letters_in(carrier, addresses, content=content)
    while some := list(islice(letters, AT_ONCE)):
        part(home, some, found)
    heard = hear_letters(home, carrier.name, found.known, source=source, now=now, content=content, dry_run=dry_run)
    if not dry_run:
        wait(home, found.unknown, source=source, now=now)
    return Sieved(
        carrier.name,
        found.letters,
        len({letter.email for letter in found.known}),
        tuple(heard),
        len(found.unknown),
        len({letter.email for letter in found.unknown}),
        tuple((kind, why, count) for (kind, why), count in found.dropped.most_common()),
        tuple(found.refused),
    )


def part(home: Home, some: Sequence[Letter | Refused], found: Sorted) -> None:
    """Part letters into those of known customers, those that wait, and those that are dropped."""
    found.letters += len({one.line if isinstance(one, Letter) else one.row for one in some})
    found.refused += [one for one in some if isinstance(one, Refused)]
    people = [letter for letter in some if isinstance(letter, Letter) and keeps(letter, found)]
    decided = {row["address"]: row["judged"] for row in home.holding.senders()}
    known = home.holding.known({key for letter in people if (key := email_key(letter.email))})
    for letter in people:
        verdict = decided.get(letter.email) or decided.get(f"@{letter.email.rpartition('@')[2]}")
        if verdict == REFUSED:
            found.dropped["refused", "the house has refused this sender"] += 1
        elif verdict == ADMITTED or email_key(letter.email) in known:
            found.known.append(letter)
        else:
            found.unknown.append(letter)


def keeps(letter: Letter, found: Sorted) -> bool:
    """Tell whether a letter comes from or goes to a person; count it where not."""
    if letter.judged.kind != "person" or not email_key(letter.email):
        judged = letter.judged if letter.judged.kind != "person" else Judged("robot", "it names no address")
        found.dropped[judged.kind, judged.why] += 1
        return False
    return True


def hear_letters(
    home: Home, name: str, letters: list[Letter], *, source: str, now: datetime, content: bool, dry_run: bool
) -> list[FileHeard]:
    """Hear letters of known customers as any rows are heard."""
    if not letters:
        return []
    return hear(home, [as_rows(name, letters, content=content)], source=source, now=now, dry_run=dry_run)


def wait(home: Home, letters: Sequence[Letter], *, source: str, now: datetime) -> int:
    """Let the heads of letters wait for a word on their sender; what they say is not kept."""
    rows = [
        (letter.email, letter.row_id, instant_us(datetime.fromisoformat(letter.wrote_at)), head_of(letter))
        for letter in letters
    ]
    return home.holding.wait(source, rows, now_us=instant_us(now))


def head_of(letter: Letter) -> dict[str, Any]:
    """Return what is kept of a letter that waits."""
    return asdict(replace(letter, title="", text=""))


def waiting(home: Home) -> list[Waiting]:
    """Return who waits, those with most letters first."""
    return [
        Waiting(row["sender"], row["source"], row["letters"], instant(row["first_us"]), instant(row["last_us"]))
        for row in home.holding.waiting()
    ]


def admit(home: Home, name: str, *, now: datetime) -> int:
    """Take a sender, or everybody at a domain such as @shop.example, as customers; return the letters that counted."""
    heard = 0
    for sender in named(home, name):
        letters = home.holding.letters(sender)
        for source, several in groupby(letters, key=lambda pair: pair[0]):
            rows = [letter_of(body) for _, body in several]
            found = hear_letters(home, "waiting letters", rows, source=source, now=now, content=False, dry_run=False)
            heard += sum(file.new for file in found)
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


def letter_of(body: dict[str, Any]) -> Letter:
    """Return a letter that has waited."""
    return Letter(**{**body, "judged": Judged(**body["judged"])})


def told(found: Sieved) -> Iterator[str]:
    """Say what became of letters, line by line."""
    counts = [f"{found.new:,} new from {found.customers:,} known customers"]
    if found.waiting:
        counts.append(f"{found.waiting:,} from {found.senders:,} unknown senders wait")
    dropped = sum(count for _, _, count in found.dropped)
    if dropped:
        counts.append(f"{dropped:,} dropped")
    yield f"{found.letters:,} letters: {', '.join(counts)}"
    for kind, why, count in found.dropped:
        yield f"  {count:,} dropped ({kind}): {why}"
