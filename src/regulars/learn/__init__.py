"""Learn: check ourselves against what happened. Start reading at `forecast.py`; `licence.py`: which model may speak."""

from .forecast import FORECASTS, forecasts_table
from .licence import Licence, judged_chance, judged_worth
from .score import Score, score

__all__ = ["FORECASTS", "Licence", "Score", "forecasts_table", "judged_chance", "judged_worth", "score"]
