"""Say, the third door: may this line be shown to somebody who serves the customer, and how may they use it?

"Would they be surprised that we know this?" The table is read from the top; the first rule that matches decides, and
what no rule matches is hidden. Raising sensitivity, age or inference never loosens an outcome: the tests try every
combination. Where it comes from: Kim, Barasz and John (2019); Nissenbaum's contextual integrity.

Where the consents cannot be read, the table is not enough: only the name and open promises are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from ..respond.briefing import SURE, THEIRS, Claim, Line
from ..verdict import SEAL, Allowed, Outcome, Withheld
from .act import Situation
from .unread import UNREADABLE, left_open

__all__ = ["RULES", "Rule", "judge", "may_say"]

SAY, USE, ASK, HIDE, REFUSE = Outcome.SAY, Outcome.USE, Outcome.ASK, Outcome.HIDE, Outcome.REFUSE
YEAR, TWO_YEARS, THREE_YEARS = 12, 24, 36  # months


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its number in the table, when it speaks, what it decides, and why in plain words."""

    number: int
    matches: Callable[[Claim], bool]
    decides: Callable[[Claim], Outcome]
    why: str


def sure(claim: Claim) -> bool:
    """Tell whether it is theirs beyond reasonable doubt."""
    return claim.identity >= SURE


def as_counted(claim: Claim) -> Outcome:
    """Return what the facts under an inference would be allowed."""
    return judge(replace(claim, derivation="counted"))[0]


def inferred(claim: Claim) -> Outcome:
    """Decide about something worked out: at most a question, never looser than the facts it rests on."""
    if claim.precision < 0.8 or claim.age_months > TWO_YEARS:
        return HIDE
    return min(ASK, as_counted(claim), key=lambda outcome: outcome.looseness)


def seen_by_staff(claim: Claim) -> Outcome:
    """Decide about what a colleague saw: one sighting is not a preference."""
    if claim.age_months > YEAR:
        return HIDE
    settled = claim.derivation == "given" or (claim.occasions >= 3 and claim.spread)
    return USE if not personal(claim) and sure(claim) and settled else ASK


def counted(claim: Claim) -> Outcome:
    """Decide about a preference counted from what they did (three times, two places or two months)."""
    if claim.age_months <= TWO_YEARS:
        return USE if claim.occasions >= 3 and claim.spread and sure(claim) else ASK
    return ASK if claim.age_months <= THREE_YEARS else HIDE


def public(claim: Claim) -> Outcome:
    """Decide about what they said of us in public."""
    if claim.sensitivity or claim.derivation != "given" or claim.age_months > THREE_YEARS:
        return HIDE
    return SAY if sure(claim) and claim.age_months <= TWO_YEARS else ASK


def tracked(claim: Claim) -> Outcome:
    """Decide about web visits they agreed to: only as a kind of goods, and only after three visits."""
    if claim.sensitivity or claim.occasions < 3 or claim.age_months > TWO_YEARS:
        return HIDE
    return USE if sure(claim) else ASK


def personal(claim: Claim) -> bool:
    """Tell whether it touches personal life: marked so, or about somebody else."""
    return claim.sensitivity == 1 or claim.about_other


def always(outcome: Outcome) -> Callable[[Claim], Outcome]:
    """Decide the same whatever the claim."""
    return lambda claim: outcome


def elsewhere(claim: Claim) -> Outcome:
    """Decide about what was bought or found: only a plain fact about themselves, and only where it was allowed."""
    plain = claim.sensitivity == 0 and claim.derivation == "given" and not claim.about_other
    return USE if claim.admin_allows and plain else HIDE


def ours(claim: Claim) -> bool:
    """Tell whether they told us, or did it with us."""
    return claim.source in ("told_us", "did_with_us")


def given_for_this(claim: Claim) -> bool:
    """Tell whether a sensitive matter is theirs, fresh, and given to us with consent."""
    fresh = claim.age_months <= YEAR and sure(claim)
    return claim.source == "told_us" and claim.consent and fresh and not claim.about_other


RULES: Final = (
    Rule(1, lambda c: not c.purpose_fits, always(HIDE), "they objected, or it was not given for this purpose"),
    Rule(
        2,
        lambda c: c.sensitivity >= 2 and c.derivation != "given",
        always(REFUSE),
        "a sensitive matter that nobody told us",
    ),
    Rule(3, lambda c: c.identity < THEIRS, always(HIDE), "it may be somebody else's: check the identity"),
    Rule(4, lambda c: c.opinion, always(HIDE), "a colleague's opinion: ask the author to write what happened"),
    Rule(
        5,
        lambda c: c.safety and c.source == "told_us" and c.consent,
        always(USE),
        "a safety need they told us",
    ),
    Rule(
        6,
        lambda c: c.sensitivity >= 2 and given_for_this(c),
        always(USE),
        "a sensitive matter they gave us for this",
    ),
    Rule(7, lambda c: c.sensitivity >= 2, always(HIDE), "a sensitive matter"),
    Rule(8, lambda c: c.source in ("third_party", "public_web"), elsewhere, "bought or found elsewhere"),
    Rule(
        9,
        lambda c: c.about_other and not c.they_told,
        always(HIDE),
        "it is about somebody else, and they did not tell us",
    ),
    Rule(
        10,
        lambda c: c.derivation == "inferred" and not personal(c),
        inferred,
        "worked out by a model: ask, don't tell",
    ),
    Rule(
        11,
        lambda c: c.source == "public_to_us",
        lambda c: HIDE if personal(c) else public(c),
        "they said it about us in public",
    ),
    Rule(12, lambda c: c.source == "tracked_other", always(HIDE), "followed without a valid consent"),
    Rule(
        13,
        lambda c: c.source == "tracked_consented",
        lambda c: HIDE if personal(c) else tracked(c),
        "web visits they agreed to",
    ),
    Rule(
        14,
        lambda c: personal(c) and c.derivation != "given",
        always(HIDE),
        "personal life, concluded and not told",
    ),
    Rule(15, lambda c: c.source == "staff_saw", seen_by_staff, "a colleague saw it"),
    Rule(16, lambda c: c.derivation == "counted", counted, "a habit counted from what they did"),
    Rule(
        17,
        lambda c: personal(c) and c.source == "told_us" and c.age_months <= YEAR and sure(c),
        always(SAY),
        "personal, told us within the year",
    ),
    Rule(
        18,
        lambda c: personal(c) and c.source == "did_with_us" and c.age_months <= YEAR and sure(c),
        always(USE),
        "personal, from what they did with us",
    ),
    Rule(
        19,
        lambda c: not personal(c) and ours(c) and c.age_months <= TWO_YEARS,
        lambda c: SAY if sure(c) else ASK,
        "they told us, or did it with us",
    ),
    Rule(
        20,
        lambda c: not personal(c) and ours(c) and c.age_months <= THREE_YEARS,
        always(ASK),
        "two years old: ask whether it still holds",
    ),
)
UNMATCHED: Final = Rule(21, lambda c: True, always(HIDE), "no rule allows it")
SOURCES: Final = (
    "told_us", "did_with_us", "staff_saw", "tracked_consented", "tracked_other", "public_to_us", "public_web",
    "third_party",
)  # fmt: skip
DERIVATIONS: Final = ("given", "counted", "inferred")


def judge(claim: Claim) -> tuple[Outcome, Rule]:
    """Return what the table decides about a claim, and by which rule. What it cannot read, it hides."""
    if not readable(claim):
        return HIDE, UNMATCHED
    rule = next((rule for rule in RULES if rule.matches(claim)), UNMATCHED)
    return rule.decides(claim), rule


def readable(claim: Claim) -> bool:
    """Tell whether every attribute holds a value that the table knows."""
    numbers = (claim.age_months, claim.identity, claim.precision, claim.occasions)
    return (
        all(isinstance(number, int | float) for number in numbers)
        and claim.source in SOURCES
        and claim.derivation in DERIVATIONS
        and claim.sensitivity in (0, 1, 2)
        and claim.age_months >= 0
        and claim.occasions >= 0
        and 0 <= claim.identity <= 1
        and 0 <= claim.precision <= 1
    )


def may_say(line: Line, situation: Situation | None = None) -> Allowed[Line] | Withheld[Line]:
    """Judge one line of a page; `situation` tells whether the customer's consents can be read."""
    outcome, rule = judge(line.claim)
    if outcome in (HIDE, REFUSE):
        return Withheld(line, outcome, rule.number, rule.why)
    if situation is not None and situation.consents is None and not left_open(line):
        return Withheld(line, HIDE, UNMATCHED.number, UNREADABLE)
    return Allowed(line, outcome, rule.number, rule.why, SEAL)
