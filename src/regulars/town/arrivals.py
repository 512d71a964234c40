"""Who is registered today: their entry, what they agree to, and who sent them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from .daybook import Cell, DayBook
from .words import WORDINGS
from .world import World

__all__ = ["register_newcomers"]

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

REFERRED_SHARE = 0.18  # of newcomers


def register_newcomers(world: World, book: DayBook) -> None:
    """Write down the entries of today; on the first day, also those of everybody from before."""
    register = world.register
    until = int(np.searchsorted(register.joined_day, book.day, side="right"))
    entries = np.arange(world.entries_seen, until)
    world.entries_seen = until
    if not entries.size:
        return
    person = register.person[entries]
    first = register.first_entry[person] == entries
    world.joined[person] = True
    world.alive[person[first]] = True
    rows = slice(int(entries[0]), until)
    on = [(world.start + timedelta(days=day)).isoformat() for day in register.joined_day[entries].tolist()]
    joined_on: list[Cell] = list(on)
    book.put(
        "customers",
        np.zeros(entries.size, dtype=np.int64),
        customer_id=register.customer_id[rows],
        full_name=register.full_name[rows],
        email=register.email[rows],
        phone=register.phone[rows],
        street=register.street[rows],
        postcode=register.postcode[rows],
        city=register.city[rows],
        company=register.company[rows],
        joined_on=joined_on,
    )
    _agree(world, book, entries[first], [day for day, own in zip(on, first.tolist(), strict=True) if own])
    _send(world, book, entries[first])


def _agree(world: World, book: DayBook, entries: Ints, on: list[str]) -> None:
    """What newcomers agree to when they are registered."""
    register, rng, n = world.register, book.rng, entries.size
    person = register.person[entries]
    email = np.array([register.email[entry] != "" for entry in entries.tolist()], dtype=bool)
    phone = np.array([register.phone[entry] != "" for entry in entries.tolist()], dtype=bool)
    agreed: dict[tuple[str, str], Flags] = {
        ("mail", "marketing"): world.mail_ok[person],
        ("call", "marketing"): world.call_ok[person],
        ("post", "marketing"): rng.random(n) < 0.2,
        ("mail", "service"): email & (rng.random(n) < 0.6),
        ("call", "service"): phone & (rng.random(n) < 0.6),
        ("tracking", "tracking"): world.track_ok[person],
    }
    order, kind = np.nonzero(np.array(list(agreed.values())).T)
    kinds = [list(agreed)[one] for one in kind.tolist()]
    places = order.tolist()
    seconds = (8 * 3600 + 60 * rng.integers(0, 600, n))[order] + 7 + kind
    clock = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in seconds.tolist()]
    stamps: list[Cell] = [f"{on[place]} {time}" for place, time in zip(places, clock, strict=True)]
    by_time = sorted(range(len(stamps)), key=lambda row: str(stamps[row]))
    today = register.joined_day[entries][order] == book.day
    book.put(
        "consents",
        np.where(today, seconds, 0)[by_time],
        recorded_at=[stamps[row] for row in by_time],
        customer_id=[register.customer_id[int(entries[places[row]])] for row in by_time],
        channel=[kinds[row][0] for row in by_time],
        purpose=[kinds[row][1] for row in by_time],
        decision=["given"] * order.size,
        wording=[WORDINGS[kinds[row]] for row in by_time],
    )


def _send(world: World, book: DayBook, entries: Ints) -> None:
    """Some of today's newcomers were sent by a customer who likes the shop."""
    register, rng = world.register, book.rng
    today = entries[register.joined_day[entries] == book.day]
    sent = today[rng.random(today.size) < REFERRED_SHARE]
    likes = world.alive & (world.habits.join_day < book.day)
    weight = np.where(likes, world.habits.refers * world.satisfaction**2, 0.0)
    if not sent.size or weight.sum() <= 0.0:
        return
    running = np.cumsum(weight)
    sender = np.searchsorted(running, rng.random(sent.size) * running[-1], side="right")
    book.put(
        "referrals",
        8 * 3600 + rng.integers(0, 3600, sent.size),
        customer_id=[register.customer_id[int(register.first_entry[one])] for one in sender.tolist()],
        referred_customer_id=[register.customer_id[entry] for entry in sent.tolist()],
    )
