"""Live: one new record compared by itself is compared as all are at once: the same pairs, levels and weights."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings

from regulars.recognise import HeldCards, clean_cards, matched
from regulars.recognise.cards import RAW
from regulars.recognise.matching.scorer import levels_between
from regulars.recognise.matching.weights import levels_of
from regulars.store import Engine, Known

SPILL = Path(tempfile.gettempdir())
FIRST = ["Ann", "Anne", "Annie", "Bob", "Robert", "Zoë", "María José", "J", "Jo", "Li"]
LAST = ["Marsh", "Marsch", "O'Neil", "García Núñez", "Núñez", "Quist", "Q", "de la Cruz", "Li"]
BORN = ["1980-01-12", "1980-12-01", "1980-01-13", "1981-01-12", "1950-03-03"]
MAIL = ["ann.marsh@a.example", "ann.marsh@b.example", "annmarsh77@a.example", "anmarsh77@a.example"]
STREETS = ["7 Field Street", "7 Feld Street", "8 Field Street", "Field Street", "7 Hill"]
CARDS = st.fixed_dictionaries(
    {
        "first_name": st.none() | st.sampled_from(FIRST + LAST),
        "middle_name": st.none() | st.sampled_from(["K", "Karl", "L"]),
        "last_name": st.none() | st.sampled_from(LAST + FIRST),
        "birth_date": st.none() | st.sampled_from(BORN),
        "email": st.none() | st.sampled_from(MAIL),
        "phone": st.none() | st.sampled_from(["0161 496 0001", "0161 496 0002", "020 7946 0101"]),
        "street": st.none() | st.sampled_from(STREETS),
        "unit": st.none() | st.sampled_from(["1", "2"]),
        "postcode": st.none() | st.sampled_from(["M1 1AA", "M1 1AB", "S1 2AB"]),
        "city": st.none() | st.sampled_from(["Leeds", "York"]),
        "company": st.none() | st.sampled_from(["Acme Ltd", "Acme", "Acmee GmbH", "Hunt Garage"]),
        "person_number": st.none() | st.sampled_from(["123456", "123465", "999111"]),
    }
)


def table_of(rows: list[dict[str, str | None]]) -> pa.Table:
    """Return raw cards, numbered from 0."""
    shape = pa.schema([("record", pa.int64()), *((name, pa.string()) for name in RAW)])
    return pa.Table.from_pylist([{"record": number, **row} for number, row in enumerate(rows)], schema=shape)


def engine() -> Engine:
    """Return an engine over nothing."""
    return Engine(Known(), as_of_us=10**18, as_of_day=0, knobs={}, spill=SPILL)


@settings(max_examples=60, deadline=None)
@given(st.lists(CARDS, min_size=2, max_size=14))
def test_the_scorer_says_what_the_query_says(rows: list[dict[str, str | None]]) -> None:
    """Of every pair that is compared, each field has the same level."""
    with engine() as bench:
        found = matched(bench, clean_cards(table_of(rows)).clean)
    cards = {card["record"]: card for card in found.cards.to_pylist()}
    levels = levels_of(found.pairs.column("levels").to_numpy())
    for pair, expected in zip(found.pairs.to_pylist(), levels.tolist(), strict=True):
        assert levels_between(cards[pair["a"]], cards[pair["b"]]) == tuple(expected), (pair, rows)


def test_a_new_record_meets_whom_it_would_meet_in_a_turn() -> None:
    """Every pair of a new record that a turn makes is found; its levels are the same where values are as rare."""
    luck = np.random.default_rng(5)
    names = [(first, last) for first in FIRST[:6] for last in LAST[:6]]
    rows: list[dict[str, str | None]] = []
    for number in range(700):
        first, last = names[luck.integers(len(names))]
        home = int(luck.integers(250))
        rows.append(
            {
                "first_name": first,
                "last_name": last,
                "email": f"{first}{home}@a.example".lower().replace(" ", "") if luck.random() < 0.6 else None,
                "phone": f"0161 496 0{home:03d}" if luck.random() < 0.5 else None,
                "street": f"{home} Field Street" if luck.random() < 0.5 else None,
                "city": ["Leeds", "York"][number % 2],
            }
        )
    clean = clean_cards(table_of(rows)).clean.sort_by("record")
    with engine() as bench:
        held = matched(bench, clean.slice(0, 600))
    compared = 0
    with engine() as bench, engine() as other:
        live = HeldCards(bench, held.cards, held.weights)
        for number in range(600, 700):
            card = clean.slice(number, 1)
            everybody = matched(other, pa.concat_tables([clean.slice(0, 600), card]), weights=held.weights)
            pairs = everybody.pairs.filter(pc.equal(everybody.pairs.column("b"), number)).to_pylist()
            found = {row["record"]: row for row in live.near(card).to_pylist()}
            assert {pair["a"] for pair in pairs} <= set(found)
            steady = everybody.cards.slice(0, 600).equals(held.cards)
            for pair in pairs:
                if steady:
                    compared += 1
                    assert (found[pair["a"]]["levels"], found[pair["a"]]["bits"]) == (pair["levels"], pair["bits"])
    assert compared > 100


def test_of_a_crowded_block_nobody_is_compared() -> None:
    """A telephone of a thousand people leads to nobody by itself, however it is narrowed; a name still does."""
    rows: list[dict[str, str | None]] = [
        {"first_name": "Guest", "last_name": None, "phone": "0161 496 0001"} for _ in range(1_000)
    ]
    rows += [{"first_name": "Ann", "last_name": "Marsh", "phone": "0161 496 0001"}]
    clean = clean_cards(table_of(rows)).clean
    with engine() as bench:
        found = matched(bench, clean)
    with engine() as bench:
        live = HeldCards(bench, found.cards, found.weights)
        assert live.near(clean_cards(table_of([{"first_name": "Guest", "phone": "0161 496 0001"}])).clean).num_rows == 0
        ann = live.near(clean_cards(table_of([{"first_name": "Ann", "last_name": "Marsh"}])).clean)
        assert ann.column("record").to_pylist() == [1_000]
