"""Promised: what somebody seems to have promised in a note, and for which day. Offered, and never kept unasked.

A sentence counts only where it holds both a word of doing ("call back", "send", "promised") and a day that can be
meant in one way ("Friday", "tomorrow", "3 Dec", "2026-12-03"). 3/12 is two days, so it is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from .wording import clipped

__all__ = ["Offer", "offers_in", "sentences"]

MOST: Final = 3
MOST_WORDS: Final = 16
FAR_DAYS: Final = 366
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DOING: Final = re.compile(
    r"\b(?:promised?|will|(?:we|i)['’]ll|agreed to|call(?:ing)? (?:him |her |them )?back|(?:call|ring|phone|write|reply"
    r"|answer|send|deliver|bring|repair|fix|refund|replace|order|visit|come back|get back|let (?:him|her|them) know)"
    r")\b",
    re.IGNORECASE,
)
DAY: Final = re.compile(
    r"\b(?:(?P<iso>\d{4}-\d{2}-\d{2})"
    r"|(?P<day>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
    r"(?:,? (?P<year>\d{4}))?"
    r"|(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|in (?P<later>\d{1,2}) (?P<unit>days?|weeks?)"
    r"|(?P<near>today|tonight|tomorrow))\b",
    re.IGNORECASE,
)
SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Offer:
    """A promise that a note seems to hold: which of them, its words, and the day it is due."""

    place: int
    text: str
    due: date


def sentences(text: str) -> list[str]:
    """Part a note into its sentences.

    >>> sentences("Bought rye. Asked for it sliced!  Will call")
    ['Bought rye.', 'Asked for it sliced!', 'Will call']
    """
    return [part.strip() for part in SENTENCE.split(text) if part.strip()]


def offers_in(text: str, *, written: date) -> list[Offer]:
    """Return the promises that a note of some day seems to hold, at most three.

    >>> [str(offer.due) for offer in offers_in("Call back Friday. It rained on Monday.", written=date(2026, 11, 23))]
    ['2026-11-27']
    >>> offers_in("Send it by 3/12.", written=date(2026, 11, 23))
    []
    """
    found: list[Offer] = []
    for sentence in sentences(text):
        day = DAY.search(sentence)
        due = due_of(day, written) if day and DOING.search(sentence) else None
        if due is not None and timedelta() <= due - written <= timedelta(days=FAR_DAYS):
            found.append(Offer(len(found), clipped(sentence, MOST_WORDS), due))
    return found[:MOST]


def due_of(found: re.Match[str], written: date) -> date | None:
    """Return the day that is meant: always the next one to come."""
    told = {name: value.lower() for name, value in found.groupdict().items() if value}
    try:
        if "iso" in told:
            return date.fromisoformat(told["iso"])
        if "month" in told:
            month, day = MONTHS.index(told["month"][:3]) + 1, int(told["day"])
            this = date(int(told.get("year", written.year)), month, day)
            return this if "year" in told or this >= written else this.replace(year=this.year + 1)
    except ValueError:
        return None
    if "weekday" in told:
        ahead = (WEEKDAYS.index(told["weekday"][:3]) - written.weekday() - 1) % 7 + 1
        return written + timedelta(days=ahead)
    if "later" in told:
        return written + timedelta(days=int(told["later"]) * (7 if told["unit"].startswith("week") else 1))
    return written + timedelta(days=told["near"] == "tomorrow")
