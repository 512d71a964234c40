"""The policy of identifiers: what may join records, what may not and why, and that people overrule it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.recognise import DEMOTIONS, LINKS, members_table
from regulars.store import Engine, Known

YEAR_US = 365 * 86_400_000_000
Names = dict[int, tuple[str, str]]


def judged(
    records: dict[int, tuple[str, ...]],
    *,
    at: dict[int, int] | None = None,
    names: Names | None = None,
    rulings: dict[str, str] | None = None,
    **limits: int,
) -> tuple[dict[str, str], dict[int, int], list[dict[str, object]]]:
    """Return the verdict on each identifier, the customer of each record, and what is listed as demoted."""
    instants = {subject: (at or {}).get(subject, subject) for subject in records}
    rows = [(key, subject, instants[subject]) for subject, keys in records.items() for key in keys]
    known = pa.table(
        {
            "key": pa.array([row[0] for row in rows], pa.string()),
            **{
                name: pa.array([row[place] for row in rows], pa.int64())
                for name, place in (("subject", 1), ("happened_at", 2), ("heard_at", 2))
            },
            "traces": pa.array([1] * len(rows), pa.int64()),
        }
    )
    with Engine(Known(), as_of_us=10**17, as_of_day=0, knobs=limits, spill=Path(tempfile.gettempdir())) as engine:
        engine.give("segment_keys", known)
        if names:
            given = [(record, *name) for record, name in names.items()]
            columns = {name: [row[place] for row in given] for place, name in enumerate(("record", "given", "family"))}
            engine.give("names", pa.table(columns))
        if rulings:
            engine.give("rulings", pa.table({"key": list(rulings), "ruled": list(rulings.values())}))
        links = engine.run(LINKS)
        engine.give("links", links)
        verdicts = {row["key"]: row["verdict"] for row in links.to_pylist()}
        return (
            verdicts,
            dict(zip(*members_table(links).select(["subject", "customer"]).to_pydict().values(), strict=True)),
            engine.run(DEMOTIONS).to_pylist(),
        )


def shop(number: int) -> str:
    """Return a customer number of the shop."""
    return f"customer:shop:C{number}"


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("customer:shop:-1", "placeholder"),
        ("customer:shop:null", "placeholder"),
        ("customer:shop:anonymous", "placeholder"),
        ("customer:shop:00000-000", "placeholder"),
        ("customer:shop:11111111", "placeholder"),
        ("customer:shop:123456789", "placeholder"),
        ("customer:shop:anonymous:undefined", "placeholder"),
        ("customer:shop:13085", "joins"),
        ("customer:shop:1111", "joins"),
        ("order:shop:null", "placeholder"),
        ("order:shop:7", "joins"),
        ("email:na@na.com", "placeholder"),
        ("email:ann@na.com", "placeholder"),
        ("email:test+1@shop.example", "placeholder"),
        ("email:xx@shop.example", "placeholder"),
        ("email:123456789@shop.example", "placeholder"),
        ("email:28401733@shop.example", "joins"),
        ("email:rechnung@shop.example", "role address"),
        ("email:ventas+web@shop.example", "role address"),
        ("email:nadia@shop.example", "joins"),
        ("phone:000000000", "no telephone"),
        ("phone:123456789", "no telephone"),
        ("phone:204567890", "joins"),
    ],
)
def test_what_says_nothing_joins_nobody(key: str, verdict: str) -> None:
    """Placeholders and role addresses of several languages never join; what merely looks odd does."""
    assert judged({1: (key,), 2: (key,)})[0][key] == verdict


MAIL, PHONE, DEVICE = "email:lee@mail.example", "phone:204567890", "customer:shop:anonymous:4f1c"


@pytest.mark.parametrize(
    ("key", "verdict"), [(MAIL, "shared mailbox"), (PHONE, "shared telephone"), (DEVICE, "shared device")]
)
def test_two_given_names_behind_an_identifier_are_two_people(key: str, verdict: str) -> None:
    """A family's mailbox, telephone or tablet joins nobody; another family name alone is a wedding."""
    family: Names = {1: ("ann", "lee"), 2: ("bob", "lee")}
    wedding: Names = {1: ("ann", "lee"), 2: ("ann", "kim")}
    records = {1: ("order:shop:1", key), 2: ("order:shop:2", key)}
    assert judged(records, names=family)[0][key] == verdict
    assert judged(records, names=wedding)[0][key] == "joins"
    assert judged(records)[0][key] == "joins"


def test_a_number_that_two_people_use_is_no_number_of_theirs() -> None:
    """A customer number joins unless given and family name both differ behind it."""
    records = {1: (shop(1), "order:shop:1"), 2: (shop(1), "order:shop:2")}
    assert judged(records, names={1: ("ann", "lee"), 2: ("bob", "lee")})[0][shop(1)] == "joins"
    assert judged(records, names={1: ("ann", "lee"), 2: ("bob", "kim")})[0][shop(1)] == "several people"


def test_a_device_is_judged_by_the_people_who_used_it() -> None:
    """A device with two users of one shop is shared; how many is a setting; visits without a user are nobody."""
    used = {1: (DEVICE,), 2: (DEVICE, shop(1)), 3: (DEVICE, "order:shop:9")}
    assert judged(used)[0][DEVICE] == "joins"
    family = used | {4: (DEVICE, shop(2))}
    assert judged(family)[0][DEVICE] == "shared device"
    assert judged(family, people_per_device=2)[0][DEVICE] == "joins"


def test_what_counts_is_what_came_in_one_year() -> None:
    """Four numbers in a year are four people behind an address; four in four years are one who lost them."""
    records = {number: (shop(number), MAIL) for number in range(1, 5)}
    assert judged(records)[0][MAIL] == "shared by many"
    assert judged(records, at={number: number * YEAR_US for number in records})[0][MAIL] == "joins"
    assert judged(records, numbers_per_email=4)[0][MAIL] == "joins"


def test_a_guest_who_orders_often_is_one_customer() -> None:
    """Records are not people: ten orders under one address are one customer, a hundred in a year are nobody."""
    assert len(set(judged({n: (f"order:shop:{n}", MAIL) for n in range(1, 11)})[1].values())) == 1
    assert len(set(judged({n: (f"order:shop:{n}", MAIL) for n in range(1, 101)})[1].values())) == 100


def test_a_record_that_carries_a_crowd_is_no_bridge() -> None:
    """A device that is a record of its own and carries six addresses does not make six people one."""
    six = {number: (shop(number), f"email:p{number}@mail.example") for number in range(1, 7)}
    records = six | {9: (DEVICE, *(f"email:p{number}@mail.example" for number in range(1, 7)))}
    assert len(set(judged(records)[1].values())) == 7


def test_people_overrule_the_policy() -> None:
    """'own' lets an identifier join whatever speaks against it, 'never' stops it, and each demotion has its reason."""
    records = {1: (shop(1), PHONE, "order:shop:5"), 2: (shop(2), PHONE), 3: ("order:shop:5",)}
    verdicts, before, demoted = judged(records)
    assert verdicts[PHONE] == "shared telephone"
    assert before == {1: 1, 2: 2, 3: 1}
    assert [(row["key"], row["verdict"], row["records"], row["people"]) for row in demoted] == [
        (PHONE, "shared telephone", 2, 2)
    ]
    assert judged(records, rulings={PHONE: "own"})[1] == {1: 1, 2: 1, 3: 1}
    verdicts, after, _ = judged(records, rulings={"order:shop:5": "never"})
    assert verdicts["order:shop:5"] == "never used"
    assert after == {1: 1, 2: 2, 3: 3}


def test_planted_hubs_join_nobody() -> None:
    """A thousand people and ten hubs of every kind: nobody is joined, nor by a block of equal values."""
    hubs = [
        "phone:205550100", "phone:999999999", "email:na@na.com", "email:info@firm.example", "email:lees@mail.example",
        "email:mall@mall.example", "customer:shop:anonymous:kiosk", "customer:shop:null", "phone:205550177",
        "order:shop:-1",
    ]  # fmt: skip
    people = {n: (shop(n), f"email:p{n}@mail.example", hubs[n % 10], hubs[(n // 10) % 10]) for n in range(1, 1001)}
    verdicts, members, demoted = judged(people)
    assert all(customer == subject for subject, customer in members.items())
    assert {row["key"] for row in demoted} == set(hubs)
    assert not {verdicts[hub] for hub in hubs} & {"joins", "alone"}
