"""What each line claims of its facts, and what is therefore shown."""

from __future__ import annotations

import pytest

from regulars.choose import Consent
from regulars.respond import Briefing, Mark, State, as_text
from regulars.respond.sensitive import sensitivity_of
from regulars.understand import Said, Taste
from regulars.verdict import Outcome

from ..choose.portraits import TODAY, TRACE, debt, estimate, portrait
from .test_page import page_of


def line(page: Briefing, key: str) -> tuple[str, Outcome, Mark] | None:
    """Return a line's text, outcome and mark, or nothing where it is not on the page."""
    found = next((line for line in page.lines if line.it.key == key), None)
    return None if found is None else (found.it.text, found.outcome, found.it.mark)


def taste(item: str, category: str = "", days: int = 5) -> Taste:
    return Taste(item, category or None, days, TODAY - 100, TODAY - 5, TRACE)


def said(
    kind: str, text: str | None, *, day: int = TODAY - 5, rating: int | None = 4000, opinion: bool = False
) -> Said:
    return Said(kind, day, 1, TRACE, text, rating if kind != "noted" else None, 1, 5, opinion=opinion)


def test_each_state_can_be_reached() -> None:
    """A debt: we owe them. An unusual silence: watch. One visit or none: new. Else: settled."""
    assert page_of(portrait(debts=(debt(),), bits=9)).state is State.OWE
    assert page_of(portrait(bits=9)).state is State.WATCH
    assert page_of(portrait(visits=1, gap=None)).state is State.NEW
    assert page_of(portrait(visits=0)).state is State.NEW
    assert page_of(portrait()).state is State.SETTLED


def test_how_things_stand_in_words() -> None:
    """One line with the reason, for each state."""
    assert line(page_of(portrait(debts=(debt("open complaint"),))), "state")[0] == "We owe them: open complaint."
    assert (
        line(page_of(portrait(debts=(debt("open complaint"), debt(), debt()))), "state")[0]
        == "We owe them: open complaint, and 2 more."
    )
    assert line(page_of(portrait(visits=0)), "state")[0] == "New: nothing open, no purchase yet."
    assert line(page_of(portrait(silence=1)), "state")[0] == "Settled: nothing open, last visit yesterday."


def test_what_a_model_says_is_marked_and_asked_never_told() -> None:
    """The odds of a silence, a year's worth and a chance are worked out: a reader may ask, not tell."""
    page = page_of(portrait(bits=8, silence=90))
    assert line(page, "state") == (
        "Watch: silent for 90 days, which happens 1 time in 256 for them.",
        Outcome.ASK,
        Mark.WORKED_OUT,
    )
    assert line(page, "action")[1:] == (Outcome.ASK, Mark.WORKED_OUT)
    assert line(page, "worth")[1:] == (Outcome.ASK, Mark.WORKED_OUT)


def test_odds_with_a_poor_record_are_left_out_of_the_words() -> None:
    """Where the guard keeps the odds back, the plain fact stays: how long, and what to do."""
    page = page_of(portrait(bits=8, silence=90), precision={"buys_soon": 0.5, "worth": 0.5})
    assert line(page, "state") == ("Watch: silent for 90 days.", Outcome.SAY, Mark.DID)
    assert line(page, "action")[0] == "Ask whether everything was all right last time."
    assert {kept.rule for kept in page.kept_back} == {10}
    assert line(page, "worth") is None


def test_an_unproven_forecast_is_named_in_the_foot_and_takes_no_line() -> None:
    """Without a licence there is no line about worth or chance; the foot says which are missing and why."""
    page = page_of(portrait(licensed=False))
    assert line(page, "worth") is None
    assert line(page, "buys_soon") is None
    unproven = "unproven (last check fell short)"
    assert page.missing == ("web visits", f"spending forecast: {unproven}", f"chance of a purchase: {unproven}")
    assert f"Missing here: web visits; spending forecast: {unproven}" in as_text(page)
    assert page_of(portrait()).missing == ("web visits",)
    assert "€480 in the next year (€100–€900)" in line(page_of(portrait()), "worth")[0]


def test_a_habit_is_acted_on_only_when_it_is_one() -> None:
    """Three times over two months: act on it. Twice, or within a month: ask. Long ago: not shown."""
    assert line(page_of(portrait(tastes=(taste("Rye loaf"),))), "taste")[1] is Outcome.USE
    assert line(page_of(portrait(tastes=(taste("Rye loaf", days=2),))), "taste")[1] is Outcome.ASK
    week = Taste("Rye loaf", None, 5, TODAY - 12, TODAY - 5, TRACE)
    assert line(page_of(portrait(tastes=(week,))), "taste")[1] is Outcome.ASK
    old = Taste("Rye loaf", None, 5, TODAY - 1900, TODAY - 1800, TRACE)
    assert line(page_of(portrait(tastes=(old,))), "taste") is None
    assert line(page_of(portrait(silence=800)), "gap")[1] is Outcome.ASK
    assert line(page_of(portrait(silence=1200)), "gap") is None


@pytest.mark.parametrize(
    "item",
    [
        "Nappies, size 2",
        "Red wine",
        "Ibuprofen 400",
        "Condoms",
        "Cigarettes",
        "Halal chicken",
        "Baby food",
        "Rosary",
        "Pregnancy test",
        "Windeln",
        "Vin rouge",
        "Cerveza",
        "Wijn",
        "Lottery ticket",
    ],
)
def test_sensitive_goods_are_never_a_taste(item: str) -> None:
    """What gives away health, body, faith or addiction is refused; the next ordinary thing may be named instead."""
    page = page_of(portrait(tastes=(taste(item), taste("Rye loaf"))))
    assert "Rye loaf" in line(page, "taste")[0]
    assert [(kept.rule, kept.outcome) for kept in page.kept_back] == [(2, Outcome.REFUSE)]
    by_category = page_of(portrait(tastes=(taste("Article 7", item),)))
    assert line(by_category, "taste") is None


@pytest.mark.parametrize(
    "item",
    [
        "Rye loaf",
        "Baby spinach",
        "Ginger beer",
        "Wine vinegar",
        "Engine oil",
        "Ginger",
        "Grape juice",
        "Basmati rice",
        "Virgin olive oil",
        "Currants",
        "Single cream",
        "Apple cider vinegar",
        "Chocolate",
        "Schweineschnitzel",
    ],
)
def test_ordinary_goods_stay_ordinary(item: str) -> None:
    """Words within words give nothing away."""
    assert sensitivity_of(item) == 0
    assert line(page_of(portrait(tastes=(taste(item),))), "taste")[1] is Outcome.USE


def test_words_that_give_something_away_are_not_quoted() -> None:
    """A rating, a complaint or a promise that speaks of illness is shown without its words; other words are quoted."""
    assert (
        line(page_of(portrait(said=(said("rated", "I am diabetic and the label was wrong."),))), "said")[0]
        == "Gave 4 of 5 on 29 Sep 2024."
    )
    assert "“Lovely bread.”" in line(page_of(portrait(said=(said("rated", "Lovely bread."),))), "said")[0]
    ill = page_of(portrait(debts=(debt("open complaint", said="After my chemotherapy I could not eat it."),)))
    assert "chemo" not in as_text(ill)
    assert line(ill, "debt1")[0] == "Open complaint of 25 Sep 2024, unanswered (bakery)."
    late = page_of(portrait(debts=(debt("open complaint", said="The cake was late."),)))
    assert line(late, "debt1")[0] == "Open complaint of 25 Sep 2024, unanswered (bakery): “The cake was late.”"
    wedding = page_of(portrait(debts=(debt("open complaint", said="For my daughter's wedding."),)))
    assert line(wedding, "debt1")[1] is Outcome.SAY


def test_colleagues_notes_are_watched() -> None:
    """An event noted is acted on, personal life is asked about, an opinion and an illness are kept back."""
    assert line(page_of(portrait(said=(said("noted", "Brings their own bags."),))), "note")[1:] == (
        Outcome.USE,
        Mark.NOTED,
    )
    assert line(page_of(portrait(said=(said("noted", "Their daughter helps on Fridays."),))), "note")[1] is Outcome.ASK
    for text, opinion, rule in (("Seemed annoyed.", True, 4), ("Is pregnant.", False, 7)):
        page = page_of(portrait(said=(said("noted", text, opinion=opinion),)))
        assert line(page, "note") is None
        assert text not in as_text(page)
        assert rule in {kept.rule for kept in page.kept_back}


def test_old_words_no_longer_lead() -> None:
    """What they said more than half a year ago, and what is already among the debts, is not said again."""
    assert line(page_of(portrait(said=(said("rated", "Fine.", day=TODAY - 181),))), "said") is None
    assert (
        line(page_of(portrait(said=(said("rated", "Bad.", rating=1000),), debts=(debt("low rating"),))), "said") is None
    )


def test_a_wish_holds_however_old_it_is() -> None:
    """A withdrawal of five years ago is still shown; how often we were in touch is said with its number."""
    page = page_of(
        portrait(),
        consents=[
            Consent("mail", "marketing", False, TODAY - 1900, TRACE),
            Consent("call", "", False, TODAY - 1800, TRACE),
        ],
        touches=1,
    )
    assert line(page, "consent")[:2] == (
        "Does not want anything by call, marketing by mail (since 31 Oct 2019).",
        Outcome.SAY,
    )
    assert line(page, "touches")[0] == "We were in touch once since they last came."
    assert line(page_of(portrait(), touches=4, pressure=1.2), "touches")[0].endswith(
        "4 times since they last came: leave it for now."
    )


def test_somebody_new_gets_two_questions() -> None:
    """One visit or none: two good questions, and no rhythm made of nothing."""
    page = page_of(portrait(visits=1, gap=None))
    assert [line.it.block for line in page.lines].count(6) == 2
    assert line(page, "gap")[0] == "Only 1 visit, the last 10 days ago: too few to see a rhythm."
    assert line(page_of(portrait(visits=0)), "who")[0].endswith("no purchase yet")
    assert line(page_of(portrait()), "ask1") is None


def test_a_name_in_doubt_is_asked_about() -> None:
    """At 0.97 nothing of theirs is said as a fact; lines become questions. What is ours to say is how sure we are."""
    lines = page_of(portrait(), sure=0.97).lines
    assert {found.outcome for found in lines if found.it.key != "identity"} == {Outcome.ASK}


def test_deliveries_are_said_with_their_number() -> None:
    """Late ones of how many, and one delivery by itself."""
    for late, of, text in (
        (3, 11, "3 of 11 deliveries came late."),
        (0, 4, "All 4 deliveries came in time."),
        (1, 1, "Their one delivery with a promised day came late."),
    ):
        numbers = dict(portrait(gap=None, licensed=False).estimates) | {
            "late_share": estimate("late_share", late / of, 0.1, 0.9, n=of)
        }
        assert line(page_of(portrait(estimates=numbers)), "late_share")[0] == text
