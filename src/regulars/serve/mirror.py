"""Mirror: a customer's own page. Everything that is held about them, in the very words that staff see.

Whatever staff can see of somebody stands here too. Their own copy (`render_mirror`, in the ZIP of `regulars export`)
also has the words that the guard keeps back from staff. The page that is served (`reflected`) is read by staff, so
there these words are named by rule and reason alone: a mirror is no back door.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from ..dates import day_number
from ..definition import read_definition
from ..estimate import Absence, Estimate
from ..listen import Trace
from ..privacy import Held
from ..recognise import Golden, golden
from ..respond.briefing import THEIRS
from ..verdict import Allowed
from .letter import foreign
from .paper import rendered
from .timeline import PAGE, Days, Judged, Kept, days_of, item_of, kept_back, may_show

__all__ = ["Mirror", "Number", "reflected", "render_mirror"]

PLAIN: Final = {"email": "e-mail", "phone": "telephone ending in"}
REACHED: Final = frozenset({"email", "phone"})  # said under "Known by"
SEEN: Final = frozenset({"name", "first_name", "last_name", "company", "city"})
SAME: Final = "Counted by the same rule as above."
WORDS: Final = {
    "visits": "Days with a purchase",
    "gap": "Days between purchases",
    "silence": "Days since the last purchase",
    "surprise": "How unusual that is",
    "buys_soon": "Chance of a purchase soon",
    "worth": "Likely spending in a year",
    "spent": "Spent so far",
    "late_share": "Share of late deliveries",
}


@dataclass(frozen=True, slots=True)
class Number:
    """Something that was worked out: what it is, the estimate or why there is none, and the rule in words."""

    words: str
    estimate: Estimate | Absence
    rule: str


@dataclass(frozen=True, slots=True)
class Mirror:
    """One page of everything held about somebody. `whole`: their own copy, with the words kept back from staff."""

    held: Held
    whole: bool
    as_of: date
    known_by: tuple[str, ...]
    given: tuple[Golden, ...]  # further columns of their files: the value that stands, and those before it
    numbers: tuple[Number, ...]
    days: Days
    kept: tuple[Kept, ...]  # how many traces are kept back from staff, by rule
    number: int
    pages: int
    foreign: list[str]

    @property
    def label(self) -> str:
        """What to call them."""
        return self.held.person.customer.label


def render_mirror(held: Held) -> str:
    """Return the customer's own copy as one self-contained page."""
    return rendered("mirror_letter.html", mirror=mirrored(held, judged_of(held), page=None))


def reflected(held: Held, page: int) -> Mirror | None:
    """Return one page of the mirror as staff may see it, or None where it does not go so far back."""
    several = judged_of(held)
    pages = pages_of([line for _, line in several if isinstance(line, Allowed)])
    return mirrored(held, several, page=page) if 1 <= page <= pages else None


def doubtful(held: Held) -> bool:
    """Tell whether their records may be two people: then staff see no number that rests on both."""
    return held.story is not None and held.story.material.customer.sure < THEIRS


def judged_of(held: Held) -> list[tuple[Trace, Judged]]:
    """Send everything that happened through the third door."""
    sure = held.story.material.customer.sure if held.story else 1.0
    today = day_number(day_of(held))
    return [(trace, may_show(trace, as_of_day=today, sure=sure)) for trace in held.traces]


def day_of(held: Held) -> date:
    """Return the day as of which it is told."""
    return held.story.page.as_of if held.story else held.asked.astimezone(ZoneInfo(held.zone)).date()


def mirrored(held: Held, several: Sequence[tuple[Trace, Judged]], *, page: int | None) -> Mirror:
    """Put a page together: all of it for the customer, or one page of its timeline for staff."""
    zone = ZoneInfo(held.zone)
    shown = several if page is None else [(trace, line) for trace, line in several if isinstance(line, Allowed)]
    here = shown if page is None else shown[(page - 1) * PAGE : page * PAGE]
    items = [item_of(trace, line, zone, held.place, page=page or 1) for trace, line in here]
    return Mirror(
        held,
        page is None,
        day_of(held),
        tuple(known_by(held.person.own)),
        given(held.traces, None if page is None else SEEN),
        () if page is not None and doubtful(held) else tuple(numbers(held)),
        days_of(items),
        kept_back(line for _, line in several),
        page or 1,
        1 if page is None else pages_of(shown),
        [held.person.customer.label, *(foreign(held.story) if held.story else ())],
    )


def pages_of(shown: Sequence[object]) -> int:
    """Return how many pages so many traces take."""
    return max(1, -(-len(shown) // PAGE))


def given(traces: Iterable[Trace], names: frozenset[str] | None) -> tuple[Golden, ...]:
    """Return what stood in further columns of their files: in all of them, or in those that staff see."""
    found = (one for one in golden(traces) if one.field not in REACHED)
    return tuple(one for one in found if names is None or one.field in names)


def known_by(keys: Iterable[str]) -> list[str]:
    """Say by which identifiers somebody is known.

    >>> known_by(["customer:shop:C1", "email:ann@example.org", "order:shop:1", "order:shop:2"])
    ['customer number C1 (shop)', 'e-mail ann@example.org', '2 order numbers']
    """
    said, orders = [], 0
    for key in keys:
        kind, _, rest = key.partition(":")
        source, _, number = rest.partition(":")
        if kind == "order":
            orders += 1
        elif kind in PLAIN:
            said.append(f"{PLAIN[kind]} {rest}")
        else:
            said.append(f"{kind} number {number} ({source})")
    return said + ([f"{orders} order {'number' if orders == 1 else 'numbers'}"] if orders else [])


def numbers(held: Held) -> list[Number]:
    """Return everything that was worked out about them, whether staff are shown it or not."""
    if held.story is None:
        return []
    found: list[Number] = []
    for name, estimate in held.story.material.portrait.estimates.items():
        rule = rule_of(estimate)
        told = rule and any(number.rule == rule for number in found)
        found.append(Number(WORDS.get(name, name), estimate, SAME if told else rule))
    return found


def rule_of(estimate: Estimate | Absence) -> str:
    """Return the rule behind an estimate in words, "" where there is none."""
    name = estimate.evidence.definition if isinstance(estimate, Estimate) else ""
    return read_definition(name).sentence if "/" in name else ""
