"""One day's rows, as the shop's systems would export them, and the book in which they are collected.

A row that is written down before its story has ended (an order under way, an open ticket, a promise not yet
kept) is completed later: the day on which the end becomes known carries it under `changes`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["HEADERS", "Columns", "Day", "DayBook", "dates", "money", "numbered"]

Cell = str | int
Columns = dict[str, list[Cell]]
Ints = NDArray[np.int64]

HEADERS: dict[str, tuple[str, ...]] = {
    name: tuple(columns.split(","))
    for name, columns in {
        "customers": "customer_id,full_name,email,phone,street,postcode,city,company,joined_on",
        "orders": "order_id,customer_id,ordered_at,channel,department,promised_on,delivered_at,status",
        "order_lines": "order_id,line_no,sku,product,category,quantity,unit_price,currency",
        "returns": "return_id,order_id,customer_id,returned_at,sku,quantity,refund_amount,currency,reason",
        "tickets": "ticket_id,customer_id,order_id,opened_at,closed_at,department,subject,message,status",
        "ratings": "rating_id,order_id,customer_id,rated_at,score,reason",
        "reviews": "review_id,email,reviewed_at,stars,text,language",
        "web_events": "event_id,email,occurred_at,event,sku,category,query",
        "notes": "note_id,customer_id,noted_at,author,department,note",
        "promises": "promise_id,customer_id,promised_at,due_on,kept_at,department,promise",
        "referrals": "referral_id,customer_id,referred_customer_id,referred_at",
        "contacts": "contact_id,customer_id,contacted_at,channel,purpose,staff",
        "consents": "consent_id,customer_id,recorded_at,channel,purpose,decision,wording",
    }.items()
}

# export: the letter its ids begin with, and the column that holds its time
MARKS: dict[str, tuple[str, str]] = {
    "orders": ("O", "ordered_at"),
    "returns": ("R", "returned_at"),
    "tickets": ("T", "opened_at"),
    "ratings": ("G", "rated_at"),
    "reviews": ("V", "reviewed_at"),
    "web_events": ("W", "occurred_at"),
    "notes": ("N", "noted_at"),
    "promises": ("P", "promised_at"),
    "referrals": ("F", "referred_at"),
    "contacts": ("K", "contacted_at"),
    "consents": ("A", "recorded_at"),
}
LAST_SECOND = 86399


@dataclass(frozen=True, slots=True)
class Day:
    """One day in the town: new rows by export, and what became known about earlier rows."""

    on: date
    rows: Mapping[str, Columns]
    changes: Mapping[str, Columns]  # the first column is the id of the row to complete

    def count(self) -> int:
        """How many new rows."""
        return sum(len(next(iter(columns.values()))) for columns in self.rows.values())


@dataclass(frozen=True, slots=True)
class _Piece:
    seconds: Ints
    columns: Columns


class DayBook:
    """Collects a day's rows in any order; `close` puts them in order of time and numbers them."""

    __slots__ = ("_changes", "_last", "_pieces", "_prefix", "day", "on", "rng")

    def __init__(self, *, day: int, start: date, rng: np.random.Generator, last: dict[str, int]) -> None:
        self.day = day
        self.on = start + timedelta(days=day)
        self.rng = rng
        self._last = last  # last number given out, by export; lives on from day to day
        self._pieces: dict[str, list[_Piece]] = {}
        self._changes: dict[str, list[Columns]] = {}
        self._prefix = f"{self.on.isoformat()} "

    def stamps(self, seconds: Ints) -> list[Cell]:
        """Write seconds of this day as `YYYY-MM-DD HH:MM:SS`."""
        clock, prefix = _clock(), self._prefix
        return [prefix + clock[second] for second in np.minimum(seconds, LAST_SECOND).tolist()]

    def numbers(self, export: str, count: int) -> Ints:
        """Give out the next `count` numbers of an export."""
        first = self._last.get(export, 0) + 1
        self._last[export] = first + count - 1
        return np.arange(first, first + count, dtype=np.int64)

    def put(self, export: str, seconds: Ints, **columns: Sequence[Cell]) -> None:
        """Write rows down; the id and the time column are filled in unless given."""
        if seconds.size:
            if export in MARKS and MARKS[export][1] not in columns:
                columns[MARKS[export][1]] = self.stamps(seconds)
            self._pieces.setdefault(export, []).append(
                _Piece(seconds=seconds, columns={name: list(cells) for name, cells in columns.items()})
            )

    def change(self, export: str, **columns: Sequence[Cell]) -> None:
        """Write down what became known about earlier rows; the first column is their id."""
        self._changes.setdefault(export, []).append({name: list(cells) for name, cells in columns.items()})

    def close(self) -> Day:
        """Put everything in order."""
        rows: dict[str, Columns] = {}
        for export in HEADERS:
            if export in self._pieces:
                rows[export] = self._ordered(export, self._pieces[export])
        changes = {
            export: {name: [cell for part in parts for cell in part[name]] for name in parts[0]}
            for export, parts in self._changes.items()
        }
        return Day(on=self.on, rows=rows, changes=changes)

    def _ordered(self, export: str, pieces: list[_Piece]) -> Columns:
        seconds = np.concatenate([piece.seconds for piece in pieces])
        columns: dict[str, list[Any]] = {
            name: [cell for piece in pieces for cell in piece.columns[name]] for name in pieces[0].columns
        }
        if np.any(seconds[1:] < seconds[:-1]):
            order = np.argsort(seconds, kind="stable")
            seconds, places = seconds[order], order.tolist()
            columns = {name: [cells[place] for place in places] for name, cells in columns.items()}
        if export in MARKS:
            key = HEADERS[export][0]
            if key not in columns:
                columns[key] = numbered(export, self.numbers(export, seconds.size))
        return {name: columns[name] for name in HEADERS[export]}


@cache
def _clock() -> tuple[str, ...]:
    return tuple(f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(LAST_SECOND + 1))


def numbered(export: str, numbers: Ints) -> list[Cell]:
    """Write numbers as ids of an export.

    >>> numbered("orders", np.array([7]))
    ['O0000007']
    """
    letter = MARKS[export][0]
    return [f"{letter}{number:07d}" if number > 0 else "" for number in numbers.tolist()]


def dates(start: date, days: Ints) -> list[Cell]:
    """Write days since the start as dates."""
    if not days.size:
        return []
    first = start.toordinal()
    known = {day: date.fromordinal(first + day).isoformat() for day in np.unique(days).tolist()}
    return [known[day] for day in days.tolist()]


def money(minor: Ints) -> list[Cell]:
    """Write cents as an amount with two decimals.

    >>> money(np.array([1905]))
    ['19.05']
    """
    return [f"{cents // 100}.{cents % 100:02d}" for cents in minor.tolist()]
