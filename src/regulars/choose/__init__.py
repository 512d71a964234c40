"""Choose: pick one thing to do, and make an Action of it. Start reading at `action.py`; `pick.py` tells the stages."""

from .action import LOOK_FIRST, Action, Choice, Consent, Dropped, Touch, days, one_in, when
from .menu import NOTHING, spoken
from .pick import pick
from .pressure import pressure_of
from .today import CONSENTS, TOUCHES, first_in_line, put_off

__all__ = [
    "CONSENTS",
    "LOOK_FIRST",
    "NOTHING",
    "TOUCHES",
    "Action",
    "Choice",
    "Consent",
    "Dropped",
    "Touch",
    "days",
    "first_in_line",
    "one_in",
    "pick",
    "pressure_of",
    "put_off",
    "spoken",
    "when",
]
