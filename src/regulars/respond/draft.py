"""Draft: from a portrait and an allowed action to the lines that a briefing could have.

Every line says where its facts come from (its claim), so that the guard can judge it before anybody sees it. Nothing is
worked out here: a line is a trace or an estimate of the portrait, put into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ..choose.action import Choice, Consent
from ..choose.menu import days, when
from ..estimate import Absence, Estimate
from ..evidence import Evidence
from ..recognise.customer import Customer
from ..settings import Settings
from ..understand.portrait import Debt, Portrait, Said, Taste
from .briefing import Claim, Line, Mark, State
from .wording import ago, chance_said, debt_said, gap_said, late_said, month, quoted, rating_said, taste_said, worth_said

__all__ = ["Material", "draft", "state_of"]

MONTH_DAYS: Final = 30.44
MOST_DEBTS: Final = 3
FRESH_WORDS_DAYS: Final = 180  # what they said longer ago than this no longer leads
SPREAD_DAYS: Final = 60
FIRST_QUESTIONS: Final = ("What brings you to us?", "How do you like to be told when something is ready?")


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that one briefing is made of."""

    customer: Customer
    portrait: Portrait
    choice: Choice
    consents: Sequence[Consent]
    pressure: float
    touches: int
    settings: Settings
    precision: Mapping[str, float]  # per estimate: the share of such statements that held when checked


def draft(material: Material) -> list[Line]:
    """Return all lines that have something to say, block by block, the most telling first."""
    return [
        *who_lines(material),
        one_line(material),
        *debt_lines(material),
        *matter_lines(material),
        action_line(material),
        *ask_lines(material),
        *care_lines(material),
    ]


def state_of(material: Material) -> State:
    """Say in one word how things stand."""
    portrait = material.portrait
    visits, surprise = portrait.estimate("visits"), portrait.estimate("surprise")
    if portrait.debts:
        return State.OWE
    if surprise is not None and surprise.licensed and surprise.value >= material.settings.silence_bits:
        return State.WATCH
    if visits is None or visits.value <= 1:
        return State.NEW
    return State.SETTLED


def who_lines(material: Material) -> list[Line]:
    """Say who this is and since when."""
    customer, portrait = material.customer, material.portrait
    visits = portrait.estimate("visits")
    since = portrait.first_day if portrait.first_day is not None else customer.first_day
    parts = [customer.label if not customer.company or customer.company == customer.label else f"{customer.label}, {customer.company}"]
    parts.append(f"with us since {month(since)}")
    parts.append(f"{visits.value:.0f} {'visit' if visits.value == 1 else 'visits'}" if visits else "no purchase yet")
    evidence = visits.evidence if visits else Evidence("recognise/names", 0)
    return [Line("who", 0, " · ".join(parts), Mark.DID, counted(portrait, portrait.last_day, portrait.first_day, given=True), evidence, portrait.last_day, visits)]


def one_line(material: Material) -> Line:
    """Say how things stand, with the reason."""
    portrait, state = material.portrait, state_of(material)
    silence, surprise = portrait.estimate("silence"), portrait.estimate("surprise")
    if portrait.debts:
        debt = portrait.debts[0]
        count = len(portrait.debts)
        return from_debt("state", 1, f"{state.value}: {debt.kind}" + (f", and {count - 1} more." if count > 1 else "."), debt, portrait)
    evidence = silence.evidence if silence else Evidence("recognise/names", 0)
    claim = counted(portrait, portrait.last_day, portrait.first_day, given=True)
    if state is State.WATCH and surprise is not None:
        text = f"{state.value}: silent for {days(silence.value if silence else 0)}, which happens 1 time in {2**surprise.value:.0f} for them."
        return Line("state", 1, text, Mark.DID, claim, evidence, portrait.last_day, surprise)
    last = f"last visit {ago(portrait.last_day, portrait.as_of_day)}" if portrait.last_day is not None else "no purchase yet"
    text = f"{state.value}: nothing open, {last}."
    return Line("state", 1, text, Mark.DID, claim, evidence, portrait.last_day, silence)


def debt_lines(material: Material) -> list[Line]:
    """Say what has to be put right, or that nothing is open."""
    portrait = material.portrait
    open_now = [*portrait.debts[:MOST_DEBTS], *portrait.due_soon]
    lines = [from_debt(f"debt{place}", 2, debt_said(debt, portrait.as_of_day), debt, portrait) for place, debt in enumerate(open_now[:MOST_DEBTS], start=1)]
    if lines:
        return lines
    looked = Evidence("understand/open_cases", 0, until_day=portrait.as_of_day)
    return [Line("open", 2, "Nothing open.", Mark.DID, Claim("did_with_us", "given"), looked, portrait.as_of_day)]


def matter_lines(material: Material) -> list[Line]:
    """Say what changes the conversation, the most telling first."""
    portrait = material.portrait
    found = [*words_lines(portrait), *rhythm_lines(material), *taste_lines(portrait), *money_lines(material), *delivery_lines(portrait)]
    return found


def words_lines(portrait: Portrait) -> list[Line]:
    """Give their own last words, and a colleague's last note."""
    lines = []
    owed = {debt.trace for debt in portrait.debts}
    spoken = sorted((said for said in portrait.said if said.kind in ("rated", "reviewed")), key=lambda said: -said.day)
    if spoken and portrait.as_of_day - spoken[0].day <= FRESH_WORDS_DAYS and spoken[0].trace not in owed:
        lines.append(from_said("said", rating_said(spoken[0]), spoken[0], portrait, Mark.TOLD, "told_us"))
    note = portrait.last("noted")
    if note is not None and note.text and portrait.as_of_day - note.day <= FRESH_WORDS_DAYS:
        lines.append(from_said("note", f"Noted on {when(note.day)}: {quoted(note.text)}", note, portrait, Mark.NOTED, "staff_saw"))
    return lines


def rhythm_lines(material: Material) -> list[Line]:
    """Say how often they come, or that it is too soon to tell."""
    portrait = material.portrait
    gap, silence, surprise = portrait.estimate("gap"), portrait.estimate("silence"), portrait.estimate("surprise")
    visits = portrait.estimate("visits")
    if gap is not None and silence is not None:
        return [Line("gap", 3, gap_said(gap, silence, surprise if surprise and surprise.licensed else None), Mark.DID, counted(portrait, portrait.last_day, portrait.first_day), gap.evidence, portrait.last_day, gap)]
    if portrait.estimates["gap"] is Absence.TOO_FEW and visits is not None and portrait.last_day is not None:
        text = f"Only {visits.value:.0f} {'visit' if visits.value == 1 else 'visits'}, the last {ago(portrait.last_day, portrait.as_of_day)}: too few to see a rhythm."
        return [Line("gap", 3, text, Mark.DID, counted(portrait, portrait.last_day, portrait.first_day, given=True), visits.evidence, portrait.last_day, visits)]
    return []


def money_lines(material: Material) -> list[Line]:
    """Say what may come: the chance of a purchase, and a year's spending. Unproven models are named, not quoted."""
    portrait, lines = material.portrait, []
    for name, said in (("buys_soon", lambda e: chance_said(e, material.settings.horizon_days)), ("worth", worth_said)):
        estimate = portrait.estimate(name)
        if estimate is None or estimate.value != estimate.value or estimate.high == float("inf"):
            continue
        text = said(estimate) if estimate.licensed else f"{'Chance of a purchase' if name == 'buys_soon' else 'Spending next year'}: unproven – our last check fell short."
        lines.append(Line(name, 3, text, Mark.WORKED_OUT, inferred(material, estimate), estimate.evidence, portrait.last_day, estimate))
    return lines


def taste_lines(portrait: Portrait) -> list[Line]:
    """Say what they buy again and again."""
    visits = portrait.estimate("visits")
    if not portrait.tastes or visits is None:
        return []
    taste = portrait.tastes[0]
    evidence = Evidence("understand/taste", taste.days, (taste.trace,), taste.first_day, taste.last_day)
    return [Line("taste", 3, taste_said(taste, int(visits.value)), Mark.DID, taste_claim(taste, portrait), evidence, taste.last_day)]


def delivery_lines(portrait: Portrait) -> list[Line]:
    """Say how deliveries have gone."""
    share = portrait.estimate("late_share")
    if share is None:
        return []
    return [Line("late_share", 3, late_said(share), Mark.DID, counted(portrait, share.evidence.until_day, share.evidence.since_day, given=True), share.evidence, share.evidence.until_day, share)]


def action_line(material: Material) -> Line:
    """Say the one next action and its reason."""
    action, portrait = material.choice.action, material.portrait
    text = f"{action.do}. {action.why}"
    evidence = Evidence(action.definition, len(action.traces), action.traces)
    return Line("action", 5, text, Mark.WORKED_OUT if action.purpose == "care" else Mark.DID, Claim("did_with_us", "given"), evidence, portrait.as_of_day)


def ask_lines(material: Material) -> list[Line]:
    """Turn what we are unsure of into a question."""
    portrait = material.portrait
    if state_of(material) is State.NEW and portrait.first_day is not None:
        evidence = Evidence("understand/purchases", 1, since_day=portrait.first_day, until_day=portrait.last_day)
        return [Line(f"ask{place}", 6, question, Mark.DID, Claim("did_with_us", "given"), evidence, portrait.last_day) for place, question in enumerate(FIRST_QUESTIONS, start=1)]
    return []


def care_lines(material: Material) -> list[Line]:
    """Say what to leave alone: withdrawn consents, and how much we have asked of them lately."""
    portrait, lines = material.portrait, []
    withdrawn = [consent for consent in material.consents if not consent.given]
    if withdrawn:
        what = ", ".join(sorted({f"{consent.purpose or 'anything'} by {consent.channel}" if consent.channel else consent.purpose or "anything" for consent in withdrawn}))
        newest = max(withdrawn, key=lambda consent: consent.day)
        evidence = Evidence("understand/consents", len(withdrawn), tuple(consent.trace for consent in withdrawn))
        lines.append(Line("consent", 7, f"Does not want {what} (since {when(newest.day)}).", Mark.TOLD, Claim("told_us", "given", age_months=0), evidence, newest.day))
    if material.touches:
        text = f"We were in touch {material.touches} {'time' if material.touches == 1 else 'times'} since they last came" + (": leave it for now." if material.pressure > material.settings.pressure_cap else ".")
        lines.append(Line("touches", 7, text, Mark.DID, Claim("did_with_us", "given"), Evidence("understand/touches", material.touches), portrait.as_of_day))
    return lines


def from_debt(key: str, block: int, text: str, debt: Debt, portrait: Portrait) -> Line:
    """Make a line of a debt."""
    mark = Mark.TOLD if debt.kind in ("open complaint", "open question", "low rating") else Mark.DID
    evidence = Evidence(debt.definition, 1, (debt.trace,), debt.since_day, debt.due_day)
    return Line(key, block, text, mark, Claim("told_us" if mark is Mark.TOLD else "did_with_us", "given", age_months=months(portrait, debt.since_day)), evidence, debt.since_day)


def from_said(key: str, text: str, said: Said, portrait: Portrait, mark: Mark, source: str) -> Line:
    """Make a line of somebody's words."""
    claim = Claim(source, "given", age_months=months(portrait, said.day), occasions=said.times)
    return Line(key, 3, text, mark, claim, Evidence("understand/voice", said.times, (said.trace,), said.day, said.day), said.day)


def counted(portrait: Portrait, last_day: int | None, first_day: int | None, *, given: bool = False) -> Claim:
    """Describe something counted from what they did with us; a plain fact such as a date counts as given."""
    visits = portrait.estimate("visits")
    n = int(visits.value) if visits else 1
    spread = last_day is not None and first_day is not None and last_day - first_day >= SPREAD_DAYS
    return Claim("did_with_us", "given" if given else "counted", age_months=months(portrait, last_day), occasions=n, spread=spread)


def taste_claim(taste: Taste, portrait: Portrait) -> Claim:
    """Describe a preference counted from their purchases."""
    return Claim("did_with_us", "counted", age_months=months(portrait, taste.last_day), occasions=taste.days, spread=taste.last_day - taste.first_day >= SPREAD_DAYS)


def inferred(material: Material, estimate: Estimate) -> Claim:
    """Describe something that a model worked out from what they did with us."""
    portrait = material.portrait
    spread = portrait.last_day is not None and portrait.first_day is not None and portrait.last_day - portrait.first_day >= SPREAD_DAYS
    precision = material.precision.get(estimate.name, 0.0) if estimate.licensed else 1.0  # an unproven number is not shown, only named
    return Claim("did_with_us", "inferred", age_months=months(portrait, portrait.last_day), occasions=estimate.n, spread=spread, precision=precision)


def months(portrait: Portrait, day: int | None) -> float:
    """Return how many months ago a day was."""
    return 0.0 if day is None else max(0, portrait.as_of_day - day) / MONTH_DAYS
