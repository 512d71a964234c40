"""Draft: from a portrait and an allowed action to the lines that a briefing could have.

Every line says where its facts come from (its claim), so that the guard can judge it before anybody sees it. Nothing is
worked out here: a line is a trace or an estimate of the portrait, put into words. Where a line may be held back and its
block must not stay empty, a plainer one follows it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from ..choose.action import LOOK_FIRST, days, one_in, when
from ..estimate import Absence, Estimate
from ..evidence import Evidence
from ..recognise.customer import code_of
from ..understand.portrait import Debt, Said
from .briefing import SURE, THEIRS, Claim, Line, Mark, State
from .claims import fact, forecast, habit, standing
from .material import Material, state_of
from .sensitive import sensitivity_of
from .wording import (
    ago,
    chance_said,
    clipped,
    consents_said,
    debt_said,
    gap_said,
    identity_said,
    late_said,
    month,
    quoted,
    rating_said,
    taste_said,
    touches_said,
    visits_said,
    worth_said,
)

__all__ = ["draft", "unproven"]

MOST_DEBTS: Final = 3
FRESH_WORDS_DAYS: Final = 180  # what they said longer ago than this no longer leads
NAME_WORDS: Final = 8
THEIR_WORDS: Final = ("open complaint", "open question", "low rating")  # debts that they told us of
NOBODY_YET: Final = Evidence("recognise/customers", 0)
FIRST_QUESTIONS: Final = ("What brings you to us?", "How do you like to be told when something is ready?")
FORECASTS: Final = {"worth": "spending forecast", "buys_soon": "chance of a purchase"}


def draft(material: Material) -> list[Line]:
    """Return all lines that have something to say, block by block, the most telling first."""
    return [
        who_line(material),
        *identity_lines(material),
        *home_lines(material),
        *state_lines(material),
        *debt_lines(material),
        *words_lines(material),
        *rhythm_lines(material),
        *taste_lines(material),
        *forecast_lines(material),
        *delivery_lines(material),
        *action_lines(material),
        *ask_lines(material),
        *care_lines(material),
    ]


def unproven(material: Material) -> list[str]:
    """Name the forecasts that are not shown because the last check of their model fell short."""
    estimates = {name: material.portrait.estimate(name) for name in FORECASTS}
    return [
        f"{FORECASTS[name]}: unproven (last check fell short)"
        for name, estimate in estimates.items()
        if estimate is not None and not estimate.licensed
    ]


def who_line(material: Material) -> Line:
    """Say who this is and since when: what is on our record today, however long they have been away."""
    customer, portrait = material.customer, material.portrait
    visits = portrait.estimate("visits")
    since = portrait.first_day if portrait.first_day is not None else customer.first_day
    names = dict.fromkeys(clipped(name, NAME_WORDS) for name in (customer.label, customer.company) if name)
    told = [", ".join(names), f"with us since {month(since)}"]
    told.append(visits_said(visits.value) if visits else "no purchase yet")
    evidence = visits.evidence if visits else NOBODY_YET
    return Line("who", 0, " · ".join(told), Mark.DID, standing(material), evidence, customer.last_day, visits)


def identity_lines(material: Material) -> Iterator[Line]:
    """Say how sure it is that this is one person, where likeness holds their records together; or who was split off.

    It says something of our records and nothing of them, so it is said however doubtful they are.
    """
    customer, ours = material.customer, Claim("did_with_us", "given")
    evidence = Evidence("recognise/customers", len(customer.subjects))
    parted = f"Split off from customer {code_of(customer.split_from or 0)} by a colleague."
    parted = parted if customer.split_from is not None else ""
    if customer.sure < SURE:
        shown = customer.sure >= THEIRS
        odds = identity_said(len(customer.subjects), customer.sure, by=material.joined_by, shown=shown)
        yield Line("identity", 0, f"{odds} {parted}".rstrip(), Mark.WORKED_OUT, ours, evidence)
    elif parted:
        yield Line("identity", 0, parted, Mark.NOTED, ours, evidence)


def home_lines(material: Material) -> Iterator[Line]:
    """Say with whom they share a home. It is about others too, and concluded, until all of them agreed to be named: who
    agrees to that says that it is so.
    """
    for number, shared in enumerate(material.homes, start=1):
        claim = Claim(
            "did_with_us",
            "given" if shared.names else "inferred",
            identity=material.customer.sure,
            about_other=True,
            they_told=bool(shared.names),
            occasions=3,
            spread=True,
            precision=shared.sure,
        )
        text = f"{str(shared)[0].upper()}{str(shared)[1:]}."
        yield Line(f"home{number}", 0, text, Mark.WORKED_OUT, claim, Evidence("recognise/cards", shared.others + 1))


def state_lines(material: Material) -> Iterator[Line]:
    """Say how things stand, with the reason."""
    portrait, state = material.portrait, state_of(material)
    silence, surprise = portrait.estimate("silence"), portrait.estimate("surprise")
    evidence = silence.evidence if silence else NOBODY_YET
    if portrait.debts:
        more = len(portrait.debts) - 1
        text = f"{state.value}: {portrait.debts[0].kind}{f', and {more} more' if more else ''}."
        yield debt_line(material, "state", 1, text, portrait.debts[0])
        return
    if state is State.WATCH and silence and surprise:
        text = f"{state.value}: silent for {days(silence.value)}"
        odds = f"{text}, which happens {one_in(surprise.value)} for them."
        yield Line(
            "state", 1, odds, Mark.WORKED_OUT, forecast(material, surprise), evidence, portrait.last_day, surprise
        )
        yield Line("state", 1, f"{text}.", Mark.DID, standing(material), evidence, portrait.last_day, silence)
        return
    last = "no purchase yet"
    if portrait.last_day is not None:
        last = f"last visit {ago(portrait.last_day, portrait.as_of_day)}"
    text = f"{state.value}: nothing open, {last}."
    yield Line("state", 1, text, Mark.DID, standing(material), evidence, portrait.last_day, silence)


def debt_lines(material: Material) -> list[Line]:
    """Say what has to be put right, or that nothing is open."""
    portrait = material.portrait
    open_now = [*portrait.debts, *portrait.due_soon][:MOST_DEBTS]
    lines = []
    for place, debt in enumerate(open_now, start=1):
        level = sensitivity_of(debt.said)
        sayable = replace(debt, said=None) if level >= 2 else debt
        text = debt_said(sayable, portrait.as_of_day)
        lines.append(debt_line(material, f"debt{place}", 2, text, debt, sensitivity=level % 2))
    if lines:
        return lines
    looked = Evidence("understand/open_cases", 0, until_day=portrait.as_of_day)
    return [Line("open", 2, "Nothing open.", Mark.DID, standing(material), looked, portrait.as_of_day)]


def debt_line(material: Material, key: str, block: int, text: str, debt: Debt, *, sensitivity: int = 0) -> Line:
    """Make a line of a debt; its newest fact is that its day has come and nothing has."""
    mark = Mark.TOLD if debt.kind in THEIR_WORDS else Mark.DID
    newest = max(debt.since_day, min(debt.due_day, material.portrait.as_of_day))
    source = "told_us" if mark is Mark.TOLD else "did_with_us"
    evidence = Evidence(debt.definition, 1, (debt.trace,), debt.since_day, debt.due_day)
    claim = fact(material, newest, source=source, sensitivity=sensitivity)
    return Line(key, block, text, mark, claim, evidence, debt.since_day)


def words_lines(material: Material) -> Iterator[Line]:
    """Give their own last words, and a colleague's last note."""
    portrait = material.portrait
    owed = {debt.trace for debt in portrait.debts}
    fresh = [said for said in portrait.said if portrait.as_of_day - said.day <= FRESH_WORDS_DAYS]
    spoken = sorted((said for said in fresh if said.kind in ("rated", "reviewed")), key=lambda said: -said.day)
    if spoken and spoken[0].trace not in owed:
        said, level = spoken[0], sensitivity_of(spoken[0].text)
        text = rating_said(replace(said, text=None) if level >= 2 else said)
        yield said_line(material, "said", text, said, Mark.TOLD, sensitivity=level % 2)
    note = next((said for said in fresh if said.kind == "noted" and said.text), None)
    if note is not None:
        text = f"Noted on {when(note.day)}: {quoted(note.text)}"
        yield said_line(material, "note", text, note, Mark.NOTED, sensitivity=sensitivity_of(note.text))


def said_line(material: Material, key: str, text: str, said: Said, mark: Mark, *, sensitivity: int) -> Line:
    """Make a line of somebody's words."""
    source = "told_us" if mark is Mark.TOLD else "staff_saw"
    claim = fact(material, said.day, source=source, sensitivity=sensitivity, occasions=said.times, opinion=said.opinion)
    evidence = Evidence("understand/voice", said.times, (said.trace,), said.day, said.day)
    return Line(key, 3, text, mark, claim, evidence, said.day)


def rhythm_lines(material: Material) -> Iterator[Line]:
    """Say how often they come, or that it is too soon to tell."""
    portrait = material.portrait
    first, last = portrait.first_day, portrait.last_day
    gap, silence, visits = (portrait.estimate(name) for name in ("gap", "silence", "visits"))
    if visits is None or last is None:
        return
    if gap is not None and silence is not None:
        claim = habit(material, first, last, occasions=int(visits.value))
        yield Line("gap", 3, gap_said(gap, silence), Mark.DID, claim, gap.evidence, last, gap)
    elif portrait.estimates.get("gap") is Absence.TOO_FEW:
        text = f"Only {visits_said(visits.value)}, the last {ago(last, portrait.as_of_day)}: too few to see a rhythm."
        yield Line("gap", 3, text, Mark.DID, fact(material, last), visits.evidence, last, visits)


def taste_lines(material: Material) -> Iterator[Line]:
    """Say what they buy again and again; what is sensitive is drafted only to be held back and counted."""
    visits = material.portrait.estimate("visits")
    if visits is None:
        return
    for taste in material.portrait.tastes:
        level = sensitivity_of(taste.item, taste.category)
        evidence = Evidence("understand/taste", taste.days, (taste.trace,), taste.first_day, taste.last_day)
        claim = habit(material, taste.first_day, taste.last_day, occasions=taste.days, sensitivity=level)
        text = taste_said(taste, int(visits.value))
        yield Line("taste", 3, text, Mark.DID, claim, evidence, taste.last_day)
        if level == 0:
            return


def forecast_lines(material: Material) -> Iterator[Line]:
    """Say what may come: a year's spending, the chance of a purchase. What is unproven is named in the foot only."""
    worth, chance = material.portrait.estimate("worth"), material.portrait.estimate("buys_soon")
    if worth is not None and worth.licensed and worth.high != float("inf"):
        yield forecast_line(material, worth, worth_said(worth))
    if chance is not None and chance.licensed:
        yield forecast_line(material, chance, chance_said(chance, material.settings.horizon_days))


def forecast_line(material: Material, estimate: Estimate, text: str) -> Line:
    """Make a line of something that a model worked out."""
    claim = forecast(material, estimate)
    last = material.portrait.last_day
    return Line(estimate.name, 3, text, Mark.WORKED_OUT, claim, estimate.evidence, last, estimate)


def delivery_lines(material: Material) -> Iterator[Line]:
    """Say how deliveries have gone."""
    share = material.portrait.estimate("late_share")
    if share is not None:
        newest = share.evidence.until_day
        yield Line("late_share", 3, late_said(share), Mark.DID, fact(material, newest), share.evidence, newest, share)


def action_lines(material: Material) -> Iterator[Line]:
    """Say the one next action and its reason; without the reason where that may not be shown."""
    action, portrait = material.choice.action, material.portrait
    evidence = Evidence(action.definition, len(action.traces), action.traces)
    surprise, visits = portrait.estimate("surprise"), portrait.estimate("visits")
    mark, claim = Mark.DID, standing(material)
    if action.code == LOOK_FIRST:  # it is about our records, and stands where nothing of theirs may
        yield Line("action", 5, f"{action.do}. {action.why}", Mark.WORKED_OUT, Claim("did_with_us", "given"), evidence)
        return
    if action.purpose == "care" and surprise is not None:
        mark, claim = Mark.WORKED_OUT, forecast(material, surprise)
    elif action.purpose == "none" and visits is not None:
        claim = habit(material, portrait.first_day, portrait.last_day, occasions=int(visits.value))
    today = portrait.as_of_day
    yield Line("action", 5, f"{action.do}. {action.why}", mark, claim, evidence, today)
    yield Line("action", 5, f"{action.do}.", mark, standing(material), evidence, today)


def ask_lines(material: Material) -> Iterator[Line]:
    """Give somebody new two good questions; we know nothing yet."""
    if state_of(material) is State.NEW and material.customer.sure >= THEIRS:
        day = material.customer.first_day
        for place, question in enumerate(FIRST_QUESTIONS, start=1):
            yield Line(f"ask{place}", 6, question, Mark.WORKED_OUT, standing(material), NOBODY_YET, day)


def care_lines(material: Material) -> Iterator[Line]:
    """Say what to leave alone: withdrawn consents, and how much we have asked of them lately."""
    withdrawn = sorted((consent for consent in material.consents if not consent.given), key=lambda found: -found.day)
    if withdrawn:
        evidence = Evidence("choose/consents", len(withdrawn), tuple(consent.trace for consent in withdrawn))
        claim = standing(material, source="told_us")
        yield Line("consent", 7, consents_said(withdrawn), Mark.TOLD, claim, evidence, withdrawn[0].day)
    if material.touches:
        text = touches_said(material.touches, enough=material.pressure > material.settings.pressure_cap)
        evidence = Evidence("choose/touches", material.touches)
        yield Line("touches", 7, text, Mark.DID, standing(material), evidence, material.portrait.as_of_day)
