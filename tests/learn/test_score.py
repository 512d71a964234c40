"""How well probabilities came true: by hand, and for forecasters whose worth we know."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from regulars.learn import score


def test_a_score_by_hand() -> None:
    """Three statements: Brier is the mean of .01, .04 and .36; bits against one in two; the gaps of each fifth."""
    checked = score(np.array([0.9, 0.2, 0.6]), 0.5, np.array([True, False, False]))
    assert (checked.n, checked.hits) == (3, 1)
    assert checked.brier == pytest.approx((0.01 + 0.04 + 0.36) / 3)
    assert checked.brier_base == pytest.approx(0.25)
    floor = 1 / 8  # of three statements no probability counts as surer than seven in eight
    assert checked.bits == pytest.approx(
        (math.log2((1 - floor) / 0.5) + math.log2(0.8 / 0.5) + math.log2(0.4 / 0.5)) / 3
    )
    assert checked.precision == pytest.approx(1 - (0.1 + 0.2 + 0.6) / 3)
    assert [(part.low, part.n, part.said, part.came) for part in checked.bins] == [
        (0.2, 1, 0.2, 0.0),
        (0.6, 1, 0.6, 0.0),
        (0.8, 1, 0.9, 1.0),
    ]


def test_a_perfect_forecaster_and_a_useless_one() -> None:
    """Always right: Brier 0, and bits are gained; the base rate of everybody: none; always wrong: bits are lost."""
    came = np.arange(200) % 4 == 0
    perfect, useless, wrong = (score(said, 0.25, came) for said in (came.astype(float), np.full(200, 0.25), 1.0 - came))
    assert perfect.brier == 0
    assert perfect.precision == 1
    assert perfect.bits > 0.7
    assert useless.brier == useless.brier_base
    assert useless.bits == pytest.approx(0)
    assert useless.precision == pytest.approx(1)
    assert wrong.brier == 1
    assert wrong.bits < -5
    assert wrong.precision == 0
    assert math.isfinite(wrong.bits)


def test_nothing_checked_is_no_score() -> None:
    """No statements: no number, and no precision to rely on."""
    checked = score(np.zeros(0), 0.5, np.zeros(0, bool))
    assert (checked.n, checked.precision, checked.bins) == (0, 0.0, ())
    assert math.isnan(checked.brier)


STATEMENTS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50)


@given(STATEMENTS, st.floats(0, 1))
def test_a_score_is_a_plain_mean(statements: list[tuple[float, bool]], base: float) -> None:
    """Brier and gain equal a loop; every statement is in one bin; the order of statements changes nothing."""
    p, came = np.array([said for said, _ in statements]), np.array([truth for _, truth in statements])
    checked = score(p, base, came)
    assert checked.brier == pytest.approx(sum((said - truth) ** 2 for said, truth in statements) / len(statements))
    assert sum(part.n for part in checked.bins) == checked.n == len(statements)
    assert sum(part.n * part.came for part in checked.bins) == pytest.approx(checked.hits)
    assert 0 <= checked.precision <= 1 + 1e-12
    assert math.isfinite(checked.bits)
    turned = score(p[::-1], base, came[::-1])
    assert (turned.brier, turned.bits, turned.precision) == pytest.approx(
        (checked.brier, checked.bits, checked.precision)
    )
