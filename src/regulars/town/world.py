"""The state of the town between two days: how everybody feels, and what is under way.

Satisfaction lives between 0 and 1. A grievance is the part of it that was lost through a broken promise or a
fault and has not been mended; it fades in about two months. Tiredness counts the contacts of the last two
weeks or so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from .departments import Lateness
from .people import Habits
from .register import Register
from .waiting import Waiting

__all__ = ["Cause", "World", "open_world"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DRIFT_PER_DAY = 0.01  # satisfaction returns to its own level, one per cent of the way a day
GRIEVANCE_KEPT_PER_DAY = 0.985
TIREDNESS_KEPT_PER_DAY = 0.93


@dataclass(frozen=True, slots=True)
class Cause:
    """Why people turn to the shop today: one kind, one element per person."""

    kind: str
    person: Ints
    customer: Ints
    order: Ints  # 0 when it is about no order
    department: Ints
    product: Ints
    seconds: Ints


@dataclass(slots=True)
class World:
    """Everything that changes from day to day; arrays have one element per person."""

    start: date
    days: int
    habits: Habits
    register: Register
    lateness: Lateness
    joined: Flags
    alive: Flags
    stopped_day: Ints  # -1 while alive
    next_at: Floats  # next purchase, in days since the start
    satisfaction: Floats
    grievance: Floats
    tiredness: Floats
    mail_ok: Flags
    call_ok: Flags
    track_ok: Flags
    open_tickets: Ints
    under_way: Waiting
    tickets: Waiting
    promises: Waiting
    coming_back: Waiting
    last: dict[str, int] = field(default_factory=dict)  # last number given out, by export
    causes: list[Cause] = field(default_factory=list)  # of today
    entries_seen: int = 0  # register entries written so far

    def hurt(self, person: Ints, amount: Floats) -> None:
        """Take satisfaction away; it stays as a grievance until mended or faded."""
        np.subtract.at(self.satisfaction, person, amount)
        np.add.at(self.grievance, person, amount)

    def please(self, person: Ints, amount: Floats) -> None:
        """Give satisfaction; the nearer to 1, the less it adds."""
        np.add.at(self.satisfaction, person, amount * (1.0 - self.satisfaction[person]))

    def let_settle(self) -> None:
        """What a night does: feelings drift home, grievances and tiredness fade."""
        self.satisfaction += DRIFT_PER_DAY * (self.habits.base_satisfaction - self.satisfaction)
        np.clip(self.satisfaction, 0.0, 1.0, out=self.satisfaction)
        self.grievance *= GRIEVANCE_KEPT_PER_DAY
        self.tiredness *= TIREDNESS_KEPT_PER_DAY

    def entry_of(self, person: Ints, *, day: int, luck: Floats) -> Ints:
        """Under which register entry a person appears today; those registered twice use either."""
        second = (self.register.second_day[person] < day) & (luck < 0.45)
        return np.where(second, self.register.second_entry[person], self.register.first_entry[person])


def open_world(
    rng: np.random.Generator,
    *,
    start: date,
    days: int,
    habits: Habits,
    register: Register,
    lateness: Lateness,
) -> World:
    """The evening before the first day: customers from before are about to come again at some point."""
    n = habits.count
    gap = rng.gamma(habits.regularity_k, 7.0 / (habits.rate_per_week * habits.regularity_k))
    before = habits.join_day < 0
    first = np.where(habits.clockwork, habits.weekday + 0.5, gap * rng.random(n))
    has_email = np.array([register.email[entry] != "" for entry in register.first_entry.tolist()], dtype=bool)
    has_phone = np.array([register.phone[entry] != "" for entry in register.first_entry.tolist()], dtype=bool)
    return World(
        start=start,
        days=days,
        habits=habits,
        register=register,
        lateness=lateness,
        joined=np.zeros(n, dtype=bool),
        alive=np.zeros(n, dtype=bool),
        stopped_day=np.full(n, -1, dtype=np.int64),
        next_at=np.where(before, first, habits.join_day + 0.5),
        satisfaction=habits.base_satisfaction.copy(),
        grievance=np.zeros(n),
        tiredness=np.zeros(n),
        mail_ok=has_email & (rng.random(n) < 0.62),
        call_ok=has_phone & (rng.random(n) < 0.35),
        track_ok=has_email & (rng.random(n) < 0.55),
        open_tickets=np.zeros(n, dtype=np.int64),
        under_way=Waiting(
            "number person customer department promised arrives ends_as product quantity price seconds nagged"
        ),
        tickets=Waiting("number person customer opened closes complaint department"),
        promises=Waiting("number person due kept"),
        coming_back=Waiting("number customer product quantity price day fault"),
    )
