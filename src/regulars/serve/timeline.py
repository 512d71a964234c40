"""Timeline: the traces of one customer as a page shows them, newest first, each past the third door of the guard.

A timeline is no back door: a colleague's opinion, a single web visit and what is too old to mention are kept back here
by the same table that judges the lines of a briefing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from ..evidence import Evidence
from ..guard import may_say
from ..listen import Trace
from ..loop import Story
from ..respond import Claim, Line, Mark
from ..store import traces
from ..understand.opinion import reads_as_opinion
from ..verdict import Allowed, Withheld

__all__ = ["PAGE", "Item", "Kept", "Place", "Sheet", "item_of", "judged", "sheet", "sheets"]

PAGE: Final = 50
MONTH_DAYS: Final = 30.44
TOLD: Final = frozenset({"introduced", "asked", "complained", "rated", "reviewed", "consented", "withdrew"})
FOLLOWED: Final = frozenset({"viewed", "searched"})
ALWAYS: Final = frozenset({"consented", "withdrew"})  # a decision holds until the next one, however old
Place = Callable[[int, int], str]


@dataclass(frozen=True, slots=True)
class Item:
    """One trace on a page: what happened, how it may be used, when (in the shop's zone), and where it is written."""

    trace: Trace
    line: Allowed[Line]
    at: datetime
    place: str
    page: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How many traces a rule keeps back, and why."""

    rule: int
    why: str
    count: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a timeline: its days, each with its episodes, each with its items."""

    days: tuple[tuple[datetime, tuple[tuple[str, tuple[Item, ...]], ...]], ...]
    number: int
    pages: int
    count: int
    kept: tuple[Kept, ...]


def judged(found: Story, several: Sequence[Trace]) -> list[tuple[Trace, Allowed[Line] | Withheld[Line]]]:
    """Send traces through the third door."""
    return [(trace, may_say(line_of(trace, found))) for trace in several]


def line_of(trace: Trace, found: Story) -> Line:
    """Say where a trace comes from, so that the guard can judge it."""
    source = (
        "told_us"
        if trace.kind in TOLD
        else "staff_saw"
        if trace.kind == "noted"
        else "tracked_consented"
        if trace.kind in FOLLOWED and trace.basis == "consent"
        else "tracked_other"
        if trace.kind in FOLLOWED
        else "did_with_us"
    )
    age = 0.0 if trace.kind in ALWAYS else max(0, found.material.portrait.as_of_day - trace.day) / MONTH_DAYS
    opinion = trace.kind == "noted" and reads_as_opinion(trace.text or "")
    claim = Claim(source, "given", age_months=age, identity=found.material.customer.sure, opinion=opinion)
    mark = {"told_us": Mark.TOLD, "staff_saw": Mark.NOTED}.get(source, Mark.DID)
    return Line(trace.trace_id, 3, trace.reads, mark, claim, Evidence("", 1, (trace.trace_id,)), trace.day)


def sheets(found: Story) -> tuple[list[tuple[Trace, Allowed[Line]]], tuple[Kept, ...]]:
    """Return all traces that may be shown, newest first, and how many each rule keeps back."""
    verdicts = judged(found, traces(found.timeline))
    shown = [(trace, line) for trace, line in verdicts if isinstance(line, Allowed)]
    kept = Counter((line.rule, line.why) for _, line in verdicts if isinstance(line, Withheld))
    return shown, tuple(Kept(rule, why, count) for (rule, why), count in sorted(kept.items()))


def sheet(found: Story, number: int, place: Place) -> Sheet | None:
    """Return one page of the timeline, or None where it does not go so far back."""
    shown, kept = sheets(found)
    pages = max(1, -(-len(shown) // PAGE))
    if not 1 <= number <= pages:
        return None
    here = shown[(number - 1) * PAGE : number * PAGE]
    items = [item_of(trace, line, found, place, page=number) for trace, line in here]
    by_day = groupby(items, key=lambda item: item.at.date())
    return Sheet(tuple(day_of(list(group)) for _, group in by_day), number, pages, len(shown), kept)


def day_of(items: list[Item]) -> tuple[datetime, tuple[tuple[str, tuple[Item, ...]], ...]]:
    """Return a day with its items, those of one order or case together."""
    episodes: dict[str, list[Item]] = {}
    for item in items:
        episodes.setdefault(item.trace.about or "", []).append(item)
    return items[0].at, tuple((about, tuple(several)) for about, several in episodes.items())


def item_of(trace: Trace, line: Allowed[Line], found: Story, place: Place, *, page: int) -> Item:
    """Make an item of a trace that may be shown."""
    at = trace.happened.astimezone(found.material.settings.zoneinfo)
    return Item(trace, line, at, place(trace.file_id, trace.row), page)
