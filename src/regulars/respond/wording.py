"""Wording: how each estimate says itself, plainly, with its doubt.

Rules (trust_ux.md B10): a number comes with its n and a range or not at all; acts, not character; twenty words a sentence;
nothing is urgent without a date; would you be content if the customer read it?
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ..choose.menu import days, when
from ..estimate import Estimate
from ..money import Money
from ..understand.portrait import Debt, Said, Taste

__all__ = ["ago", "chance_said", "debt_said", "gap_said", "late_said", "month", "quoted", "rating_said", "taste_said", "worth_said"]

QUOTE_WORDS: Final = 14
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


def ago(day: int, as_of_day: int) -> str:
    """Say how long ago a day was.

    >>> ago(100, 100), ago(99, 100), ago(60, 100), ago(0, 800)
    ('today', 'yesterday', '40 days ago', '2 years ago')
    """
    past = as_of_day - day
    if past <= 1:
        return "today" if past <= 0 else "yesterday"
    return f"{past} days ago" if past < 100 else f"{round(past / 30.4)} months ago" if past < 700 else f"{round(past / 365.25)} years ago"


def month(day: int) -> str:
    """Write the month of a day: "Mar 2024"."""
    return f"{date.fromordinal(EPOCH_DAY + day):%b %Y}"


def gap_said(gap: Estimate, silence: Estimate, surprise: Estimate | None) -> str:
    """Say how often they come and how long it has been."""
    usual = f"Usually comes every {days(gap.value)} ({gap.low:.0f}–{gap.high:.0f}, {gap.n} gaps); now {days(silence.value)}."
    if surprise is not None and surprise.value >= 1 and silence.value > gap.value:
        usual += f" For them so long a silence happens 1 time in {2**surprise.value:.0f}."
    return usual


def chance_said(chance: Estimate, horizon_days: int) -> str:
    """Say how likely a purchase is.

    The words follow the number: 0.62 is "about 6 times in 10".
    """
    tenths = round(chance.value * 10)
    said = "hardly ever" if tenths == 0 else "almost surely" if tenths == 10 else f"about {tenths} times in 10"
    return f"Buys within {horizon_days} days {said} ({chance.low:.0%}–{chance.high:.0%})."


def worth_said(worth: Estimate) -> str:
    """Say what they are likely to spend in a year."""
    value, low, high = (Money(round(number), worth.unit).rounded() for number in (worth.value, worth.low, worth.high))
    return f"Likely to spend {value} in the next year ({low}–{high})."


def late_said(share: Estimate) -> str:
    """Say how many deliveries came late."""
    late = round(share.value * share.n)
    return f"{late} of {share.n} deliveries came late." if late else f"All {share.n} deliveries came in time." if share.n > 1 else "Their delivery came in time."


def taste_said(taste: Taste, visits: int) -> str:
    """Say what they buy again and again."""
    return f"Bought {named(taste.item)} on {taste.days} of {visits} visits, last on {when(taste.last_day)}."


def named(item: str) -> str:
    """Name a thing; what is only a code is called an article.

    >>> named("Rye loaf"), named("21871")
    ('Rye loaf', 'article 21871')
    """
    return clipped(item, 6) if any(char.islower() for char in item) else f"article {clipped(item, 6)}"


def rating_said(said: Said) -> str:
    """Say how they rated us, in their scale and words."""
    given = f"Gave {said.rating_milli / 1000:g} of {said.scale_high} on {when(said.day)}" if said.rating_milli is not None else f"Wrote on {when(said.day)}"
    return f"{given}: {quoted(said.text)}" if said.text else f"{given}."


def debt_said(debt: Debt, as_of_day: int) -> str:
    """Say what we owe, since when, and who answers for it."""
    over = debt.days_over(as_of_day)
    owner = f" ({debt.department})" if debt.department else ""
    about = "" if debt.matter.startswith("~") else f" {debt.matter.rpartition(':')[2]}"
    late = f"{days(over)} overdue" if over > 0 else "due today" if over == 0 else f"due {when(debt.due_day)}"
    words = f": {quoted(debt.said)}" if debt.said else ""
    if debt.kind == "came late":
        return f"Order{about} came {days(debt.since_day - debt.due_day)} late on {when(debt.since_day)}; nothing shows it was put right{owner}."
    if debt.kind == "late order":
        return f"Order{about}, promised for {when(debt.due_day)}, has not come: {late}{owner}."
    if debt.kind == "low rating":
        return f"Low rating of {when(debt.since_day)}, and nobody has been in touch{words}"
    if debt.kind == "overdue promise":
        return f"Promised for {when(debt.due_day)}, {late}{owner}{words}"
    if debt.kind == "due soon":
        what = f"Promised{words}" if debt.said else f"Order{about} is promised"
        return f"{what.rstrip('.')} – {late}{owner}."
    return f"{debt.kind.capitalize()} of {when(debt.since_day)}, unanswered{owner}{words}"


def quoted(text: str | None, most: int = QUOTE_WORDS) -> str:
    """Quote somebody's words, cut where they grow long.

    >>> quoted("Lovely bread"), quoted("one two three", most=2)
    ('“Lovely bread”', '“one two …”')
    """
    return f"“{clipped((text or '').replace('“', '').replace('”', ''), most)}”"


def clipped(text: str, most: int) -> str:
    """Cut a text after so many words, and any one word after 40 characters."""
    words = [word if len(word) <= 40 else word[:39] + "…" for word in text.split()]
    return " ".join(words[:most]) + (" …" if len(words) > most else "")
