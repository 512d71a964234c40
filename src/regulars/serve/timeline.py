"""Timeline: the traces of one customer as a page shows them, newest first, each past the third door of the guard.

A timeline is no back door: a colleague's opinion, a single web visit and what is too old to mention are kept back here
by the same table that judges the lines of a briefing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

from ..evidence import Evidence
from ..guard import may_say
from ..listen import Trace
from ..loop import Story
from ..respond import Claim, Line, Mark, sensitivity_of
from ..store import traces
from ..understand.opinion import reads_as_opinion
from ..verdict import Allowed, Withheld

__all__ = [
    "PAGE",
    "Days",
    "Item",
    "Judged",
    "Kept",
    "Place",
    "Sheet",
    "days_of",
    "item_of",
    "judged",
    "kept_back",
    "may_show",
    "sheet",
    "sheets",
]

PAGE: Final = 50
MONTH_DAYS: Final = 30.44
TOLD: Final = frozenset({"introduced", "asked", "complained", "rated", "reviewed", "consented", "withdrew"})
FOLLOWED: Final = frozenset({"viewed", "searched"})
BY_STAFF: Final = frozenset({"noted", "acted", "postponed", "disputed"})
DESK: Final = "desk"  # the source of what colleagues write on these pages
ALWAYS: Final = frozenset({"consented", "withdrew"})  # a decision holds until the next one, however old
Place = Callable[[int, int], str]
Judged = Allowed[Line] | Withheld[Line]
Days = tuple[tuple[datetime, tuple[tuple[str, tuple["Item", ...]], ...]], ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One trace on a page: what happened, how it may be used, when (in the shop's zone), and where it is written.

    What is withheld stands on the customer's own page alone.
    """

    trace: Trace
    line: Judged
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

    days: Days
    number: int
    pages: int
    count: int
    kept: tuple[Kept, ...]


def judged(found: Story, several: Sequence[Trace]) -> list[tuple[Trace, Judged]]:
    """Send traces through the third door."""
    day, sure = found.material.portrait.as_of_day, found.material.customer.sure
    return [(trace, may_show(trace, as_of_day=day, sure=sure)) for trace in several]


def may_show(trace: Trace, *, as_of_day: int, sure: float) -> Judged:
    """Send one trace through the third door."""
    return may_say(line_of(trace, as_of_day, sure))


def line_of(trace: Trace, as_of_day: int, sure: float) -> Line:
    """Say where a trace comes from, so that the guard can judge it."""
    source = (
        "told_us"
        if trace.kind in TOLD
        else "staff_saw"
        if by_staff(trace)
        else "tracked_consented"
        if trace.kind in FOLLOWED and trace.basis == "consent"
        else "tracked_other"
        if trace.kind in FOLLOWED
        else "did_with_us"
    )
    age = 0.0 if trace.kind in ALWAYS else max(0, as_of_day - trace.day) / MONTH_DAYS
    opinion = by_staff(trace) and reads_as_opinion(trace.text or "")
    level = sensitivity_of(trace.text) if trace.source == DESK else 0
    claim = Claim(source, "given", sensitivity=level, age_months=age, identity=sure, opinion=opinion)
    mark = {"told_us": Mark.TOLD, "staff_saw": Mark.NOTED}.get(source, Mark.DID)
    return Line(trace.trace_id, 3, trace.reads, mark, claim, Evidence("", 1, (trace.trace_id,)), trace.day)


def by_staff(trace: Trace) -> bool:
    """Tell whether the words of a trace are a colleague's."""
    return trace.kind in BY_STAFF or (trace.source == DESK and bool(trace.text))


def sheets(found: Story) -> tuple[list[tuple[Trace, Allowed[Line]]], tuple[Kept, ...]]:
    """Return all traces that may be shown, newest first, and how many each rule keeps back."""
    verdicts = judged(found, traces(found.timeline))
    shown = [(trace, line) for trace, line in verdicts if isinstance(line, Allowed)]
    return shown, kept_back(line for _, line in verdicts)


def kept_back(lines: Iterable[Judged]) -> tuple[Kept, ...]:
    """Count what each rule keeps back."""
    kept = Counter((line.rule, line.why) for line in lines if isinstance(line, Withheld))
    return tuple(Kept(rule, why, count) for (rule, why), count in sorted(kept.items()))


def sheet(found: Story, number: int, place: Place) -> Sheet | None:
    """Return one page of the timeline, or None where it does not go so far back."""
    shown, kept = sheets(found)
    pages = max(1, -(-len(shown) // PAGE))
    if not 1 <= number <= pages:
        return None
    here = shown[(number - 1) * PAGE : number * PAGE]
    zone = found.material.settings.zoneinfo
    items = [item_of(trace, line, zone, place, page=number) for trace, line in here]
    return Sheet(days_of(items), number, pages, len(shown), kept)


def days_of(items: Sequence[Item]) -> Days:
    """Part items by day, and each day by order or case."""
    by_day = groupby(items, key=lambda item: item.at.date())
    return tuple(day_of(list(group)) for _, group in by_day)


def day_of(items: list[Item]) -> tuple[datetime, tuple[tuple[str, tuple[Item, ...]], ...]]:
    """Return a day with its items, those of one order or case together."""
    episodes: dict[str, list[Item]] = {}
    for item in items:
        episodes.setdefault(item.trace.about or "", []).append(item)
    return items[0].at, tuple((about, tuple(several)) for about, several in episodes.items())


def item_of(trace: Trace, line: Judged, zone: ZoneInfo, place: Place, *, page: int) -> Item:
    """Make an item of a trace."""
    return Item(trace, line, trace.happened.astimezone(zone), place(trace.file_id, trace.row), page)
