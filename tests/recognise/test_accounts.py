"""Accounts: one organisation however it is written, and two that only look alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from regulars.recognise.accounts import Accounts, accounts, links
from regulars.recognise.cards import RAW, clean_cards
from regulars.store import Engine, Known

FIRMS = ("Harbour Lights", "Old Mill", "Red Lantern", "Green Valley", "Silver Birch", "Stone Bridge", "White Cliff")
TRADES = ("Bakery", "Garage", "Nursery", "Dental Practice", "Print Works", "Cycles")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Engine]:
    """Somewhere that definitions run."""
    with Engine(Known(rows=10_000), as_of_us=10**18, as_of_day=0, knobs={}, spill=tmp_path) as engine:
        yield engine


def clean(*cards: dict[str, str]) -> pa.Table:
    """Clean some cards, with four cards each of 42 other firms behind them."""
    others = [
        {"company": f"{firm} {trade}", "street": f"{at * 6 + step} {firm} Road"}
        for at, firm in enumerate(FIRMS)
        for step, trade in enumerate(TRADES)
        for _ in range(4)
    ]
    rows: list[dict[str, Any]] = [{"record": at, **card} for at, card in enumerate([*cards, *others])]
    schema = pa.schema([("record", pa.int64()), *((name, pa.string()) for name in RAW)])
    return clean_cards(pa.Table.from_pylist(rows, schema=schema)).clean


def found(bench: Engine, *cards: dict[str, str], own_sites: bool = False) -> Accounts:
    """Return the accounts of some cards among others."""
    return accounts(bench, clean(*cards), own_sites=own_sites)


def test_all_writings_of_an_organisation_are_one_account(bench: Engine) -> None:
    """Legal forms, the order of words, and slips of a key do not part an organisation."""
    names = ("Nashville Properties Ltd", "Properties, Nashville", "Nashvillle Properties", "Nashville Propertiws Inc")
    assert found(bench, *({"company": name} for name in names)).account[:4].tolist() == [0, 0, 0, 0]


def test_firms_that_differ_in_a_common_word_are_not_one(bench: Engine) -> None:
    """A garage and a bakery of one first name are two firms; so are those with other first names."""
    account = found(bench).account
    assert len(set(account.tolist())) == 42


def test_a_garbled_name_is_told_by_its_site(bench: Engine) -> None:
    """What is too garbled to be recognised by itself belongs to the firm at its address; without it, to nobody."""
    known = [{"company": "Warrensburg", "street": "9 Dunsany Lane"}] * 5
    with_site = found(bench, *known, {"company": "Wartensvurh", "street": "9 Dunsany Lane"})
    without = found(bench, *known, {"company": "Wsrtemsvueh"})
    assert with_site.account[5] == 0
    assert without.account[5] == 5


def test_a_domain_alone_does_not_join_two_firms(bench: Engine) -> None:
    """Two firms of a group, each named by several people, keep their own accounts though they share a domain."""
    cards = [
        {"company": name, "email": f"{person}@group.example.com"}
        for name in ("Amber Logistics", "Cobalt Insurance")
        for person in ("ann", "bo", "cy", "di")
    ]
    account = found(bench, *cards, {"email": "ed@group.example.com"}).account
    assert account[:8].tolist() == [0] * 4 + [4] * 4
    assert account[8] not in (0, 4)


def test_a_card_without_a_name_follows_a_domain_of_one_firm_but_no_free_mail(bench: Engine) -> None:
    """A firm's own domain speaks for who does not name it; a free mailbox does not."""
    cards = [{"company": "Amber Logistics", "email": f"{person}@amber.example.com"} for person in ("ann", "bo")]
    cards += [{"company": "Amber Logistics", "email": f"{person}@gmail.com"} for person in ("cy", "di")]
    result = found(bench, *cards, {"email": "ed@amber.example.com"}, {"email": "flo@gmail.com"})
    assert result.account[4:6].tolist() == [0, -1]
    assert result.why[4] == "the same domain"


def test_people_are_linked_with_dates_and_roles(bench: Engine) -> None:
    """Who is later known for another firm only has left; a shared mailbox is told from one's own."""
    cards = clean(
        {"company": "Amber Logistics", "email": "ann@amber.example.com"},
        {"company": "Cobalt Insurance", "email": "ann@cobalt.example.com"},
        {"company": "Amber Logistics", "email": "info@amber.example.com"},
    )
    day = np.full(len(cards), 10)
    day[1] = 90
    customer = np.arange(len(cards)) + 500
    customer[1] = 500
    table = links(accounts(bench, cards), cards, customer=customer, day=day)
    rows = {(row["account"], row["customer"]): row for row in table.to_pylist()}
    assert (rows[0, 500]["from_day"], rows[0, 500]["to_day"]) == (10, 90)
    assert (rows[1, 500]["to_day"], rows[1, 500]["name"]) == (None, "cobalt insurance")
    assert rows[0, 500]["role"] == "has a mailbox there"
    assert rows[0, 502]["role"] == "writes from its shared mailbox"


def test_no_names_make_no_accounts(bench: Engine) -> None:
    """Cards of people only have no account."""
    none = clean_cards(pa.table({"record": [1], "name": ["Ann Lee"]})).clean
    assert accounts(bench, none).account.tolist() == [-1]
