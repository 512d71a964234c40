"""How orders end today, and what people make of it: ratings, reviews, complaints, returns, staying away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .daybook import Cell, DayBook, money, numbered
from .departments import FAULTS
from .goods import CURRENCY, HOUSEHOLD, goods
from .orders import CANCELLED, DELIVERED, LOST
from .words import REASONS, RETURN_REASONS, REVIEWS
from .world import Cause, World

__all__ = ["end_orders", "take_back"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LATE_HURTS = 0.08  # satisfaction lost when lateness goes beyond what is borne, and again per day
LATE_DAY_HURTS = 0.03
FAULT_HURTS = 0.12
LOST_HURTS = 0.15
KEPT_PLEASES = 0.05


@dataclass(frozen=True, slots=True)
class _Ended:
    number: Ints
    person: Ints
    customer: Ints
    department: Ints
    product: Ints
    quantity: Ints
    price: Ints
    seconds: Ints
    ends_as: Ints
    promised: Ints
    beyond_days: Ints  # lateness beyond what this person bears
    fault: Flags


def end_orders(world: World, book: DayBook) -> None:
    """Deliver or cancel what ends today; then people react, and those who wait too long ask."""
    ended = _ended(world, book)
    _tell(world, book, ended)
    _feel(world, ended)
    _complain(world, book, ended)
    _rate(world, book, ended)
    _review(world, book, ended)
    _send_back(world, book, ended)
    _stay_away(world, book, ended)
    _wait_in_vain(world, book)


def _ended(world: World, book: DayBook) -> _Ended:
    due = world.under_way.take(world.under_way["arrives"] == book.day)
    n, promised = due["number"].size, due["promised"]
    made = promised >= 0
    working_day = 8 * 3600 + book.rng.integers(0, 10 * 3600, n)
    late = np.where(made, book.day - promised, 0)
    slack = world.habits.slack_days[due["person"]]
    fault = (book.rng.random(n) < FAULTS[due["department"]]) & (due["ends_as"] == DELIVERED)
    return _Ended(
        number=due["number"],
        person=due["person"],
        customer=due["customer"],
        department=due["department"],
        product=due["product"],
        quantity=due["quantity"],
        price=due["price"],
        seconds=np.where(made, working_day, due["seconds"]),
        ends_as=due["ends_as"],
        promised=promised,
        beyond_days=np.where(due["ends_as"] == CANCELLED, 0, np.maximum(0, late - slack)),
        fault=fault,
    )


def _tell(world: World, book: DayBook, ended: _Ended) -> None:
    made = np.flatnonzero(ended.promised >= 0)
    if not made.size:
        return
    arrived = (ended.ends_as[made] == DELIVERED).tolist()
    stamps = book.stamps(ended.seconds[made])
    book.change(
        "orders",
        order_id=numbered("orders", ended.number[made]),
        delivered_at=[stamp if here else "" for here, stamp in zip(arrived, stamps, strict=True)],
        status=["completed" if here else "cancelled" for here in arrived],
    )


def _feel(world: World, ended: _Ended) -> None:
    """A kept promise pleases a little; lateness beyond what is borne, faults and losses hurt."""
    over = ended.beyond_days > 0
    lost = ended.ends_as == LOST
    hurt = np.where(over, LATE_DAY_HURTS * np.minimum(ended.beyond_days, 6), 0.0)
    hurt += FAULT_HURTS * ended.fault + LOST_HURTS * lost
    world.hurt(ended.person, hurt)
    kept = (ended.promised >= 0) & ~over & ~ended.fault & (ended.ends_as == DELIVERED)
    world.please(ended.person, KEPT_PLEASES * kept)


def _cause(kind: str, ended: _Ended, which: Ints, seconds: Ints) -> Cause:
    return Cause(
        kind=kind,
        person=ended.person[which],
        customer=ended.customer[which],
        order=ended.number[which],
        department=ended.department[which],
        product=ended.product[which],
        seconds=seconds,
    )


def _complain(world: World, book: DayBook, ended: _Ended) -> None:
    complains = world.habits.complains[ended.person]
    luck = book.rng.random((2, ended.person.size))
    late = (ended.beyond_days > 0) & (ended.ends_as == DELIVERED)
    moved = {
        "late": late & (luck[0] < complains * (0.7 + 0.1 * np.minimum(ended.beyond_days, 5))),
        "fault": ended.fault & (luck[1] < complains * 1.6),
        "lost": (ended.ends_as == LOST) & (luck[1] < complains * 1.4),
    }
    for kind, flags in moved.items():
        which = np.flatnonzero(flags)
        if which.size:
            after = book.rng.integers(600, 4 * 3600, which.size)
            world.causes.append(_cause(kind, ended, which, ended.seconds[which] + after))


def _rate(world: World, book: DayBook, ended: _Ended) -> None:
    rng, bad = book.rng, (ended.beyond_days > 0) | ended.fault
    chance = world.habits.rates[ended.person] * (0.8 + 0.9 * bad) * (ended.ends_as == DELIVERED)
    which = np.flatnonzero(rng.random(ended.person.size) < chance)
    noise = rng.normal(0.0, 0.6, which.size)
    feeling = world.satisfaction[ended.person[which]]
    sour = 1.1 * (ended.beyond_days[which] > 0) + 1.3 * ended.fault[which]
    score = np.clip(np.rint(1.3 + 4.0 * feeling - sour + noise), 1, 5).astype(np.int64)
    kinds = np.select(
        [ended.fault[which], ended.beyond_days[which] > 0, score >= 4, score == 3],
        ["fault", "late", "good", "fair"],
        default="poor",
    )
    book.put(
        "ratings",
        ended.seconds[which] + rng.integers(900, 5 * 3600, which.size),
        order_id=numbered("orders", ended.number[which]),
        customer_id=[world.register.customer_id[entry] for entry in ended.customer[which].tolist()],
        score=score.tolist(),
        reason=_pick(book, [REASONS[kind] for kind in kinds.tolist()]),
    )


def _pick(book: DayBook, lists: list[tuple[str, ...]]) -> list[Cell]:
    luck = book.rng.integers(0, 2**31, len(lists)).tolist()
    return [choices[draw % len(choices)] for choices, draw in zip(lists, luck, strict=True)]


def _review(world: World, book: DayBook, ended: _Ended) -> None:
    """Reviews are public: the author is known by e-mail only."""
    rng, register = book.rng, world.register
    bad = (ended.beyond_days > 0) | ended.fault
    chance = world.habits.reviews[ended.person] * (1.0 + 1.5 * bad)
    written = np.flatnonzero(rng.random(ended.person.size) < chance)
    emails = [register.email[entry] for entry in ended.customer[written].tolist()]
    which = written[[email != "" for email in emails]] if emails else written
    noise = rng.normal(0.0, 0.6, which.size)
    feeling = 1.2 + 4.1 * world.satisfaction[ended.person[which]] - 1.2 * bad[which] + noise
    stars = np.clip(np.rint(feeling), 1, 5).astype(np.int64)
    at_home = (rng.random(which.size) < 0.45).tolist()
    languages: list[Cell] = [
        register.language[person] if home else "en"
        for person, home in zip(ended.person[which].tolist(), at_home, strict=True)
    ]
    moods = ["good" if star >= 4 else "fair" if star == 3 else "poor" for star in stars.tolist()]
    texts = _pick(book, [REVIEWS[str(tongue)][mood] for tongue, mood in zip(languages, moods, strict=True)])
    items = ended.product[which].tolist()
    shelf = goods()
    book.put(
        "reviews",
        ended.seconds[which] + rng.integers(1800, 6 * 3600, which.size),
        email=[email for email in emails if email],
        stars=stars.tolist(),
        text=[str(text).format(product=shelf.spoken[item]) for text, item in zip(texts, items, strict=True)],
        language=languages,
    )


def _send_back(world: World, book: DayBook, ended: _Ended) -> None:
    luck = book.rng.random(ended.person.size)
    household = goods().category_no[ended.product] == HOUSEHOLD
    arrived = ended.ends_as == DELIVERED
    which = np.flatnonzero(arrived & (luck < np.where(ended.fault, 0.6, np.where(household, 0.05, 0.004))))
    world.coming_back.add(
        number=ended.number[which],
        customer=ended.customer[which],
        product=ended.product[which],
        quantity=ended.quantity[which],
        price=ended.price[which],
        day=book.day + book.rng.integers(1, 10, which.size),
        fault=ended.fault[which],
    )


def take_back(world: World, book: DayBook) -> None:
    """Take back the goods that people bring in today."""
    back = world.coming_back.take(world.coming_back["day"] == book.day)
    n, shelf = back["number"].size, goods()
    if not n:
        return
    kinds = ["fault" if fault else "choice" for fault in back["fault"].tolist()]
    book.put(
        "returns",
        9 * 3600 + book.rng.integers(0, 9 * 3600, n),
        order_id=numbered("orders", back["number"]),
        customer_id=[world.register.customer_id[entry] for entry in back["customer"].tolist()],
        sku=[shelf.sku[item] for item in back["product"].tolist()],
        quantity=back["quantity"].tolist(),
        refund_amount=money(back["price"] * back["quantity"]),
        currency=[CURRENCY] * n,
        reason=_pick(book, [RETURN_REASONS[kind] for kind in kinds]),
    )


def _stay_away(world: World, book: DayBook, ended: _Ended) -> None:
    """After a purchase some stop for good; more of them when unhappy or let down."""
    person = ended.person
    unhappy = np.maximum(0.0, 0.65 - world.satisfaction[person]) / 0.65
    let_down = 0.10 * (ended.beyond_days > 0) * world.habits.complains[person]
    chance = world.habits.dropout_p[person] * (1.0 + 5.0 * unhappy) + let_down
    luck = book.rng.random(person.size)
    gone = person[(luck < chance) & (ended.ends_as != CANCELLED) & world.alive[person]]
    world.alive[gone] = False
    world.stopped_day[gone] = book.day


def _wait_in_vain(world: World, book: DayBook) -> None:
    """Orders that are overdue beyond what is borne: it hurts on the first such day, and some ask."""
    pool = world.under_way
    if not len(pool):
        return
    person = pool["person"]
    over = book.day - pool["promised"] - world.habits.slack_days[person]
    waiting = (pool["promised"] >= 0) & (over > 0) & (pool["ends_as"] != CANCELLED)
    fresh = person[waiting & (over == 1)]
    world.hurt(fresh, np.full(fresh.size, LATE_HURTS))
    asks = waiting & (pool["nagged"] == 0) & (book.rng.random(len(pool)) < 0.45 * world.habits.complains[person])
    which = np.flatnonzero(asks)
    if which.size:
        pool["nagged"][which] = 1
        world.causes.append(
            Cause(
                kind="overdue",
                person=person[which],
                customer=pool["customer"][which],
                order=pool["number"][which],
                department=pool["department"][which],
                product=pool["product"][which],
                seconds=10 * 3600 + book.rng.integers(0, 8 * 3600, which.size),
            )
        )
