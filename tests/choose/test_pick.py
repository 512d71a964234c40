"""The one next action: debts first, no selling to somebody we owe, and nothing without a reason."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given, settings

from regulars.choose import NOTHING, Action, Consent, days, first_in_line, one_in, pick, spoken
from regulars.choose.menu import REPAIRS
from regulars.guard import Situation, may_do
from regulars.settings import Settings
from regulars.understand import SEVERITY, Portrait
from regulars.verdict import Outcome, Withheld

from .portraits import CONSENTS, DEBT_KINDS, TODAY, TRACE, debt, portrait, portraits

KNOBS = Settings()


def chosen(of: Portrait, consents: list[Consent] | None = None, pressure: float = 0.0):
    situation = Situation(consents or [], pressure, KNOBS)
    return pick(of, may=lambda action: may_do(action, situation), settings=KNOBS)


def nobody(action: Action) -> Withheld[Action]:
    return Withheld(action, Outcome.HIDE, 2, "not now")


@settings(max_examples=150, deadline=None)
@given(portraits(), CONSENTS, st.floats(0, 9))
def test_whoever_we_owe_gets_a_repair_and_nothing_else(of: Portrait, consents: list[Consent], pressure: float) -> None:
    """With a debt the action is its repair, whatever else is true; without one it is never a service action."""
    choice = chosen(of, consents, pressure)
    if of.debts:
        codes = {owed.kind.replace(" ", "-") for owed in of.debts}
        assert choice.stage == "hygiene"
        assert choice.action.purpose == "service"
        assert choice.action.code in codes
        assert choice.runner_up is None or choice.runner_up.code in {*codes, NOTHING}
    else:
        assert choice.stage in ("value", "nothing")
        assert choice.action.purpose in ("care", "none")
    assert choice.action.why.strip().endswith(".")
    assert choice.flips.strip()


@settings(max_examples=100, deadline=None)
@given(portraits())
def test_nothing_wins_without_a_reason_to_act(of: Portrait) -> None:
    """Where nothing is owed and no licensed silence is unusual, or nobody may be asked, nothing is done."""
    if of.debts:
        return
    if of.unusual_silence(KNOBS.silence_bits) is None:
        assert chosen(of).action.code == NOTHING
    refused = pick(of, may=nobody, settings=KNOBS)
    assert refused.action.code == NOTHING
    assert [drop.why for drop in refused.dropped] == (["not now"] if of.unusual_silence(KNOBS.silence_bits) else [])


def test_every_debt_has_its_repair_and_its_weight() -> None:
    """Each kind of debt that is weighed can be put right in words."""
    assert set(REPAIRS) == set(DEBT_KINDS) == {kind for kind, weight in SEVERITY.items() if weight}


def test_the_first_debt_of_the_page_is_the_first_to_be_put_right() -> None:
    """The action repairs the portrait's first debt; the runner-up the second."""
    choice = chosen(portrait(debts=(debt("open complaint"), debt("came late"))))
    assert (choice.action.code, choice.runner_up.code) == ("open-complaint", "came-late")
    assert choice.flips == "Once this is put right, the next one comes up."
    assert chosen(portrait(debts=(debt(),))).flips == "Once this is put right, nothing is open."


def test_a_channel_they_do_not_want_leaves_the_other() -> None:
    """No calls: the repair goes by mail. Neither: it is done without a word, and the page says so."""
    owed = portrait(debts=(debt(),))
    no_calls, no_mail = (Consent(channel, "service", False, TODAY, TRACE) for channel in ("call", "email"))
    assert chosen(owed).action.channel == "call"
    by_mail = chosen(owed, [no_calls]).action
    assert by_mail.channel == "mail"
    assert "by mail, not by call" in by_mail.do
    quiet = chosen(owed, [no_calls, no_mail])
    assert quiet.action.channel == ""
    assert "without calling or writing: they asked for that" in quiet.action.do
    assert quiet.dropped[0].why.startswith("they withdrew their consent")


def test_an_unusual_silence_is_worth_a_question() -> None:
    """Unusual and licensed: ask. Usual, unproven, or longer ago than two years: do not."""
    assert chosen(portrait(bits=4.0)).action.code == "ask"
    for calm in (portrait(bits=3.9), portrait(bits=9, licensed=False), portrait(bits=9, silence=731)):
        assert chosen(calm).action.code == NOTHING


def test_pressure_drops_the_question_and_says_so() -> None:
    """Asked enough of lately: the question is dropped with its reason, which is also what would flip the choice."""
    choice = chosen(portrait(bits=5.0), pressure=0.8)
    assert (choice.action.code, choice.runner_up.code) == (NOTHING, "ask")
    assert choice.dropped[0].stage == "restraint"
    assert choice.flips == "Not asked: we have asked enough of them lately (pressure 0.80 of 1)."
    assert chosen(portrait(bits=5.0), pressure=0.75).action.code == "ask"


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (portrait(visits=0), "Nothing is open."),
        (portrait(gap=None), "Nothing is open, and we know too little of their rhythm to call any silence unusual."),
        (portrait(silence=30), "Nothing is open, and 30 days since their last visit is within what is usual for them."),
        (
            portrait(silence=31),
            "Nothing is open, and 31 days since their last visit is longer than usual, but not a reason to ask.",
        ),
        (
            portrait(silence=31, licensed=False),
            "Nothing is open, and 31 days since their last visit is longer than usual, "
            "but we cannot prove how unusual that is.",
        ),
    ],
)
def test_doing_nothing_has_its_own_reason(of: Portrait, why: str) -> None:
    """The reason for doing nothing is true of this very customer."""
    assert chosen(of).action.why == why


def test_odds_and_days_are_said_plainly() -> None:
    """One day, not one days; no odds that no history could show; a matter by its own number."""
    assert days(1) == "1 day"
    assert days(0) == "0 days"
    assert one_in(8.4) == "1 time in 338"
    assert one_in(400.0) == "less than 1 time in 1,000"
    assert spoken("order:shop:A 12") == "order A 12"
    assert spoken("order:shop:") == "this matter"


def test_today_has_the_weightiest_debts_first_and_silences_last() -> None:
    """By weight, then by how long overdue; then unusual silences, those with most expected spending first."""
    owed = pa.table(
        {
            "customer": [1, 2, 3, 3],
            "severity": [2, 4, 4, 5],
            "due_day": [0, 9, 5, 30],
            "trace_id": [b"a", b"b", b"c", b"d"],
        }
    )
    people = pa.table(
        {
            "customer": [1, 4, 5, 6, 7, 8],
            "surprise": [9.0, 5.0, 6.0, None, 3.9, 9.9],
            "silence": [80, 80, 80, 80, 80, 731],  # after two years it is too late to ask
            "worth": [9.0, 10.0, 20.0, 99.0, 99.0, 99.0],
        }
    )
    assert first_in_line(owed, people, settings=KNOBS, licensed=True) == ([3, 2, 1, 5, 4], 5)
    assert first_in_line(owed, people, settings=KNOBS, licensed=False) == ([3, 2, 1], 3)
    assert first_in_line(owed, people, settings=Settings(today_rows=1), licensed=True) == ([3, 2], 5)
