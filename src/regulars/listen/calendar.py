"""Calendar: meetings with people outside the house, one row for each of them and each time, as far as they have been.

Who and when is enough to know a rhythm; what a meeting was about is private until somebody decides otherwise. What was
cancelled, declined, never confirmed or is still to come is no meeting, and is counted instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from .appointment import Appointment, Person, Unread, read_appointment
from .carrier import Carrier
from .content_lines import Block, Line, blocks
from .mapping import Mapping
from .post import Form, House, Post
from .refused import Refused
from .sieve import NO_PERSON, PRIVATE_MARK, Judged
from .source_file import SourceFile, post_file
from .zones import ruled_zone, zone_named

__all__ = ["MEETINGS", "Meeting", "is_calendar", "meetings_in", "open_calendar"]

BEGINS: Final = b"BEGIN:VCALENDAR"
COLUMNS: Final = ("email", "name", "row_id", "met_at", "minutes")
ASKED: Final = (*COLUMNS, "place", "title", "text")
MOST_EVENTS: Final = 300_000
MOST_REPEATING: Final = 3_000  # events of one calendar whose rules are followed
MOST_MEETINGS: Final = 500_000  # of one calendar, so that a rule without end makes no millions of rows
MOST_ZONES: Final = 200
CROWD: Final = 100  # people: more than that hear a lecture
MEETINGS: Final = Form(
    "meetings",
    Mapping(
        "meetings",
        {role: (role,) for role in COLUMNS},
        basis="legitimate interest",
        reasons=("one row is a meeting with one person; who and when, and nothing of what it was about",),
    ),
    Mapping(
        "meetings",
        {role: (role,) for role in ASKED},
        basis="legitimate interest",
        reasons=("one row is a meeting with one person, with what it was about, since that was asked for",),
    ),
)
WANTED: Final = (
    "UID", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "STATUS",
    "CLASS", "SUMMARY", "LOCATION", "DESCRIPTION", "ORGANIZER", "ATTENDEE", "METHOD", "X-WR-TIMEZONE",
    "TZID", "TZOFFSETTO", "X-LIC-LOCATION",
)  # fmt: skip
PERSON: Final = Judged("person", "nothing about it says otherwise")
AHEAD: Final = Judged("ahead", "it is still to come")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One person at one meeting: who, when, for how long, and what speaks against it."""

    email: str
    name: str
    row_id: str
    met_at: str
    minutes: str
    judged: Judged
    line: int
    place: str = ""
    title: str = ""
    text: str = ""

    @property
    def form(self) -> Form:
        """What it is."""
        return MEETINGS

    @property
    def when(self) -> str:
        """When it was."""
        return self.met_at

    def body(self) -> dict[str, Any]:
        """Return all of it by name."""
        return asdict(self)

    def headed(self) -> Meeting:
        """Return it without what it was about."""
        return replace(self, place="", title="", text="")


@dataclass(slots=True)
class Overview:
    """What must be known of a calendar before any of its meetings counts."""

    zones: dict[str, tzinfo]
    newest: dict[int, int]  # of each event, by its number: its highest version, and the line on which that stands
    moved: dict[int, list[Line]]  # of each event, which of its instances stand apart
    home: tzinfo
    cancels: bool = False
    repeating: int = 0

    def zone(self, name: str) -> tzinfo | None:
        """Return the zone of a name."""
        return self.zones.get(name) or zone_named(name)


def is_calendar(start: bytes) -> bool:
    """Tell whether a file begins as a calendar does."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip()[: len(BEGINS)].upper() == BEGINS


def open_calendar(carrier: Carrier) -> SourceFile:
    """Return the meetings of a file; each person is judged before one is heard."""

    def read_all(house: House) -> Iterator[Meeting | Refused]:
        return meetings_in(carrier, house)

    return post_file(carrier.name, Post(MEETINGS, read_all, later=True))


def meetings_in(carrier: Carrier, house: House) -> Iterator[Meeting | Refused]:
    """Yield every meeting, one for each person outside the house and each time; bounded memory."""
    seen, made, read = overview(carrier, house), 0, 0
    for block in blocks(carrier, ("VEVENT",), WANTED):
        if block.name != "VEVENT" or not is_newest(block, seen):
            continue
        read += 1
        for found in read_event(block, seen, house, carrier.name):
            made += 1
            if made > MOST_MEETINGS or read > MOST_EVENTS:
                reason = f"more than {MOST_MEETINGS:,} meetings or {MOST_EVENTS:,} events stand before it"
                yield refused(block, carrier.name, Unread(reason, "Export the rest of the calendar by itself."))
                return
            yield found


def overview(carrier: Carrier, house: House) -> Overview:
    """Go over a calendar once: its zones, the newest version of each event, and the instances that were moved."""
    found = Overview({}, {}, {}, house.zone)
    last, events = house.now.replace(tzinfo=None) + timedelta(days=2), 0
    for block in blocks(carrier, ("VEVENT", "VTIMEZONE"), WANTED):
        events += block.name == "VEVENT"
        if events > MOST_EVENTS:
            break
        if block.broken:
            continue
        try:
            if block.name == "VEVENT":
                look_at(block, found)
            elif block.name == "VTIMEZONE" and len(found.zones) < MOST_ZONES and (zone := ruled_zone(block, last)):
                found.zones[zone[0]] = zone[1]
            elif not block.name:
                look_outside(block, found)
        except UnicodeError:  # said when the event itself is read
            continue
    return found


def look_at(block: Block, found: Overview) -> None:
    """Note which version of which event a block is, and which instance of it."""
    lines = {line.name: line for line in block.lines() if line.name in ("UID", "SEQUENCE", "RECURRENCE-ID")}
    key = key_of(lines)
    if key is None:
        return
    text = lines["SEQUENCE"].value.strip() if "SEQUENCE" in lines else ""
    version = int(text) if text.isdecimal() and len(text) < 7 else 0
    found.newest[key] = max(found.newest.get(key, 0), version << 40 | block.line)
    if "RECURRENCE-ID" in lines:
        found.moved.setdefault(hashed(lines["UID"].value), []).append(lines["RECURRENCE-ID"])


def look_outside(block: Block, found: Overview) -> None:
    """Note what the calendar says of itself: whether it takes meetings back, and in which zone it is meant."""
    for line in block.lines():
        if line.name == "METHOD":
            found.cancels = line.value.strip().upper() == "CANCEL"
        elif line.name == "X-WR-TIMEZONE":
            found.home = zone_named(line.value.strip()) or found.home


def key_of(lines: dict[str, Line]) -> int | None:
    """Return a number for an event, or for an instance of it that stands apart; None where it has no number itself."""
    if "UID" not in lines:
        return None
    apart = lines["RECURRENCE-ID"].value if "RECURRENCE-ID" in lines else ""
    return hashed(f"{lines['UID'].value}\n{apart}")


def hashed(text: str) -> int:
    """Return a number for a text."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=7).digest(), "big")


def is_newest(block: Block, seen: Overview) -> bool:
    """Tell whether no later version of an event stands in the same calendar."""
    try:
        key = key_of({line.name: line for line in block.lines() if line.name in ("UID", "RECURRENCE-ID")})
    except UnicodeError:
        return True
    return key not in seen.newest or seen.newest[key] & ((1 << 40) - 1) == block.line


def read_event(block: Block, seen: Overview, house: House, file: str) -> Iterator[Meeting | Refused]:
    """Read one event; one that cannot be read is refused with its line."""
    try:
        if block.broken:
            raise Unread(block.broken, "Export it again.")
        event = read_appointment(block, seen.zone, seen.home)
        against = judged(event, house, cancels=seen.cancels)
        if against:
            yield of(event, Person("", ""), against)
            return
        seen.repeating += event.repeats
        if seen.repeating > MOST_REPEATING and event.repeats:
            raise Unread(f"more than {MOST_REPEATING:,} events repeat before it", "Export the rest by itself.")
        apart = {event.instant(line) for line in seen.moved.get(hashed(event.uid), ())} if event.repeats else set()
        yield from met(event, apart, house)
    except UnicodeError:
        yield refused(block, file, Unread("it holds bytes that are not UTF-8", "Export it again as UTF-8."))
    except Unread as unread:
        yield refused(block, file, unread)


def refused(block: Block, file: str, why: Unread) -> Refused:
    """Refuse an event."""
    advice = why.advice or "Mend it in the calendar, and export that again."
    return Refused(file, block.line, why.column, why.value[:100], why.reason, advice, block.offset)


def judged(event: Appointment, house: House, *, cancels: bool) -> Judged | None:
    """Say why an event is no meeting with anybody outside the house; None where it may be one."""
    own = [one for one in event.people if house.known.is_own(one.email)]
    others = [one for one in event.people if not house.known.is_own(one.email)]
    rules = (
        ("private", "it is marked as private", event.visible in ("PRIVATE", "CONFIDENTIAL")),
        ("private", "its title says so", bool(PRIVATE_MARK.match(event.title))),
        (
            "private",
            "the house has named an address in it as private",
            any(house.known.is_private(one.email) for one in event.people),
        ),
        ("cancelled", "it was cancelled", cancels or event.status == "CANCELLED"),
        ("cancelled", "it was never confirmed", event.status == "TENTATIVE"),
        ("colleague", "it names nobody outside the house", not others),
        ("declined", "nobody of the house went", bool(own) and all(one.answer == "DECLINED" for one in own)),
        ("list", f"it names more than {CROWD} people", len(others) > CROWD),
    )
    return next((Judged(kind, why) for kind, why, fits in rules if fits), None)


def met(event: Appointment, apart: set[datetime], house: House) -> Iterator[Meeting]:
    """Yield the meetings of an event that have been, and one that says so where some are still to come."""
    people = [(one, judged_person(one)) for one in event.people if not house.known.is_own(one.email)]
    ahead = False
    for when in event.instants(house.now):
        if when in apart:
            continue
        if when > house.now:
            ahead = True
            break
        for one, verdict in people:
            yield of(event, one, verdict, when, content=house.content)
    if ahead:
        yield of(event, Person("", ""), AHEAD)


def judged_person(one: Person) -> Judged:
    """Judge somebody who is named in an event."""
    if one.answer == "DECLINED":
        return Judged("declined", "they did not come")
    if one.kind in ("ROOM", "RESOURCE", "GROUP"):
        return Judged("robot", "it is a room, a thing or a group")
    if NO_PERSON.fullmatch(one.email.rpartition("@")[0]) or one.email.endswith(".calendar.google.com"):
        return Judged("robot", "its address is no person's")
    return PERSON


def of(
    event: Appointment, one: Person, verdict: Judged, when: datetime | None = None, *, content: bool = False
) -> Meeting:
    """Return a meeting with one person."""
    return Meeting(
        email=one.email,
        name=one.name,
        row_id=f"meeting/{event.number(when)}/{one.email}" if when else "",
        met_at=when.isoformat() if when else "",
        minutes=event.minutes,
        judged=verdict,
        line=event.line,
        place=event.place if content else "",
        title=event.title if content else "",
        text=event.text if content else "",
    )
