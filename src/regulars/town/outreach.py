"""What the shop does towards people, by habit or because somebody decided it, and how they take it.

A contact brings the next purchase a little nearer. Too many of them tire: satisfaction falls and people opt
out. Selling to somebody with an open ticket hurts. An apology or a repair gives back part of what a broken
promise or a fault took away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import NotFound, nearest
from .daybook import DayBook
from .words import STAFF, WORDINGS
from .world import World

__all__ = ["Act", "act", "own_habits"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

LETTERS_PER_DAY = 0.0016  # per person who agreed to marketing by mail
CALLS_PER_DAY = 0.0003
NEARER = {"selling": 0.10, "service": 0.04}  # share of the wait for the next purchase that falls away
TIRES = {"call": 1.0, "mail": 0.7, "visit": 1.3}
TIRED_HURTS = 0.012  # per contact beyond what is welcome
TIRED_HURTS_AT_MOST = 0.05
OPTS_OUT = 0.05  # chance per contact, for each contact beyond what is welcome
OPTS_OUT_ANYWAY = 0.02  # chance per contact that sells
MENDS = {"nothing": 0.0, "apology": 0.35, "repair": 0.7}  # share of the grievance given back
SELLING_TO_WAITING_HURTS = 0.04


@dataclass(frozen=True, slots=True)
class Act:
    """Something that staff do towards one customer on one day."""

    customer_id: str
    channel: Literal["call", "mail", "visit"] = "call"
    purpose: Literal["service", "selling"] = "service"
    mends: Literal["nothing", "apology", "repair"] = "nothing"
    staff: str = "Ines"


def act(world: World, book: DayBook, acts: Sequence[Act]) -> None:
    """Carry out what was decided for today, in the order given."""
    if not acts:
        return
    entries = np.array([_entry(world, one.customer_id) for one in acts], dtype=np.int64)
    person = world.register.person[entries]
    _contact(
        world,
        book,
        entries,
        channel=[one.channel for one in acts],
        purpose=[one.purpose for one in acts],
        staff=[one.staff for one in acts],
    )
    for who, one in zip(person.tolist(), acts, strict=True):
        mended = MENDS[one.mends] * world.grievance[who]
        world.satisfaction[who] = min(1.0, world.satisfaction[who] + mended)
        world.grievance[who] -= mended


def _entry(world: World, customer_id: str) -> int:
    known = world.register.customer_id[: world.entries_seen]
    number = int(customer_id[1:]) - 1 if customer_id[1:].isdigit() else -1
    if not (0 <= number < len(known) and known[number] == customer_id):
        raise NotFound(
            f"Nobody in the town is registered as {customer_id!r} today.",
            now=nearest(customer_id, known[:1] + known[-1:]),
        )
    return number


def own_habits(world: World, book: DayBook) -> None:
    """What the shop does without thinking: letters and calls to those who agreed, open ticket or not."""
    luck = book.rng.random(world.habits.count)
    letter = world.joined & world.mail_ok & (luck < LETTERS_PER_DAY)
    call = world.joined & world.call_ok & ~letter & (luck > 1.0 - CALLS_PER_DAY)
    person = np.flatnonzero(letter | call)
    if not person.size:
        return
    channel = ["mail" if written else "call" for written in letter[person].tolist()]
    staff = STAFF["counter"]
    _contact(
        world,
        book,
        world.register.first_entry[person],
        channel=channel,
        purpose=["selling"] * person.size,
        staff=[staff[one % len(staff)] for one in person.tolist()],
    )


def _contact(
    world: World, book: DayBook, entries: Ints, *, channel: list[str], purpose: list[str], staff: list[str]
) -> None:
    person, n, rng = world.register.person[entries], entries.size, book.rng
    codes = world.register.customer_id
    seconds = 9 * 3600 + rng.integers(0, 8 * 3600, n)
    book.put(
        "contacts",
        seconds,
        customer_id=[codes[entry] for entry in entries.tolist()],
        channel=channel,
        purpose=purpose,
        staff=staff,
    )
    np.add.at(world.tiredness, person, [TIRES[one] for one in channel])
    beyond = np.maximum(0.0, world.tiredness[person] - world.habits.tolerance[person])
    hurt = np.minimum(TIRED_HURTS * beyond, TIRED_HURTS_AT_MOST)
    np.subtract.at(world.satisfaction, person, hurt)
    selling = np.array([one == "selling" for one in purpose], dtype=bool)
    waiting = selling & (world.open_tickets[person] > 0)
    np.subtract.at(world.satisfaction, person, SELLING_TO_WAITING_HURTS * waiting)
    welcome = beyond == 0.0
    world.please(person, 0.01 * (welcome & ~selling))
    nearer = np.array([NEARER[one] for one in purpose]) * welcome
    wait = np.maximum(0.0, world.next_at[person] - book.day)
    world.next_at[person] -= wait * nearer
    _opt_out(world, book, entries, seconds, leaves=rng.random(n) < OPTS_OUT * beyond + OPTS_OUT_ANYWAY * selling)


def _opt_out(world: World, book: DayBook, entries: Ints, seconds: Ints, *, leaves: Flags) -> None:
    person = world.register.person[entries]
    for channel, flags in (("mail", world.mail_ok), ("call", world.call_ok)):
        _, firsts = np.unique(person, return_index=True)
        once = np.zeros(person.size, dtype=bool)
        once[firsts] = True
        which = np.flatnonzero(leaves & once & flags[person])
        flags[person[which]] = False
        book.put(
            "consents",
            seconds[which] + 60,
            customer_id=[world.register.customer_id[entry] for entry in entries[which].tolist()],
            channel=[channel] * which.size,
            purpose=["marketing"] * which.size,
            decision=["withdrawn"] * which.size,
            wording=["No longer: " + WORDINGS[channel, "marketing"]] * which.size,
        )
