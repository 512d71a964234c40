"""Which model may speak, and what it said, kept for checking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from regulars.guard import judge
from regulars.learn import FORECASTS, forecasts_table, judged_chance, judged_worth, score
from regulars.respond import Claim
from regulars.verdict import Outcome

TRUTH = np.arange(400) % 4 == 0
NEAR = np.where(TRUTH, 0.7, 0.1)


def chance(said: np.ndarray, came: np.ndarray = TRUTH, base: float = 0.25) -> bool:
    return judged_chance(score(said, base, came), horizon_days=30).granted


def test_a_chance_must_beat_the_base_rate() -> None:
    """Better than saying the same of everybody: licensed. The same, or worse: not."""
    assert chance(NEAR)
    assert not chance(np.full(400, 0.25))
    assert not chance(np.where(TRUTH, 0.2, 0.3))
    words = judged_chance(score(NEAR, 0.25, TRUTH), horizon_days=30).why
    assert (
        words
        == "asked 30 days earlier about 400 customers: Brier 0.0300 against 0.1875 for the base rate, +0.569 bits each"
    )


def test_a_chance_must_be_near_what_came_true() -> None:
    """Sorting people well but saying far too much or too little is no licence: the guard would not let it speak."""
    shy = np.where(TRUTH, 0.45, 0.2)
    assert score(shy, 0.25, TRUTH).brier < 0.1875
    assert score(shy, 0.25, TRUTH).precision < 0.8
    assert not chance(shy)


@pytest.mark.parametrize(("n", "hits"), [(99, 40), (400, 9), (400, 391)])
def test_too_few_to_check_is_no_licence(n: int, hits: int) -> None:
    """Under a hundred statements, or under ten of either outcome: not licensed, and the reason says how few."""
    came = np.arange(n) < hits
    licence = judged_chance(score(np.where(came, 0.9, 0.1), hits / n, came), horizon_days=30)
    assert not licence.granted
    assert licence.why == f"only {n} statements could be checked, {hits} of which came true: too few"


def worth_of(value: float, low: float, high: float, n: int = 200) -> object:
    luck = np.random.default_rng(5)
    spent = np.round(luck.gamma(4.0, 250.0, n))
    return judged_worth(np.full(n, value), np.full(n, low), np.full(n, high), spent, horizon_days=90)


def test_a_years_worth_must_hold_its_ranges_and_its_sum() -> None:
    """Ranges that hold and a sum that is right: licensed. Too narrow, too much, too few, or nothing spent: not."""
    good = worth_of(1000, 400, 1750)
    assert good.granted
    assert good.record["coverage"] == good.record["precision"] >= 0.8
    assert abs(good.record["bias"]) < 0.1
    assert "of ranges held (should be 80%)" in good.why
    assert not worth_of(1000, 900, 1100).granted
    assert not worth_of(1600, 400, 1750).granted
    assert not worth_of(1000, 400, 1750, n=99).granted
    nothing = np.zeros(200)
    assert not judged_worth(nothing, nothing, nothing + 1, nothing, horizon_days=90).granted


def test_ranges_without_an_end_are_not_counted() -> None:
    """A value that is unknown or has no upper end is not part of the check."""
    ends = np.where(np.arange(250) < 150, np.inf, 2000.0)
    licence = judged_worth(np.full(250, 900.0), np.zeros(250), ends, np.full(250, 900.0), horizon_days=90)
    assert licence.record["n"] == 100
    assert licence.granted


def test_what_is_licensed_may_be_asked_about() -> None:
    """No model is licensed whose statements the guard would then keep back."""
    records = [judged_chance(score(NEAR, 0.25, TRUTH), horizon_days=30), worth_of(1000, 400, 1750)]
    for licence in records:
        claim = Claim("did_with_us", "inferred", occasions=9, spread=True, precision=licence.record["precision"])
        assert judge(claim)[0] is Outcome.ASK
    for borderline in np.linspace(0.6, 0.95, 36):
        ends = np.where(np.arange(200) < borderline * 200, 2.0, 1.0)
        found = judged_worth(np.full(200, 2.0), np.zeros(200), ends, np.full(200, 2.0), horizon_days=90)
        assert found.granted == (found.record["precision"] >= 0.8)


def test_forecasts_are_kept_as_they_were_said(tmp_path: Path) -> None:
    """Everybody with a number has one row, due at the end of the horizon; a file gives the table back."""
    said = np.array([0.25, np.nan, 0.75])
    table = forecasts_table(np.array([3, 4, 5]), said, base=0.4, made_day=100, horizon_days=30, model="BGNBD 1")
    assert table.schema == FORECASTS
    assert table.to_pylist()[1] == {
        "customer": 5,
        "question": "buys",
        "p": 0.75,
        "base": 0.4,
        "made_day": 100,
        "due_day": 130,
        "model": "BGNBD 1",
    }
    assert table.column("customer").to_pylist() == [3, 5]
    pq.write_table(table, tmp_path / "forecasts.parquet")
    assert pq.read_table(tmp_path / "forecasts.parquet").equals(table)
    assert (
        forecasts_table(np.zeros(0, np.int64), np.zeros(0), base=0.0, made_day=1, horizon_days=30, model="x").num_rows
        == 0
    )
