"""Published data, where they are at hand: REGULARS_DATA, or ../shared/data seen from the project's root."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

DATA = Path(os.environ.get("REGULARS_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
CALIBRATED_UNTIL = dt.date(1997, 9, 30)


class Histories(NamedTuple):
    """CDNOW's 2,357 customers: 39 weeks to learn from, and what they bought in the 39 weeks after."""

    frequency: NDArray[np.float64]
    recency: NDArray[np.float64]
    age: NDArray[np.float64]
    monetary: NDArray[np.float64]  # mean value of a repeat purchase day; 0 without one
    later: NDArray[np.float64]


@pytest.fixture(scope="session")
def cdnow() -> Histories:
    """Customer-days of the CDNOW sample, the first of each customer being day 0."""
    file = DATA / "behaviour" / "cdnow_sample.csv"
    if not file.exists():
        pytest.skip(f"{file} is not here; set REGULARS_DATA")
    days: defaultdict[str, defaultdict[dt.date, float]] = defaultdict(lambda: defaultdict(float))
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            days[row["customer_id"]][dt.date.fromisoformat(row["date"])] += float(row["spend"])
    return Histories(*np.array([_history(bought) for bought in days.values()]).T)


def _history(bought: dict[dt.date, float]) -> tuple[float, ...]:
    first, *repeats = sorted(day for day in bought if day <= CALIBRATED_UNTIL)
    last = repeats[-1] if repeats else first
    mean = float(np.mean([bought[day] for day in repeats])) if repeats else 0.0
    later = sum(day > CALIBRATED_UNTIL for day in bought)
    return len(repeats), (last - first).days / 7, (CALIBRATED_UNTIL - first).days / 7, mean, later
