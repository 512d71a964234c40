"""Letter: a briefing as one file that needs nothing else, to keep, print or send inside the house.

It is the page that `serve` shows, with its style inside and its evidence at the end instead of links.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ..loop import Story
from ..respond import Line
from ..store import traces
from ..verdict import Allowed
from .paper import rendered
from .timeline import Item, item_of, judged

__all__ = ["foreign", "render_briefing"]

MOST_PLACES: Final = 5


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind one line: its first traces, and how many there are in all."""

    line: Allowed[Line]
    items: tuple[Item, ...]
    count: int


def render_briefing(story: Story, *, place: Callable[[int, int], str] | None = None, quiet: Sequence[str] = ()) -> str:
    """Return the briefing as one self-contained page.

    `place` (see `Home.place`) names the file and line of a trace; `quiet` says which sources have gone silent.
    """
    proofs = [proof(story, line, place) for line in story.page.lines]
    return rendered("letter.html", story=story, foreign=foreign(story), proofs=proofs, quiet=quiet)


def proof(story: Story, line: Allowed[Line], place: Callable[[int, int], str] | None) -> Proof:
    """Gather the first traces behind a line, as far as they may be shown."""
    wanted = set(line.it.evidence.traces)
    behind = [trace for trace in traces(story.timeline) if trace.trace_id in wanted]
    sources = {trace.row: trace.source for trace in behind}
    named = place or (lambda _, row: f"{sources.get(row, 'a file')}, line {row}")
    items = [
        item_of(trace, verdict, story.material.settings.zoneinfo, named, page=0)
        for trace, verdict in judged(story, behind[:MOST_PLACES])
        if isinstance(verdict, Allowed)
    ]
    return Proof(line, tuple(items), max(line.it.evidence.count, len(behind)))


def foreign(story: Story) -> list[str]:
    """Name the words of a briefing that are not ours: what the customer and the goods are called."""
    customer, portrait = story.material.customer, story.material.portrait
    return [customer.label, customer.company, *(taste.item for taste in portrait.tastes)]
