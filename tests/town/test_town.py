"""The made-up town, played day by day: its truth, its reactions and its luck."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import numpy as np
import pytest

from regulars.errors import InputError, NotFound
from regulars.town import HEADERS, Act, Town
from regulars.town.names import CULTURES, draw_names, plain
from regulars.town.waiting import Waiting

START = date(2026, 1, 1)


def mean_satisfaction(town: Town) -> float:
    return float(np.mean([float(cell) for cell in town.truth()["satisfaction_end"]]))


def everybody(town: Town) -> list[str]:
    return [str(ids).split(";")[0] for ids in town.truth()["customer_ids"]]


def test_two_towns_of_one_seed_live_the_same_days() -> None:
    """The same seed gives the same rows, day by day."""
    first, second = (Town(seed=3, people=50, start=START, days=30) for _ in range(2))
    assert all(first.day() == second.day() for _ in range(30))


def test_each_day_holds_only_known_exports_with_their_columns() -> None:
    """Every day's rows are columns of equal length under the exports' headers."""
    town = Town(seed=3, people=80, start=START, days=60)
    for number in range(60):
        today = town.day()
        assert today.on == START + timedelta(days=number)
        for name, columns in today.rows.items():
            assert tuple(columns) == HEADERS[name]
            assert len({len(cells) for cells in columns.values()}) == 1


def test_an_order_under_way_is_told_open_and_completed_on_a_later_day() -> None:
    """Nobody hears how an order ends before the day on which it ends."""
    town = Town(seed=3, people=200, start=START, days=60)
    promised: set[object] = set()
    for _ in range(60):
        today = town.day()
        for order in today.changes.get("orders", {}).get("order_id", []):
            assert order in promised
            promised.remove(order)
        orders = today.rows.get("orders", {})
        for order, due, done in zip(*(orders.get(c, []) for c in ("order_id", "promised_on", "status")), strict=True):
            if due:
                assert done == "open"
                promised.add(order)


def test_contacting_everybody_daily_lowers_satisfaction() -> None:
    """Too many contacts tire people: they like the shop less and withdraw their consent."""
    busy, quiet = (Town(seed=5, people=150, start=START, days=60, outreach="none") for _ in range(2))
    busy.day()
    quiet.day()
    withdrawn = 0
    for _ in range(45):
        calls = [Act(customer_id=one, channel="call", purpose="selling") for one in everybody(busy)]
        withdrawn += len(busy.day(calls).rows.get("consents", {}).get("decision", []))
        quiet.day()
    assert mean_satisfaction(busy) < mean_satisfaction(quiet) - 0.2
    assert withdrawn > 50


def test_a_welcome_contact_brings_the_next_purchase_nearer() -> None:
    """A call every three weeks raises the number of orders a little."""
    called, quiet = (Town(seed=5, people=800, start=START, days=120, outreach="none") for _ in range(2))
    counts = [0, 0]
    for number in range(120):
        acts = [Act(customer_id=one, purpose="selling") for one in everybody(called)] if number % 21 == 1 else []
        counts[0] += len(called.day(acts).rows.get("orders", {}).get("order_id", []))
        counts[1] += len(quiet.day().rows.get("orders", {}).get("order_id", []))
    assert counts[1] * 1.02 < counts[0] < counts[1] * 1.5


def test_a_repair_gives_back_more_than_an_apology_and_an_apology_more_than_nothing() -> None:
    """After a broken promise, mending restores a part of the satisfaction that was lost."""
    felt = {}
    for mends in ("nothing", "apology", "repair"):
        town = Town(seed=5, people=300, start=START, days=90, outreach="none")
        for _ in range(60):
            town.day()
        town.day([Act(customer_id=one, mends=mends) for one in everybody(town)])
        felt[mends] = mean_satisfaction(town)
    assert felt["nothing"] < felt["apology"] < felt["repair"]


def test_without_acts_the_shop_still_makes_contacts_of_its_own() -> None:
    """By habit the shop writes and rings a little; with outreach `none` it only answers tickets."""
    own = Town(seed=5, people=400, start=START, days=90)
    none = Town(seed=5, people=400, start=START, days=90, outreach="none")
    purposes: list[Counter[object]] = [Counter(), Counter()]
    for _ in range(90):
        for town, seen in zip((own, none), purposes, strict=True):
            seen.update(town.day().rows.get("contacts", {}).get("purpose", []))
    assert 10 < purposes[0]["selling"] < 400 * 90 * 0.01
    assert purposes[1]["selling"] == 0


@pytest.mark.parametrize("who", ["C999999", "C1", "", "Marta"])
def test_an_act_towards_a_stranger_says_so(who: str) -> None:
    """Somebody who is not registered cannot be contacted, and the message says who was meant."""
    town = Town(seed=5, people=20, start=START, days=30)
    with pytest.raises(NotFound, match="Nobody in the town is registered as"):
        town.day([Act(customer_id=who)])


@pytest.mark.parametrize(("people", "days", "seed"), [(3, 100, 1), (100, 3, 1), (100, 100, -1)])
def test_a_town_that_cannot_be_is_refused(people: int, days: int, seed: int) -> None:
    """Too few people, too few days or a seed below zero make no town."""
    with pytest.raises(InputError, match="cannot be made"):
        Town(seed=seed, people=people, start=START, days=days)


def test_a_town_goes_on_after_its_planned_days() -> None:
    """The referee may play on: orders go on, newcomers do not."""
    town = Town(seed=5, people=300, start=START, days=20)
    for _ in range(20):
        town.day()
    later = [town.day() for _ in range(120)]
    assert not any("customers" in today.rows for today in later)
    assert any("orders" in today.rows for today in later[-5:])


def test_names_come_in_every_way_of_naming() -> None:
    """Accents, other scripts, particles, single names and two surnames all occur in one field."""
    names = draw_names(np.random.Generator(np.random.PCG64(1)), 2000)
    full = [name.full for name in names]
    assert len({name.language for name in names}) == 6
    assert any(not letter.isascii() for name in full for letter in name)
    assert any("一" <= name[0] <= "鿿" for name in full)
    assert any(" " not in name for name in full)
    assert any(" van der " in name for name in full)
    assert any(len(name.split()) >= 3 for name in full)
    assert all(name.given and name.given.isascii() and name.given.isalpha() for name in names)
    assert all(plain(text.split("|")[-1]) for culture in CULTURES for text in culture.given + culture.family)


def test_people_come_in_their_own_rhythm() -> None:
    """Orders per week follow the hidden rate, and clockwork people keep their weekday."""
    town = Town(seed=9, people=400, start=START, days=364)
    days: dict[object, list[int]] = defaultdict(list)
    for number in range(364):
        for who in town.day().rows.get("orders", {}).get("customer_id", []):
            days[who].append(number)
    truth = town.truth()
    expected = seen = on_own_day = clockwork = 0.0
    for ids, rate, alive, k in zip(
        *(truth[c] for c in ("customer_ids", "rate_per_week", "alive_at_end", "regularity_k")), strict=True
    ):
        visits = sorted(number for who in str(ids).split(";") for number in days[who])
        if alive == "1" and visits and visits[0] < 60:
            seen += len(visits) - 1
            expected += float(str(rate)) * (364 - visits[0]) / 7
        if float(str(k)) == 60.0 and len(visits) > 10:
            weekdays = Counter(number % 7 for number in visits)
            on_own_day += weekdays.most_common(1)[0][1]
            clockwork += len(visits)
    assert 0.8 < seen / expected < 1.1
    assert on_own_day / clockwork > 0.85


def test_what_waits_is_taken_once() -> None:
    """A pool gives out what is due and keeps the rest."""
    pool = Waiting("number due")
    pool.add(number=np.array([1, 2, 3]), due=np.array([5, 6, 5]))
    assert pool.take(pool["due"] == 5)["number"].tolist() == [1, 3]
    assert len(pool) == 1
    assert pool.take(pool["due"] == 5)["number"].tolist() == []
