"""The third door: every combination of attributes, and cases with names."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import pytest

from regulars.errors import Unsaid
from regulars.evidence import Evidence
from regulars.guard import RULES, judge, may_say
from regulars.respond import Claim, Line, Mark
from regulars.verdict import Allowed, Outcome, Withheld

SOURCES = (
    "told_us",
    "did_with_us",
    "staff_saw",
    "tracked_consented",
    "tracked_other",
    "public_to_us",
    "public_web",
    "third_party",
)
DERIVATIONS = ("given", "counted", "inferred")
AGES = (1, 12, 13, 24, 25, 36, 37)
SURENESS = (0.995, 0.99, 0.97, 0.95, 0.9)  # from surest to least
FLAGS = ("spread", "about_other", "they_told", "consent", "opinion", "admin_allows")


def grid(**fixed: Any) -> dict[tuple[Any, ...], Outcome]:
    """Judge every combination of derivation, sensitivity, age and identity, with other attributes fixed."""
    return {
        (derived, level, older, doubt): judge(
            Claim(derivation=derivation, sensitivity=level, age_months=age, identity=sure, **fixed)
        )[0]
        for derived, derivation in enumerate(DERIVATIONS)
        for level in (0, 1, 2)
        for older, age in enumerate(AGES)
        for doubt, sure in enumerate(SURENESS)
    }


@pytest.mark.parametrize("source", SOURCES)
def test_worse_never_means_looser(source: str) -> None:
    """More inference, more sensitivity, more age or less certainty never loosens what may be done with a line."""
    for values in itertools.product((False, True), repeat=len(FLAGS)):
        for occasions, precision in ((1, 0.5), (3, 0.9)):
            judged = grid(
                source=source, occasions=occasions, precision=precision, **dict(zip(FLAGS, values, strict=True))
            )
            for at, outcome in judged.items():
                for axis in range(4):
                    worse = (*at[:axis], at[axis] + 1, *at[axis + 1 :])
                    if worse in judged:
                        assert judged[worse].looseness <= outcome.looseness, (
                            source,
                            dict(zip(FLAGS, values, strict=True)),
                            at,
                            worse,
                        )


def test_fewer_occasions_and_worse_records_never_loosen() -> None:
    """Three occasions, two months, a good record, a consent, or their own word never make a line stricter."""
    better = {
        "occasions": 3,
        "spread": True,
        "precision": 0.9,
        "consent": True,
        "they_told": True,
        "admin_allows": True,
    }
    for source, derivation, level, age, sure in itertools.product(SOURCES, DERIVATIONS, (0, 1, 2), AGES, SURENESS):
        plain = Claim(source, derivation, level, age, sure)
        for name, value in better.items():
            assert judge(replace(plain, **{name: value}))[0].looseness >= judge(plain)[0].looseness, (plain, name)


def test_what_stops_everything_stops_everything() -> None:
    """An objection hides whatever it is; so do a doubtful identity and an opinion, save for what is refused."""
    for source, derivation, level, safety in itertools.product(SOURCES, DERIVATIONS, (0, 1, 2), (False, True)):
        claim = Claim(
            source,
            derivation,
            level,
            1,
            consent=True,
            safety=safety,
            precision=1.0,
            occasions=9,
            spread=True,
            admin_allows=True,
        )
        assert judge(replace(claim, purpose_fits=False))[0] is Outcome.HIDE
        stopped = Outcome.REFUSE if level == 2 and derivation != "given" else Outcome.HIDE
        assert judge(replace(claim, identity=0.94))[0] is stopped
        assert judge(replace(claim, opinion=True))[0] is stopped


def test_every_rule_can_be_reached() -> None:
    """No rule of the table is dead, and the last word is that nothing allows it."""
    reached = {
        judge(
            Claim(source, derivation, level, age, sure, occasions, True, fits, other, told, consent, safety, opinion)
        )[1].number
        for source, derivation, level, age, sure, occasions in itertools.product(
            SOURCES, DERIVATIONS, (0, 1, 2), (1, 25, 40), (1.0, 0.9), (1, 3)
        )
        for fits, other, told, consent, safety, opinion in (
            (True, False, False, False, False, False),
            (False,) * 6,
            (True, True, False, False, False, False),
            (True, True, True, False, False, False),
            (True, False, False, True, True, False),
            (True, False, False, True, False, False),
            (True, False, False, False, False, True),
        )
    }
    assert [rule.number for rule in RULES] == list(range(1, 21))
    assert reached == set(range(1, 22))


@pytest.mark.parametrize(
    "odd",
    [
        {"source": "a friend"},
        {"derivation": "guessed"},
        {"sensitivity": 3},
        {"sensitivity": -1},
        {"age_months": math.nan},
        {"age_months": -1.0},
        {"identity": math.nan},
        {"identity": 1.1},
        {"precision": math.nan},
    ],
    ids=str,
)
def test_what_the_table_cannot_read_is_hidden(odd: dict[str, Any]) -> None:
    """An attribute with a value nobody knows hides the line, even a line that might otherwise be said."""
    plain = Claim("told_us", "given")
    assert judge(plain)[0] is Outcome.SAY
    outcome, rule = judge(replace(plain, **odd))
    assert (outcome, rule.number) == (Outcome.HIDE, 21)


SAY, USE, ASK, HIDE, REFUSE = Outcome.SAY, Outcome.USE, Outcome.ASK, Outcome.HIDE, Outcome.REFUSE
CASES = [
    ("a pregnancy guessed from lotion", Claim("did_with_us", "inferred", 2, 1), REFUSE),
    ("a photo found on the web", Claim("public_web", "given", 1, 1), HIDE),
    ("one song liked once, seen by a waiter", Claim("staff_saw", "counted", 0, 1), ASK),
    ("one song ordered once", Claim("did_with_us", "counted", 0, 1), ASK),
    ("a window seat five times in two years", Claim("did_with_us", "counted", 0, 1, occasions=5, spread=True), USE),
    ("their late order of last week", Claim("did_with_us", "given", 0, 1), SAY),
    ("a nut allergy told for an order", Claim("told_us", "given", 2, 30, 0.97, safety=True, consent=True), USE),
    ("a salary from a bought list", Claim("third_party", "given", 1, 1, admin_allows=True), HIDE),
    ("a page looked at at two in the night", Claim("tracked_consented", "given", 0, 1), HIDE),
    ("a colleague thinks she is rich", Claim("staff_saw", "given", 1, 1, opinion=True), HIDE),
    ("a daughter's wedding, told us", Claim("told_us", "given", 1, 2), SAY),
    ("the same, behind a shared telephone", Claim("told_us", "given", 1, 2, 0.9), HIDE),
    (
        "wine for somebody in recovery, from receipts",
        Claim("did_with_us", "counted", 2, 3, occasions=9, spread=True),
        REFUSE,
    ),
    ("recovery, told us with consent", Claim("told_us", "given", 2, 3, consent=True), USE),
    ("recovery, told us without consent", Claim("told_us", "given", 2, 3), HIDE),
    ("recovery, told us thirteen months ago", Claim("told_us", "given", 2, 13, consent=True), HIDE),
    ("a rival's courier at their door", Claim("staff_saw", "given", 0, 2), USE),
    ("the same, thirteen months ago", Claim("staff_saw", "given", 0, 13), HIDE),
    ("a spouse's gift, from the order", Claim("did_with_us", "given", 1, 2, about_other=True), HIDE),
    ("a spouse's gift, which they told us of", Claim("told_us", "given", 0, 2, about_other=True, they_told=True), SAY),
    ("an old address, three years on", Claim("told_us", "given", 1, 37), HIDE),
    ("a dead parent's account, found by surname", Claim("did_with_us", "given", 0, 1, 0.8), HIDE),
    ("a birthday given for an age check", Claim("told_us", "given", 1, 1, purpose_fits=False), HIDE),
    ("a birthday they told us", Claim("told_us", "given", 1, 1), SAY),
    ("a birthday counted from cakes", Claim("did_with_us", "counted", 1, 1, occasions=5, spread=True), HIDE),
    ("a salary from a profile page", Claim("public_web", "given", 1, 1, admin_allows=True), HIDE),
    ("a company size from a list, allowed", Claim("third_party", "given", 0, 1, admin_allows=True), USE),
    ("a review of their last order", Claim("public_to_us", "given", 0, 3), SAY),
    ("a review that speaks of their divorce", Claim("public_to_us", "given", 1, 3), HIDE),
    ("lamps looked at in three sessions", Claim("tracked_consented", "given", 0, 3, occasions=3), USE),
    ("lamps looked at, without consent", Claim("tracked_other", "given", 0, 3, occasions=9), HIDE),
    (
        "a chance of coming back, well checked",
        Claim("did_with_us", "inferred", 0, 1, occasions=9, spread=True, precision=0.9),
        ASK,
    ),
    (
        "a chance of coming back, badly checked",
        Claim("did_with_us", "inferred", 0, 1, occasions=9, spread=True, precision=0.79),
        HIDE,
    ),
    (
        "a chance of coming back, two years on",
        Claim("did_with_us", "inferred", 0, 25, occasions=9, spread=True, precision=0.9),
        HIDE,
    ),
    ("a wish of thirty months ago", Claim("told_us", "given", 0, 30), ASK),
    ("a habit of thirty months ago", Claim("did_with_us", "counted", 0, 30, occasions=9, spread=True), ASK),
    ("a habit of forty months ago", Claim("did_with_us", "counted", 0, 40, occasions=9, spread=True), HIDE),
    ("a habit of three times in one week", Claim("did_with_us", "counted", 0, 1, occasions=3), ASK),
]


@pytest.mark.parametrize(("claim", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_cases_with_names(claim: Claim, wanted: Outcome) -> None:
    """What a careful person would say of each case is what the table says."""
    assert judge(claim)[0] is wanted


def line_of(claim: Claim) -> Line:
    return Line("key", 3, "Some words.", Mark.DID, claim, Evidence("understand/voice", 1))


def test_a_line_comes_out_with_its_rule() -> None:
    """A line is let through or kept back, and either way the rule and its reason in plain words come along."""
    let, kept = may_say(line_of(Claim("told_us", "given"))), may_say(line_of(Claim("tracked_other", "given")))
    assert isinstance(let, Allowed)
    assert (let.rule, let.outcome) == (19, SAY)
    assert isinstance(kept, Withheld)
    assert (kept.rule, kept.why) == (12, "followed without a valid consent")
    assert all(rule.why and not rule.why.endswith(".") for rule in RULES)


def test_nobody_but_the_guard_lets_a_line_through() -> None:
    """An Allowed made by hand is an error, also with a seal of one's own."""
    for seal in ({}, {"seal": object()}, {"seal": None}):
        with pytest.raises(Unsaid):
            Allowed(line_of(Claim("told_us", "given")), SAY, 1, "because", **seal)
