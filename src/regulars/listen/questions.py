"""Questions: what neither a file nor the settings tell, asked once per source with an example of the file's own rows.

A question is data, so that the command line, a page and a program can ask it. One without a default has to be answered
before the file is heard; for all others the default holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ..errors import MappingError, nearest
from ..money import NO_CURRENCY
from .guess import day_first_or_month_first, draft_mapping
from .mapping import BASES, PURPOSES, UNTOLD, Mapping, shape_named
from .numbers import currencies_said
from .source_file import SourceFile

__all__ = ["Question", "answered", "answers_of", "closed", "guess_mapping", "questions_of"]

DATES: Final = {"day": "day first", "month": "month first"}
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
AMOUNTS: Final = ("amount", "unit_price")
LOOKED_AT: Final = 20_000  # rows in which an example is looked for


@dataclass(frozen=True, slots=True)
class Question:
    """Something to be asked: by which key it is answered, an example, what can be answered, and what holds else."""

    key: str  # "dates" | "currency" | "why" | "basis"
    text: str
    example: str = ""
    options: tuple[str, ...] = ()  # () where the answer is written freely
    default: str = ""  # "": it has to be answered

    @property
    def must(self) -> bool:
        """Whether the file cannot be heard without an answer."""
        return not self.default


def questions_of(file: SourceFile, mapping: Mapping) -> list[Question]:
    """Return what is open about a file, the most pressing first."""
    found = []
    if mapping.dates == UNTOLD:
        found.append(dates_question(file, mapping))
    if mapping.currency == NO_CURRENCY and (amount := bare_amount(file, mapping)):
        found.append(Question("currency", "In which currency are the amounts?", amount, default=NO_CURRENCY))
    about = f"One row of {file.name} is {shape_named(mapping.shape).sentence}."
    found.append(Question("why", "Why do you hold this?", about, PURPOSES, mapping.purpose))
    found.append(Question("basis", "On which legal ground?", about, BASES, mapping.basis))
    return found


def dates_question(file: SourceFile, mapping: Mapping) -> Question:
    """Ask for the order of day and month, with the first date that can be read two ways."""
    columns = [headers[0] for role, headers in mapping.columns.items() if role in times_of(mapping)]
    for piece in file.pieces(tuple(columns), most=LOOKED_AT):
        for header in columns:
            for place, text in enumerate(piece.table.column(header).to_pylist()):
                if ways := two_ways(text or ""):
                    return asked_dates(f"{text[:40]} in line {piece.rows[place].as_py()}: {ways}?")
    return asked_dates("")


def asked_dates(example: str) -> Question:
    """Return the question for the order of day and month."""
    return Question("dates", "Which comes first in a date, the day or the month?", example, tuple(DATES))


def two_ways(text: str) -> str:
    """Say in which two ways a date can be read, or "" where it can be read in one.

    >>> two_ways("03/04/2025"), two_ways("13/04/2025")
    ('3 April or 4 March', '')
    """
    for found in day_first_or_month_first([text]):
        first, second = int(found["first"]), int(found["second"])
        if first != second and min(first, second) >= 1 and max(first, second) <= len(MONTHS):
            return f"{first} {MONTHS[second - 1]} or {second} {MONTHS[first - 1]}"
    return ""


def times_of(mapping: Mapping) -> list[str]:
    """Return the roles of a shape that hold dates."""
    return [role.name for role in shape_named(mapping.shape).roles if role.holds == "time"]


def bare_amount(file: SourceFile, mapping: Mapping) -> str:
    """Return an example of an amount that names no currency, or "" where there is none or a column names it."""
    role = next((role for role in AMOUNTS if role in mapping.columns), None)
    if role is None or "currency" in mapping.columns:
        return ""
    header = mapping.columns[role][0]
    for piece in file.pieces((header,), most=LOOKED_AT):
        for place, text in enumerate(piece.table.column(header).to_pylist()):
            if text and text.strip():
                said = currencies_said(text)
                return "" if said else f"{text.strip()[:40]} in line {piece.rows[place].as_py()}, column '{header}'"
    return ""


def answered(mapping: Mapping, answers: Dict[str, str]) -> Mapping:
    """Return a mapping with some questions answered; a question that its values answer themselves is not open."""
    given = {key: answer.strip() for key, answer in answers.items() if answer.strip()}
    if "dates" in given and mapping.dates == UNTOLD:
        order = DATES[one_of("dates", given["dates"].removesuffix(" first"), tuple(DATES))]
        told = f"dates are written {order} (as answered); times are meant in {mapping.zone}"
        reasons = tuple(told if "written two ways" in reason else reason for reason in mapping.reasons)
        mapping = replace(mapping, dates=order, reasons=reasons)
    if "currency" in given:
        mapping = replace(mapping, currency=code_of(given["currency"]))
    if "why" in given:
        mapping = replace(mapping, purpose=one_of("why", given["why"], PURPOSES))
    if "basis" in given:
        mapping = replace(mapping, basis=one_of("basis", given["basis"], BASES))
    return mapping


def one_of(key: str, answer: str, options: Sequence[str]) -> str:
    """Return an answer that is one of the options, or refuse it."""
    if answer.casefold() in options:
        return answer.casefold()
    raise MappingError(f"{answer[:40]!r} is no answer to '{key}'.", now=nearest(answer, options))


def code_of(answer: str) -> str:
    """Return a currency's three capitals, or refuse what is none."""
    if re.fullmatch(r"[A-Za-z]{3}", answer):
        return answer.upper()
    raise MappingError(f"{answer[:40]!r} is no code of a currency.", now="Write three letters, such as EUR.")


def answers_of(kept: Sequence[Mapping]) -> dict[str, str]:
    """Return what a source has been asked before: what all of its mappings say, other than by default."""
    found = dict[str, str]()
    orders = {mapping.dates for mapping in kept} - {"year first"}
    if len(orders) == 1:
        found["dates"] = orders.pop()
    currencies = {mapping.currency for mapping in kept}
    if len(currencies) == 1 and currencies != {NO_CURRENCY}:
        found["currency"] = currencies.pop()
    purposes, grounds = {mapping.purpose for mapping in kept}, {mapping.basis for mapping in kept}
    if len(purposes) == 1 and any(mapping.purpose != shape_named(mapping.shape).purpose for mapping in kept):
        found["why"] = purposes.pop()
    if len(grounds) == 1 and any(mapping.basis != shape_named(mapping.shape).basis for mapping in kept):
        found["basis"] = grounds.pop()
    return found


def guess_mapping(file: SourceFile, *, zone: str, currency: str) -> Mapping:
    """Return the likeliest mapping of a file, with its reasons; raise MappingError where nothing fits or tells."""
    return closed(file, draft_mapping(file, zone=zone, currency=currency))


def closed(file: SourceFile, mapping: Mapping) -> Mapping:
    """Return a mapping in which nothing is open that has to be answered, or raise MappingError with the question."""
    if mapping.dates != UNTOLD:
        return mapping
    question = dates_question(file, mapping)
    shown = question.example.partition(" in line")[0]
    such = f" such as {shown!r}" if shown else ""
    raise MappingError(
        f"{file.name}: dates{such} can be read two ways, and no date in the file tells which"
        f"{question.example and f' ({question.example})'}.",
        now='Answer with --dates day or --dates month, or write dates = "day first" or dates = "month first" in a '
        "mapping file and give it with --map.",
    )
