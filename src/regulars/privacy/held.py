"""Held: everything that is held about one person, put together for that person (GDPR 15 and 20).

What is about others is left out: identifiers that others are known by too, and the names of colleagues. What the guard
keeps back from staff is in it, with the reason.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from ..dates import date_of
from ..errors import NotReady
from ..finding import owner
from ..listen import Trace
from ..listen.trace import instant
from ..loop import Story, told
from ..sharing import works_for
from ..store import Home, Run, traces
from ..store.foresee import refused_rows
from ..store.quarantine import Kept
from ..store.restrict import restricted_since
from .person import EVER_US, Person, find, in_run

__all__ = ["Held", "Origin", "held", "shown"]

OTHERS: Final = frozenset({"author", "staff", "referred"})  # attributes that name colleagues or other customers
NOT_YET: Final = "Nothing has been worked out about this person yet."
ALONE: Final = "Restricted at their request since {day.day} {day:%b %Y}: kept, not scored, not briefed."


@dataclass(frozen=True, slots=True)
class Origin:
    """Where some of it came from: the source and its files, what it is held for, and on which ground."""

    source: str
    files: tuple[str, ...]
    traces: int
    first: datetime
    last: datetime
    purposes: tuple[str, ...]
    bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Everything held about one person at one instant. `story` is None where nothing is worked out: `why` says why."""

    person: Person
    asked: datetime
    shop: str
    zone: str
    traces: tuple[Trace, ...]  # newest first
    left_out: tuple[str, ...]  # what of others was left out, in words
    origins: tuple[Origin, ...]
    places: Mapping[int, str]  # the name of each file, by its number
    story: Story | None
    why: str
    forecasts: tuple[Mapping[str, Any], ...]
    touches: tuple[Mapping[str, Any], ...]
    waiting: tuple[Kept, ...]  # rows about them that need a look
    organisations: tuple[Mapping[str, Any], ...] = ()  # for which they speak, with the reason

    def place(self, file_id: int, row: int) -> str:
        """Say where a trace came from: its file and line."""
        return f"{self.places.get(file_id, 'a file')}, line {row}"


def held(home: Home, text: str, *, now: datetime) -> Held:
    """Put together everything that is held about the person whom a text means."""
    person = find(home, text)
    story, why = told_now(home, person)
    whole = traces(home.timeline.fetch(person.customer.subjects, as_of_us=EVER_US))
    return gathered(home, person, whole, story, why=why, now=now)


def shown(home: Home, story: Story, *, now: datetime) -> Held:
    """Put together what a run holds about its customer, for a page that shows that run: nobody is recognised anew."""
    person = in_run(home, story.run, story.material.customer)
    return gathered(home, person, traces(story.timeline), story, why="", now=now)


def gathered(
    home: Home, person: Person, whole: Sequence[Trace], story: Story | None, *, why: str, now: datetime
) -> Held:
    """Put everything together, without what is about others."""
    own = [without_others(trace, frozenset(person.own)) for trace in whole]
    names = {file_id: file_name(home, file_id) for file_id in {trace.file_id for trace in whole}}
    kept = {name: rows(home, story, name) for name in ("forecasts", "touches")}
    return Held(
        person,
        now,
        home.settings.shop,
        home.settings.zone,
        tuple(own),
        tuple(left_out(person, whole)),
        tuple(origins(own, names)),
        names,
        story,
        why,
        kept["forecasts"],
        kept["touches"],
        rows_about(home, person),
        tuple(works_for(home, story.run, story.material.customer)) if story else (),
    )


def rows_about(home: Home, person: Person) -> tuple[Kept, ...]:
    """Return the refused rows that are about a person: of those that erasing them would take out.

    Where a row gives no identifier of theirs but only names them, it may be about somebody else as well, and its cells
    stay out.
    """
    texts = [name for name in (person.customer.name or person.customer.company,) if name]
    about = refused_rows(home.stock, subjects=person.customer.subjects, keys=person.own, texts=texts)
    found = home.quarantine.of_files(file_id for file_id, _ in about)
    own = frozenset(person.own)
    rows = [found[spot] for spot in about if spot in found and not found[spot].mended]
    return tuple(row if own.intersection(row.who) else replace(row, cells={}, value="") for row in rows)


def told_now(home: Home, person: Person) -> tuple[Story | None, str]:
    """Return what pages say about a person, or why they say nothing."""
    since = restricted_since(home.catalogue, person.customer.subjects)
    if since is not None:
        return None, ALONE.format(day=date_of(since, home.settings.zoneinfo))
    run = current(home)
    customer = owner(home, run, person.customer.subjects[0]) if run else None
    return (told(home, run, customer), "") if run and customer else (None, NOT_YET)


def file_name(home: Home, file_id: int) -> str:
    """Return the name of a file that was heard."""
    return home.origins.place(file_id, 0).removesuffix(", line 0")


def current(home: Home) -> Run | None:
    """Return the run that pages show, where there is one."""
    try:
        return home.runs.current()
    except NotReady:
        return None


def rows(home: Home, story: Story | None, table: str) -> tuple[Mapping[str, Any], ...]:
    """Return a person's rows of a table of the run."""
    if story is None:
        return ()
    return tuple(home.runs.fetch(story.run, table, story.material.customer.number).to_pylist())


def without_others(trace: Trace, own: frozenset[str]) -> Trace:
    """Leave out of a trace what is about somebody else."""
    told_of = json.loads(trace.attributes) if trace.attributes else {}
    kept = {name: value for name, value in told_of.items() if name not in OTHERS}
    attributes = trace.attributes if len(kept) == len(told_of) else json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return replace(trace, who=tuple(key for key in trace.who if key in own), attributes=attributes if kept else None)


def left_out(person: Person, whole: Sequence[Trace]) -> list[str]:
    """Say what was left out because it is about others."""
    kinds = Counter(key.partition(":")[0] for key in person.shared)
    told = [f"{count} {kind} that others are known by too, or that proves nothing" for kind, count in kinds.items()]
    names = [set(json.loads(trace.attributes)) & OTHERS for trace in whole if trace.attributes]
    several = sum(map(bool, names))
    if several:
        told.append(f"the names of colleagues or other customers in {several} {'trace' if several == 1 else 'traces'}")
    return told


def origins(whole: Sequence[Trace], names: Mapping[int, str]) -> list[Origin]:
    """Say where traces came from, source by source."""
    found = []
    for source in sorted({trace.source for trace in whole}):
        its = [trace for trace in whole if trace.source == source]
        heard = sorted(trace.heard_at for trace in its)
        found.append(
            Origin(
                source,
                tuple(sorted({names[trace.file_id] for trace in its})),
                len(its),
                instant(heard[0]),
                instant(heard[-1]),
                tuple(sorted({trace.purpose for trace in its})),
                tuple(sorted({trace.basis for trace in its})),
            )
        )
    return found
