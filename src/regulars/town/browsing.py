"""What people look at on the website, for those who agreed to be remembered; busier before a purchase."""

from __future__ import annotations

import numpy as np

from .daybook import Cell, DayBook
from .goods import CATEGORIES, goods
from .words import QUERIES
from .world import World

__all__ = ["browse"]

VISITS_PER_DAY = 0.010  # per person with an average liking for it
BEFORE_PURCHASE = 16.0  # times more often on the two days before a purchase
EVENTS_PER_VISIT = 2.6
SEARCH_SHARE = 0.22


def browse(world: World, book: DayBook) -> None:
    """Write down today's visits to the website."""
    habits, rng, shelf = world.habits, book.rng, goods()
    soon = world.next_at - book.day < 2.0
    chance = habits.browses * VISITS_PER_DAY * np.where(soon, BEFORE_PURCHASE, 1.0)
    here = world.alive & world.track_ok & (habits.join_day < book.day)
    person = np.flatnonzero(here & (rng.random(habits.count) < np.minimum(chance, 0.8)))
    if not person.size:
        return
    visits = np.minimum(rng.geometric(1.0 / EVENTS_PER_VISIT, person.size), 12)
    begins = (np.clip(rng.normal(17.0, 3.5, person.size), 6.0, 23.0) * 3600).astype(np.int64)
    visitor = np.repeat(np.arange(person.size), visits)
    n = visitor.size
    place = np.arange(n) - np.repeat(np.cumsum(visits) - visits, visits)
    seconds = begins[visitor] + place * 75 + rng.integers(0, 60, n)
    luck = rng.random((4, n))
    taste = habits.taste[person[visitor]]
    category = np.minimum((luck[0][:, None] > taste).sum(axis=1), len(CATEGORIES) - 1)
    product = shelf.draw(category, luck=luck[1])
    favourite = habits.favourites[person[visitor], 0].astype(np.int64)
    product = np.where(luck[2] < 0.35, favourite, product).tolist()
    searched = (luck[3] < SEARCH_SHARE).tolist()
    words = rng.integers(0, 2**31, n).tolist()
    register = world.register
    emails = [register.email[entry] for entry in register.first_entry[person].tolist()]
    query: list[Cell] = []
    for asks, item, draw in zip(searched, product, words, strict=True):
        known = QUERIES[shelf.category[item]]
        query.append(known[draw % len(known)] if asks else "")
    book.put(
        "web_events",
        seconds,
        email=[emails[one] for one in visitor.tolist()],
        event=["searched" if asks else "viewed" for asks in searched],
        sku=["" if asks else shelf.sku[item] for asks, item in zip(searched, product, strict=True)],
        category=["" if asks else shelf.category[item] for asks, item in zip(searched, product, strict=True)],
        query=query,
    )
