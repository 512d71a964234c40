"""Portray: ask each of the askers, and keep what there is to show.

`portraits_table` works on all customers at once and its result is kept with the run; `portrait_of` turns one customer's
rows back into a Portrait, with the evidence behind each number taken from their own timeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import gammaincinv

from ..dates import day_number
from ..definition import read_definition
from ..estimate import Absence, Estimate
from ..evidence import Evidence
from .opinion import reads_as_opinion
from .portrait import MEASURES, MONEY, Debt, Measure, Portrait, Said, Stretch, Taste
from .rhythm import WEEK_DAYS, Rhythm
from .service import wilson
from .worth import Spending, Worth

__all__ = ["KINDS_HEARD", "MONTHLY", "TASTE", "VOICE", "portrait_of", "portraits_table"]

Floats = npt.NDArray[np.float64]

MONTHLY: Final = read_definition("understand/monthly")
TASTE: Final = read_definition("understand/taste")
VOICE: Final = read_definition("understand/voice")
KINDS_HEARD: Final = read_definition("understand/kinds")
SHOWN_TRACES: Final = 20


def portraits_table(
    everybody: npt.NDArray[np.int64],
    rhythm: Rhythm,
    spent: Spending,
    future: Worth,
    deliveries: pa.Table,
    *,
    as_of_day: int,
    horizon_days: int,
) -> pa.Table:
    """Return one row per customer with every number of their portrait, sorted by customer; null where there is none."""
    past = rhythm.histories
    low, high = chance_range(rhythm, horizon_days)
    columns: dict[str, Any] = {
        "customer": past.customer,
        "currency": pa.array(spent.currency, pa.string()),
        "first_day": past.first_day,
        "last_day": past.last_day,
        "visits": past.frequency + 1,
        "gap_low": rhythm.gap[:, 0], "gap": rhythm.gap[:, 1], "gap_high": rhythm.gap[:, 2],
        "silence": as_of_day - past.last_day,
        "surprise": rhythm.silence_bits,
        "buys_soon_low": low, "buys_soon": rhythm.buys_soon, "buys_soon_high": high,
        "worth_low": future.low, "worth": future.value, "worth_high": future.high,
        "spent": spent.gross - spent.returned,
        "gross": spent.gross,
    }  # fmt: skip
    bought = pa.table({name: nullable(values) for name, values in columns.items()})
    late = deliveries.select(["customer", "promised", "late"])
    all_of_them = pa.table({"customer": everybody})
    return (
        all_of_them.join(bought, "customer", join_type="left outer")
        .join(late, "customer", join_type="left outer")
        .sort_by("customer")
    )


def nullable(values: Any) -> pa.Array:
    """Turn an array into a column in which NaN means nothing."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return pa.array(values, mask=np.isnan(values))
    return pa.array(values)


def chance_range(rhythm: Rhythm, horizon_days: int) -> tuple[Floats, Floats]:
    """Return the range of P(buys soon) that comes from not knowing a customer's own rate.

    That rate is lambda ~ Gamma(r + x, alpha + T).
    """
    past = rhythm.histories
    if rhythm.model is None or not len(past.customer):
        return np.full(len(past.customer), np.nan), np.full(len(past.customer), np.nan)
    r, alpha = rhythm.model.params_["r"], rhythm.model.params_["alpha"]
    alive = rhythm.model.alive(past.frequency, past.recency, past.age)
    weeks = horizon_days / WEEK_DAYS
    rates = [gammaincinv(r + past.frequency, share) / (alpha + past.age) for share in (0.1, 0.9)]
    return alive * -np.expm1(-rates[0] * weeks), alive * -np.expm1(-rates[1] * weeks)


def portrait_of(
    row: Mapping[str, Any],
    rows: Mapping[str, Sequence[Mapping[str, Any]]],
    traces: pa.Table,
    *,
    as_of: date,
    heard: frozenset[str],
    licensed: Mapping[str, bool],
) -> Portrait:
    """Turn one customer's rows of a run, and their timeline, into a Portrait.

    `rows` holds the rows of `debts`, `due_soon`, `voice`, `taste` and `monthly`; `heard` which kinds of trace the house
    hears at all, so that "not connected" is never mistaken for "none".
    """
    as_of_day = day_number(as_of)

    def estimated(name: str, value: float | None, low: float, high: float, n: int | None) -> Estimate | Absence:
        measure = MEASURES[name]
        if value is None:
            return Absence.TOO_FEW if row["visits"] else absence(measure, heard)
        unit = row["currency"] if measure.unit == MONEY else measure.unit
        behind = evidence_of(measure, traces)
        ok = licensed.get(name, True)
        return Estimate(
            name, float(value), float(low), float(high), unit, int(n or 0), as_of, measure.method, behind,
            measure.coverage, ok,
        )  # fmt: skip

    estimates = {name: estimated(name, *span) for name, span in spans(row).items()}
    return Portrait(
        customer=row["customer"],
        as_of=as_of,
        as_of_day=as_of_day,
        currency=row["currency"] or "XXX",
        first_day=row["first_day"],
        last_day=row["last_day"],
        estimates=estimates,
        debts=tuple(debt_of(found) for found in rows["debts"]),
        due_soon=tuple(debt_of(found) for found in rows["due_soon"]),
        said=tuple(said_of(found) for found in rows["voice"]),
        tastes=tuple(taste_of(found) for found in rows["taste"]),
        stretches=tuple(Stretch(**{name: found[name] for name in Stretch.__slots__}) for found in rows["monthly"]),
    )


def spans(row: Mapping[str, Any]) -> dict[str, tuple[float | None, float, float, int | None]]:
    """Return each estimate's value, its low and high end, and what it was learnt from; the value None where none is."""
    visits = row["visits"]
    gaps = (visits or 1) - 1
    spent = row["spent"] if row["gross"] else None
    return {
        "visits": (visits, visits, visits, visits),
        "gap": (row["gap"], row["gap_low"], row["gap_high"], gaps),
        "silence": (row["silence"], row["silence"], row["silence"], visits),
        "surprise": (row["surprise"], row["surprise"], row["surprise"], gaps),
        "buys_soon": (row["buys_soon"], row["buys_soon_low"], row["buys_soon_high"], visits),
        "worth": (row["worth"], row["worth_low"], row["worth_high"], visits),
        "spent": (spent, row["spent"], row["spent"], visits),
        "late_share": late_share(row),
    }


def late_share(row: Mapping[str, Any]) -> tuple[float | None, float, float, int]:
    """Return the share of late deliveries with Wilson's range, or nothing."""
    if not row["promised"]:
        return None, 0.0, 0.0, 0
    low, high = wilson(np.array([row["late"]]), np.array([row["promised"]]))
    return row["late"] / row["promised"], float(low[0]), float(high[0]), row["promised"]


def absence(measure: Measure, heard: frozenset[str]) -> Absence:
    """Say why a number is missing: nobody tells us such things, or this customer simply has none."""
    return Absence.ZERO if heard.intersection(measure.kinds) else Absence.NOT_CONNECTED


def evidence_of(measure: Measure, traces: pa.Table) -> Evidence:
    """Return the traces behind a measure, newest first."""
    behind = traces.filter(pc.is_in(traces.column("kind"), pa.array(measure.kinds)))
    ids = tuple(identity.hex() for identity in behind.column("trace_id").slice(0, SHOWN_TRACES).to_pylist())
    days = behind.column("day")
    span = pc.min_max(days).as_py() if behind.num_rows else {"min": None, "max": None}
    return Evidence(measure.definition, behind.num_rows, ids, span["min"], span["max"])


def debt_of(row: Mapping[str, Any]) -> Debt:
    """Turn a row of the debts into a Debt."""
    return Debt(
        row["debt"],
        row["matter"],
        row["since_day"],
        row["due_day"],
        row["department"],
        row["trace_id"].hex(),
        row["said"],
        row["definition"],
    )


def taste_of(row: Mapping[str, Any]) -> Taste:
    """Turn a row of what they buy again and again into a Taste."""
    told = {name: row[name] for name in ("item", "category", "days", "first_day", "last_day")}
    return Taste(**told, trace=row["trace_id"].hex())


def said_of(row: Mapping[str, Any]) -> Said:
    """Turn a row of the last words into Said."""
    return Said(
        row["kind"],
        row["day"],
        row["times"],
        row["trace_id"].hex(),
        row["text"],
        row["rating_milli"],
        row["scale_low"],
        row["scale_high"],
        row["department"],
        opinion=row["kind"] == "noted" and reads_as_opinion(row["text"] or ""),
    )
