"""F20: the consents cannot be read. The guard fails closed: a name, what was promised, and a sentence that says why."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from regulars.choose import Action, pick
from regulars.guard import UNREADABLE, Situation, judge, may_do, may_say, shut
from regulars.recognise import Customer
from regulars.respond import Briefing, Claim, Material, State, as_text, brief, draft
from regulars.respond.as_data import as_data
from regulars.settings import Settings
from regulars.understand import Debt, Portrait, Taste
from regulars.verdict import Allowed, Outcome

from ..choose.portraits import TODAY, TRACE, debt, portrait, portraits

KNOBS = Settings(zone="Europe/Rome")
UNREAD = Situation(None, 0.0, KNOBS)
OPEN = ("understand/overdue_promises", "understand/late_orders", "understand/due_soon")
PURPOSES = ("service", "care", "selling", "none", "winning back")
CHANNELS = ("call", "mail", "sms", "post", "visit", "")


def page_of(told: Portrait) -> Briefing:
    """Go the way of the loop where the consents cannot be read."""
    material = material_of(told)
    lines = [may_say(line, UNREAD) for line in draft(material)]
    return shut(brief(material, lines, run_id="run", missing=["web visits"]))


def material_of(told: Portrait, *, sure: float = 1.0) -> Material:
    choice = pick(told, may=lambda action: may_do(action, UNREAD), settings=KNOBS)
    customer = Customer(5, "Ann Lee", "", "", ("customer:shop:C1",), (5,), TODAY - 90, TODAY - 4, sure=sure)
    return Material(customer, told, choice, (), 0.0, 3, KNOBS, {"buys_soon": 0.95, "worth": 0.9})


def owed(kind: str, definition: str) -> Debt:
    return debt(kind, definition=f"understand/{definition}")


@pytest.mark.parametrize(("purpose", "channel"), list(product(PURPOSES, CHANNELS)))
def test_only_what_we_owe_is_done(purpose: str, channel: str) -> None:
    """Whatever the channel: a repair and nothing at all may be done, no question is asked and nothing is sold."""
    verdict = may_do(Action("code", "Do it", "Because.", purpose, channel), UNREAD)
    assert isinstance(verdict, Allowed) == (purpose in ("service", "none"))
    if purpose in ("care", "selling"):
        assert (verdict.rule, verdict.why) == (
            2,
            "their consents cannot be read, so only what we owe them is done",
        )


def test_no_consents_are_not_the_same_as_unreadable_ones() -> None:
    """Somebody who never decided anything may be asked a question; somebody whose decisions are lost may not."""
    question = Action("ask", "Ask", "Because.", "care", "call")
    assert isinstance(may_do(question, Situation((), 0.0, KNOBS)), Allowed)
    assert not isinstance(may_do(question, UNREAD), Allowed)


def test_a_page_keeps_the_name_and_open_promises() -> None:
    """Of a page with all that a page can hold, three lines are left, and it says why."""
    told = portrait(
        bits=9.0,
        tastes=(Taste("Rye loaf", "Bread", 7, TODAY - 300, TODAY - 3, TRACE),),
        debts=(owed("overdue promise", "overdue_promises"), owed("late order", "late_orders")),
    )
    page = page_of(told)
    assert [(line.it.block, line.it.key) for line in page.lines] == [(0, "who"), (2, "debt1"), (2, "debt2")]
    assert page.state is State.OWE
    assert page.choice.action.do.startswith("Keep what was promised")
    assert page.missing[0] == UNREADABLE
    assert page.missing[0] in as_text(page)
    assert all(line.why == UNREADABLE for line in page.kept_back if line.it.key == "gap")


@pytest.mark.parametrize(
    ("kind", "definition"),
    [
        ("open complaint", "open_cases"),
        ("open question", "open_cases"),
        ("low rating", "low_ratings"),
        ("came late", "came_late"),
    ],
)
def test_what_is_no_promise_is_kept_back(kind: str, definition: str) -> None:
    """Their own words and what went wrong are not shown; the page then advises nothing, and never says all is well."""
    page = page_of(portrait(debts=(owed(kind, definition),)))
    assert [line.it.key for line in page.lines] == ["who"]
    assert page.state is State.WATCH
    assert page.choice.action.purpose == "none"
    assert "Their consents cannot be read" in page.choice.action.why


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(portraits())
def test_no_page_whatever_says_more(told: Portrait) -> None:
    """Any portrait: only blocks 0 and 2, only promises in the latter, no graph, no rhythm, no forecast, no advice."""
    page = page_of(told)
    assert {line.it.block for line in page.lines} <= {0, 2}
    assert all(line.it.evidence.definition in OPEN for line in page.block(2))
    assert page.sparks == ()
    assert page.choice.runner_up is None
    assert page.choice.action.purpose == "none" or page.choice.action.definition in OPEN
    data = as_data(page)
    assert data["at_a_glance"] == []
    assert data["missing"][0] == UNREADABLE
    assert page.state in (State.OWE, State.WATCH)


@pytest.mark.parametrize("attribute", ["age_months", "identity", "precision", "occasions"])
@pytest.mark.parametrize("value", [None, "12", float("nan")])
def test_a_claim_that_cannot_be_read_is_hidden(attribute: str, value: Any) -> None:
    """What is no number in the place of a number hides the line instead of stopping the program."""
    told: dict[str, Any] = {"source": "staff_saw", "derivation": "given"}
    assert judge(Claim(**told))[0] is Outcome.USE
    assert judge(Claim(**told, **{attribute: value}))[0] is Outcome.HIDE


def test_nothing_that_was_kept_back_comes_back() -> None:
    """A line that the table hides stays hidden: unreadable consents loosen no outcome. That we are unsure stays."""
    lines = draft(material_of(portrait(debts=(owed("late order", "late_orders"),)), sure=0.9))
    assert lines
    for line in lines:
        assert may_say(line, Situation((), 0.0, KNOBS)) == may_say(line)
        assert may_say(line, UNREAD).outcome is (Outcome.SAY if line.key == "identity" else Outcome.HIDE)
