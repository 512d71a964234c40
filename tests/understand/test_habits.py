"""What they bought, said and gave back: each definition's sentence against its query, on a handful of traces."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import sqlglot

from regulars.definition import read_definition
from regulars.understand import KINDS_HEARD, MONTHLY, PURCHASES, RETURNS, TASTE, VOICE, histories, spending

from .tiny import TODAY, engine, said_by, trace

ORDER = "order:shop:1"


def bought(*traces: dict[str, object]) -> list[tuple[int, str, int]]:
    return [(row["day"], row["currency"], row["minor"]) for row in said_by(PURCHASES, traces)]


def test_an_order_counts_once_by_its_lines_then_its_total_then_its_payment() -> None:
    """Lines beat the total, the total beats the payment; the three are never added up."""
    total = trace("ordered", TODAY, about=ORDER, amount_minor=1000)
    lines = [trace("bought", TODAY, about=ORDER, amount_minor=minor) for minor in (400, 500)]
    paid = trace("paid", TODAY, about=ORDER, amount_minor=950)
    assert bought(total, *lines, paid) == [(TODAY, "EUR", 900)]
    assert bought(total, paid) == [(TODAY, "EUR", 1000)]
    bare = trace("ordered", TODAY, about=ORDER)
    assert bought(bare, paid) == [(TODAY, "EUR", 950)]
    assert bought(bare) == [(TODAY, "XXX", 0)]
    assert bought(paid) == []


def test_an_order_counts_once_even_in_two_currencies() -> None:
    """Lines in euros and a total or a payment in pounds are one order, worth its lines."""
    lines = trace("bought", TODAY, about=ORDER, amount_minor=400)
    total = trace("ordered", TODAY, about=ORDER, amount_minor=350, currency="GBP")
    paid = trace("paid", TODAY, about=ORDER, amount_minor=350, currency="GBP")
    assert bought(lines, total, paid) == [(TODAY, "EUR", 400)]
    assert bought(total, paid) == [(TODAY, "GBP", 350)]


def test_two_orders_of_one_day_are_one_visit() -> None:
    """Two orders of a day are one row; a cancelled one is none; a later payment or line does not move the day."""
    first = trace("ordered", TODAY - 1, about=ORDER, amount_minor=100)
    second = trace("ordered", TODAY - 1, about="order:shop:2", amount_minor=200, hour=18)
    third = trace("ordered", TODAY, about="order:shop:3", amount_minor=400)
    cancelled = trace("cancelled", TODAY, about="order:shop:3")
    late_line = trace("bought", TODAY, about=ORDER, amount_minor=150)
    assert [row["orders"] for row in said_by(PURCHASES, [first, second, third, cancelled])] == [2]
    assert bought(first, second, third, cancelled) == [(TODAY - 1, "EUR", 300)]
    assert bought(first, late_line) == [(TODAY - 1, "EUR", 150)]


def test_returns_are_added_per_currency() -> None:
    """What was given back is added up per customer and currency; without an amount it is not counted."""
    traces = [trace("returned", TODAY - day, about=ORDER, amount_minor=100 + day) for day in range(3)]
    traces += [
        trace("returned", TODAY, amount_minor=7, currency="GBP"),
        trace("returned", TODAY),
        trace("returned", TODAY, of="Bob", amount_minor=5),
    ]
    assert [(row["customer"], row["currency"], row["times"], row["minor"]) for row in said_by(RETURNS, traces)] == [
        (1, "EUR", 3, 303),
        (1, "GBP", 1, 7),
        (2, "EUR", 1, 5),
    ]


def test_taste_is_what_was_bought_on_most_days() -> None:
    """At most three things, on two days at least; twice a day counts once; what was cancelled does not count."""
    days_of = {"rye": (1, 2, 3, 4), "milk": (1, 2, 3), "jam": (1, 2), "tea": (2, 3), "soap": (1,)}
    traces = [
        trace("bought", TODAY - day, about=f"order:shop:{day}", item=item, hour=hour)
        for item, days in days_of.items()
        for day in days
        for hour in (9, 17)
    ]
    traces += [trace("bought", TODAY - day, about="order:shop:99", item="cake") for day in range(8)]
    traces.append(trace("cancelled", TODAY, about="order:shop:99"))
    found = said_by(TASTE, traces)
    assert [(row["item"], row["days"], row["place"]) for row in found] == [("rye", 4, 1), ("milk", 3, 2), ("jam", 2, 3)]
    assert (found[0]["first_day"], found[0]["last_day"]) == (TODAY - 4, TODAY - 1)


def test_voice_is_the_last_word_of_each_kind() -> None:
    """The latest of each kind, with how often; a tie is broken the same way each time."""
    traces = [trace("reviewed", TODAY - day, rating_milli=4000, text=f"words {day}") for day in (3, 1, 2)]
    traces += [trace("noted", TODAY, text=text) for text in ("one", "two")]
    found = {row["kind"]: row for row in said_by(VOICE, traces)}
    assert (found["reviewed"]["text"], found["reviewed"]["times"]) == ("words 1", 3)
    assert found["noted"]["times"] == 2


def test_monthly_never_adds_two_currencies() -> None:
    """Visits are days whatever the currency; money is that of the main one only; problems and ratings are counted."""
    traces = [trace("ordered", TODAY - day, about=f"order:shop:{day}", amount_minor=100) for day in (0, 1, 40)]
    traces += [trace("ordered", TODAY, about="order:shop:p", amount_minor=900, currency="GBP")]
    traces += [
        trace("complained", TODAY - 35, about="ticket:shop:1"),
        trace("delivered", TODAY - 2, about=ORDER, due_day=TODAY - 3),
    ]
    traces += [
        trace("rated", TODAY - day, rating_milli=rating)
        for day, rating in ((1, 4000), (2, 1000), (719, 5000), (720, 5000))
    ]
    found = {row["stretch"]: row for row in said_by(MONTHLY, traces, also=[PURCHASES])}
    assert (
        found[0]["visits"],
        found[0]["minor"],
        found[0]["problems"],
        found[0]["rating_milli"],
        found[0]["ratings"],
    ) == (2, 200, 1, 5000, 2)
    assert (found[1]["visits"], found[1]["minor"], found[1]["problems"]) == (1, 100, 1)
    assert set(found) == {0, 1, 23}


def test_the_graph_and_the_sum_are_in_the_same_currency() -> None:
    """The main currency of the monthly graph is the one in which spending is summed: most days with a value."""
    traces = [trace("ordered", TODAY - day, about=f"order:shop:{day}", amount_minor=0) for day in range(5)]
    traces += [
        trace("ordered", TODAY - day, about=f"order:shop:g{day}", amount_minor=30, currency="GBP") for day in (1, 2)
    ]
    traces += [
        trace("ordered", TODAY - day, of="Bob", about=f"order:shop:b{day}", amount_minor=30, currency=code)
        for day, code in enumerate(("USD", "CHF"))
    ]
    monthly = said_by(MONTHLY, traces, also=[PURCHASES])
    purchases = pa.Table.from_pylist(said_by(PURCHASES, traces))
    none = pa.table(
        {"customer": pa.array([], pa.int64()), "currency": pa.array([], pa.string()), "minor": pa.array([], pa.int64())}
    )
    spent = spending(purchases, none, histories(purchases, as_of_day=TODAY))
    assert spent.currency == ["GBP", "CHF"]
    assert (
        spent.gross.tolist()
        == [60, 30]
        == [sum(row["minor"] for row in monthly if row["customer"] == who) for who in (1, 2)]
    )


def test_kinds_heard_are_counted() -> None:
    """Each kind with how many and until when."""
    traces = [trace("noted", TODAY - day, text=str(day)) for day in (1, 2)] + [trace("rated", TODAY, rating_milli=1000)]
    assert said_by(KINDS_HEARD, traces) == [
        {"kind": "noted", "traces": 2, "last_day": TODAY - 1},
        {"kind": "rated", "traces": 1, "last_day": TODAY},
    ]


def test_every_definition_runs_on_nothing() -> None:
    """A home that has heard nothing gets empty tables, not errors."""
    for rule in (PURCHASES, RETURNS, TASTE, VOICE, MONTHLY, KINDS_HEARD):
        assert said_by(rule, [], also=[PURCHASES]) == []
    assert engine().run(PURCHASES).num_rows == 0


def test_every_definition_is_written_for_other_engines_too() -> None:
    """Each parses as it stands and turns into two other dialects; it holds no number with a decimal point."""
    names = [
        f"understand/{path}"
        for path in (
            "came_late",
            "deliveries",
            "due_soon",
            "kinds",
            "late_orders",
            "low_ratings",
            "monthly",
            "open_cases",
        )
    ]
    names += [f"understand/{path}" for path in ("overdue_promises", "purchases", "returns", "taste", "voice")]
    names += ["choose/consents", "choose/touches", "recognise/customers", "recognise/keys", "recognise/links"]
    for name in names:
        sql = read_definition(name).sql
        assert not [
            literal
            for literal in sqlglot.parse_one(sql, read="duckdb").find_all(sqlglot.exp.Literal)
            if not literal.is_string and "." in literal.this
        ], name
        for dialect in ("postgres", "spark"):
            assert sqlglot.parse_one(sqlglot.transpile(sql, read="duckdb", write=dialect)[0], read=dialect), (
                name,
                dialect,
            )


def test_sums_stay_whole_beyond_what_a_float_holds() -> None:
    """Nine quadrillion and one is not rounded."""
    big = 2**53
    traces = [
        trace("ordered", TODAY, about=ORDER, amount_minor=big),
        trace("ordered", TODAY, about="order:shop:2", amount_minor=1),
    ]
    assert bought(*traces) == [(TODAY, "EUR", big + 1)]
    assert np.int64(big + 1) == big + 1
