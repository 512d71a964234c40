"""Receiving: events that are sent to us, one or many at a time; acknowledged only once they are kept.

They go the way of any file (translated, past the guard's first door, heard, kept), but as they come: the deliveries of
many senders are kept in one commit. An event sent twice is one trace. What cannot be meant is refused event by event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from .dates import date_of, instant_us
from .guard import may_keep
from .listen import SCHEMA, Find, Found, Hearing, Mapping, Piece, Refused, translated
from .listen import hear as hear_piece
from .store import Delivered, Delivery, Home
from .verdict import Allowed

__all__ = ["Received", "Sent", "receive", "receive_all"]


@dataclass(frozen=True, slots=True)
class Sent:
    """Events of one source, as they were sent at once."""

    source: str
    events: Sequence[object]


@dataclass(frozen=True, slots=True)
class Received:
    """What became of some events: traces that are new, traces that were known, and events that were refused."""

    kept: int
    same: int
    refused: tuple[Refused, ...]


def receive(home: Home, source: str, events: Sequence[object], *, now: datetime) -> Received:
    """Keep the events that one source has sent, and fold what has gathered where there is need."""
    (received,) = receive_all(home, [Sent(source, events)], now=now)
    home.compact(now_us=instant_us(now))
    return received


def receive_all(home: Home, several: Sequence[Sent], *, now: datetime) -> list[Received]:
    """Keep what several senders have sent in one commit; once this returns it is kept for good.

    All that one source has sent is heard together, which costs little more than hearing one event.
    """
    now_us = instant_us(now)
    sources = list(dict.fromkeys(one.source for one in several))
    together = [[event for one in several if one.source == source for event in one.events] for source in sources]
    deliveries = [delivery(home, Sent(*pair), now_us) for pair in zip(sources, together, strict=True)]
    found = dict(zip(sources, zip(deliveries, home.keep_live(deliveries, now_us=now_us), strict=True), strict=True))
    first = dict.fromkeys(sources, 1)
    answers = []
    for one in several:
        begin = first[one.source]
        first[one.source] = begin + len(one.events)
        answers.append(part_of(*found[one.source], range(begin, first[one.source])))
    return answers


def part_of(given: Delivery, found: Delivered, events: range) -> Received:
    """Say what became of some of the events of a delivery; the first of them is number 1 again."""
    made = sum(row in events for row in given.traces.column("row").to_pylist())
    fresh, erased = (sum(counts[row] for row in events) for counts in (found.new, found.held_back))
    refused = (replace(fault, row=fault.row - events.start + 1) for fault in given.refused if fault.row in events)
    return Received(fresh, made - fresh - erased, tuple(refused))


def delivery(home: Home, sent: Sent, now_us: int) -> Delivery:
    """Hear the events of one sender. An event counts wholly or not at all: an order comes with all of its lines."""
    settings = home.settings
    name = f"events of {date_of(now_us, settings.zoneinfo).isoformat()}"
    hearing = Hearing(sent.source, name, 0, now_us, home.since_us(sent.source, now_us=now_us))
    found = translated(sent.events, file=name, zone=settings.zone, currency=settings.currency)
    traces, refused = SCHEMA.empty_table(), {fault.row: fault for fault in found.refused}
    for mapping, piece in found.pieces:
        made, faults = heard(mapping, piece, hearing, looking_up(home, traces, now_us))
        traces = pa.concat_tables([traces, made], promote_options="permissive")
        for fault in faults:
            refused.setdefault(fault.row, fault)
    if refused:
        traces = traces.filter(pc.invert(pc.is_in(traces.column("row"), pa.array(list(refused), pa.int64()))))
    return Delivery(sent.source, name, len(sent.events), traces, [refused[row] for row in sorted(refused)])


def heard(mapping: Mapping, piece: Piece, hearing: Hearing, find: Find) -> tuple[pa.Table, list[Refused]]:
    """Pass one sort of rows through the first door of the guard, and hear it."""
    verdict = may_keep(mapping)
    if not isinstance(verdict, Allowed):  # every mapping of ours names a purpose and a basis that the guard knows
        rows = piece.rows.to_pylist()
        return SCHEMA.empty_table(), [Refused(hearing.file, row, "", "", verdict.why, "") for row in rows]
    kept = Piece(piece.table.select(list(verdict.it.used)), piece.rows)
    made = hear_piece(kept, verdict.it, hearing=hearing, find=find)
    return made.traces, made.refused


def looking_up(home: Home, traces: pa.Table, now_us: int) -> Find:
    """Return what looks for the orders that events lean on, among what counts and what was just read."""

    def find(keys: Sequence[str]) -> Found:
        return home.find(keys, traces, now_us=now_us)

    return find
