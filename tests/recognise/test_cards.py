"""What each record says of its owner, raw and clean."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pyarrow as pa
from hypothesis import given, settings

from regulars.listen import SCHEMA
from regulars.recognise import CARDS, clean_cards
from regulars.recognise.cards import CLEAN, CROWDED, NULLED, RAW
from regulars.store import Engine, Known

from ..understand.tiny import trace


def raw_cards(*rows: dict[str, Any]) -> pa.Table:
    """Return a table of raw cards, numbered from 1."""
    shape = pa.schema([("record", pa.int64()), *((name, pa.string()) for name in RAW)])
    return pa.Table.from_pylist([{"record": number} | row for number, row in enumerate(rows, start=1)], schema=shape)


def cleaned(**raw: Any) -> dict[str, Any]:
    """Return one clean card without its empty fields."""
    return {
        name: value
        for name, value in clean_cards(raw_cards(raw)).clean.to_pylist()[0].items()
        if value is not None and name != "record"
    }


def told(*traces: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return the raw cards that some traces make, by record, without empty fields."""
    with Engine(Known(), as_of_us=10**18, as_of_day=20_000, knobs={}, spill=Path(tempfile.gettempdir())) as engine:
        engine.give("segments", pa.Table.from_pylist(list(traces), schema=SCHEMA))
        rows = [
            {"key": key, "subject": one["subject"], "happened_at": one["happened_at"], "heard_at": 0, "traces": 1}
            for one in traces
            for key in one["who"]
        ]
        engine.give("keys", pa.Table.from_pylist(rows))
        cards = engine.run(CARDS)
    assert cards.column_names == ["record", *RAW]
    return {
        row["record"]: {name: value for name, value in row.items() if value is not None and name != "record"}
        for row in cards.to_pylist()
    }


def test_each_fact_is_the_last_one_given() -> None:
    """A later trace overrules an earlier one, fact by fact; a fact that it does not mention stays."""
    traces = [
        trace("introduced", 10, attributes='{"first_name": "Ann", "last_name": "Lee", "city": "Delft"}'),
        trace("introduced", 12, attributes='{"last_name": "Lee-Smith", "street": "Church Road 7"}'),
        trace("introduced", 11, attributes='{"last_name": "Li", "postcode": "2611 AB", "company": "Brown"}'),
    ]
    expected = {
        "first_name": "Ann",
        "last_name": "Lee-Smith",
        "city": "Delft",
        "street": "Church Road 7",
        "postcode": "2611 AB",
        "company": "Brown",
    }
    assert told(*traces) == told(*traces[::-1]) == {1: expected}


def test_the_address_of_most_traces_stands_on_the_card() -> None:
    """Of several e-mail addresses and telephones the one most traces carry, of equals the first in the alphabet."""
    traces = [
        trace("ordered", 10, who=["customer:shop:1", "email:b@x.org", "phone:204567890"]),
        trace("ordered", 11, who=["customer:shop:1", "email:a@x.org", "phone:204567891"]),
        trace("ordered", 12, who=["customer:shop:1", "email:b@x.org"]),
        trace("ordered", 13, of="Bob", who=["order:shop:7"]),
    ]
    assert told(*traces) == {1: {"email": "b@x.org", "phone": "204567890"}, 2: {}}


def test_a_card_is_cleaned_field_by_field() -> None:
    """What a shop knows of somebody becomes what is compared."""
    assert cleaned(
        first_name="Dr. Zoë",
        last_name="O'Neil-Weiß Jr.",
        birth_date="31/01/1990",
        email="Zoe.ONeil+shop@GoogleMail.com",
        phone="+44 (0)7700 900124",
        street="Flat 2, 7 Church Road",
        postcode="sw1a 1aa",
        city="Saint-Ives",
        region="Kent",
        company="The Brown Co. Ltd",
        person_number="12 345-6",
    ) == {
        "given": "zoe",
        "family": "oneil weiss",
        "generation": "jr",
        "birth": 19900131,
        "email": "zoe.oneil+shop@googlemail.com",
        "mailbox": "zoeoneil",
        "domain": "gmail.com",
        "phone": "700900124",
        "phone_kind": "mobile",
        "house": "7",
        "unit": "2",
        "street": "church rd",
        "postcode": "SW1A1AA",
        "city": "st ives",
        "region": "kent",
        "company": "brown",
        "number": "123456",
    }


def test_a_name_comes_from_its_own_fields_first() -> None:
    """First and last name count before the name in one field; what they leave open, that one tells."""
    assert cleaned(name="Ann Mary Lee") == {"given": "ann", "middle": "mary", "family": "lee"}
    assert cleaned(name="Anna Leigh", first_name="Ann", last_name="Lee") == {"given": "ann", "family": "lee"}
    assert cleaned(name="Ann Lee", first_name="A.") == {"given": "a", "family": "lee"}
    assert cleaned(first_name="Ann", middle_name="M. J.", last_name="Lee")["middle"] == "m j"


def test_own_columns_of_house_and_flat_count_first() -> None:
    """A house number with a column of its own is taken before one in the street."""
    assert cleaned(street="7 Church Road", street_number="9.0", unit="B") == {
        "house": "9",
        "unit": "b",
        "street": "church rd",
    }


def test_everything_that_became_null_is_listed() -> None:
    """Record, field, value as it was written, and the reason; an empty row is no news."""
    cards = clean_cards(
        raw_cards({"name": "Ann Lee", "email": "na@na.com", "birth_date": "1900-01-01"}, {}, {"phone": "0000000"})
    )
    assert cards.nulled.schema == NULLED
    assert cards.nulled.to_pylist() == [
        {"record": 1, "field": "birth_date", "value": "1900-01-01", "reason": "the first day of many programs"},
        {"record": 1, "field": "email", "value": "na@na.com", "reason": "a mailbox that means nobody"},
        {"record": 3, "field": "phone", "value": "0000000", "reason": "one digit repeated"},
    ]
    assert cards.clean.schema == CLEAN
    assert cards.clean.slice(1, 1).to_pylist() == [{name: 2 if name == "record" else None for name in CLEAN.names}]


def test_a_day_of_birth_of_too_many_families_means_nothing() -> None:
    """A day behind more than twenty families and one record in a hundred is a form's own; one family's is not."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    crowd = [{"last_name": f"Lee{letter}", "birth_date": "1980-01-01"} for letter in letters]
    family = [{"last_name": "Smith", "birth_date": "1981-05-07"} for _ in letters]
    cards = clean_cards(raw_cards(*crowd, *family))
    assert cards.clean.column("birth").to_pylist() == [None] * 26 + [19810507] * 26
    assert {row["reason"] for row in cards.nulled.to_pylist()} == {CROWDED}
    others = [
        {"last_name": "Ray", "birth_date": f"19{year}-02-0{day}"} for year in range(10, 99) for day in range(1, 10)
    ]
    rare = clean_cards(raw_cards(*crowd[:21], *others, *others, *others))
    assert rare.nulled.num_rows == 0


def test_nobody_and_missing_columns_are_no_error() -> None:
    """An empty table, and one that has nothing but record numbers, are cleaned too."""
    assert clean_cards(raw_cards()).clean.num_rows == 0
    cards = clean_cards(pa.table({"record": pa.array([5], pa.int64())}))
    assert cards.clean.column("record").to_pylist() == [5]
    assert cards.nulled.num_rows == 0


TEXTS = st.none() | st.sampled_from(
    ["Ann", "O'Neil", "n/a", "1990-01-02", "02/01/1990", "a@x.org", "+44 20 7946 0123", "7 Church Rd", "\u738b\u5c0f"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(RAW, TEXTS)), max_size=4), st.randoms(use_true_random=False))
def test_any_cards_are_cleaned_and_their_order_changes_nothing(rows: list[dict[str, Any]], luck: random.Random) -> None:
    """Nothing raises, whatever the fields hold; shuffled cards give the same cards and the same list."""
    raw = raw_cards(*rows)
    order = list(range(len(rows)))
    luck.shuffle(order)
    cards, shuffled = clean_cards(raw), clean_cards(raw.take(pa.array(order, pa.int64())))
    assert shuffled.clean.sort_by("record").to_pylist() == cards.clean.to_pylist()
    assert shuffled.nulled.to_pylist() == cards.nulled.to_pylist()
