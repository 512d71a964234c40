"""The town: one day after another, and what staff do in it.

    >>> from datetime import date
    >>> town = Town(seed=7, people=40, start=date(2026, 1, 1), days=60)
    >>> today = town.day()
    >>> today.on.isoformat(), len(today.rows["customers"]["customer_id"]) > 10
    ('2026-01-01', True)

A town of the same seed, people, start and days is the same town. Every day has its own random numbers, made
from the seed and the day, so that two towns that differ only in what staff do share the same luck as long as
they run alike: one is the comparison for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import numpy as np

from ..errors import InputError
from .arrivals import register_newcomers
from .browsing import browse
from .daybook import Columns, Day, DayBook
from .departments import Lateness, lateness
from .desk import answer, keep_promises, offer, open_tickets, wonder
from .endings import end_orders, take_back
from .goods import CATEGORIES
from .orders import place_orders
from .outreach import Act, act, own_habits
from .people import draw_habits
from .register import draw_register
from .world import open_world

__all__ = ["FEWEST_DAYS", "FEWEST_PEOPLE", "Town"]

FEWEST_PEOPLE = 10
FEWEST_DAYS = 14


class Town:
    """A made-up place that goes on day by day and reacts to what is done in it.

    Args:
        seed: same seed, same town.
        people: how many live there over the whole time (register entries are a few more).
        start: first day.
        days: over how many days newcomers arrive, and what the planted shift counts back from; `day` may be
            called more often than that.
        outreach: "own" lets the shop write and ring by its own habit; "none" leaves that to `acts`.
    """

    __slots__ = ("_outreach", "_seed", "_today", "_world")

    def __init__(
        self,
        *,
        seed: int,
        people: int,
        start: date,
        days: int = 730,
        outreach: Literal["own", "none"] = "own",
    ) -> None:
        if people < FEWEST_PEOPLE or days < FEWEST_DAYS or seed < 0:
            raise InputError(
                f"A town of {people} people over {days} days with seed {seed} cannot be made.",
                now=f"Ask for at least {FEWEST_PEOPLE} people and {FEWEST_DAYS} days, and seed 0 or more.",
            )
        rng = np.random.Generator(np.random.PCG64([seed, 1]))
        habits = draw_habits(rng, people=people, days=days)
        register = draw_register(rng, habits, days=days)
        late = lateness(seed=seed, start=start, days=days)
        self._world = open_world(rng, start=start, habits=habits, register=register, lateness=late, days=days)
        self._seed = seed
        self._outreach = outreach
        self._today = 0

    @property
    def today(self) -> date:
        """The day that the next call of `day` plays."""
        return self._world.start + timedelta(days=self._today)

    @property
    def lateness(self) -> Lateness:
        """The planted rates of broken promises."""
        return self._world.lateness

    def day(self, acts: Sequence[Act] = ()) -> Day:
        """Play one day, with what staff do in it, and return the rows it left behind."""
        rng = np.random.Generator(np.random.PCG64([self._seed, 3, self._today]))
        world = self._world
        book = DayBook(day=self._today, start=world.start, rng=rng, last=world.last)
        register_newcomers(world, book)
        browse(world, book)
        wonder(world, book)
        if self._outreach == "own":
            own_habits(world, book)
        act(world, book, acts)
        place_orders(world, book)
        end_orders(world, book)
        take_back(world, book)
        answer(world, book)
        keep_promises(world, book)
        open_tickets(world, book)
        offer(world, book)
        world.let_settle()
        self._today += 1
        return book.close()

    def truth(self) -> Columns:
        """Who really lives here and how they feel by now: one row per person."""
        world, habits, register = self._world, self._world.habits, self._world.register
        codes = register.customer_id
        entries: list[list[str]] = [[] for _ in range(habits.count)]
        for entry, person in enumerate(register.person[: world.entries_seen].tolist()):
            entries[person].append(codes[entry])
        here = np.flatnonzero(world.joined).tolist()
        last = (world.start + timedelta(days=self._today - 1)).isoformat()
        stopped = world.stopped_day.tolist()

        def column(values: np.ndarray, form: str) -> list[str | int]:
            known = values.tolist()
            return [format(known[person], form) for person in here]

        return {
            "person_id": [f"P{person + 1:06d}" for person in here],
            "customer_ids": [";".join(entries[person]) for person in here],
            "household_id": [_code("H", int(register.household[person])) for person in here],
            "company_id": [_code("B", int(register.employer[person])) for person in here],
            "rate_per_week": column(habits.rate_per_week, ".6f"),
            "regularity_k": column(habits.regularity_k, ".4f"),
            "dropout_p": column(habits.dropout_p, ".6f"),
            "mean_spend_minor": column(habits.mean_spend_minor, ".2f"),
            "satisfaction_end": column(world.satisfaction, ".4f"),
            "alive_at_end": column(world.alive, "d"),
            "last_alive_day": [
                last if stopped[person] < 0 else (world.start + timedelta(days=stopped[person])).isoformat()
                for person in here
            ],
            "favourite_category": [CATEGORIES[int(habits.favourite_category[person])] for person in here],
            "expected_slack_days": column(habits.slack_days, "d"),
        }


def _code(letter: str, number: int) -> str:
    return f"{letter}{number + 1:05d}" if number >= 0 else ""
