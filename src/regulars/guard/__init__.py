"""Guard: respect, in one place, at three doors. May we keep it, may we do it, may we say it?

Pure functions that fail closed. Only this package can make an `Allowed[...]`.
"""

from .act import Situation, may_do
from .keep import may_keep
from .say import RULES, judge, may_say
from .unread import UNREADABLE, shut
from .unsure import LOOK, doubtful, without_facts

__all__ = [
    "LOOK",
    "RULES",
    "UNREADABLE",
    "Situation",
    "doubtful",
    "judge",
    "may_do",
    "may_keep",
    "may_say",
    "shut",
    "without_facts",
]
