"""Records that may be two people: the page says how sure it is, and below the bar it says nothing else of them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from regulars.choose import LOOK_FIRST
from regulars.guard import LOOK, Situation, doubtful, may_say, without_facts
from regulars.recognise import Customer
from regulars.respond import Briefing, Material, State, as_text, brief, draft
from regulars.respond.as_data import as_data
from regulars.settings import Settings
from regulars.understand import Portrait

from ..choose.portraits import TODAY, debt, portrait, portraits
from ..respond.test_page import page_of

KNOBS = Settings()


def doubtful_page(told: Portrait, *, sure: float = 0.9, split_from: int | None = None) -> Briefing:
    """Go the way of the loop for a customer who may be two people."""
    customer = Customer(5, "Ann Lee", "", "", (), (5, 6), TODAY - 90, TODAY - 4, sure=sure, split_from=split_from)
    material = Material(customer, told, LOOK, (), 0.0, 3, KNOBS, {"buys_soon": 0.95, "worth": 0.9})
    lines = [may_say(line, Situation((), 0.0, KNOBS)) for line in draft(material)]
    return without_facts(brief(material, lines, run_id="run", missing=["web visits"]))


@pytest.mark.parametrize(("sure", "shown"), [(1.0, False), (0.99, False), (0.989, True), (0.95, True)])
def test_a_page_says_how_sure_it_is_that_this_is_one_person(sure: float, shown: bool) -> None:
    """Below 0.99 one line says so, rounded down; from there on nothing does."""
    text = as_text(page_of(portrait(), sure=sure))
    assert ("Probably one person: 1 record joined by what is alike in them (" in text) == shown
    assert (f"({int(sure * 100)}%)" in text) == shown
    assert ("Say what they are: regulars same" in text) == shown


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(portraits())
def test_below_the_bar_no_fact_is_left(told: Portrait) -> None:
    """Two lines of ours, whatever is known: how sure we are, and what to do; no graph, no state, no runner-up."""
    page = doubtful_page(told)
    assert [line.it.key for line in page.lines] == ["identity", "action"]
    assert "Nothing of them is shown until somebody has said whether they are one." in page.lines[0].it.text
    assert (page.state, page.sparks, page.choice.runner_up) == (State.WATCH, (), None)
    assert page.choice.action.code == as_data(page)["action"]["code"] == LOOK_FIRST


def test_what_is_owed_to_them_is_not_told_to_the_other() -> None:
    """A debt stands on no page of two people; the page asks somebody to look first."""
    text = as_text(doubtful_page(portrait(debts=(debt("open complaint"),))))
    assert "complaint" not in text
    assert "Look at the records of this customer, and say whether they are one person." in text
    assert "everything they did, since it may be somebody else's" in text


def test_the_bar_is_the_guards_own() -> None:
    """Doubt begins where rule 3 begins."""
    customer = Customer(5, "", "", "", (), (5,), 0, 0, sure=0.95)
    assert (doubtful(customer), doubtful(Customer(5, "", "", "", (), (5,), 0, 0, sure=0.9499))) == (False, True)


def test_who_was_split_off_says_so() -> None:
    """A colleague's word, with the code of the customer who kept theirs."""
    customer = doubtful_page(portrait(), sure=1.0, split_from=-1)
    assert "Split off from customer fzzzzzzzzzzzz by a colleague." in as_text(customer)
