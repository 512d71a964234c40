"""The service desk: tickets that are opened and closed, and what the shop promises when it answers them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .daybook import Cell, DayBook, dates, numbered
from .departments import BAKERY, BUYING, COUNTER, DEPARTMENTS, DESK
from .goods import goods
from .words import PROMISES, STAFF, TICKETS
from .world import Cause, World

__all__ = ["answer", "keep_promises", "offer", "open_tickets", "wonder"]

Ints = NDArray[np.int64]

KINDS = ("late", "overdue", "fault", "lost", "question", "request")
SUBJECTS = {"question": "question", "request": "request"}  # everything else is a complaint
ASKING_PER_DAY = 0.0005  # questions and requests, per person
SLOW_SHARE = 0.12  # tickets that lie for one to four weeks
FORGOTTEN_SHARE = 0.25  # of broken promises: never kept at all
PROMISE_SHARE = {"question": 0.15, "request": 0.35}  # complaints: half
OFFERS_PER_DAY = 0.0006  # promises made in passing, per person
BROKEN_HURTS = 0.08
KEPT_PLEASES = 0.10


def wonder(world: World, book: DayBook) -> None:
    """Some people ask something, or ask for something, out of the blue."""
    luck = book.rng.random(world.habits.count)
    person = np.flatnonzero(world.alive & (luck < ASKING_PER_DAY))
    asks = book.rng.random((3, person.size))
    for kind, flags in (("question", asks[0] < 0.55), ("request", asks[0] >= 0.55)):
        who = person[flags]
        if not who.size:
            continue
        favourite = world.habits.favourites[who, 0].astype(np.int64)
        world.causes.append(
            Cause(
                kind=kind,
                person=who,
                customer=world.entry_of(who, day=book.day, luck=asks[1][flags]),
                order=np.zeros(who.size, dtype=np.int64),
                department=np.where(asks[2][flags] < 0.3, BUYING, DESK),
                product=favourite,
                seconds=9 * 3600 + book.rng.integers(0, 9 * 3600, who.size),
            )
        )


def offer(world: World, book: DayBook) -> None:
    """Promises made in passing: to set something aside, to ring when something is in."""
    luck = book.rng.random(world.habits.count)
    person = np.flatnonzero(world.alive & (luck < OFFERS_PER_DAY))
    draws = book.rng.random((2, person.size))
    owner = np.select([draws[0] < 0.3, draws[0] < 0.65], [BAKERY, BUYING], default=DESK)
    if person.size:
        customer = world.entry_of(person, day=book.day, luck=draws[1])
        product = world.habits.favourites[person, 1].astype(np.int64)
        texts = _say(book, PROMISES, [DEPARTMENTS[one] for one in owner.tolist()], product, owner)
        seconds = np.sort(9 * 3600 + book.rng.integers(0, 9 * 3600, person.size))
        _promise(world, book, person, customer, owner, seconds, texts)


def open_tickets(world: World, book: DayBook) -> None:
    """Write down everything people turned to the shop with today, and what they were promised."""
    causes, world.causes = world.causes, []
    if not causes:
        return
    kind = np.concatenate([np.full(cause.person.size, KINDS.index(cause.kind)) for cause in causes])
    seconds = np.minimum(np.concatenate([cause.seconds for cause in causes]), 86000)
    sort = np.argsort(seconds, kind="stable")
    person, customer, order, department, product = (
        np.concatenate([getattr(cause, name) for cause in causes])[sort]
        for name in ("person", "customer", "order", "department", "product")
    )
    kind, seconds, n, rng = kind[sort], seconds[sort], sort.size, book.rng
    number = book.numbers("tickets", n)
    kinds = [KINDS[one] for one in kind.tolist()]
    subjects: list[Cell] = [SUBJECTS.get(one, "complaint") for one in kinds]
    slow = rng.random(n) < SLOW_SHARE
    days = np.where(slow, rng.integers(8, 29, n), np.minimum(rng.geometric(0.3, n), 12))
    codes = world.register.customer_id
    book.put(
        "tickets",
        seconds,
        ticket_id=numbered("tickets", number),
        customer_id=[codes[entry] for entry in customer.tolist()],
        order_id=numbered("orders", order),
        closed_at=[""] * n,
        department=[DEPARTMENTS[one] for one in department.tolist()],
        subject=subjects,
        message=_say(book, TICKETS, kinds, product, department),
        status=["open"] * n,
    )
    world.tickets.add(
        number=number,
        person=person,
        customer=customer,
        opened=np.full(n, book.day),
        closes=book.day + days,
        complaint=np.array([subject == "complaint" for subject in subjects]),
        department=department,
    )
    np.add.at(world.open_tickets, person, 1)
    chance = np.array([PROMISE_SHARE.get(one, 0.5) for one in kinds])
    answered = np.flatnonzero(rng.random(n) < chance)
    if answered.size:
        texts = _say(book, PROMISES, [kinds[one] for one in answered.tolist()], product[answered], department[answered])
        by_desk = rng.random(answered.size) < 0.7
        owner = np.where(by_desk | (department[answered] == COUNTER), DESK, department[answered])
        _promise(world, book, person[answered], customer[answered], owner, seconds[answered] + 900, texts)


def _say(
    book: DayBook, words: dict[str, tuple[str, ...]], kinds: list[str], product: Ints, department: Ints
) -> list[Cell]:
    luck, shelf = book.rng.integers(0, 2**31, len(kinds)).tolist(), goods()
    rows = zip(kinds, luck, product.tolist(), department.tolist(), strict=True)
    return [
        words[kind][draw % len(words[kind])].format(product=shelf.spoken[item], department=DEPARTMENTS[desk])
        for kind, draw, item, desk in rows
    ]


def _promise(
    world: World, book: DayBook, person: Ints, customer: Ints, owner: Ints, seconds: Ints, texts: list[Cell]
) -> None:
    rng, n = book.rng, person.size
    due = book.day + rng.integers(2, 6, n)
    broken = rng.random(n) < world.lateness.of(owner, due=due)
    late_by = np.minimum(rng.geometric(0.12, n), 40)
    forgotten = broken & (rng.random(n) < FORGOTTEN_SHARE)
    early = rng.integers(0, 2, n)
    kept = np.select([forgotten, broken], [np.full(n, 2**40), due + late_by], default=due - early)
    number = book.numbers("promises", n)
    book.put(
        "promises",
        seconds,
        promise_id=numbered("promises", number),
        customer_id=[world.register.customer_id[entry] for entry in customer.tolist()],
        due_on=dates(world.start, due),
        kept_at=[""] * n,
        department=[DEPARTMENTS[one] for one in owner.tolist()],
        promise=texts,
    )
    world.promises.add(number=number, person=person, due=due, kept=kept)


def answer(world: World, book: DayBook) -> None:
    """Close the tickets whose day has come; a quick answer mends, a slow one does not. Some are rung up."""
    closed = world.tickets.take(world.tickets["closes"] == book.day)
    n, rng = closed["number"].size, book.rng
    if not n:
        return
    seconds = 9 * 3600 + rng.integers(0, 8 * 3600, n)
    book.change(
        "tickets",
        ticket_id=numbered("tickets", closed["number"]),
        closed_at=book.stamps(seconds),
        status=["closed"] * n,
    )
    quick = closed["closes"] - closed["opened"] <= 3
    world.please(closed["person"], np.where(quick, 0.12, 0.0))
    world.hurt(closed["person"], np.where(quick, 0.0, 0.03))
    np.subtract.at(world.open_tickets, closed["person"], 1)
    rung = np.flatnonzero((rng.random(n) < 0.4) & (closed["complaint"] == 1))
    staff = STAFF["service desk"]
    book.put(
        "contacts",
        seconds[rung] + 300,
        customer_id=[world.register.customer_id[entry] for entry in closed["customer"][rung].tolist()],
        channel=["call" if draw < 0.6 else "mail" for draw in rng.random(rung.size).tolist()],
        purpose=["service"] * rung.size,
        staff=[staff[entry % len(staff)] for entry in closed["customer"][rung].tolist()],
    )
    np.add.at(world.tiredness, closed["person"][rung], 0.5)


def keep_promises(world: World, book: DayBook) -> None:
    """Keep the promises whose day of keeping has come; a promise that is not kept by its day hurts."""
    pool = world.promises
    missed = pool["person"][(pool["due"] == book.day - 1) & (pool["kept"] > pool["due"])]
    world.hurt(missed, np.full(missed.size, BROKEN_HURTS))
    kept = pool.take((pool["kept"] == book.day) | (pool["due"] < book.day - 60))
    done = np.flatnonzero(kept["kept"] == book.day)
    if not done.size:
        return
    book.change(
        "promises",
        promise_id=numbered("promises", kept["number"][done]),
        kept_at=book.stamps(9 * 3600 + book.rng.integers(0, 9 * 3600, done.size)),
    )
    in_time = kept["kept"][done] <= kept["due"][done]
    world.please(kept["person"][done], np.where(in_time, KEPT_PLEASES, 0.0))
