"""Understand: see what matters, and make a Portrait of it.

Start reading at `portrait.py`, the noun; `portray.py` asks the others. The models can be used on their own, with the
habits of scikit-learn: `BGNBD().fit(frequency, recency, age)`.
"""

from .bgnbd import BGNBD
from .gamma_gamma import GammaGamma
from .portrait import CHECKED_AS, MEASURES, Debt, Measure, Portrait, Said, Stretch, Taste
from .portray import KINDS_HEARD, MONTHLY, TASTE, VOICE, portrait_of, portraits_table
from .rhythm import FEWEST_GAPS, PURCHASES, Histories, Rhythm, histories, rhythm
from .service import DEBTS, DELIVERIES, DUE_SOON, SEVERITY, debts_table, wilson
from .worth import RETURNS, YEAR_DAYS, Spending, Worth, spending, worth

__all__ = [
    "BGNBD",
    "CHECKED_AS",
    "DEBTS",
    "DELIVERIES",
    "DUE_SOON",
    "FEWEST_GAPS",
    "KINDS_HEARD",
    "MEASURES",
    "MONTHLY",
    "PURCHASES",
    "RETURNS",
    "SEVERITY",
    "TASTE",
    "VOICE",
    "YEAR_DAYS",
    "Debt",
    "GammaGamma",
    "Histories",
    "Measure",
    "Portrait",
    "Rhythm",
    "Said",
    "Spending",
    "Stretch",
    "Taste",
    "Worth",
    "debts_table",
    "histories",
    "portrait_of",
    "portraits_table",
    "rhythm",
    "spending",
    "wilson",
    "worth",
]
