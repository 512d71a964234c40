"""What can go wrong, and what to do about it.

    RegularsError                 every mistake that a person can mend; carries an exit code
    |-- SettingsError        78   a setting is wrong (all mistakes are named at once)
    |-- HomeError            66   there is no home here, or it is not one of ours
    |-- InputError           66   a file or folder that was named cannot be read
    |-- MappingError         65   a file's columns cannot be turned into traces
    |-- NotFound             66   no such customer, line, source or row
    |-- Unsaid               65   a line or an action that the guard has not let through
    |-- NotReady             69   a step that has to come first has not been done yet
    |-- Busy                 75   another program holds what we need; try again
    |-- KeepError            74   the disk refused; nothing was half-written
    |-- Restricted           77   a customer asked to be left alone: kept, not scored, not briefed
    |-- CurrencyError        65   two currencies met in one sum
    `-- ModelError           65   numbers that no model can be fitted to

Each message has two sentences: what happened, with which value; and what to do now. The exit codes are those
of `sysexits.h`, so that a script can tell them apart.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "Busy",
    "CurrencyError",
    "HomeError",
    "InputError",
    "KeepError",
    "MappingError",
    "ModelError",
    "NotFound",
    "NotReady",
    "RegularsError",
    "Restricted",
    "SettingsError",
    "Unsaid",
    "nearest",
]


class RegularsError(Exception):
    """A mistake that a person can mend. `what` happened, and what to do `now`."""

    exit_code = 1

    def __init__(self, what: str, *, now: str) -> None:
        self.what = what
        self.now = now
        super().__init__(f"{what} {now}")


class SettingsError(RegularsError):
    """A setting is wrong; every mistake in the file is named at once."""

    exit_code = 78


class HomeError(RegularsError):
    """There is no home at this place, or it is not one of ours."""

    exit_code = 66


class InputError(RegularsError):
    """A file or folder that was named cannot be read."""

    exit_code = 66


class MappingError(RegularsError):
    """A file's columns cannot be turned into traces."""

    exit_code = 65


class NotFound(RegularsError):
    """No such customer, line, source or row."""

    exit_code = 66


class Unsaid(RegularsError):
    """Somebody tried to show or do what the guard has not let through."""

    exit_code = 65


class NotReady(RegularsError):
    """A step that has to come first has not been done yet."""

    exit_code = 69


class Busy(RegularsError):
    """Another program holds what we need."""

    exit_code = 75


class KeepError(RegularsError):
    """The disk refused. Nothing was half-written."""

    exit_code = 74


class Restricted(RegularsError):
    """A customer asked to be left alone: what is held about them is kept, not scored, not briefed."""

    exit_code = 77


class CurrencyError(RegularsError):
    """Two currencies met in one sum."""

    exit_code = 65


class ModelError(RegularsError):
    """Numbers that no model can be fitted to."""

    exit_code = 65


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known names come nearest to `word`, for the second sentence of a message.

    >>> nearest("briefs", ["brief", "turn", "who"])
    "Did you mean 'brief'?"
    >>> nearest("xyzzy", ["brief", "turn"])
    'Known: brief, turn.'
    """
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.6)
    if close:
        return f"Did you mean {' or '.join(repr(name) for name in close)}?"
    return f"Known: {', '.join(names)}." if names else "There are none yet."
