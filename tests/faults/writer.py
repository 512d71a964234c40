"""Writer: a program that does a bit of everything to a home until it is killed, and notes what it was told is done."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

import pyarrow as pa

from regulars.errors import NotFound
from regulars.store import open_home
from regulars.store.compact import compact
from regulars.store.inbox import SMALL
from regulars.store.runs import Run
from regulars.store.undo import undo

from ..store.made import NOW_US, brought, made
from .children import Notes, told, use
from .scale import chance

TABLE = pa.table({"customer": pa.array(range(500), pa.int64()), "worth": pa.array(range(500), pa.int64())})


@dataclass(slots=True)
class Order:
    """One thing to do: its kind, its traces' numbers or the batch it is about, and whether it was acknowledged."""

    kind: str
    about: Any
    done: bool = False
    batch: int = 0


def orders_in(*books: Path) -> dict[str, Order]:
    """Read what was begun, and what of it was acknowledged."""
    orders: dict[str, Order] = {}
    for name, kind, about in (line for book in books for line in told(book)):
        if kind == "done":
            orders[name].done, orders[name].batch = True, about
        else:
            orders.setdefault(name, Order(kind, about))
    return orders


def write_until_killed(home: str, database: str, book: str, seed: str) -> None:
    """Do one thing after the other; first what the life before this one was not told is done."""
    use(database)
    writer = Writer(Path(home), Path(book), seed)
    for name, order in orders_in(Path(book)).items():
        if not order.done:
            writer.carry_out(name, order, again=True)
    while True:
        writer.any_work()


class Writer:
    """Everything that a home can be asked to change."""

    def __init__(self, home: Path, book: Path, seed: str) -> None:
        self.home, self.notes, self.book, self.random = open_home(home), Notes(book), book, chance(seed)

    def any_work(self) -> None:
        """Do one thing, whichever comes."""
        works = {self.keep: 60, self.hear: 12, self.compact: 10, self.undo: 6, self.turn: 12}
        self.random.choices(list(works), list(works.values()))[0]()

    def begin(self, kind: str, about: Any) -> None:
        """Note an order, carry it out, and note that it is done."""
        name, order = token_hex(6), Order(kind, about)
        self.notes.say(name, kind, about)
        self.carry_out(name, order)

    def carry_out(self, name: str, order: Order, *, again: bool = False) -> None:
        """Do what was ordered; done again, it changes nothing, and its batch then has nothing to take back."""
        batch = 0
        if order.kind == "keep":
            self.home.keep(made(order.about), now_us=NOW_US)
        elif order.kind == "hear":
            batch = brought(self.home, made(order.about)).batch_id
        else:
            with suppress(NotFound):  # killed after its commit, the life before has done it
                undo(self.home.stock, self.home.staging, order.about, mappings=self.home.mapping_path, now_us=NOW_US)
        self.notes.say(name, "done", 0 if again else batch)

    def keep(self) -> None:
        for _ in range(self.random.randint(1, 20)):
            self.begin("keep", [token_hex(6) for _ in range(self.random.randint(1, 5))])

    def hear(self) -> None:
        self.begin("hear", numbers(token_hex(6), self.random.choice([30, SMALL + 50])))

    def undo(self) -> None:
        """Take back a batch that this slot was told of; hearing it again would have found nothing new."""
        orders = list(orders_in(self.book).values())
        taken = {order.about for order in orders if order.kind == "undo"}
        mine = [order.batch for order in orders if order.kind == "hear" and order.batch and order.batch not in taken]
        if mine:
            self.begin("undo", self.random.choice(mine))

    def compact(self) -> None:
        compact(self.home.stock, self.home.staging, now_us=NOW_US, fold=40)

    def turn(self) -> None:
        """Write a run as a turn of the loop does, and point to it."""
        name, runs = f"20260331-{token_hex(5)}", self.home.runs
        run = Run(name, NOW_US, time.time_ns() // 1000, 500, "code", self.home.content(), runs.folder / name, {})
        if runs.write(run, {"portraits": TABLE, "debts": TABLE}, settings="", rewritten=runs.rewritten()):
            runs.point(run)
        runs.prune()


def numbers(name: str, count: int) -> list[str]:
    return [f"{name}-{place}" for place in range(count)]


def lost_and_doubled(orders: Iterable[Order], there: dict[bytes, int], tails: Any) -> list[str]:
    """Compare what was acknowledged with what is there."""
    orders = list(orders)
    undos = {order.about: order for order in orders if order.kind == "undo"}
    wrong, known = [], set()
    for order in orders:
        if order.kind == "undo":
            continue
        wanted = [tails(number) for number in order.about]
        known |= set(wanted)
        counts = [there.get(one, 0) for one in wanted]
        back = undos.get(order.batch) if order.batch else None
        may = {0, 1} if (back and not back.done) or not order.done else {0} if back else {1}
        if len(set(counts)) > 1 or not set(counts) <= may:
            wrong.append(f"{order.kind} of {len(wanted)}: {sorted(set(counts))} where {sorted(may)} may be")
    wrong += ["a trace that nobody sent"] * len(set(there) - known)
    return wrong
