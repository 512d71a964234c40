"""Wizard: one person's way from a file to customers, in four steps. File, match columns, check, done.

    prepared()   files that were sent are opened, and of each table is said what its columns seem to mean
    chosen()     what the person says of them is taken over
    check()      all rows are gone through, the very way they will be heard; nothing is kept
    keep()       the same, and kept as one batch; then everything is worked out anew

All of it lives in memory until it is kept, thrown away, or replaced by a later visit.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from .. import loop
from ..errors import InputError, MappingError, RegularsError
from ..finding import latest_seen
from ..heard import batches
from ..holding import Sieved, opened, sieved
from ..intake import FileHeard, hear
from ..listen import Held, Mapping, Question, SourceFile, questions_of
from ..listen.matching import examples, matched, suggested
from ..listen.questions import answered
from ..meaning import Draft, drafts
from ..mending import Mended, hear_sheet, holds_sheet
from ..recognise import Customer
from ..store import Home
from .work import Work

__all__ = ["Outcome", "Table", "Visit", "Visits", "check", "chosen", "keep", "prepared"]

MOST_VISITS: Final = 4
MOST_BYTES: Final = 256 << 20  # of all visits together
MOST_SHOWN: Final = 3  # customers, once it is done
TOKEN_BYTES: Final = 16
ANSWERS: Final = ("dates", "currency", "why", "basis")


@dataclass(slots=True)
class Table:
    """One table of the files: what it seems to be, and what the person has said of it."""

    file: SourceFile
    draft: Mapping | None  # None where nothing could be made of it
    guessed: bool
    changed: str  # in what it differs from what its source used to send, "" where it does not
    examples: dict[str, tuple[str, ...]]
    shape: str
    roles: dict[str, str]  # of each header the role it plays, "" where it is not stored
    sensitive: frozenset[str]
    fault: str = ""  # why it cannot be read as chosen
    wanted: bool = True
    as_should_be: bool = False  # a person has seen in what it changed

    @property
    def fixed(self) -> bool:
        """Whether its rows can only be one thing, because the file is read as several."""
        return bool(self.file.shape)

    @property
    def by_hand(self) -> bool:
        """Whether a person has said something else than what it seems to be."""
        draft = self.draft
        return draft is None or self.as_should_be or (self.shape, self.roles) != (draft.shape, roles_in(draft, self))

    @property
    def said(self) -> tuple[str, ...]:
        """What its values told: how dates are written, which scale its ratings have, what another file lends."""
        reasons = self.draft.reasons if self.draft else ()
        return tuple(reason for reason in reasons if " = " not in reason and not reason.startswith("one row is "))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the rows, or would: of tables, letters, and what comes back mended. Undo takes `batches` back."""

    files: tuple[FileHeard, ...]
    letters: tuple[Sieved, ...]
    sheets: tuple[Mended, ...] = ()
    batches: tuple[int, ...] = ()
    customers: int = 0
    latest: tuple[Customer, ...] = ()  # who was here last

    @property
    def anything(self) -> bool:
        """Whether there is anything to keep."""
        return (
            any(file.new or file.corrected for file in self.files)
            or any(mail.new or mail.waiting for mail in self.letters)
            or any(sheet.mended for sheet in self.sheets)
        )

    @property
    def new(self) -> int:
        """How many traces are new."""
        several: tuple[FileHeard | Sieved | Mended, ...] = (*self.files, *self.letters, *self.sheets)
        return sum(one.new for one in several)


@dataclass(slots=True)
class Visit:
    """One person's way through the steps."""

    token: str
    source: str
    tables: list[Table]
    letters: list[SourceFile]  # letters and meetings, which go through the sieve
    sheets: list[Held]  # rows that needed a look, and come back
    faults: list[RegularsError]  # of files that cannot be read at all
    size: int
    answers: dict[str, str] = field(default_factory=lambda: dict.fromkeys(ANSWERS, ""))
    checked: Outcome | None = None
    kept: Outcome | None = None
    work: Work | None = None

    @property
    def wanted(self) -> list[Table]:
        """The tables that are to be heard."""
        return [table for table in self.tables if table.wanted]


class Visits:
    """The visits of late, in memory; the oldest make room for a new one."""

    def __init__(self) -> None:
        self.all: dict[str, Visit] = {}

    def add(self, visit: Visit) -> None:
        """Remember a visit."""
        self.all[visit.token] = visit
        while len(self.all) > MOST_VISITS or sum(each.size for each in self.all.values()) > MOST_BYTES:
            oldest = next(iter(self.all))
            if oldest == visit.token:
                return
            self.drop(oldest)

    def drop(self, token: str) -> None:
        """Forget a visit, and stop what it is at."""
        visit = self.all.pop(token, None)
        if visit and visit.work:
            visit.work.wanted = False


def prepared(home: Home, files: Sequence[Held], source: str) -> Visit:
    """Open some files and say what they seem to be. Raises InputError where none of them can be read."""
    tables, letters, sheets, faults = list[SourceFile](), list[SourceFile](), list[Held](), list[RegularsError]()
    for file in files:
        try:
            if holds_sheet(file):
                sheets.append(file)
            else:
                ours, theirs = opened([file])
                tables += ours
                letters += theirs
        except InputError as error:
            faults.append(error)
    if not tables and not letters and not sheets:
        raise faults[0]
    every = [table_of(draft) for draft in drafts(home, tables, source=source)] if tables else []
    if len(every) == 1 and not letters and not sheets:
        every[0].wanted = True
    size = sum(file.size() for file in files)
    return Visit(secrets.token_urlsafe(TOKEN_BYTES), source, every, letters, sheets, faults, size)


def table_of(draft: Draft) -> Table:
    """Say what one table seems to be."""
    found, file = draft.understood, draft.file
    mapping = found.mapping if found else None
    table = Table(
        file,
        mapping,
        guessed=found is None or found.guessed,
        changed=found.changed if found else "",
        examples=examples(file),
        shape=mapping.shape if mapping else file.shape,
        roles={},
        sensitive=frozenset(mapping.sensitive if mapping else ()),
        fault=draft.why,
        wanted=bool(mapping),
    )
    table.roles = roles_in(mapping, table) if mapping else dict.fromkeys(file.headers, "")
    return table


def roles_in(mapping: Mapping, table: Table) -> dict[str, str]:
    """Return of each header of a table the role it plays, "" where none."""
    played = {header: role for role, headers in reversed(mapping.columns.items()) for header in headers}
    return {header: played.get(header, "") for header in table.file.headers}


def chosen(visit: Visit, home: Home, said: Dict[str, str]) -> bool:
    """Take over what a person says of the tables; tell whether all of it can be checked now."""
    visit.checked = None
    visit.answers = {key: said.get(key, "").strip() for key in ANSWERS}
    whole = [taken_over(table, number, home, said) for number, table in enumerate(visit.tables)]
    try:
        for table in visit.wanted:
            if table.draft:
                answered(table.draft, visit.answers)
    except MappingError as error:
        visit.answers = dict.fromkeys(ANSWERS, "")
        visit.faults = [error]
        return False
    return all(whole) and not any(question.must for question in open_questions(visit, home))


def taken_over(table: Table, number: int, home: Home, said: Dict[str, str]) -> bool:
    """Take over what a person says of one table; tell whether it can be read so."""
    table.fault, table.wanted = "", f"want-{number}" in said
    table.as_should_be = bool(table.changed) and f"same-{number}" in said
    shape = table.shape if table.fixed else said.get(f"shape-{number}", table.shape)
    if shape != table.shape:
        table.shape, table.roles = shape, suggested(table.file, shape) if shape else table.roles
        return not table.wanted
    table.roles = {
        header: said.get(f"role-{number}-{place}", table.roles[header])
        for place, header in enumerate(table.file.headers)
    }
    try:
        mapping_of(table, home)
    except MappingError as error:
        table.fault = str(error)
    if table.changed and not table.as_should_be and not table.by_hand:
        table.fault = table.fault or "Say whether this change is as it should be."
    return not (table.fault and table.wanted)


def mapping_of(table: Table, home: Home, answers: Dict[str, str] | None = None) -> Mapping:
    """Return what a table is to be heard as; raises MappingError where it cannot be."""
    if table.draft and not table.by_hand:
        return table.draft
    if not table.shape:
        raise MappingError(f"{table.file.name}: what is one row of it?", now="Choose, or leave the file out.")
    settings = home.settings
    return matched(
        table.file, table.shape, table.roles, zone=settings.zone, currency=settings.currency, answers=answers
    )


def open_questions(visit: Visit, home: Home) -> list[Question]:
    """Return what has to be asked, each thing once; one that is answered is open no longer."""
    found = dict[str, Question]()
    for table in visit.wanted:
        if table.guessed or table.by_hand:
            for question in questions_about(table, home, visit.answers):
                found.setdefault(question.key, question)
    return list(found.values())


def questions_about(table: Table, home: Home, answers: Dict[str, str]) -> list[Question]:
    """Return what one table leaves open."""
    try:
        mapping = answered(mapping_of(table, home), answers)
    except MappingError:
        return []
    return questions_of(table.file, mapping)


def check(visit: Visit, home: Home, work: Work, now: datetime) -> Outcome:
    """Go over all rows the very way they will be heard, and count what would become of them."""
    return gone_over(visit, home, work, now, dry_run=True)


def keep(visit: Visit, home: Home, work: Work, now: datetime) -> Outcome:
    """Hear all rows, then work everything out. Tables are one batch, letters and mended rows have their own."""
    before = {batch.number for batch in batches(home)}
    found = gone_over(visit, home, work, now, dry_run=False)
    fresh = (batch for batch in batches(home) if batch.number not in before)
    found = replace(found, batches=tuple(one.number for one in fresh if visit.sheets or one.source == visit.source))
    work.what, work.file = "Working out who needs you", ""
    if home.newest_us() is None:
        return found
    run = loop.turn(home, as_of=loop.latest_day(home, now=now), now=now)
    people = latest_seen(home, run, most=MOST_SHOWN)
    return replace(found, customers=run.customers, latest=tuple(people))


def gone_over(visit: Visit, home: Home, work: Work, now: datetime, *, dry_run: bool) -> Outcome:
    """Hear letters, tables and what comes back mended, or only rehearse it.

    Letters come first, kept or not: a check knows no customer of the tables beside them, and must count the same.
    """
    letters = [sieved(home, file, source=visit.source, now=now, dry_run=dry_run) for file in visit.letters]
    work.go_on()
    tables = visit.wanted
    files = hear(
        home,
        [table.file for table in tables],
        source=visit.source,
        now=now,
        dry_run=dry_run,
        answers=visit.answers,
        matched=[mapping_of(table, home, visit.answers) for table in tables if table.by_hand],
        progress=work.progress,
    )
    sheets = [hear_sheet(home, sheet, now=now, dry_run=dry_run) for sheet in visit.sheets]
    return Outcome(tuple(files), tuple(letters), tuple(sheets))
