"""About: everything held about a person as data, for the copy they get. Scores come with how each was worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final

from ..definition import read_definition
from ..estimate import Estimate
from ..respond.as_data import as_data, estimate_data
from ..store.quarantine import Kept
from .held import Held
from .rows import SCHEMA_NAME

__all__ = ["NOBODY", "RETENTION", "UNSEEN", "about"]

NOBODY: Final = "Nobody outside the shop gets these data from Regulars."
RETENTION: Final = "Kept until you ask for them to be erased; no earlier end is set."
UNSEEN: Final = "Not recorded: Regulars keeps no list of who looked at a page."
OF_WORK: Final = ("name", "domain", "role", "why")
START: Final = date(1970, 1, 1)


def about(held: Held) -> dict[str, Any]:
    """Return everything but the traces themselves."""
    customer, story = held.person.customer, held.story
    return {
        "schema": SCHEMA_NAME,
        "shop": held.shop,
        "asked_at": held.asked.isoformat(),
        "person": {
            "code": customer.code,
            "name": customer.name,
            "company": customer.company,
            "city": customer.city,
            "identifiers": list(held.person.own),
        },
        "left_out": list(held.left_out),
        "sources": [asdict(origin) for origin in held.origins],
        "recipients": {"names": [], "says": NOBODY},
        "retention": RETENTION,
        "who_looked": UNSEEN,
        "rows_that_need_a_look": [row_data(row) for row in held.waiting],
        "worked_out": held.why or None,
        "consents": [asdict(consent) for consent in story.material.consents] if story else [],
        "touches": [plain(touch) for touch in held.touches],
        "estimates": estimates(held),
        "forecasts": [forecast(row) for row in held.forecasts],
        "homes": [str(shared) for shared in story.material.homes] if story else [],
        "organisations": [
            {name: one[name] for name in ("name", "domain", "role", "why")} for one in held.organisations
        ],
        "briefing": as_data(story.page) if story else None,
        "kept_back_from_staff": [
            {"text": line.it.text, "rule": line.rule, "why": line.why} for line in story.page.kept_back
        ]
        if story
        else [],
    }


def row_data(row: Kept) -> dict[str, Any]:
    """Return a row about somebody that was refused: where it stands, why, and what of it is kept."""
    return {
        "source": row.source,
        "file": row.file,
        "line": row.row,
        "reason": row.reason,
        "column": row.header,
        "value": row.value,
        "cells": row.cells,
    }


def estimates(held: Held) -> list[dict[str, Any]]:
    """Return every score with its range, sample, date and method, and what it was worked out from."""
    if held.story is None:
        return []
    found = []
    for name, estimate in held.story.material.portrait.estimates.items():
        if isinstance(estimate, Estimate):
            found.append({**estimate_data(estimate), "worked_out_from": behind(estimate)})
        else:
            found.append({"name": name, "value": None, "says": estimate.value})
    return found


def behind(estimate: Estimate) -> dict[str, Any]:
    """Return what an estimate was worked out from: the rule in words, how many traces, and the newest of them."""
    evidence = estimate.evidence
    rule = read_definition(evidence.definition).sentence if "/" in evidence.definition else ""
    return {"rule": rule, "traces": evidence.count, "newest": list(evidence.traces)}


def forecast(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a probability that was stated, with when it was stated and by when it is checked."""
    return {
        "question": row["question"],
        "probability": row["p"],
        "of_anybody": row["base"],
        "stated_on": (START + timedelta(days=row["made_day"])).isoformat(),
        "checked_on": (START + timedelta(days=row["due_day"])).isoformat(),
        "model": row["model"],
    }


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of a run without what only we count by."""
    told = {name: value.hex() if isinstance(value, bytes) else value for name, value in row.items()}
    return {name: value for name, value in told.items() if name != "customer"}
