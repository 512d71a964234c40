"""Who orders today, what, from which department, for which day; the department promises, and mostly keeps it.

How an order will end is drawn when it is placed, from the department's rate on the promised day, but nobody
hears of it before the day on which it ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .daybook import Cell, DayBook, dates, money, numbered
from .departments import BAKERY, BUYING, COUNTER, DELIVERY, DEPARTMENTS, LEAD_DAYS
from .goods import CAKES, CURRENCY, HOUSEHOLD, goods
from .people import SPEND_SHAPE
from .words import INTERPRETATIONS, NOTES, STAFF
from .world import World

__all__ = ["CANCELLED", "DELIVERED", "LOST", "place_orders"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DELIVERED, CANCELLED, LOST = range(3)  # how an order ends
CHANNELS = ("shop", "web", "phone")
LINE_MINOR = 1100.0  # one more line for about every 11.00 of a basket
MOST_LINES = 6
CANCELLED_SHARE = 0.015
LOST_SHARE = 0.06  # of late orders
STUCK_SHARE = 0.25  # of late orders: one or two weeks on top
NOTE_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class _Placed:
    number: Ints
    person: Ints
    customer: Ints
    department: Ints
    channel: Ints
    seconds: Ints
    budget_minor: Floats


def place_orders(world: World, book: DayBook) -> None:
    """Write down today's orders and their lines, and let made-to-order ones wait for their day."""
    habits = world.habits
    person = np.flatnonzero(world.alive & (world.next_at < book.day + 1))
    if not person.size:
        return
    placed = _placed(world, book, person)
    _plan_next(world, book, person)
    first, quantity, price = _write_lines(world, book, placed)
    promised, arrives, ends_as = _promise(world, book, placed)
    walk_in = placed.department == COUNTER
    codes = world.register.customer_id
    promised_on: list[Cell] = dates(world.start, promised)
    book.put(
        "orders",
        placed.seconds,
        order_id=numbered("orders", placed.number),
        customer_id=[codes[entry] for entry in placed.customer.tolist()],
        channel=[CHANNELS[channel] for channel in placed.channel.tolist()],
        department=[DEPARTMENTS[number] for number in placed.department.tolist()],
        promised_on=["" if served else due for served, due in zip(walk_in.tolist(), promised_on, strict=True)],
        delivered_at=[""] * person.size,
        status=["completed" if served else "open" for served in walk_in.tolist()],
    )
    world.under_way.add(
        number=placed.number,
        person=placed.person,
        customer=placed.customer,
        department=placed.department,
        promised=np.where(walk_in, -1, promised),
        arrives=arrives,
        ends_as=ends_as,
        product=first,
        quantity=quantity,
        price=price,
        seconds=placed.seconds,
        nagged=np.zeros(person.size),
    )
    _write_notes(world, book, placed, first)
    world.please(person, np.full(person.size, 0.004) * habits.base_satisfaction[person])


def _placed(world: World, book: DayBook, person: Ints) -> _Placed:
    habits, rng, n = world.habits, book.rng, person.size
    bakery = habits.p_bakery[person] * (1.5 if book.on.month == 12 else 1.0)
    buying = bakery + habits.p_buying[person]
    delivery = buying + (1.0 - np.minimum(buying, 1.0)) * habits.p_delivery[person]
    luck = rng.random(n)
    department = np.select([luck < bakery, luck < buying, luck < delivery], [BAKERY, BUYING, DELIVERY], default=COUNTER)
    luck = rng.random(n)
    by_web = (luck < 0.15) | ((luck < 0.7) & (department == DELIVERY))
    by_shop = (luck < 0.65) & (department != DELIVERY)
    channel = np.select([department == COUNTER, by_web, by_shop], [0, 1, 0], default=2)
    hour = habits.hour[person] + rng.normal(0.0, 1.5, n)
    evening = np.where((channel == 1) & (rng.random(n) < 0.5), rng.uniform(18.0, 23.5, n), hour)
    seconds = (np.clip(evening, 8.0 + rng.random(n), 23.6) * 3600).astype(np.int64)
    seconds = np.where(channel == 1, seconds, np.minimum(seconds, 19 * 3600 + rng.integers(0, 3600, n)))
    customer = world.entry_of(person, day=book.day, luck=rng.random(n))
    mean = habits.mean_spend_minor[person]
    budget = rng.gamma(SPEND_SHAPE, mean / SPEND_SHAPE)
    order = np.argsort(seconds, kind="stable")
    return _Placed(
        number=book.numbers("orders", n),
        person=person[order],
        customer=customer[order],
        department=department[order].astype(np.int64),
        channel=channel[order],
        seconds=seconds[order],
        budget_minor=budget[order],
    )


def _plan_next(world: World, book: DayBook, person: Ints) -> None:
    """Draw the next purchase; only people who are unhappy take longer than their habit."""
    habits, rng = world.habits, book.rng
    k = habits.regularity_k[person]
    stretch = 1.0 + np.maximum(0.0, 0.5 - world.satisfaction[person])
    gap = rng.gamma(k, 7.0 / (habits.rate_per_week[person] * k)) * stretch
    luck = rng.random((2, person.size))
    week = book.day + np.where(luck[0] < 0.03, 14, 7)
    off = (week - habits.weekday[person] + 3) % 7 - 3
    own_day = week - off + np.select([luck[1] < 0.04, luck[1] > 0.96], [-1, 1], default=0)
    base = np.maximum(world.next_at[person], book.day)
    world.next_at[person] = np.where(habits.clockwork[person], own_day + 0.5, base + gap)


def _write_lines(world: World, book: DayBook, placed: _Placed) -> tuple[Ints, Ints, Ints]:
    """Fill the baskets so that they come near the budget; returns the first line of each order."""
    rng, shelf, n = book.rng, goods(), placed.person.size
    special = (placed.department == BAKERY) | (placed.department == BUYING)
    wished = np.floor(placed.budget_minor / LINE_MINOR + rng.random(n)).astype(np.int64)
    lines = np.where(special, 1, np.clip(wished, 1, MOST_LINES))
    order = np.repeat(np.arange(n), lines)
    person, m = placed.person[order], int(lines.sum())
    luck = rng.random((4, m))
    taste = world.habits.taste[person]
    category = np.minimum((luck[0][:, None] > taste).sum(axis=1), taste.shape[1] - 1)
    product = shelf.draw(category, luck=luck[1])
    favourite = world.habits.favourites[person, (luck[1] * 3).astype(np.int64)]
    product = np.where(luck[2] < 0.45, favourite, product)
    share = (placed.budget_minor / lines)[order]
    dear = shelf.price_minor[product] > 1.3 * share
    product = np.where(dear, shelf.first[shelf.category_no[product]], product)
    made = np.where(placed.department == BAKERY, CAKES, HOUSEHOLD)[order]
    product = np.where(special[order], shelf.draw(made, luck=luck[1]), product)
    price = shelf.price_minor[product]
    by_size = np.maximum((share / 50.0).round().astype(np.int64) * 50, np.where(made == CAKES, 1200, 400))
    quantity = np.clip(np.floor(share / price + luck[3]).astype(np.int64), 1, 24)
    price = np.where(special[order], by_size, price)
    quantity = np.where(special[order], 1, quantity)
    starts = np.cumsum(lines) - lines
    names = product.tolist()
    book.put(
        "order_lines",
        np.zeros(m, dtype=np.int64),
        order_id=numbered("orders", placed.number[order]),
        line_no=(np.arange(m) - starts[order] + 1).tolist(),
        sku=[shelf.sku[item] for item in names],
        product=[shelf.product[item] for item in names],
        category=[shelf.category[item] for item in names],
        quantity=quantity.tolist(),
        unit_price=money(price),
        currency=[CURRENCY] * m,
    )
    return product[starts], quantity[starts], price[starts]


def _promise(world: World, book: DayBook, placed: _Placed) -> tuple[Ints, Ints, Ints]:
    """The promised day, the day on which the order ends, and how it ends."""
    rng, n, day = book.rng, placed.person.size, book.day
    lead = LEAD_DAYS[placed.department]
    promised = day + rng.integers(lead[:, 0], lead[:, 1] + 1)
    luck = rng.random((5, n))
    late = luck[0] < world.lateness.of(placed.department, due=promised)
    delay = np.minimum(rng.geometric(0.42, n), 12) + np.where(
        luck[1] < STUCK_SHARE, 5 + (luck[2] * 12).astype(np.int64), 0
    )
    early = (luck[1] < 0.15) & (promised - day > 1)
    arrives = np.where(late, promised + delay, promised - early)
    lost = late & (luck[3] < LOST_SHARE)
    arrives = np.where(lost, promised + 10 + (luck[2] * 12).astype(np.int64), arrives)
    withdrawn = luck[4] < CANCELLED_SHARE
    arrives = np.where(withdrawn, np.maximum(day + 1, promised - 1), arrives)
    walk_in = placed.department == COUNTER
    ends_as = np.select([walk_in, withdrawn, lost], [DELIVERED, CANCELLED, LOST], default=DELIVERED)
    return promised, np.where(walk_in, day, arrives), ends_as


def _write_notes(world: World, book: DayBook, placed: _Placed, product: Ints) -> None:
    luck = book.rng.random(placed.person.size)
    noted = np.flatnonzero((luck < NOTE_SHARE) & (placed.channel != 1))
    codes, shelf = world.register.customer_id, goods()
    authors: list[Cell] = []
    texts: list[Cell] = []
    for place, draw in zip(noted.tolist(), book.rng.integers(0, 2**31, noted.size).tolist(), strict=True):
        department = DEPARTMENTS[placed.department[place]]
        known = INTERPRETATIONS if draw % 7 == 0 else NOTES[department]
        authors.append(STAFF[department][draw % len(STAFF[department])])
        text = known[draw // 7 % len(known)]
        texts.append(text.format(product=shelf.spoken[product[place]]))
    book.put(
        "notes",
        placed.seconds[noted] + 240,
        customer_id=[codes[entry] for entry in placed.customer[noted].tolist()],
        author=authors,
        department=[DEPARTMENTS[number] for number in placed.department[noted].tolist()],
        note=texts,
    )
