"""Paper: what pages are written on. The templates, and the few ways in which a value says itself.

Everything is escaped, always. Words that come from customers or files stand in `<bdi dir="auto">`, so that a name
written from right to left cannot turn round the figures beside it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..choose.action import days, when
from ..choose.menu import spoken
from ..listen.intervals import every
from ..listen.trace import instant
from ..money import NO_CURRENCY, Money
from ..privacy import NOBODY, RETENTION, UNSEEN
from ..respond import BLOCKS, State, how_to_use
from ..respond.wording import ago
from ..verdict import Outcome
from .sparkline import drawn

__all__ = ["figure", "isolated", "rendered"]

HERE: Final = Path(__file__).parent
APART: Final = Markup('<bdi dir="auto">{}</bdi>')
SHARES: Final = ("probability", "share")
LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")


def rendered(name: str, **values: Any) -> str:
    """Write one page."""
    return environment().get_template(name).render(**values)


@cache
def environment() -> Environment:
    """Return the templates. The style sheet is among them, because a letter carries it inside."""
    found = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE / "static"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "ago": ago,
        "apart": APART.format,
        "begun": begun,
        "drawn": drawn,
        "every": every,
        "figure": figure,
        "isolated": isolated,
        "language": language,
        "latest": latest,
        "manner": how_to_use,
        "moment": moment,
        "money": money,
        "shape": shape,
        "spoken": spoken,
        "when": when,
    }
    found.globals |= {"BLOCKS": BLOCKS, "NOBODY": NOBODY, "Outcome": Outcome, "RETENTION": RETENTION, "UNSEEN": UNSEEN}
    found.globals |= {"days": days}
    return found


def begun(text: str) -> str:
    """Begin a sentence with a capital.

    >>> begun("median of their own gaps"), begun("BG/NBD")
    ('Median of their own gaps', 'BG/NBD')
    """
    return text[:1].upper() + text[1:]


def isolated(text: str, words: Iterable[str] = ()) -> Markup:
    """Escape a sentence of ours, and set apart the quotes in it and the words that are not ours.

    >>> isolated("Gave 2 of 5: “a < b”")
    Markup('Gave 2 of 5: “<bdi dir="auto">a &lt; b</bdi>”')
    >>> isolated("Bought Rye loaf twice", ["Rye loaf"])
    Markup('Bought <bdi dir="auto">Rye loaf</bdi> twice')
    """
    foreign = sorted((re.escape(word) for word in words if word), key=len, reverse=True)
    pattern = "|".join(["(?<=“)[^”]*(?=”)", *(rf"(?<!\w){word}(?!\w)" for word in foreign)])
    pieces = re.split(f"({pattern})", text)
    return Markup("").join(APART.format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces))


def figure(value: float, unit: str) -> str:
    """Write a number of an estimate with its unit.

    >>> figure(0.618, "probability"), figure(7.04, "days"), figure(48049, "EUR"), figure(4.2, "bits")
    ('62%', '7.04 days', '€480', '4.2 bits, 1 time in 18')
    """
    if not math.isfinite(value):
        return "unknown"
    if unit in SHARES:
        return f"{value:.0%}"
    if unit == "bits":
        return f"{value:.1f} bits, 1 time in {2**value:,.0f}"
    if is_currency(unit):
        return Money(round(value), unit).rounded()
    return f"{value:,.3g} {unit}".strip()


def latest(value: float | None, unit: str) -> str:
    """Write the last value of a small graph: money in whole major units, days with their word.

    >>> latest(68.7, "EUR"), latest(7.5, "days"), latest(1, "days"), latest(2.5, ""), latest(None, "")
    ('69 EUR', '7.5 days', '1 day', '2.5', 'none yet')
    """
    if value is None:
        return "none yet"
    if is_currency(unit):
        return f"{value:,.0f}" + ("" if unit == NO_CURRENCY else f" {unit}")
    word = {"days": " day" if value == 1 else " days"}.get(unit, "")
    return f"{value:.3g}{word}"


def is_currency(unit: str) -> bool:
    """Tell whether a unit is the code of a currency."""
    return len(unit) == 3 and unit.isupper()


def moment(us: int, zone: ZoneInfo) -> datetime:
    """Return an instant as it is in a zone."""
    return instant(us).astimezone(zone)


def money(minor: int, currency: str | None) -> str:
    """Write an amount of a trace."""
    return str(Money(minor, currency or NO_CURRENCY))


def shape(state: str) -> str:
    """Return the shape that goes with the word of a state."""
    return State(state).shape


def language(code: str | None) -> str:
    """Return a language's code where it is one, else "".

    >>> language("nl-BE"), language('"><x'), language(None)
    ('nl-BE', '', '')
    """
    return code if code and LANGUAGE.fullmatch(code) else ""
