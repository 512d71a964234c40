"""Portraits made by hand, and by chance."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st

from regulars.choose import Consent
from regulars.estimate import Absence, Estimate
from regulars.evidence import Evidence
from regulars.understand import MEASURES, Debt, Portrait, Said, Stretch, Taste

TODAY = 20_000
AS_OF = date(1970, 1, 1) + timedelta(days=TODAY)
DEBT_KINDS = ("open complaint", "overdue promise", "late order", "low rating", "came late", "open question")
TRACE = "ab" * 16


def estimate(
    name: str, value: float, low: float, high: float, *, n: int = 9, licensed: bool = True, unit: str = ""
) -> Estimate:
    """Make an estimate whose evidence is one trace."""
    measure = MEASURES[name]
    behind = Evidence(measure.definition, n, (TRACE,), TODAY - 300, TODAY - 3)
    return Estimate(name, value, low, high, unit or measure.unit, n, AS_OF, measure.method, behind, licensed=licensed)


def debt(
    kind: str = "late order", *, over: int = 3, since: int = 9, matter: str = "order:shop:1182", **more: Any
) -> Debt:
    """Make a debt that is overdue by some days."""
    what = {"department": "bakery", "trace": TRACE, "definition": "understand/late_orders", **more}
    return Debt(kind, matter, TODAY - since, TODAY - over, **what)


def portrait(  # every number that a page can hold, ordinary unless said otherwise
    *,
    visits: int = 9,
    silence: int = 10,
    bits: float = 1.0,
    licensed: bool = True,
    gap: tuple[float, float, float] | None = (5, 12, 30),
    **more: Any,
) -> Portrait:
    """Make a portrait of somebody with some visits."""
    found: dict[str, Estimate | Absence] = dict.fromkeys(MEASURES, Absence.TOO_FEW)
    if visits:
        found["visits"] = estimate("visits", visits, visits, visits, n=visits)
        found["silence"] = estimate("silence", silence, silence, silence, n=visits)
        found["surprise"] = estimate("surprise", bits, bits, bits, licensed=licensed)
        found["buys_soon"] = estimate("buys_soon", 0.62, 0.4, 0.8, licensed=licensed)
        found["worth"] = estimate("worth", 48_000, 10_000, 90_000, licensed=licensed, unit="EUR")
    if visits and gap:
        low, usual, high = gap
        found["gap"] = estimate("gap", usual, low, high, n=visits - 1)
    days = {"first_day": TODAY - 400, "last_day": TODAY - silence} if visits else {"first_day": None, "last_day": None}
    return Portrait(
        customer=5,
        as_of=AS_OF,
        as_of_day=TODAY,
        currency="EUR",
        estimates=more.pop("estimates", found),
        **{**days, **more},
    )


WORDS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["x" * 10_000, "long " * 2_000, "“quoted”\nand\t\x00odd", "None", "My daughter's allergy", "نَصّ طويل " * 300]
    ),
)
DAYS = st.integers(0, 700)


@st.composite
def debts(draw: st.DrawFn) -> Debt:
    """Draw any debt, with whatever words a file may hold."""
    since = draw(DAYS)
    matter = draw(st.sampled_from(["~5f2a", "order:shop:", "promise:shop:P1", "order:shop:"]))
    return Debt(
        draw(st.sampled_from(DEBT_KINDS)),
        matter + draw(WORDS),
        TODAY - since,
        TODAY - draw(st.integers(-2, since)),
        draw(st.none() | WORDS),
        TRACE,
        draw(st.none() | WORDS),
        "understand/late_orders",
    )


@st.composite
def portraits(draw: st.DrawFn) -> Portrait:
    """Draw any portrait, extreme words and numbers included."""
    silence, visits = draw(st.sampled_from([0, 1, 30, 729, 730, 731, 5000])), draw(st.sampled_from([0, 1, 2, 9, 5000]))
    made = portrait(
        visits=visits,
        silence=silence,
        bits=draw(st.floats(0, 1000)),
        licensed=draw(st.booleans()),
        gap=draw(st.sampled_from([None, (1, 1, 1), (5, 12, 30), (0, 400, 9000)])) if visits > 4 else None,
    )
    numbers = dict(made.estimates)
    if visits:
        worth = draw(
            st.sampled_from(
                [(0, 0, 0), (48_000, 10_000, 90_000), (63, 0, 0), (1e13, 1e12, 9e13), (100, 0, float("inf"))]
            )
        )
        numbers["worth"] = estimate(
            "worth", *worth, unit=draw(st.sampled_from(["EUR", "XXX", "JPY", "KWD"])), licensed=draw(st.booleans())
        )
        share = draw(st.sampled_from([0.0, 0.03, 0.1, 0.5, 0.97, 1.0]))
        numbers["buys_soon"] = estimate(
            "buys_soon", share, share / 2, min(1.0, share + 0.1), licensed=draw(st.booleans())
        )
        late, of = draw(st.sampled_from([(0, 1), (1, 1), (3, 11), (0, 9)]))
        numbers["late_share"] = estimate("late_share", late / of, 0.1, 0.9, n=of)
    said = [
        Said(
            kind,
            TODAY - draw(DAYS),
            draw(st.integers(1, 99)),
            TRACE,
            draw(st.none() | WORDS),
            draw(st.sampled_from([None, 0, 2500, 5000])),
            0,
            5,
            opinion=draw(st.booleans()),
        )
        for kind in draw(st.sets(st.sampled_from(["rated", "reviewed", "noted", "asked"])))
    ]
    tastes = [
        Taste(
            draw(WORDS),
            draw(st.none() | WORDS),
            draw(st.integers(2, 99)),
            TODAY - 300,
            TODAY - draw(st.integers(0, 299)),
            TRACE,
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    owed = tuple(draw(st.lists(debts(), max_size=5)))
    soon = tuple(
        Debt(
            "due soon",
            f"order:shop:{draw(WORDS)}",
            TODAY - 5,
            TODAY + draw(st.integers(0, 7)),
            None,
            TRACE,
            draw(st.none() | WORDS),
            "understand/due_soon",
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    stretches = tuple(
        Stretch(place, 1, draw(st.integers(0, 10**15)), 0, 4000, 1)
        for place in range(draw(st.sampled_from([0, 1, 24])))
    )
    return portrait(
        visits=visits,
        silence=silence,
        estimates=numbers,
        said=tuple(said),
        tastes=tuple(tastes),
        debts=owed,
        due_soon=soon,
        stretches=stretches,
    )


CONSENTS = st.lists(
    st.builds(
        Consent,
        st.sampled_from(["", "call", "mail", "Phone", "e-mail", "post", "all", "smoke signals"]) | WORDS,
        st.sampled_from(["", "service", "marketing", "tracking", "offers", "all"]) | WORDS,
        st.booleans(),
        st.integers(TODAY - 900, TODAY),
        st.just(TRACE),
    ),
    max_size=5,
)
