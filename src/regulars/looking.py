"""Looking: what was known on a date, and whether what we said earlier came true.

A look recognises everybody and fits the models to what they bought. A check is the same look with an earlier date:
nothing that was heard later is read, and what was said then is compared with what has come since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .dates import day_number, end_of_day
from .learn import Licence, judged_chance, judged_worth, score
from .recognise import Evidence, Weights
from .recognition import recognised
from .store import Engine, Home, Known
from .understand import (
    BGNBD,
    PURCHASES,
    RETURNS,
    GammaGamma,
    Histories,
    Rhythm,
    Spending,
    Worth,
    rhythm,
    spending,
    worth,
)

__all__ = ["Looked", "Models", "base_rate", "checked", "look", "look_at", "open_engine"]

Floats = npt.NDArray[np.float64]
WORTH_CHECK_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Looked:
    """What was known on a date: who is who, and what each of them bought."""

    links: pa.Table
    members: pa.Table
    rhythm: Rhythm
    spent: Spending
    future: Worth
    evidence: Evidence | None = None  # how alike the records are; None where that was known before


@dataclass(frozen=True, slots=True)
class Models:
    """Models that were fitted before: to every customer of a run, whose name they bear."""

    of: str
    rhythm: BGNBD
    worth: dict[str, GammaGamma]


def open_engine(home: Home, as_of: date, known: Known | None = None) -> Engine:
    """Open an engine over what was known at the end of a day."""
    return home.engine(as_of_us=end_of_day(as_of, home.settings.zoneinfo), as_of_day=day_number(as_of), known=known)


def look(
    engine: Engine,
    as_of: date,
    *,
    horizon_days: int,
    worth_days: int = 365,
    gather: bool = False,
    weights: Weights | None = None,
) -> Looked:
    """Recognise everybody, and fit the models to what they bought; `gather` where more will be asked of the engine."""
    known = recognised(engine, weights=weights)
    engine.give("links", known.links)
    engine.give("members", known.members)
    if gather:
        engine.gather()
    looked = look_at(engine, known.links, known.members, as_of, horizon_days=horizon_days, worth_days=worth_days)
    return replace(looked, evidence=known.evidence)


def look_at(
    engine: Engine,
    links: pa.Table,
    members: pa.Table,
    as_of: date,
    *,
    horizon_days: int,
    worth_days: int = 365,
    models: Models | None = None,
) -> Looked:
    """Look at what some recognised customers bought, with models fitted to them, or with models fitted before."""
    purchases = engine.run(PURCHASES)
    engine.give("purchases", purchases)
    rhythms = rhythm(
        purchases,
        as_of_day=day_number(as_of),
        horizon_days=horizon_days,
        model=models.rhythm if models else None,
    )
    spent = spending(purchases, engine.run(RETURNS), rhythms.histories)
    future = worth(rhythms, spent, horizon_days=worth_days, models=models.worth if models else None)
    return Looked(links, members, rhythms, spent, future)


def checked(home: Home, as_of: date, known: Known, known_now: Looked) -> list[Licence]:
    """Ask the models the same questions at earlier dates, and judge them by what has come since."""
    horizon = home.settings.horizon_days
    asked_on = as_of - timedelta(days=horizon)
    weights = known_now.evidence.weights if known_now.evidence else None
    earlier = earlier_look(home, asked_on, known, horizon_days=horizon, weights=weights)
    came = known_now.rhythm.histories
    said = np.isfinite(earlier.rhythm.buys_soon)
    base = base_rate(earlier.rhythm.histories, day_number(asked_on), horizon)
    truth = bought_since(earlier.rhythm.histories, came)
    chance = judged_chance(score(earlier.rhythm.buys_soon[said], base, truth[said]), horizon_days=horizon)
    before = earlier_look(
        home,
        as_of - timedelta(days=WORTH_CHECK_DAYS),
        known,
        horizon_days=horizon,
        worth_days=WORTH_CHECK_DAYS,
        weights=weights,
    )
    spent = spent_since(before, known_now)
    future = before.future
    return [chance, judged_worth(future.value, future.low, future.high, spent, horizon_days=WORTH_CHECK_DAYS)]


def earlier_look(
    home: Home, as_of: date, known: Known, *, horizon_days: int, worth_days: int = 365, weights: Weights | None
) -> Looked:
    """Look with the eyes of an earlier date. How strongly likeness speaks is not asked anew."""
    with open_engine(home, as_of, known) as engine:
        return look(engine, as_of, horizon_days=horizon_days, worth_days=worth_days, weights=weights)


def base_rate(past: Histories, as_of_day: int, horizon_days: int) -> float:
    """Return the share of the customers known a horizon ago who bought since: what one would say of anybody."""
    there = past.first_day <= as_of_day - horizon_days
    return float(np.mean(past.last_day[there] > as_of_day - horizon_days)) if there.any() else 0.0


def bought_since(earlier: Histories, now: Histories) -> npt.NDArray[np.bool_]:
    """Tell for each customer of an earlier look whether they have bought again since."""
    places, same = matched(earlier, now)
    return np.asarray(same & (now.last_day[places] > earlier.last_day)) if len(now.customer) else same


def spent_since(earlier: Looked, now: Looked) -> Floats:
    """Return what each customer of an earlier look has spent since, less returns, in minor units."""
    places, same = matched(earlier.rhythm.histories, now.rhythm.histories)
    if not len(now.spent.gross):
        return np.zeros(len(places))
    net = (now.spent.gross - now.spent.returned)[places] - (earlier.spent.gross - earlier.spent.returned)
    return np.asarray(np.where(same, np.maximum(net, 0), 0), np.float64)


def matched(earlier: Histories, now: Histories) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Find the customers of an earlier look in a later one. Both are sorted by customer."""
    places = np.minimum(np.searchsorted(now.customer, earlier.customer), max(0, len(now.customer) - 1))
    same = now.customer[places] == earlier.customer if len(now.customer) else np.zeros(len(places), np.bool_)
    return places, np.asarray(same)
