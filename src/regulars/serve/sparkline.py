"""Sparkline: a small graph made on the server, as points of an inline SVG (after Tufte: band, line, last value).

No axis. The grey band is what is usual for this customer, a gap in what we know is a gap in the line, and one dot marks
a last value that lies outside the band.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ..respond import Spark

__all__ = ["HEIGHT", "WIDTH", "Drawn", "drawn"]

WIDTH: Final = 96.0
HEIGHT: Final = 24.0
EDGE: Final = 2.0  # room for the width of the line and for the dot
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A graph in the units of its view box: lines (unbroken stretches), single points, band and the dot outside it."""

    lines: tuple[str, ...]
    points: tuple[Point, ...]
    band: tuple[float, float] | None  # top and height
    outside: Point | None
    last: float | None
    said: str


def drawn(spark: Spark) -> Drawn:
    """Draw a small graph. The foot of it is nought, so that heights can be compared."""
    values = spark.values
    top = max((value for value in (*values, spark.high) if value is not None), default=0.0) or 1.0
    stretches = unbroken(values, top)
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    last = known[-1] if known else None
    outside = last is not None and beyond(last[1], spark)
    return Drawn(
        lines=tuple(" ".join(f"{x:g},{y:g}" for x, y in stretch) for stretch in stretches if len(stretch) > 1),
        points=tuple(stretch[0] for stretch in stretches if len(stretch) == 1),
        band=banded(spark, top),
        outside=at(last[0], last[1], len(values), top) if last and outside else None,
        last=last[1] if last else None,
        said=said(spark, last[1] if last else None),
    )


def unbroken(values: Sequence[float | None], top: float) -> list[list[Point]]:
    """Return the stretches of points between gaps."""
    groups = groupby(enumerate(values), key=lambda pair: pair[1] is None)
    return [
        [at(place, value, len(values), top) for place, value in group if value is not None]
        for gap, group in groups
        if not gap
    ]


def at(place: int, value: float, count: int, top: float) -> Point:
    """Return where a value stands in the view box."""
    x = EDGE + (WIDTH - 2 * EDGE) * place / max(1, count - 1)
    return round(x, 1), level(value, top)


def level(value: float, top: float) -> float:
    """Return the height of a value, counted from above."""
    return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * max(0.0, value) / top, 1)


def banded(spark: Spark, top: float) -> tuple[float, float] | None:
    """Return the top and height of the usual band; at least one pixel, so that a steady habit shows."""
    if spark.low is None or spark.high is None:
        return None
    upper, lower = level(spark.high, top), level(spark.low, top)
    return upper - 1, max(2.0, round(lower - upper + 2, 1))


def beyond(value: float, spark: Spark) -> bool:
    """Tell whether a value lies outside the usual band."""
    return spark.low is not None and spark.high is not None and not spark.low <= value <= spark.high


def said(spark: Spark, last: float | None) -> str:
    """Say the graph in words."""
    if last is None:
        return f"{spark.name}: nothing known yet"
    usual = f"; usually {spark.low:.3g} to {spark.high:.3g}" if spark.low is not None and spark.high is not None else ""
    return f"{spark.name}: last {last:.3g}{usual}"
