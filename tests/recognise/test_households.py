"""Households: who shares a home, and who only seems to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from regulars.recognise.cards import RAW, clean_cards
from regulars.recognise.household_line import household_of
from regulars.recognise.households import Homes, homes, households
from regulars.store import Engine, Known

TOWNS = ("Ghent", "Lille", "Porto", "Graz", "Turku")
SURNAMES = [
    "Stone",
    "Rivers",
    "Marsh",
    "Hale",
    "Thorn",
    "Vane",
    "Pike",
    "Lund",
    "Moss",
    "Crane",
    "Frost",
    "Bell",
    "Drake",
]
STREETS = ("Oak", "Mill", "Church", "Station", "Park", "Queens", "Abbey", "Castle", "Harbour", "Meadow", "Orchard")
GIVEN = "ABCDEFGHIJKLMNOP"
HOME = {"street": "71 Castlereagh Avenue", "city": "Ghent"}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Engine]:
    """Somewhere that definitions run."""
    with Engine(Known(rows=10_000), as_of_us=10**18, as_of_day=0, knobs={}, spill=tmp_path) as engine:
        yield engine


def strangers() -> list[dict[str, str]]:
    """Three hundred people, each alone at an address."""
    endings = ("wood", "ford", "ley", "ham", "ton")
    return [
        {
            "name": f"{GIVEN[at % 16]}nn {SURNAMES[at % 13]}{'aeiou'[at % 5]}{'bcdfghk'[at % 7]}s",
            "street": f"{at % 97 + 1} {STREETS[at % 11]}{endings[at % 5]} Street",
            "city": TOWNS[at % 5],
        }
        for at in range(300)
    ]


def lived(bench: Engine, *people: dict[str, str], customer: list[int] | None = None) -> Homes:
    """Return the homes of some people, who are the first cards among three hundred strangers."""
    rows: list[dict[str, Any]] = [{"record": at, **card} for at, card in enumerate([*people, *strangers()])]
    schema = pa.schema([("record", pa.int64()), *((name, pa.string()) for name in RAW)])
    cards = clean_cards(pa.Table.from_pylist(rows, schema=schema)).clean
    who = None if customer is None else np.array(customer + [1000 + at for at in range(300)])
    return homes(bench, cards, customer=who)


def test_a_family_at_one_address_is_one_home_however_somebody_writes_it(bench: Engine) -> None:
    """A slip in the street, a missing house number and a misspelt surname do not part a family."""
    found = lived(
        bench,
        {"name": "Ann Griffiths", **HOME},
        {"name": "Bo Griffiths", **HOME},
        {"name": "Cy Griffiths", "street": "71 Castleraegh Ave", "city": "Ghent"},
        {"name": "Di Griffiths", "street": "Castlereagh Avenue", "city": "Ghent"},
        {"name": "Ed Griffihts", "street": "71 Castlereagh Avenu", "city": "Ghent"},
    )
    assert found.home[:5].tolist() == [0, 0, 0, 0, 0]
    assert found.people[0] == 5
    assert not (found.home[5:] == 0).any()


def test_neighbours_and_namesakes_are_not_one_home(bench: Engine) -> None:
    """Another house in the street, and the same surname elsewhere, are other homes."""
    found = lived(
        bench,
        {"name": "Ann Griffiths", **HOME},
        {"name": "Bo Moore", "street": "12 Castlereagh Avenue", "city": "Ghent"},
        {"name": "Cy Griffiths", "street": "8 Dunsany Lane", "city": "Graz"},
    )
    assert len(set(found.home[:3].tolist())) == 3


def test_two_flats_of_one_house_are_two_homes(bench: Engine) -> None:
    """Strangers share a house where flats are numbered."""
    found = lived(
        bench,
        {"name": "Ann Griffiths", "unit": "1", **HOME},
        {"name": "Bo Moore", "unit": "2", **HOME},
        {"name": "Cy Moore", "unit": "2", **HOME},
    )
    assert found.home[0] != found.home[1] == found.home[2]


def test_a_tower_is_no_household_and_says_so(bench: Engine) -> None:
    """Many people at one address are listed together with the reason, and claim no household."""
    people = [{"name": f"{given} {family}", **HOME} for given, family in zip("ABCDEFGHIJKLM", SURNAMES, strict=True)]
    found = lived(bench, *people)
    assert set(found.reason[:13].tolist()) == {"many people at one address"}
    days = np.zeros(len(found.home), np.int64)
    table = households(found, np.arange(len(days)), customer=np.arange(len(days)), day=days)
    assert not set(table.column("customer").to_pylist()) & set(range(13))


def test_an_office_is_no_household(bench: Engine) -> None:
    """Colleagues who give the address of their work do not live together."""
    people = [{"name": name, "email": f"{name[:2]}@brown.example.com", **HOME} for name in ("Ann Lee", "Bo Moss")]
    found = lived(bench, *people)
    assert set(found.reason[:2].tolist()) == {"a place of work"}


def test_a_shared_landline_ties_people_without_an_address(bench: Engine) -> None:
    """Two first names behind one telephone and one surname are a household, and the table says how it is known."""
    line = {"phone": "+32 9 225 71 10"}
    found = lived(bench, {"name": "Ann Griffiths", **line}, {"name": "Bo Griffiths", **line}, {"name": "Cy Moore"})
    assert found.home[:3].tolist() == [0, 0, 2]
    days = np.zeros(len(found.home), np.int64)
    table = households(found, np.arange(len(days)), customer=np.arange(len(days)), day=days)
    assert table.column("why").to_pylist() == ["shares a telephone or mailbox"] * 2


def test_who_moves_leaves_one_household_for_another_and_may_belong_to_two(bench: Engine) -> None:
    """Membership is dated: the last customer moved, the child of the two goes to and fro."""
    away = {"street": "5 Dunsany Lane", "city": "Graz"}
    found = lived(
        bench,
        {"name": "Ann Griffiths", **HOME},
        {"name": "Bo Griffiths", **HOME},
        {"name": "Bo Griffiths", **away},
        {"name": "Cy Griffiths", **HOME},
        {"name": "Cy Griffiths", **away},
        {"name": "Cy Griffiths", **HOME},
        customer=[1, 2, 2, 3, 3, 3],
    )
    day = np.array([10, 10, 50, 10, 20, 60] + [10] * 300)
    customer = np.array([1, 2, 2, 3, 3, 3] + [1000 + at for at in range(300)])
    table = households(found, np.arange(306), customer=customer, day=day)
    stays = {(row["household"], row["customer"]): (row["from_day"], row["to_day"]) for row in table.to_pylist()}
    assert stays[0, 2] == (10, 50)
    assert stays[2, 2] == (50, None)
    assert stays[0, 3] == (10, None)
    assert (2, 3) in stays


def test_who_moves_out_to_live_alone_has_left(bench: Engine) -> None:
    """An address of their own ends the stay, though nobody else is there."""
    away = {"street": "5 Dunsany Lane", "city": "Graz"}
    people = [{"name": "Ann Griffiths", **HOME}, {"name": "Bo Griffiths", **HOME}, {"name": "Bo Griffiths", **away}]
    found = lived(bench, *people, customer=[1, 2, 2])
    customer = np.array([1, 2, 2] + [1000 + at for at in range(300)])
    day = np.array([10, 10, 50] + [10] * 300)
    table = households(found, np.arange(303), customer=customer, day=day)
    stays = {(row["household"], row["customer"]): row["to_day"] for row in table.to_pylist()}
    assert stays == {(0, 1): None, (0, 2): 50}


def test_the_order_of_cards_changes_no_home(bench: Engine) -> None:
    """Shuffled cards give the same groups."""
    cards = strangers()
    cards += [{**card, "name": f"Zoe {card['name'].split()[1]}"} for card in cards[:80]]
    rows = [{"record": at, **card} for at, card in enumerate(cards)]
    schema = pa.schema([("record", pa.int64()), *((name, pa.string()) for name in RAW)])
    clean = clean_cards(pa.Table.from_pylist(rows, schema=schema)).clean
    order = np.random.default_rng(4).permutation(len(rows))
    plain, shuffled = homes(bench, clean).home, homes(bench, clean.take(order)).home
    back = np.empty(len(rows), np.int64)
    back[order] = order[shuffled]
    pairs = {(a, b) for a, b in zip(plain.tolist(), back.tolist(), strict=True)}
    assert len(pairs) == len(set(plain.tolist())) == len(set(back.tolist())) < 380


def test_no_cards_make_no_homes(bench: Engine) -> None:
    """An empty table is worked through."""
    none = clean_cards(pa.table({"record": pa.array([], pa.int64())})).clean
    assert len(homes(bench, none).home) == 0


def test_a_page_says_how_many_and_names_nobody_until_all_agreed() -> None:
    """One member who did not agree hides all names; who has left is not counted."""
    rows = [(7, 1, 10, None), (7, 2, 10, None), (7, 3, 10, 50)]
    table = pa.table(
        {
            "household": [row[0] for row in rows],
            "customer": [row[1] for row in rows],
            "from_day": [row[2] for row in rows],
            "to_day": pa.array([row[3] for row in rows], pa.int32()),
            "why": ["writes the same address"] * 3,
            "sure": [0.99, 0.97, 0.9],
        }
    )
    labels = {1: "Ann", 2: "Bo", 3: "Cy"}
    (shared,) = household_of(1, table, day=60, consents={1}, labels=labels)
    assert (shared.others, shared.sure, shared.names) == (1, 0.97, ())
    assert "Bo" not in str(shared)
    (shared,) = household_of(1, table, day=60, consents={1, 2}, labels=labels)
    assert shared.names == ("Bo",)
    (shared,) = household_of(1, table, day=20, consents={1, 2}, labels=labels)
    assert (shared.others, shared.names) == (2, ())
    assert household_of(3, table, day=60, consents={1, 2, 3}, labels=labels) == ()
