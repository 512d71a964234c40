"""Brief: put the lines that the guard let through on one page, and keep it to two hundred words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..understand.portrait import Portrait, Stretch
from ..verdict import Allowed, Withheld
from .briefing import WORD_LIMIT, Briefing, Line, Spark
from .draft import Material, state_of

__all__ = ["brief"]

CAPS: Final = {0: 1, 1: 1, 2: 3, 3: 3, 5: 1, 6: 2, 7: 2}  # lines per block
STRETCHES: Final = 24
GIVES_WAY: Final = 3  # the block that is shortened first


def brief(material: Material, judged: Sequence[Allowed[Line] | Withheld[Line]], *, run_id: str, missing: Sequence[str]) -> Briefing:
    """Make the briefing of what may be shown."""
    shown = [line for line in judged if isinstance(line, Allowed)]
    page = Briefing(
        customer=material.customer.code,
        label=material.customer.label,
        as_of=material.portrait.as_of,
        run_id=run_id,
        state=state_of(material),
        lines=tuple(fitted(shown)),
        sparks=sparks(material.portrait),
        choice=material.choice,
        missing=tuple(missing),
        kept_back=tuple(line for line in judged if isinstance(line, Withheld)),
    )
    return page


def fitted(lines: Sequence[Allowed[Line]]) -> list[Allowed[Line]]:
    """Keep each block's first lines, and drop the last of block 3 while the page is too long to read in a minute."""
    kept = [line for number, cap in CAPS.items() for line in [line for line in lines if line.it.block == number][:cap]]
    while sum(line.it.words for line in kept) > WORD_LIMIT and any(line.it.block == GIVES_WAY for line in kept):
        kept.remove([line for line in kept if line.it.block == GIVES_WAY][-1])
    return kept


def sparks(portrait: Portrait) -> tuple[Spark, ...]:
    """Return the five small graphs, on one axis of two years, oldest on the left."""
    by_stretch = {stretch.stretch: stretch for stretch in portrait.stretches}
    if not by_stretch:
        return ()
    known_since = min(STRETCHES - 1, max(by_stretch) if portrait.first_day is None else (portrait.as_of_day - portrait.first_day) // 30)
    line = [by_stretch.get(place, Stretch(place, 0, 0, 0, 0, 0)) if place <= known_since else None for place in range(STRETCHES - 1, -1, -1)]

    def series(name: str, unit: str, read: object) -> Spark:
        values = tuple(None if stretch is None else read(stretch) for stretch in line)  # type: ignore[operator]
        there = sorted(value for value in values[:-1] if value is not None)
        low, high = (there[len(there) // 10], there[-1 - len(there) // 10]) if len(there) >= 4 else (None, None)
        last = next((value for value in reversed(values) if value is not None), None)
        return Spark(name, values, low, high, "" if last is None else f"{last:g}", unit)

    return (
        series("visits", "days", lambda stretch: float(stretch.visits)),
        series("spending", portrait.currency, lambda stretch: stretch.minor / 100),
        series("days between", "days", lambda stretch: 30.0 / stretch.visits if stretch.visits else None),
        series("problems", "", lambda stretch: float(stretch.problems)),
        series("rating", "", lambda stretch: stretch.rating_milli / 1000 / stretch.ratings if stretch.ratings else None),
    )
