"""Histories, gaps, sums and ranges, against NumPy and simulation."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from regulars.estimate import Absence
from regulars.understand import MEASURES, Histories, histories, portrait_of, portraits_table, rhythm, spending, worth
from regulars.understand.rhythm import FEWEST_GAPS, quantiles, usual_gaps
from regulars.understand.service import wilson
from regulars.understand.worth import spread

Row = tuple[int, int, str, int]
ROWS = st.lists(
    st.tuples(st.integers(1, 5), st.integers(0, 99), st.sampled_from(["EUR", "GBP"]), st.integers(0, 10**6)),
    max_size=60,
)
BACK = st.lists(st.tuples(st.integers(0, 7), st.sampled_from(["EUR", "GBP"]), st.integers(0, 10**6)), max_size=9)


def purchases_of(rows: list[Row]) -> pa.Table:
    """Make the table of purchases that its definition would: one row per customer, day and currency, sorted."""
    sums: dict[tuple[int, int, str], int] = defaultdict(int)
    for who, day, code, minor in rows:
        sums[who, day, code] += minor
    keys = sorted(sums)
    shape = [("customer", pa.int64()), ("day", pa.int32()), ("currency", pa.string()), ("minor", pa.int64())]
    columns = [*zip(*keys, strict=True), [sums[key] for key in keys]] if keys else [[], [], [], []]
    return pa.table(
        [pa.array(column, kind) for column, (_, kind) in zip(columns, shape, strict=True)],
        names=[name for name, _ in shape],
    )


def returns_of(rows: list[tuple[int, str, int]]) -> pa.Table:
    shape = [("customer", pa.int64()), ("currency", pa.string()), ("minor", pa.int64())]
    columns = list(zip(*rows, strict=True)) or [[], [], []]
    return pa.table(
        [pa.array(column, kind) for column, (_, kind) in zip(columns, shape, strict=True)],
        names=[name for name, _ in shape],
    )


@given(ROWS, st.integers(0, 30))
def test_histories_count_days_not_rows(rows: list[Row], since: int) -> None:
    """x, t_x and T are what a plain loop over each customer's distinct days gives."""
    days: dict[int, set[int]] = defaultdict(set)
    for who, day, _, _ in rows:
        days[who].add(day)
    as_of = 99 + since
    past = histories(purchases_of(rows), as_of_day=as_of)
    expected = [
        (who, len(found) - 1, (max(found) - min(found)) / 7, max(as_of - min(found), 1) / 7)
        for who, found in sorted(days.items())
    ]
    assert list(zip(past.customer, past.frequency, past.recency, past.age, strict=True)) == expected


@given(ROWS)
def test_usual_gaps_are_numpys_quantiles(rows: list[Row]) -> None:
    """Low, median and high gap equal numpy.quantile; nobody with fewer than four gaps has one."""
    purchases = purchases_of(rows)
    past = histories(purchases, as_of_day=120)
    found = usual_gaps(purchases, past)
    for place, who in enumerate(past.customer):
        gaps = np.diff(sorted({day for owner, day, _, _ in rows if owner == who}))
        if len(gaps) < FEWEST_GAPS:
            assert np.isnan(found[place]).all()
        else:
            np.testing.assert_allclose(found[place], np.quantile(gaps, [0.1, 0.5, 0.9]), rtol=1e-12)


@given(st.lists(st.lists(st.floats(0, 1e6), max_size=7), min_size=1, max_size=6))
def test_quantiles_of_groups_are_numpys(groups: list[list[float]]) -> None:
    """The quantiles of consecutive groups equal those of each group by itself, and an empty group has none."""
    values = np.array([value for group in groups for value in sorted(group)])
    found = quantiles(values, np.array([len(group) for group in groups]), (0.0, 0.3, 1.0))
    for line, group in zip(found, groups, strict=True):
        np.testing.assert_allclose(
            line, np.quantile(group, [0.0, 0.3, 1.0]) if group else [np.nan] * 3, rtol=1e-9, atol=1e-9
        )


@given(ROWS, BACK)
def test_spending_is_in_one_currency_and_in_whole_cents(rows: list[Row], back: list[tuple[int, str, int]]) -> None:
    """Gross and returned are sums in the main currency alone; repeat means leave the first day out."""
    purchases = purchases_of(rows)
    past = histories(purchases, as_of_day=120)
    spent = spending(purchases, returns_of(back), past)
    table = purchases.to_pylist()
    for place, who in enumerate(past.customer.tolist()):
        code = spent.currency[place]
        mine = [row for row in table if row["customer"] == who]
        same = [row["minor"] for row in mine if row["currency"] == code]
        repeats = [
            row["minor"]
            for row in mine
            if row["currency"] == code and row["day"] > past.first_day[place] and row["minor"] > 0
        ]

        def weight(name: str, mine: list[dict[str, object]] = mine) -> tuple[int, int]:
            of_it = [row for row in mine if row["currency"] == name]
            return sum(int(str(row["minor"])) > 0 for row in of_it), len(of_it)

        assert weight(code) == max(weight("EUR"), weight("GBP"))
        assert spent.gross[place] == sum(same)
        assert spent.returned[place] == sum(minor for owner, name, minor in back if owner == who and name == code)
        assert spent.repeat_days[place] == len(repeats)
        assert spent.repeat_mean[place] == pytest.approx(np.mean(repeats) if repeats else 0.0)


@pytest.mark.parametrize(
    ("none", "shape", "scale"), [(0.0, 9.0, 100.0), (0.3, 2.0, 500.0), (0.85, 4.0, 50.0), (0.95, 4.0, 50.0)]
)
def test_the_range_holds_eight_in_ten_of_what_it_describes(none: float, shape: float, scale: float) -> None:
    """Drawn from a spike at 0 and a gamma, the ends of the range are the quantiles of a hundred thousand draws."""
    luck = np.random.default_rng(3)
    draws = np.where(luck.random(100_000) < none, 0.0, luck.gamma(shape, scale, 100_000))
    mean = (1 - none) * shape * scale
    variance = (1 - none) * (shape * scale**2 + (shape * scale) ** 2) - mean**2
    low, high = spread(np.array([mean]), np.array([variance]), np.array([none]))
    wanted = np.quantile(draws, [0.1, 0.9])
    np.testing.assert_allclose([low[0], high[0]], wanted, rtol=0.03, atol=0.02 * shape * scale)


def test_a_range_without_a_variance_has_no_upper_end() -> None:
    """Where the model has no variance the upper end is infinite, and the page will show no range."""
    low, high = spread(np.array([100.0]), np.array([np.inf]), np.array([0.2]))
    assert np.isfinite(low[0])
    assert np.isinf(high[0])


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.1411), (10, 10, 0.8589, 1.0), (5, 10, 0.3122, 0.6878), (0, 0, 0.0, 0.6216)],
)
def test_wilsons_range_by_hand(hits: int, of: int, low: float, high: float) -> None:
    """Wilson (1927) with z = 1.2816: (p + z2/2n +- z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n)."""
    found = wilson(np.array([hits]), np.array([of]))
    assert (float(found[0][0]), float(found[1][0])) == pytest.approx((low, high), abs=5e-5)


def test_too_few_repeaters_make_no_model() -> None:
    """With nine customers who came back there is no model, no chance and no worth: absent, not zero."""
    rows = [(who, day, "EUR", 100) for who in range(1, 10) for day in (0, 10)]
    purchases = purchases_of(rows)
    found = rhythm(purchases, as_of_day=50, horizon_days=30)
    future = worth(found, spending(purchases, returns_of([]), found.histories))
    assert found.model is None
    assert all(
        np.isnan(values).all()
        for values in (found.buys_soon, found.silence_bits, future.value, future.low, future.high)
    )


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_worth_of_each_does_not_depend_on_the_order_of_customers(luck: object) -> None:
    """Renaming the customers moves each one's worth along with the name; returns lower it, never below nothing."""
    days = [
        [0, 9, 20, 31],
        [0, 30, 61],
        [5],
        [2, 80],
        [1, 4, 9, 16, 25],
        [7, 50],
        [3, 33, 63],
        [0, 44],
        [9, 19, 30],
        [0, 1],
        [6, 66],
        [2, 4, 80],
    ]
    names = list(range(1, 13))
    luck.shuffle(names)  # type: ignore[attr-defined]
    value = {}
    for order in (range(1, 13), names):
        purchases = purchases_of(
            [(who, day, "EUR", 100 * (1 + day % 7)) for who, at in zip(order, days, strict=True) for day in at]
        )
        found = rhythm(purchases, as_of_day=100, horizon_days=30)
        plain = worth(found, spending(purchases, returns_of([]), found.histories))
        less = worth(found, spending(purchases, returns_of([(order[0], "EUR", 10**9)]), found.histories))
        by_name = dict(zip(found.histories.customer.tolist(), plain.value.tolist(), strict=True))
        value[order[0], len(value)] = [by_name[name] for name in order]
        assert less.value[found.histories.customer == order[0]] == 0
        assert (plain.low <= plain.high).all()
    first, second = value.values()
    np.testing.assert_allclose(first, second, rtol=1e-4)  # twelve customers make a flat valley


def test_a_portrait_tells_none_from_not_heard_of() -> None:
    """Somebody without purchases has 'none' where purchases are heard, 'not connected' where they are not, never 0."""
    past = Histories(*(np.zeros(0, np.int64) for _ in range(4)), np.zeros(0), np.zeros(0))
    purchases = purchases_of([])
    found = rhythm(purchases, as_of_day=50, horizon_days=30)
    spent = spending(purchases, returns_of([]), past)
    late = pa.table({name: pa.array([], pa.int64()) for name in ("customer", "promised", "late")})
    table = portraits_table(np.array([7]), found, spent, worth(found, spent), late, as_of_day=50, horizon_days=30)
    rows = {name: [] for name in ("debts", "due_soon", "voice", "taste", "monthly")}
    kinds = pa.table(
        {"kind": pa.array([], pa.string()), "trace_id": pa.array([], pa.binary(16)), "day": pa.array([], pa.int32())}
    )
    for heard, absent in ((frozenset({"ordered"}), Absence.ZERO), (frozenset({"noted"}), Absence.NOT_CONNECTED)):
        portrait = portrait_of(table.to_pylist()[0], rows, kinds, as_of=date(1970, 2, 20), heard=heard, licensed={})
        assert portrait.as_of_day == 50
        assert {portrait.estimates[name] for name in ("visits", "gap", "worth", "spent")} == {absent}
        assert portrait.estimates["late_share"] is Absence.NOT_CONNECTED
        assert set(portrait.estimates) == set(MEASURES)
        assert portrait.unusual_silence(4.0) is None
