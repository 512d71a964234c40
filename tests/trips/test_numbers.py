"""Every number of two briefings, worked out again from the rows by a few independent lines of NumPy.

One is of a frequent wholesale buyer (Online Retail; skipped where the data folder is absent), one of a customer of the
town with an open complaint and a late order. Counted numbers must be equal; what a model says must be within one part
in a hundred of an independent fit (a plain likelihood, SciPy's own slopes, and a simulation), ranges within one in ten.
"""

from __future__ import annotations

import csv
import os
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import pytest
from scipy.optimize import minimize
from scipy.special import betaln, gammaln

from regulars import loop
from regulars.dates import instant_us
from regulars.respond import Briefing
from regulars.settings import Settings
from regulars.store import Home, make_home
from regulars.town import Written

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
DATA = Path(os.environ.get("REGULARS_DATA", Path(__file__).parents[3] / "shared" / "data")) / "shops" / "online_retail"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
Floats = npt.NDArray[np.float64]
History = dict[str, set[date]]  # customer: the days with a purchase


def lines_of(page: Briefing) -> dict[str, str]:
    """Return the lines of a page by their keys."""
    return {line.it.key: line.it.text for line in page.lines}


def numbers(text: str) -> list[float]:
    """Return every number in a text."""
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


def rhythm_numbers(days: set[date], as_of: date) -> list[float]:
    """Return what the line about their rhythm says: median gap, its tenths, how many, and days since."""
    ordered = sorted(days)
    gaps = np.array([(later - before).days for before, later in pairwise(ordered)], float)
    low, median, high = np.quantile(gaps, [0.1, 0.5, 0.9])
    return [round(median), round(low), round(high), len(gaps), (as_of - ordered[-1]).days]


@dataclass
class Counted:
    """x, t_x and T of every customer, in weeks."""

    x: Floats
    tx: Floats
    T: Floats


def counted(history: History, as_of: date) -> Counted:
    """Fold purchase days."""
    first = np.array([(as_of - min(days)).days for days in history.values()], float)
    last = np.array([(as_of - max(days)).days for days in history.values()], float)
    age = np.maximum(first, 1)
    return Counted(np.array([len(days) - 1 for days in history.values()], float), (first - last) / 7, age / 7)


def fitted(data: Counted) -> tuple[float, float, float, float]:
    """Fit BG/NBD by the paper's likelihood, with slopes by differences."""
    rows, weights = np.unique(np.stack([data.x, data.tx, data.T], axis=1), axis=0, return_counts=True)
    x, tx, T = rows.T

    def loss(theta: Floats) -> float:
        r, alpha, a, b = np.exp(theta)
        stays = -(r + x) * np.log(alpha + T)
        left = np.where(x > 0, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + tx), -np.inf)
        each = (
            gammaln(r + x)
            - gammaln(r)
            + r * np.log(alpha)
            + betaln(a, b + x)
            - betaln(a, b)
            + np.logaddexp(stays, left)
        )
        return -float(weights @ each) / float(weights.sum())

    starts = (np.zeros(4), np.array([0.0, 2.0, -1.0, 3.0]), np.array([0.0, 2.0, -1.0, 6.0]))
    best = min((minimize(loss, start, method="BFGS") for start in starts), key=lambda found: float(found.fun))
    r, alpha, a, b = (float(value) for value in np.exp(best.x))
    return r, alpha, a, b


def gamma_gamma(x: Floats, m: Floats) -> tuple[float, float, float]:
    """Fit Gamma-Gamma by the paper's likelihood and a simplex."""

    def loss(theta: Floats) -> float:
        p, q, v = np.exp(theta)
        each = (
            gammaln(p * x + q)
            - gammaln(p * x)
            - gammaln(q)
            + q * np.log(v)
            + (p * x - 1) * np.log(m)
            + p * x * np.log(x)
            - (p * x + q) * np.log(x * m + v)
        )
        return -float(each.mean())

    best = minimize(
        loss,
        np.array([1.0, 1.0, np.log(np.median(m))]),
        method="Nelder-Mead",
        options={"maxiter": 20_000, "maxfev": 20_000, "xatol": 1e-9, "fatol": 1e-13},
    )
    p, q, v = (float(value) for value in np.exp(best.x))
    return p, q, v


def simulated(
    params: tuple[float, float, float, float],
    one: tuple[float, float, float],
    spend: tuple[float, float, float],
    weeks: float,
) -> tuple[float, float, float]:
    """Simulate a year of one customer many times; return mean and the middle eight tenths of what is spent."""
    r, alpha, a, b = params
    x, tx, T = one
    shape, scale, p = spend
    rng, n = np.random.default_rng(5), 400_000
    gone = a / (b + x - 1) * ((alpha + T) / (alpha + tx)) ** (r + x) if x > 0 else 0.0
    alive = rng.random(n) < 1 / (1 + gone)
    counts = rng.poisson(rng.gamma(r + x, weeks / (alpha + T), n))
    leaves_after = rng.geometric(rng.beta(a, b + x, n))
    bought = np.where(alive, np.minimum(counts, leaves_after), 0)
    nu = rng.gamma(shape, 1 / scale, n)
    total = np.where(bought > 0, rng.gamma(np.maximum(p * bought, 1e-12), 1 / nu), 0.0)
    return float(total.mean()), *np.quantile(total, [0.1, 0.9])  # type: ignore[return-value]


@pytest.fixture(scope="module")
def wholesaler(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that has heard a year of the wholesaler."""
    if not DATA.exists():
        pytest.skip(f"Online Retail is not in {DATA}")
    home = make_home(
        tmp_path_factory.mktemp("retail"), Settings(currency="GBP", zone="Europe/London"), now_us=instant_us(NOW)
    )
    for name in ("lines.parquet", "returns.parquet"):
        loop.hear(home, [DATA / name], source="wholesaler", now=NOW)
    loop.turn(home, as_of=date(2010, 11, 30), now=NOW)
    return home


def test_a_wholesale_buyer(wholesaler: Home) -> None:
    """Customer 14911: visits, since when, rhythm, taste, a year's spending, days since."""
    as_of, who = date(2010, 11, 30), 14911
    page = loop.brief(wholesaler, str(who), now=NOW)
    lines = pq.read_table(DATA / "lines.parquet").to_pydict()
    days: History = defaultdict(set)
    value: dict[tuple[int, date], float] = defaultdict(float)
    items: dict[str, set[date]] = defaultdict(set)
    for customer, when, item, count, price in zip(
        lines["customer_id"], lines["ts"], lines["stock"], lines["qty"], lines["price"], strict=True
    ):
        days[customer].add(when.date())
        value[customer, when.date()] += round(count * round(price * 100, 4))
        if customer == who:
            items[item].add(when.date())
    back = pq.read_table(DATA / "returns.parquet").to_pydict()
    returned = sum(
        round(-count * price * 100)
        for customer, count, price in zip(back["customer_id"], back["qty"], back["price"], strict=True)
        if customer == who
    )

    text = lines_of(page)
    mine = sorted(days[who])
    assert numbers(text["who"].replace(str(who), "")) == [mine[0].year, len(mine)]
    assert text["who"].split("since ")[1].startswith(f"{mine[0]:%b %Y}")
    assert numbers(text["gap"]) == rhythm_numbers(days[who], as_of)
    item, on = max(items.items(), key=lambda pair: (len(pair[1]), max(pair[1])))
    assert text["taste"].startswith(f"Bought article {item} on {len(on)} of {len(mine)} visits")
    assert numbers(text["taste"].replace(item, ""))[2:] == [max(on).day, max(on).year]
    assert numbers(text["action"]) == [(as_of - mine[-1]).days]
    assert "yesterday" in text["state"]
    assert numbers(text["state"]) == []

    data = counted(days, as_of)
    params = fitted(data)
    repeat = {
        customer: [value[customer, day] for day in sorted(bought)[1:] if value[customer, day] > 0]
        for customer, bought in days.items()
    }
    known = {customer: values for customer, values in repeat.items() if values}
    p, q, v = gamma_gamma(
        np.array([len(values) for values in known.values()], float),
        np.array([np.mean(values) for values in known.values()]),
    )
    place = list(days).index(who)
    spend = (p * len(known[who]) + q, v + sum(known[who]), p)  # nu given the data: Gamma(p x + q, v + x m)
    kept = 1 - returned / sum(value[who, day] for day in mine)
    wanted = np.array(simulated(params, (data.x[place], data.tx[place], data.T[place]), spend, 365 / 7)) * kept / 100
    said = numbers(text["worth"])
    assert len(said) == 3
    assert said[0] == pytest.approx(wanted[0], rel=0.015)
    assert said[1:] == pytest.approx(wanted[1:], rel=0.1)
    assert set(text) == {"who", "state", "open", "gap", "taste", "worth", "action"}
    assert numbers(text["open"]) == []


def rows(town: Written, name: str) -> list[dict[str, str]]:
    """Return the rows of one of the town's files."""
    with (town.folder / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def test_a_customer_of_the_town(home: Home, town: Written) -> None:
    """Customer C000166: what is owed, what they said, their rhythm and taste, since when and how long ago."""
    who, as_of = "C000166", town.last
    page = loop.brief(home, who, now=NOW)
    text = lines_of(page)
    orders = [row for row in rows(town, "orders.csv") if row["customer_id"] == who]
    bought = [row for row in orders if row["status"] != "cancelled"]
    days = {date.fromisoformat(row["ordered_at"][:10]) for row in bought}
    assert numbers(text["who"]) == [min(days).year, len(days)]

    late = [
        row
        for row in bought
        if row["promised_on"] and not row["delivered_at"] and row["promised_on"] < as_of.isoformat()
    ]
    complaints = [
        row
        for row in rows(town, "tickets.csv")
        if row["customer_id"] == who and not row["closed_at"] and row["subject"] == "complaint"
    ]
    owed = {key: value for key, value in text.items() if key.startswith("debt")}
    assert any(f"{complaint['message']}" in line for complaint in complaints for line in owed.values())
    for order in late:
        line = next(value for value in owed.values() if order["order_id"] in value)
        due = date.fromisoformat(order["promised_on"])
        assert numbers(line.replace(order["order_id"], "")) == [due.day, due.year, (as_of - due).days]
    assert numbers(text["state"]) == [len(late) + len(complaints) - 1]

    if "gap" in text:
        assert numbers(text["gap"])[:5] == rhythm_numbers(days, as_of)
    if "taste" in text:
        order_day = {row["order_id"]: row["ordered_at"][:10] for row in orders}
        items: dict[str, set[str]] = defaultdict(set)
        for line in rows(town, "order_lines.csv"):
            if line["order_id"] in order_day:
                items[line["product"]].add(order_day[line["order_id"]])
        most = Counter({item: len(on) for item, on in items.items()}).most_common(1)[0][1]
        assert numbers(text["taste"])[:2] == [most, len(days)]
    if "said" in text:
        last = max(
            (row for row in rows(town, "ratings.csv") if row["customer_id"] == who), key=lambda row: row["rated_at"]
        )
        rated = date.fromisoformat(last["rated_at"][:10])
        assert numbers(text["said"])[:4] == [int(last["score"]), 5, rated.day, rated.year]
        assert last["reason"] in text["said"]
    if "note" in text:
        noted = max(
            (row for row in rows(town, "notes.csv") if row["customer_id"] == who), key=lambda row: row["noted_at"]
        )
        day = date.fromisoformat(noted["noted_at"][:10])
        assert numbers(text["note"])[:2] == [day.day, day.year]
        assert noted["note"] in text["note"]
    checked = {"who", "state", "gap", "taste", "said", "note", "action", *owed}
    assert set(text) <= checked, f"lines without a check: {set(text) - checked}"
