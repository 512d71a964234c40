"""What we owe: each definition's sentence against its query, on a handful of traces."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.definition import Definition, read_definition
from regulars.understand import DEBTS, DUE_SOON, SEVERITY, debts_table

from .tiny import TODAY, said_by, trace

CASES, PROMISES, LATE, CAME, LOW = DEBTS


def matters(definition: Definition, *traces: dict[str, object], **knobs: int) -> list[str]:
    return [row["matter"] for row in said_by(definition, traces, **knobs)]


def test_the_sentences_say_what_the_queries_do() -> None:
    """Each definition of a debt opens with the sentence that the tests below hold it to."""
    starts = [
        "Complaints of the last year",
        "Promises that we made",
        "Orders past the day",
        "Orders that came after",
        "Ratings in the lowest quarter",
    ]
    assert all(rule.sentence.startswith(start) for rule, start in zip(DEBTS, starts, strict=True))


def test_an_order_past_its_day_is_late_until_something_settles_it() -> None:
    """Late: promised for yesterday. Not late: due today, delivered, cancelled, returned, or due over a year ago."""
    yesterday = trace("ordered", TODAY - 9, about="order:shop:1", due_day=TODAY - 1)
    assert matters(LATE, yesterday) == ["order:shop:1"]
    assert matters(LATE, trace("ordered", TODAY - 9, about="order:shop:1", due_day=TODAY)) == []
    for kind in ("delivered", "cancelled", "returned"):
        assert matters(LATE, yesterday, trace(kind, TODAY, about="order:shop:1")) == []
    assert matters(LATE, yesterday, trace("delivered", TODAY, about="order:shop:2")) == ["order:shop:1"]
    assert matters(LATE, trace("ordered", TODAY - 400, about="order:shop:1", due_day=TODAY - 365)) == []
    assert matters(LATE, trace("ordered", TODAY - 9, about="order:shop:1")) == []


def test_days_of_grace_count() -> None:
    """With one day of grace, yesterday's order is not late yet, and the day before yesterday's is."""
    orders = [trace("ordered", TODAY - 9, about=f"order:shop:{late}", due_day=TODAY - late) for late in (1, 2)]
    assert matters(LATE, *orders, grace_days=1) == ["order:shop:2"]
    assert [row["matter"] for row in said_by(DUE_SOON, orders, grace_days=1)] == ["order:shop:1"]


def test_an_order_that_came_late_waits_for_a_word() -> None:
    """Came late and nothing since: owed. On its day, or too long ago: not."""
    late = trace("delivered", TODAY - 5, about="order:shop:1", due_day=TODAY - 7)
    assert said_by(CAME, [late])[0]["since_day"] == TODAY - 5
    assert matters(CAME, trace("delivered", TODAY - 5, about="order:shop:1", due_day=TODAY - 5)) == []
    assert matters(CAME, trace("delivered", TODAY - 60, about="order:shop:1", due_day=TODAY - 70)) == []


@pytest.mark.parametrize(
    ("mends", "word"),
    [
        (True, {"kind": "contacted", "attributes": '{"purpose": "service"}'}),
        (True, {"kind": "contacted"}),
        (False, {"kind": "contacted", "attributes": '{"purpose": "selling"}'}),
        (False, {"kind": "contacted", "attributes": '{"purpose": "marketing"}'}),
        (True, {"kind": "answered", "about": "ticket:shop:9"}),
        (True, {"kind": "returned", "about": "order:shop:1"}),
        (False, {"kind": "returned", "about": "order:shop:2"}),
        (True, {"kind": "rated", "rating_milli": 4000}),
        (False, {"kind": "rated", "rating_milli": 3999}),
        (False, {"kind": "ordered", "about": "order:shop:3"}),
        (False, {"kind": "contacted", "of": "Bob"}),
    ],
    ids=lambda value: str(value.get("kind")) if isinstance(value, dict) else "mends" if value else "does not",
)
def test_what_mends_a_late_delivery(mends: bool, word: dict[str, object]) -> None:
    """A service contact, an answer, the goods given back or a good rating mend it; a sales letter does not."""
    late = trace("delivered", TODAY - 5, about="order:shop:1", due_day=TODAY - 7)
    told = {name: value for name, value in word.items() if name != "kind"}
    after = trace(str(word["kind"]), TODAY - 3, **told)  # type: ignore[arg-type]
    before = trace(str(word["kind"]), TODAY - 6, **told)  # type: ignore[arg-type]
    assert matters(CAME, late, after) == ([] if mends else ["order:shop:1"])
    assert "order:shop:1" in matters(CAME, late, before)


def test_a_complaint_is_owed_at_once_and_a_question_after_two_days() -> None:
    """A complaint of today counts; a question counts once it has waited longer than we allow; an answer ends both."""
    complaint = trace("complained", TODAY, about="ticket:shop:1", text="The box was wet.")
    found = said_by(CASES, [complaint])
    assert [(row["debt"], row["due_day"], row["said"]) for row in found] == [
        ("open complaint", TODAY + 2, "The box was wet.")
    ]
    for waited, owed in ((2, []), (3, ["open question"])):
        question = trace("asked", TODAY - waited, about="ticket:shop:2")
        assert [row["debt"] for row in said_by(CASES, [question])] == owed
    assert matters(CASES, complaint, trace("answered", TODAY, about="ticket:shop:1", hour=15)) == []
    assert matters(CASES, trace("complained", TODAY - 365, about="ticket:shop:1")) == []


def test_a_question_that_became_a_complaint_is_a_complaint() -> None:
    """Where one case was both, the weightier counts, and the last words are quoted."""
    traces = [
        trace("asked", TODAY - 4, about="ticket:shop:1", text="When does it come?"),
        trace("complained", TODAY - 1, about="ticket:shop:1", text="It never came."),
    ]
    assert [(row["debt"], row["said"], row["since_day"]) for row in said_by(CASES, traces)] == [
        ("open complaint", "It never came.", TODAY - 4)
    ]


def test_a_promise_for_a_date_is_kept_until_the_end_of_its_day() -> None:
    """Due today is not overdue but due soon; due yesterday is overdue; kept is neither, even with days of grace."""
    for due, overdue, soon in (
        (TODAY, 0, 1),
        (TODAY - 1, 1, 0),
        (TODAY + 7, 0, 1),
        (TODAY + 8, 0, 0),
        (TODAY - 365, 0, 0),
    ):
        made = trace("promised", TODAY - 20, about="promise:shop:1", due_day=due, text="Call back")
        for grace in (0, 3):
            assert len(said_by(PROMISES, [made], grace_days=grace)) == overdue
            assert len(said_by(DUE_SOON, [made], grace_days=grace)) == soon
        kept = trace("kept", TODAY - 1, about="promise:shop:1", due_day=due)
        assert said_by(PROMISES, [made, kept]) == said_by(DUE_SOON, [made, kept]) == []


def test_what_is_due_soon_is_never_late_too() -> None:
    """Whatever the day and the grace, an open order is late, due soon or neither, never two of them."""
    for due in range(TODAY - 4, TODAY + 10):
        for grace in (0, 2):
            order = trace("ordered", TODAY - 20, about="order:shop:1", due_day=due)
            assert (
                len(said_by(LATE, [order], grace_days=grace)) + len(said_by(DUE_SOON, [order], grace_days=grace)) <= 1
            )


@pytest.mark.parametrize(
    ("low", "high", "rating", "owed"), [(1, 5, 2, 1), (1, 5, 3, 0), (0, 10, 2.5, 1), (0, 10, 3, 0), (0, 10, 0, 1)]
)
def test_a_low_rating_is_in_the_lowest_quarter_of_its_scale(low: int, high: int, rating: float, owed: int) -> None:
    """Two of five and 2.5 of ten are low; three of five and three of ten are not."""
    given_ = trace(
        "rated", TODAY - 3, about="order:shop:1", rating_milli=int(rating * 1000), scale_low=low, scale_high=high
    )
    assert len(said_by(LOW, [given_])) == owed


def test_a_low_rating_is_settled_by_a_word_after_it() -> None:
    """An answer or a service contact after the rating settles it; one before it, or a sales letter, does not."""
    low = trace("rated", TODAY - 3, about="order:shop:1", rating_milli=1000)
    assert len(said_by(LOW, [low, trace("contacted", TODAY - 4)])) == 1
    assert len(said_by(LOW, [low, trace("contacted", TODAY - 2, attributes='{"purpose": "selling"}')])) == 1
    assert said_by(LOW, [low, trace("contacted", TODAY - 2)]) == []
    assert said_by(LOW, [low, trace("answered", TODAY - 2, about="ticket:shop:9")]) == []
    assert said_by(LOW, [trace("rated", TODAY - 60, rating_milli=1000)]) == []


def test_deliveries_are_counted_once_each() -> None:
    """Two of three deliveries with a promised day came late; one without a promised day does not count."""
    traces = [trace("delivered", TODAY - 9, about=f"order:shop:{late}", due_day=TODAY - 9 - late) for late in range(3)]
    traces += [
        trace("delivered", TODAY - 9, about="order:shop:9"),
        trace("delivered", TODAY - 8, about="order:shop:2", due_day=TODAY - 11),
    ]
    assert said_by(read_definition("understand/deliveries"), traces) == [
        {"customer": 1, "promised": 3, "last_day": TODAY - 9, "late": 2}
    ]


def test_what_was_heard_later_does_not_exist_yet() -> None:
    """Asked as of yesterday, today's delivery is unknown, and the order is still late."""
    order = trace("ordered", TODAY - 9, about="order:shop:1", due_day=TODAY - 3)
    came = trace("delivered", TODAY, about="order:shop:1", due_day=TODAY - 3)
    assert [row["matter"] for row in said_by(LATE, [order, came], as_of=TODAY - 1)] == ["order:shop:1"]
    assert said_by(LATE, [order, came]) == []


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(sorted(SEVERITY)), st.integers(0, 40)), max_size=12),
    st.randoms(),
)
def test_debts_stand_in_the_order_in_which_to_put_them_right(rows: list[tuple[int, str, int]], luck: object) -> None:
    """Within a customer the weightiest stands first, then the longest overdue, whatever order they came in."""
    table = [
        {
            "customer": who,
            "debt": kind,
            "matter": f"m{place}",
            "since_day": 0,
            "due_day": due,
            "department": None,
            "trace_id": bytes([place] * 16),
            "said": None,
        }
        for place, (who, kind, due) in enumerate(rows)
    ]
    shape = pa.schema(
        [
            ("customer", pa.int64()),
            ("debt", pa.string()),
            ("matter", pa.string()),
            ("since_day", pa.int64()),
            ("due_day", pa.int64()),
            ("department", pa.string()),
            ("trace_id", pa.binary(16)),
            ("said", pa.string()),
        ]
    )
    found = debts_table([("understand/any", pa.Table.from_pylist(table, schema=shape))]).to_pylist()
    keys = [(row["customer"], -SEVERITY[row["debt"]], row["due_day"], row["trace_id"]) for row in found]
    assert keys == sorted(keys)
    mixed = list(table)
    luck.shuffle(mixed)  # type: ignore[attr-defined]
    assert debts_table([("understand/any", pa.Table.from_pylist(mixed, schema=shape))]).to_pylist() == found
