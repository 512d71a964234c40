"""A few hand-made traces, and what a definition says of them in any order."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds_of

from regulars.definition import Definition
from regulars.listen import trace_id
from regulars.store import Engine, Known
from regulars.store.rows import PLAIN

TODAY = 20_000  # 4 October 2024
DAY_US = 86_400_000_000
KNOBS = {"grace_days": 0, "answer_within_days": 2, "recent_days": 60, "horizon_days": 30}
PEOPLE = {"Ann": 1, "Bob": 2}


def trace(
    kind: str, day: int, *, of: str = "Ann", about: str | None = None, hour: int = 12, **fields: Any
) -> dict[str, Any]:
    """Return one trace that happened on a day, as a row of a segment; an amount without a currency is in EUR."""
    at = day * DAY_US + hour * DAY_US // 24
    number = f"{kind}:{about}:{sorted(fields.items())}"
    if "amount_minor" in fields:
        fields.setdefault("currency", "EUR")
    if "rating_milli" in fields:
        fields = {"scale_low": 1, "scale_high": 5, **fields}
    row: dict[str, Any] = {
        "trace_id": trace_id(of, number, at),
        "subject": PEOPLE[of],
        "kind": kind,
        "happened_at": at,
        "heard_at": at,
        "day": day,
        "source": "shop",
        "source_id": number,
        "file_id": 1,
        "row": 2,
        "who": [f"customer:shop:{of}"],
        "about": about,
        "purpose": "service",
        "basis": "contract",
    }
    return row | fields


@cache
def engine() -> Engine:
    """Open one real engine for all tests; each gives it other traces."""
    made = Engine(Known(), as_of_us=0, as_of_day=0, knobs=KNOBS, spill=Path(tempfile.gettempdir()))
    everybody = pa.array(PEOPLE.values(), pa.int64())
    made.give("members", pa.table({"subject": everybody, "customer": everybody}))
    return made


def said_by(
    definition: Definition,
    traces: Sequence[dict[str, Any]],
    *,
    also: Sequence[Definition] = (),
    as_of: int = TODAY,
    **knobs: int,
) -> list[dict[str, Any]]:
    """Run a definition on traces in three orders; the rows must be the same each time, and hold whole numbers only."""
    asked = {**KNOBS, **knobs, "as_of_us": (as_of + 1) * DAY_US - 1, "as_of_day": as_of}
    engine().give("asked", pa.table({name: pa.array([value], pa.int64()) for name, value in asked.items()}))
    found = []
    for order in (list(traces), list(traces)[::-1], random.Random(4).sample(list(traces), len(traces))):  # noqa: S311
        engine().give("segments", pa.Table.from_pylist(order, schema=PLAIN))
        for before in also:
            engine().give(before.name.rpartition("/")[2], engine().run(before))
        found.append(engine().run(definition))
    assert found[0] == found[1] == found[2]
    assert not any(kinds_of.is_decimal(part.type) or kinds_of.is_floating(part.type) for part in found[0].schema)
    return found[0].to_pylist()
