"""Appointment: one event of a calendar as it is written. When it begins and how it repeats, who is named, and how."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from .content_lines import Block, Line, plain_text
from .recurring import Rule, UnreadRule, days_of, read_rule
from .sieve import is_address

__all__ = ["Appointment", "Person", "Unread", "read_appointment"]

WRITTEN: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?")
DURATION: Final = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?")
FIRST_YEAR, LAST_YEAR = 1971, 2099
MOST_TEXT: Final = 20_000
MOST_TITLE: Final = 1_000
LONGEST_UID: Final = 200
LONGEST_MINUTES: Final = 14 * 1_440  # a longer appointment is no meeting whose length says anything
ONCE: Final = (
    "UID", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION", "STATUS", "CLASS", "SUMMARY", "LOCATION", "DESCRIPTION",
)  # fmt: skip
YEAR: Final = timedelta(days=366)  # how far it is looked whether a series goes on
Zone = Callable[[str], tzinfo | None]


class Unread(ValueError):
    """An event that cannot be read: why, what would mend it, and which value it is."""

    def __init__(self, reason: str, advice: str, column: str = "", value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.advice, self.column, self.value = reason, advice, column, value


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is named in an event: the organiser, or one who was asked to come."""

    email: str
    name: str
    kind: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it is written: local, with its zone, and whether it is a whole day."""

    local: datetime
    zone: tzinfo
    whole: bool = False

    @property
    def utc(self) -> datetime:
        """The same in UTC; a time that the clocks skip is read as if they had not been changed."""
        return self.local.replace(tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One event of a calendar."""

    uid: str
    line: int
    start: Moment
    minutes: str
    people: tuple[Person, ...]
    apart: datetime | None  # which instance of its event it is, where it stands apart
    rules: tuple[Rule, ...]
    also: tuple[Moment, ...]
    never: tuple[Moment, ...]
    status: str
    visible: str
    title: str
    place: str
    text: str
    zone: Zone
    home: tzinfo

    @property
    def repeats(self) -> bool:
        """Whether it takes place more than once."""
        return bool(self.rules or self.also)

    def number(self, when: datetime) -> str:
        """Return what numbers one of its times; it is the same once a single event has become a series."""
        return f"{self.uid}/{self.apart or when:%Y%m%dT%H%M%SZ}"

    def instant(self, line: Line) -> datetime:
        """Return the instant that another line of the same event names."""
        return moments(line, self.zone, self.home)[0].utc

    def instants(self, now: datetime) -> Iterator[datetime]:
        """Yield every time at which it takes place in UTC, each once and in order, until the first after now."""
        if not self.repeats:
            yield self.start.utc
            return
        never = {one.utc for one in self.never}
        never_days = {one.local.date() for one in self.never if one.whole and not self.start.whole}
        found = {self.start.utc, *(one.utc for one in self.also)}
        last = (now + YEAR).date()
        for rule in self.rules:
            ends = moment(rule.until, self.start.zone, self.home) if rule.until else None
            for local in days_of(rule, self.start.local, last):
                one = Moment(local, self.start.zone)
                if ends and (local.date() > ends.local.date() if ends.whole else one.utc > ends.utc):
                    break
                if local.date() not in never_days:
                    found.add(one.utc)
                if one.utc > now:
                    break
        if self.start.local.date() in never_days:
            found.discard(self.start.utc)
        yield from sorted(found - never)


def read_appointment(block: Block, zone: Zone, home: tzinfo) -> Appointment:
    """Read one event, or raise Unread with what is wrong with it."""
    said: dict[str, Line] = {}
    several: dict[str, list[Line]] = {}
    depth = 0
    for line in block.lines():
        depth += (line.name == "BEGIN") - (line.name == "END")
        if depth == 0 and line.name in ONCE:
            said.setdefault(line.name, line)
        elif depth == 0:
            several.setdefault(line.name, []).append(line)
    if "DTSTART" not in said:
        raise Unread("it does not say when it begins", "Give it a beginning.", "DTSTART")
    if "EXRULE" in several:
        raise Unread("it has an EXRULE, which is not read", "Save it anew with a program of today.", "EXRULE")
    if "RANGE" in (said["RECURRENCE-ID"].parameters if "RECURRENCE-ID" in said else ()):
        raise Unread("it changes all that follow, which is not read", "Save the series anew.", "RECURRENCE-ID")
    start = moments(said["DTSTART"], zone, home)[0]
    return Appointment(
        uid=uid_of(said, several),
        line=block.line,
        start=start,
        minutes=minutes_of(said, start, zone, home),
        people=tuple(people_of([*several.get("ORGANIZER", ()), *several.get("ATTENDEE", ())])),
        apart=moments(said["RECURRENCE-ID"], zone, home)[0].utc if "RECURRENCE-ID" in said else None,
        rules=tuple(rule_of(line) for line in several.get("RRULE", ())) if "RECURRENCE-ID" not in said else (),
        also=tuple(one for line in several.get("RDATE", ()) for one in moments(line, zone, home))
        if "RECURRENCE-ID" not in said
        else (),
        never=tuple(one for line in several.get("EXDATE", ()) for one in moments(line, zone, home)),
        status=text_of(said, "STATUS", MOST_TITLE).upper(),
        visible=text_of(said, "CLASS", MOST_TITLE).upper(),
        title=text_of(said, "SUMMARY", MOST_TITLE),
        place=text_of(said, "LOCATION", MOST_TITLE),
        text=text_of(said, "DESCRIPTION", MOST_TEXT),
        zone=zone,
        home=home,
    )


def uid_of(said: dict[str, Line], several: dict[str, list[Line]]) -> str:
    """Return the number of an event, where it has none one of what it says, in a length that can be kept."""
    own = said["UID"].value.strip() if "UID" in said else ""
    if own and len(own) <= LONGEST_UID and own.isprintable():
        return own
    parts = [said["DTSTART"].value, *(line.value for name in sorted(several) for line in several[name])]
    return hashlib.sha256((own or "\n".join(parts)).encode("utf-8", "replace")).hexdigest()[:32]


def text_of(said: dict[str, Line], name: str, most: int) -> str:
    """Return what a line says, without its escapes."""
    return plain_text(said[name].value[: 2 * most]).strip()[:most] if name in said else ""


def rule_of(line: Line) -> Rule:
    """Read how an event repeats; an end that no calendar reaches is none."""
    try:
        rule = read_rule(line.value)
    except UnreadRule as error:
        raise Unread(str(error), "Save it with a simpler rule.", "RRULE", line.value) from error
    if rule.until[:4].isdecimal() and int(rule.until[:4]) > LAST_YEAR:
        return replace(rule, until="")
    try:
        moment(rule.until, UTC, UTC) if rule.until else None
    except ValueError as error:
        raise Unread("its rule ends at no time that can be meant", "Save it anew.", "RRULE", line.value) from error
    return rule


def moments(line: Line, zone: Zone, home: tzinfo) -> list[Moment]:
    """Read the times of a line; of a span, when it begins."""
    name = line.parameters.get("TZID", "")
    found = zone(name) if name else home
    if found is None:
        advice = "Save it in a zone such as Europe/Vienna, or export its calendar with its zones."
        raise Unread("we do not know this zone", advice, line.name, name)
    try:
        return [moment(part.partition("/")[0].strip(), found, home) for part in line.value.split(",")]
    except ValueError as error:
        advice = "Write it as 20260331T140500 or 20260331."
        raise Unread("this is no time that can be meant", advice, line.name, line.value) from error


def moment(text: str, zone: tzinfo, home: tzinfo) -> Moment:
    """Read one time; a whole day is meant where the house stands."""
    found = WRITTEN.fullmatch(text)
    if not found:
        raise ValueError(text)
    day = date(*map(int, found.groups()[:3]))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    if found[4] is None:
        return Moment(datetime.combine(day, time()), home, whole=True)
    clock = time(int(found[4]), int(found[5]), min(59, int(found[6])))  # a leap second is the one before it
    return Moment(datetime.combine(day, clock), UTC if found[7] else zone)


def minutes_of(said: dict[str, Line], start: Moment, zone: Zone, home: tzinfo) -> str:
    """Return how long an event takes; "" where that is a whole day, unknown, or cannot be meant."""
    if start.whole:
        return ""
    if "DTEND" in said:
        end = moments(said["DTEND"], zone, home)[0]
        length = end.utc - start.utc
    elif "DURATION" in said and len(said["DURATION"].value) < LONGEST_UID:
        length = duration(said["DURATION"].value.strip())
    else:
        return ""
    minutes = length // timedelta(minutes=1)
    return str(minutes) if 0 < minutes <= LONGEST_MINUTES else ""


def duration(text: str) -> timedelta:
    """Read a duration; one that cannot be meant is none.

    >>> str(duration("PT1H30M")), duration("P1W").days, str(duration("soon"))
    ('1:30:00', 7, '0:00:00')
    """
    found = DURATION.fullmatch(text)
    weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:4]) if found else (0, 0, 0, 0)
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)


def people_of(lines: list[Line]) -> Iterator[Person]:
    """Yield everybody who is named, each once; who organises and was asked to come says more in the latter."""
    found: dict[str, Person] = {}
    for line in lines:
        address = address_of(line)
        if not address:
            continue
        before = found.get(address, Person(address, ""))
        own = line.parameters
        name = " ".join(plain_text(own.get("CN", "")).split())[:MOST_TITLE]
        found[address] = Person(
            address,
            name if name and "@" not in name else before.name,
            own.get("CUTYPE", before.kind).upper(),
            own.get("PARTSTAT", before.answer).upper(),
        )
    yield from found.values()


def address_of(line: Line) -> str:
    """Return the e-mail address that a line names, "" where it names none."""
    value = line.value.strip()
    for text in (value, line.parameters.get("EMAIL", "")):
        address = text.strip().lower().removeprefix("mailto:").strip()
        if len(address) <= LONGEST_UID and "@" in address and is_address(address):
            return address
    return ""
