"""What likeness would make one large customer waits for a human's word: said, shown, confirmed, and ended again."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run

HEAD = "order_id,customer_id,name,email,phone,postcode,city,street,ordered_at,amount,currency\n"
NAMES = ("Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jane", "Karl")
FAMILIES = ("Abel", "Birch", "Coster", "Dunn", "Ernst", "Falk", "Groot", "Hale", "Ibsen", "Joost")


def orders(marsh: int) -> str:
    """Return orders of a hundred people, and of one who has signed up again and again."""
    people = [
        f"{n},P{n},{NAMES[n % 10]} {FAMILIES[n // 10]},p{n}@example.org,0161 496 0{n:03d},M{n} 1AA,Leeds,"
        f"{n} Mill Lane,2026-01-0{1 + n % 9} 10:00:00,10.00,EUR"
        for n in range(100)
    ]
    again = [
        f"{900 + n},A{n},Ann Marsh,ann.marsh{n or ''}@example.org,020 7946 0{100 + n % 2:03d},S1 2AB,York,"
        f"7 Field Street,2026-02-{1 + n:02d} 10:00:00,5.00,EUR"
        for n in range(marsh)
    ]
    return HEAD + "\n".join([*people, *again]) + "\n"


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Run:
    """A home with twelve records that look like one person."""
    (tmp_path / "orders.csv").write_text(orders(12), encoding="utf-8")
    run("init")
    assert run("hear", "orders.csv", "--as", "shop", "--currency", "EUR").code == 0
    return run


def test_a_large_group_waits_until_somebody_says_that_it_is_one(home: Run) -> None:
    """Twelve records stay twelve customers, which is said; a word makes them one, and its end parts them."""
    said = home("turn").out
    assert "Note: 12 records look like one customer of more than 10 records each" in said
    assert len(home("who", "Ann Marsh", "--json").data) == 12
    found = home("doctor")
    assert "LOOK  recognition: 12 records look like one customer" in found.out
    told = home("same", "A1", "--waiting", "--dry-run", "--json").data
    assert told["records_moved"] == 11
    assert home("same", "A1", "--waiting").code == 0
    home("turn")
    (ann,) = home("who", "Ann Marsh", "--json").data
    assert len(ann["records"]) == 12
    assert {record["held"] for record in ann["records"]} == {"human"}
    assert "records look like" not in home("doctor").out
    assert home("same", "A1", "A2", "--end").code == 0
    home("turn")
    assert len(home("who", "Ann Marsh", "--json").data) == 12


def test_a_small_group_is_one_by_itself(run: Run, tmp_path: Path) -> None:
    """Ten records of one person need nobody's word."""
    (tmp_path / "orders.csv").write_text(orders(10), encoding="utf-8")
    run("init")
    run("hear", "orders.csv", "--as", "shop", "--currency", "EUR")
    assert "records look like" not in run("turn").out
    assert len(run("who", "Ann Marsh", "--json").data) == 1
    refused = run("same", "A1", "--waiting")
    assert refused.code != 0
    assert "waits for nobody's word" in refused.err


def test_a_jump_of_merges_is_told(run: Run, tmp_path: Path) -> None:
    """Where far more records are with another than in the run before, the doctor says so."""
    (tmp_path / "orders.csv").write_text(orders(1), encoding="utf-8")
    run("init")
    run("hear", "orders.csv", "--as", "shop", "--currency", "EUR")
    run("turn")
    assert "in the run before" not in run("doctor").out
    (tmp_path / "more.csv").write_text(orders(10).replace("P", "Q"), encoding="utf-8")
    run("hear", "more.csv", "--as", "till", "--currency", "EUR")
    run("turn", "--afresh")
    assert "of the records are with another; in the run before, 0.0% were" in run("doctor").out
