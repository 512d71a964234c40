"""Wording: how each estimate says itself, plainly, with its doubt.

A number comes with its sample and a range, or not at all; acts, not character; twenty words a sentence; nothing is
urgent without a date; and would you be content if the customer read it?
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from ..choose.action import Consent, days, when
from ..estimate import Estimate
from ..money import Money
from ..understand.portrait import Debt, Said, Taste

__all__ = [
    "ago",
    "chance_said",
    "clipped",
    "consents_said",
    "debt_said",
    "gap_said",
    "identity_said",
    "late_said",
    "month",
    "quoted",
    "rating_said",
    "taste_said",
    "touches_said",
    "visits_said",
    "worth_said",
]

QUOTE_WORDS: Final = 12
ITEM_WORDS: Final = 6
SHORT_WORDS: Final = 3  # of a department, an order number, a channel
LONGEST_WORD: Final = 40
MOST_CONSENTS: Final = 3
START: Final = date(1970, 1, 1)


def ago(day: int, as_of_day: int) -> str:
    """Say how long ago a day was.

    >>> ago(100, 100), ago(99, 100), ago(60, 100), ago(0, 800)
    ('today', 'yesterday', '40 days ago', '2 years ago')
    """
    past = as_of_day - day
    if past <= 1:
        return "today" if past <= 0 else "yesterday"
    return (
        f"{past} days ago"
        if past < 100
        else f"{round(past / 30.4)} months ago"
        if past < 700
        else f"{round(past / 365.25)} years ago"
    )


def month(day: int) -> str:
    """Write the month of a day.

    >>> month(31)
    'Feb 1970'
    """
    return f"{START + timedelta(days=day):%b %Y}"


def visits_said(count: float) -> str:
    """Write a number of visits.

    >>> visits_said(1), visits_said(7)
    ('1 visit', '7 visits')
    """
    return f"{count:.0f} {'visit' if round(count) == 1 else 'visits'}"


def gap_said(gap: Estimate, silence: Estimate) -> str:
    """Say how often they come, and how long it has been."""
    often = "day" if round(gap.value) == 1 else days(gap.value)
    return f"Usually comes every {often} ({gap.low:.0f}–{gap.high:.0f}, {gap.n} gaps); {days(silence.value)} now."


def chance_said(chance: Estimate, horizon_days: int) -> str:
    """Say how likely a purchase is. The words follow the number: 0.62 is "about 6 times in 10"."""
    tenths = round(chance.value * 10)
    said = f"about {tenths} {'time' if tenths == 1 else 'times'} in 10"
    said = "hardly ever" if tenths == 0 else "almost surely" if tenths == 10 else said
    return f"Buys within {days(horizon_days)}: {said} ({chance.low:.0%}–{chance.high:.0%})."


def worth_said(worth: Estimate) -> str:
    """Say what they are likely to spend in a year; a mean above nearly all that may come is not quoted."""
    value, low, high = (Money(round(number), worth.unit).rounded() for number in (worth.value, worth.low, worth.high))
    if worth.value > worth.high:
        return f"Most likely to spend {high if round(worth.high) else 'nothing'} or little more in the next year."
    return f"Likely to spend {value} in the next year ({low}–{high})."


def late_said(share: Estimate) -> str:
    """Say how many deliveries came late, of those that had a promised day."""
    late = round(share.value * share.n)
    if share.n == 1:
        return f"Their one delivery with a promised day came {'late' if late else 'in time'}."
    if not late:
        return f"All {share.n} deliveries came in time."
    return f"{late} of {share.n} deliveries came late."


def taste_said(taste: Taste, visits: int) -> str:
    """Say what they buy again and again."""
    often = f"{taste.days} of {visits} visits" if taste.days <= visits else days(taste.days)
    return f"Bought {named(taste.item)} on {often}, last on {when(taste.last_day)}."


def named(item: str) -> str:
    """Name a thing; what is only a code is called an article.

    >>> named("Rye loaf"), named("21871"), named("張小明")
    ('Rye loaf', 'article 21871', '張小明')
    """
    code = item.isascii() and not any(char.islower() for char in item)
    return f"article {clipped(item, ITEM_WORDS)}" if code else clipped(item, ITEM_WORDS)


def rating_said(said: Said) -> str:
    """Say how they rated us, in their scale and words."""
    given = f"Wrote on {when(said.day)}"
    if said.rating_milli is not None:
        given = f"Gave {said.rating_milli / 1000:g} of {said.scale_high} on {when(said.day)}"
    return f"{given}: {quoted(said.text)}" if said.text else f"{given}."


def debt_said(debt: Debt, as_of_day: int) -> str:
    """Say what we owe, since when, and who answers for it."""
    over = as_of_day - debt.due_day
    owner = f" ({clipped(debt.department, SHORT_WORDS)})" if debt.department else ""
    order = f"Order{'' if debt.matter.startswith('~') else ' ' + clipped(debt.matter.rpartition(':')[2], SHORT_WORDS)}"
    late = f"{days(over)} overdue" if over > 0 else "due today" if over == 0 else f"due {when(debt.due_day)}"
    words = f": {quoted(debt.said)}" if debt.said else "."
    if debt.kind == "came late":
        came = f"{order} came {days(debt.since_day - debt.due_day)} late on {when(debt.since_day)}"
        return f"{came}; nothing shows it was put right{owner}."
    if debt.kind == "late order":
        return f"{order}, promised for {when(debt.due_day)}, has not come: {late}{owner}."
    if debt.kind == "low rating":
        return f"Low rating of {when(debt.since_day)}, and nobody has been in touch{words}"
    if debt.kind == "overdue promise":
        return f"Promised for {when(debt.due_day)}, {late}{owner}{words}"
    if debt.kind == "due soon":
        return f"Promised, {late}{owner}{words}" if debt.said else f"{order} is promised – {late}{owner}."
    return f"{debt.kind.capitalize()} of {when(debt.since_day)}, unanswered{owner}{words}"


def consents_said(withdrawn: Sequence[Consent]) -> str:
    """Say what they do not want, and since when; `withdrawn` has the newest first."""
    wishes = dict.fromkeys(
        f"{clipped(consent.purpose, SHORT_WORDS) or 'anything'}"
        + (f" by {clipped(consent.channel, SHORT_WORDS)}" if consent.channel else "")
        for consent in withdrawn
    )
    shown = ", ".join(sorted(list(wishes)[:MOST_CONSENTS]))
    more = f" and {len(wishes) - MOST_CONSENTS} more" if len(wishes) > MOST_CONSENTS else ""
    return f"Does not want {shown}{more} (since {when(withdrawn[0].day)})."


def touches_said(times: int, *, enough: bool) -> str:
    """Say how often we were in touch since they last came.

    >>> touches_said(1, enough=False), touches_said(3, enough=True)
    ('We were in touch once since they last came.', 'We were in touch 3 times since they last came: leave it for now.')
    """
    often = "once" if times == 1 else f"{times} times"
    return f"We were in touch {often} since they last came{': leave it for now' if enough else ''}."


def quoted(text: str | None, most: int = QUOTE_WORDS) -> str:
    """Quote somebody's words, cut where they grow long.

    >>> quoted("Lovely bread"), quoted("one two three", most=2)
    ('“Lovely bread”', '“one two …”')
    """
    return f"“{clipped((text or '').replace('“', '').replace('”', ''), most)}”"


def clipped(text: str, most: int) -> str:
    """Cut a text after so many words, and any one word after 40 characters.

    >>> clipped("one two  three", 2), len(clipped("x" * 99, 2))
    ('one two …', 40)
    """
    words = [word if len(word) <= LONGEST_WORD else word[: LONGEST_WORD - 1] + "…" for word in text.split()]
    return " ".join(words[:most]) + (" …" if len(words) > most else "")


def identity_said(records: int, sure: float, *, by: Sequence[str] = (), shown: bool) -> str:
    """Say how sure it is that some records are one person, and by what they were joined.

    >>> identity_said(3, 0.97, by=("telephone", "surname", "address"), shown=True)
    'Probably one person: 3 records joined by telephone, surname and address (97%).'
    >>> identity_said(2, 0.97, shown=True)
    'Probably one person: 2 records joined by what is alike in them (97%).'
    """
    *first, last = by or ("what is alike in them",)
    fields = f"{', '.join(first)} and {last}" if first else last
    odds = f"{records} {'record' if records == 1 else 'records'} joined by {fields} ({percent(sure)})"
    if shown:
        return f"Probably one person: {odds}."
    return f"Perhaps not one person: {odds}. Nothing of them is shown until somebody has said whether they are one."


def percent(share: float) -> str:
    """Write a probability below one as whole per cent, rounded down.

    >>> percent(0.9699), percent(0.4)
    ('96%', '40%')
    """
    return f"{int(share * 100)}%"
