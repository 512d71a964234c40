"""How numbers and debts say themselves."""

from __future__ import annotations

import pytest

from regulars.respond.wording import (
    ago,
    chance_said,
    debt_said,
    gap_said,
    named,
    quoted,
    rating_said,
    taste_said,
    worth_said,
)
from regulars.understand import Said, Taste

from ..choose.portraits import TODAY, TRACE, debt, estimate


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "hardly ever"),
        (0.049, "hardly ever"),
        (0.1, "about 1 time in 10"),
        (0.62, "about 6 times in 10"),
        (0.94, "about 9 times in 10"),
        (0.97, "almost surely"),
        (1.0, "almost surely"),
    ],
)
def test_a_chance_in_words(value: float, words: str) -> None:
    """The words follow the number, in tenths, and the range stands beside them."""
    assert chance_said(estimate("buys_soon", value, 0.0, 0.981), 30) == f"Buys within 30 days: {words} (0%–98%)."


def test_a_rhythm_in_words() -> None:
    """Every day, not every 1 days; a visit today is 0 days."""
    silence = estimate("silence", 0, 0, 0)
    assert gap_said(estimate("gap", 1, 1, 3, n=40), silence) == "Usually comes every day (1–3, 40 gaps); 0 days now."
    assert (
        gap_said(estimate("gap", 12.4, 5, 30, n=8), estimate("silence", 1, 1, 1))
        == "Usually comes every 12 days (5–30, 8 gaps); 1 day now."
    )


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((48_049, 10_000, 90_000), "Likely to spend €480 in the next year (€100–€900)."),
        ((63, 0, 0), "Most likely to spend nothing or little more in the next year."),
        ((6_300, 0, 2_000), "Most likely to spend €20 or little more in the next year."),
    ],
)
def test_a_years_worth_in_words(numbers: tuple[int, int, int], words: str) -> None:
    """A mean that lies above its own range is not quoted as likely."""
    assert worth_said(estimate("worth", *numbers, unit="EUR")) == words


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "2 days ago"),
        (99, "99 days ago"),
        (100, "3 months ago"),
        (699, "23 months ago"),
        (700, "2 years ago"),
    ],
)
def test_how_long_ago_in_words(past: int, words: str) -> None:
    """Days, then months, then years."""
    assert ago(TODAY - past, TODAY) == words


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("late order", {}, "Order 1182, promised for 1 Oct 2024, has not come: 3 days overdue (bakery)."),
        (
            "late order",
            {"over": 1, "department": None},
            "Order 1182, promised for 3 Oct 2024, has not come: 1 day overdue.",
        ),
        (
            "came late",
            {"since": 2},
            "Order 1182 came 1 day late on 2 Oct 2024; nothing shows it was put right (bakery).",
        ),
        (
            "came late",
            {"since": 2, "matter": "~5f2a"},
            "Order came 1 day late on 2 Oct 2024; nothing shows it was put right (bakery).",
        ),
        ("overdue promise", {"said": "Call back"}, "Promised for 1 Oct 2024, 3 days overdue (bakery): “Call back”"),
        ("overdue promise", {}, "Promised for 1 Oct 2024, 3 days overdue (bakery)."),
        ("low rating", {"said": "Dry."}, "Low rating of 25 Sep 2024, and nobody has been in touch: “Dry.”"),
        ("low rating", {}, "Low rating of 25 Sep 2024, and nobody has been in touch."),
        ("open question", {}, "Open question of 25 Sep 2024, unanswered (bakery)."),
        ("due soon", {"over": 0}, "Order 1182 is promised – due today (bakery)."),
        ("due soon", {"over": -2, "said": "Call back", "department": None}, "Promised, due 6 Oct 2024: “Call back”"),
    ],
)
def test_a_debt_in_words(kind: str, more: dict[str, object], words: str) -> None:
    """What, since when, how long overdue and who answers for it."""
    assert debt_said(debt(kind, **more), TODAY) == words  # type: ignore[arg-type]


def test_goods_and_words_are_cut_where_they_grow_long() -> None:
    """Six words of an item, twelve of a quote, forty letters of a word; marks within a quote go."""
    assert (
        taste_said(Taste("Seeded rolls, four", None, 3, 0, TODAY, TRACE), 7)
        == "Bought Seeded rolls, four on 3 of 7 visits, last on 4 Oct 2024."
    )
    assert taste_said(Taste("Rye", None, 8, 0, TODAY, TRACE), 7) == "Bought Rye on 8 days, last on 4 Oct 2024."
    assert named("SKU 1") == "article SKU 1"
    assert quoted("“So” " + "word " * 20) == f"“So {'word ' * 11}…”"
    assert len(quoted("x" * 10_000)) == 42
    assert rating_said(Said("rated", TODAY, 1, TRACE, None, 3500, 1, 5)) == "Gave 3.5 of 5 on 4 Oct 2024."
    assert rating_said(Said("reviewed", TODAY, 1, TRACE, "Good.")) == "Wrote on 4 Oct 2024: “Good.”"
