"""The small graphs."""

from __future__ import annotations

from regulars.respond import Spark
from regulars.serve.sparkline import HEIGHT, WIDTH, drawn


def spark(*values: float | None, low: float | None = None, high: float | None = None) -> Spark:
    return Spark("visits", values, low, high, "", "days")


def test_a_gap_stays_a_gap() -> None:
    """What is not known is not drawn over: two stretches, two lines."""
    graph = drawn(spark(1, 2, None, 3, 4))
    assert len(graph.lines) == 2
    assert graph.points == ()


def test_a_lone_value_is_a_point() -> None:
    """One value between gaps cannot be a line."""
    graph = drawn(spark(None, 2, None, 1, 1))
    assert len(graph.points) == 1
    assert len(graph.lines) == 1


def test_a_dot_marks_only_what_lies_outside_the_usual() -> None:
    """The last value within the band has no dot; above or below it has one."""
    assert drawn(spark(1, 2, 2, low=1, high=2)).outside is None
    assert drawn(spark(1, 2, 5, low=1, high=2)).outside is not None
    assert drawn(spark(1, 2, 0, low=1, high=2)).outside is not None
    assert drawn(spark(1, 2, 5)).outside is None


def test_everything_stays_inside_the_box() -> None:
    """No value, however large, leaves the picture; the highest is on top and nought at the foot."""
    graph = drawn(spark(0, 1e9, 3, low=0, high=2e9))
    points = [tuple(map(float, pair.split(","))) for pair in graph.lines[0].split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert points[0][1] > points[1][1]
    assert graph.band is not None


def test_nothing_known_says_so() -> None:
    """No value is no line, no number and plain words."""
    graph = drawn(spark(None, None))
    assert graph.last is None
    assert graph.said == "visits: nothing known yet"
    assert drawn(spark(0, 0)).last == 0
