"""Brief: put the lines that the guard let through on one page, and keep it to two hundred words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from ..money import decimals_of
from ..understand.portrait import Portrait, Stretch
from ..verdict import Allowed, Withheld
from .briefing import WORD_LIMIT, Briefing, Line, Spark
from .draft import unproven
from .material import Material, state_of
from .wording import clipped

__all__ = ["brief"]

CAPS: Final = {0: 2, 1: 1, 2: 3, 3: 3, 5: 1, 6: 2, 7: 2}  # lines per block
GIVES_WAY: Final = (3, 6, 7, 2)  # the blocks that are shortened, in this order, while the page is too long
ALWAYS: Final = 2  # the block that keeps a line whatever happens
STRETCHES: Final = 24
NAME_WORDS: Final = 12


def brief(
    material: Material,
    judged: Sequence[Allowed[Line] | Withheld[Line]],
    *,
    run_id: str,
    missing: Sequence[str],
) -> Briefing:
    """Make the briefing of what may be shown. `missing` names what is not heard of; unproven forecasts are added."""
    shown = [line for line in judged if isinstance(line, Allowed)]
    return Briefing(
        customer=material.customer.code,
        label=clipped(material.customer.label, NAME_WORDS),
        as_of=material.portrait.as_of,
        run_id=run_id,
        state=state_of(material),
        lines=tuple(fitted(shown)),
        sparks=sparks(material.portrait),
        choice=material.choice,
        missing=(*missing, *unproven(material)),
        kept_back=tuple(line for line in judged if isinstance(line, Withheld)),
    )


def fitted(lines: Sequence[Allowed[Line]]) -> list[Allowed[Line]]:
    """Keep each block's first lines, and drop last ones while the page is too long to read in a minute."""
    kept = [line for block, cap in CAPS.items() for line in [line for line in lines if line.it.block == block][:cap]]
    for block in GIVES_WAY:
        inside = [line for line in kept if line.it.block == block]
        while sum(line.it.words for line in kept) > WORD_LIMIT and len(inside) > (block == ALWAYS):
            kept.remove(inside.pop())
    return kept


def sparks(portrait: Portrait) -> tuple[Spark, ...]:
    """Return the five small graphs, on one axis of two years, oldest on the left."""
    by_stretch = {stretch.stretch: stretch for stretch in portrait.stretches}
    if not by_stretch:
        return ()
    first_day = portrait.as_of_day - 30 * max(by_stretch) if portrait.first_day is None else portrait.first_day
    known_since = min(STRETCHES - 1, max(*by_stretch, (portrait.as_of_day - first_day) // 30))
    line = [
        by_stretch.get(place, Stretch(place, 0, 0, 0, 0, 0)) if place <= known_since else None
        for place in range(STRETCHES - 1, -1, -1)
    ]

    def series(name: str, unit: str, read: Callable[[Stretch], float | None], decimals: int = 0) -> Spark:
        values = tuple(None if stretch is None else read(stretch) for stretch in line)
        there = sorted(value for value in values[:-1] if value is not None)
        low, high = (there[len(there) // 10], there[-1 - len(there) // 10]) if len(there) >= 4 else (None, None)
        last = next((value for value in reversed(values) if value is not None), None)
        return Spark(name, values, low, high, "" if last is None else f"{last:,.{decimals}f}", unit)

    places = decimals_of(portrait.currency)
    return (
        series("visits", "days", lambda stretch: float(stretch.visits)),
        series("spending", portrait.currency, lambda stretch: stretch.minor / 10**places, places),
        series("days between", "days", lambda stretch: 30.0 / stretch.visits if stretch.visits else None),
        series("problems", "", lambda stretch: float(stretch.problems)),
        series("rating", "", rated, 1),
    )


def rated(stretch: Stretch) -> float | None:
    """Return the mean rating of a stretch, where there was one."""
    return stretch.rating_milli / 1000 / stretch.ratings if stretch.ratings else None
