"""Working out: all tables of a run, from all traces that were known at the end of a day.

Recognise, understand, choose's material, and what learn keeps. Nothing here decides: each step hands its result on.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from .choose import CONSENTS, TOUCHES
from .dates import day_number
from .definition import read_definition
from .learn import forecasts_table
from .looking import Looked, base_rate, checked, look, open_engine
from .recognise import CUSTOMERS, KEYS, figures
from .sharing import shared_tables
from .store import Engine, Home, Known, Run
from .understand import (
    DEBTS,
    DELIVERIES,
    DUE_SOON,
    KINDS_HEARD,
    MONTHLY,
    TASTE,
    VOICE,
    debts_table,
    portraits_table,
)

__all__ = ["AS_THEY_ARE", "heard_of", "tables_of", "worked_out"]

SHARED: Final = read_definition("recognise/shared_matters")
AS_THEY_ARE: Final = (
    ("voice", VOICE),
    ("taste", TASTE),
    ("monthly", MONTHLY),
    ("touches", TOUCHES),
    ("consents", CONSENTS),
)


def worked_out(home: Home, known: Known, run: Run, *, as_of: date) -> tuple[dict[str, pa.Table], Run]:
    """Work everything out, with models fitted to everybody and checked on earlier days."""
    horizon = home.settings.horizon_days
    with open_engine(home, as_of, known) as engine:
        looked = look(engine, as_of, horizon_days=horizon, gather=True)
        base = base_rate(looked.rhythm.histories, day_number(as_of), horizon)
        tables = tables_of(engine, looked, as_of, base=base, horizon_days=horizon, model=f"BGNBD {run.code}")
        tables["keys"] = engine.run(KEYS)
        if looked.evidence:
            tables |= {"cards": looked.evidence.cards, "pairs": looked.evidence.pairs}
            tables |= shared_tables(home, looked.evidence.cards, looked.members, tables["keys"])
        heard = heard_of(engine)
        shared = engine.run(SHARED).column("matters").to_pylist()[0]
    fitted = looked.rhythm.model
    most = looked.evidence.weights.most if looked.evidence else 0
    notes = {
        **run.notes,
        **heard,
        "licences": [asdict(licence) for licence in checked(home, as_of, known, looked)],
        "models": {
            "likeness": looked.evidence.weights.to_dict() if looked.evidence else None,
            "rhythm": fitted.to_dict() if fitted else None,
            **{f"worth {currency}": model.to_dict() for currency, model in looked.future.models.items()},
        },
        "recognition": asdict(figures(looked.members, tables["keys"], most=most)),
        "base": base,
        "shared_matters": shared,
        "horizon_days": horizon,
    }
    return tables, replace(run, customers=tables["customers"].num_rows, notes=notes)


def tables_of(
    engine: Engine, looked: Looked, as_of: date, *, base: float, horizon_days: int, model: str
) -> dict[str, pa.Table]:
    """Return the tables of some recognised customers, each in the order of its customers."""
    day = day_number(as_of)
    customers, deliveries = engine.run(CUSTOMERS), engine.run(DELIVERIES)
    return {
        "customers": customers,
        "members": looked.members,
        "portraits": portraits_table(
            customers.column("customer").to_numpy(),
            looked.rhythm,
            looked.spent,
            looked.future,
            deliveries,
            as_of_day=day,
            horizon_days=horizon_days,
        ),
        "debts": debts_table([(rule.name, engine.run(rule)) for rule in DEBTS]),
        "due_soon": debts_table([(DUE_SOON.name, engine.run(DUE_SOON))]),
        **{name: engine.run(rule) for name, rule in AS_THEY_ARE},
        "forecasts": forecasts_table(
            looked.rhythm.histories.customer,
            looked.rhythm.buys_soon,
            base=base,
            made_day=day,
            horizon_days=horizon_days,
            model=model,
        ),
    }


def heard_of(engine: Engine) -> dict[str, Any]:
    """Return what a run says it has heard: how many traces of each kind, and the newest day."""
    heard = engine.run(KINDS_HEARD)
    counts = dict(zip(heard.column("kind").to_pylist(), heard.column("traces").to_pylist(), strict=True))
    return {"heard": counts, "newest_day": int(pc.max(heard.column("last_day")).as_py() or 0)}
