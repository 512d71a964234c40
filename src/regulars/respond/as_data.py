"""As data: a briefing as plain numbers, words and lists, for JSON and whatever reads it."""

from __future__ import annotations

from typing import Any

from ..choose.action import Action
from ..estimate import Estimate
from ..verdict import Allowed
from .briefing import BLOCKS, Briefing, Line
from .text import how_to_use

__all__ = ["as_data"]


def as_data(page: Briefing) -> dict[str, Any]:
    """Return the briefing as data, in the order in which it is read. Every line keeps its evidence."""
    return {
        "customer": page.customer,
        "label": page.label,
        "as_of": page.as_of.isoformat(),
        "run": page.run_id,
        "state": page.state.value,
        "words": page.words,
        "blocks": [
            {"number": number, "title": title, "lines": [line_data(page, line) for line in page.block(number)]}
            for number, title in enumerate(BLOCKS)
        ],
        "at_a_glance": [
            {
                "name": spark.name,
                "unit": spark.unit,
                "last": spark.last,
                "usual": [spark.low, spark.high],
                "values": list(spark.values),
            }
            for spark in page.sparks
        ],
        "action": {
            **action_data(page.choice.action),
            "stage": page.choice.stage,
            "runner_up": action_data(page.choice.runner_up) if page.choice.runner_up else None,
            "flips": page.choice.flips,
            "dropped": [
                {"action": drop.action.code, "stage": drop.stage, "why": drop.why} for drop in page.choice.dropped
            ],
        },
        "missing": list(page.missing),
        "kept_back": [{"rule": line.rule, "why": line.why} for line in page.kept_back],
    }


def line_data(page: Briefing, line: Allowed[Line]) -> dict[str, Any]:
    """Return one line with its evidence and how it may be used."""
    it = line.it
    return {
        "id": f"{page.customer}.{it.key}",
        "text": it.text,
        "mark": it.mark.value,
        "mark_means": it.mark.words,
        "use": line.outcome.value,
        "use_means": how_to_use(line.outcome),
        "rule": line.rule,
        "evidence": {
            "definition": it.evidence.definition,
            "count": it.evidence.count,
            "traces": list(it.evidence.traces),
        },
        "estimate": estimate_data(it.estimate) if it.estimate else None,
        "taps": [{"how": tap.how, "words": tap.words, "trace": tap.trace} for tap in page.taps_on(it.key)],
    }


def estimate_data(estimate: Estimate) -> dict[str, Any]:
    """Return a number with everything it must travel with."""
    return {
        "name": estimate.name,
        "value": estimate.value,
        "low": estimate.low,
        "high": estimate.high,
        "coverage": estimate.coverage,
        "unit": estimate.unit,
        "n": estimate.n,
        "as_of": estimate.as_of.isoformat(),
        "method": estimate.method,
        "licensed": estimate.licensed,
    }


def action_data(action: Action) -> dict[str, Any]:
    """Return an action as data."""
    return {
        "code": action.code,
        "do": action.do,
        "why": action.why,
        "purpose": action.purpose,
        "channel": action.channel,
        "department": action.department,
        "minutes": action.minutes,
        "traces": list(action.traces),
    }
