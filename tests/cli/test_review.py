"""Why two records are one or not, by what a customer is held together, and the pairs that are worth a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.review import Question

from .conftest import Run

FIRST = ("Ben", "Cleo", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jane", "Karl")
LAST = ("Abel", "Birch", "Coster", "Dunn", "Ernst", "Falk", "Groot", "Hale", "Ibsen", "Joost")
HEAD = "order_id,customer_id,name,email,phone,street,postcode,city,ordered_at,amount,currency\n"


def row(number: str, name: str, email: str, phone: str, street: str) -> str:
    """Return an order."""
    day = 1 + len(email) % 9
    return f"O{number},{number},{name},{email},{phone},{street},M1 1AA,Leeds,2026-01-0{day} 10:00:00,10.00,EUR"


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Run:
    """A hundred people, one of them three times over, and two who share a home."""
    rows = [
        row(f"P{n}", f"{FIRST[n % 10]} {LAST[n // 10]}", f"p{n}@example.org", f"0161 496 0{n:03d}", f"{n} Mill Lane")
        for n in range(100)
    ]
    rows += [
        row("A1", "Ann Marsh", "ann@example.org", "020 7946 0101", "7 Field Street"),
        row("A2", "Ann Marsh", "ann.marsh@post.example", "020 7946 0101", ""),
        row("A3", "A. Marsh", "ann.marsh@post.example", "", ""),
        row("N1", "Ida Olm", "", "020 7946 0909", "5 Field Street"),
        row("N2", "Ida Olm", "olm@post.example", "", ""),
        row("B1", "Zoe Quist", "zoe@example.org", "020 7946 0707", "9 Field Street"),
        row("B2", "Yuri Quist", "yuri@example.org", "020 7946 0707", "9 Field Street"),
    ]
    (tmp_path / "orders.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    run("init")
    assert run("hear", "orders.csv", "--as", "shop", "--currency", "EUR").code == 0
    assert run("turn").code == 0
    return run


def test_every_pair_of_a_customer_explains_itself(home: Run) -> None:
    """The words' bits add up to the weight; a pair that is not alike by itself is led to over the third."""
    for one, other in (("A1", "A2"), ("A2", "A3"), ("A1", "A3")):
        told = home("why", one, other, "--json").data
        assert told["same"]
        assert sum(reason["bits"] for reason in told["reasons"]) == pytest.approx(told["bits"], abs=1e-6)
        assert told["path"][0]["one"] in told["records"] or told["path"][0]["other"] in told["records"]
    assert "same telephone" in home("why", "A1", "A2").out
    whole = home("why", "Ann Marsh", "--json").data
    assert len(whole["links"]) == 2
    assert whole["weakest"] == whole["links"][-1]
    assert "By what" not in home("why", "Ann Marsh").out
    assert "regulars split" in home("why", "Ann Marsh").out


def test_doubt_says_what_is_held() -> None:
    """A pair that is alike and yet two is not told to be wrong: something else keeps it apart."""
    assert Question(1, 2, one=True, bits=3.0, cost=1.0).doubt == "11% that this is wrong"
    assert Question(1, 2, one=False, bits=0.0, cost=1.0).doubt == "50% that this is wrong"
    apart = Question(1, 2, one=False, bits=4.0, cost=1.0).doubt
    assert apart == "by themselves they would be one at 94%, what else is known keeps them apart"


def test_two_who_are_not_one_say_what_speaks_against(home: Run) -> None:
    """What both carry, what is missing, and a pair that nothing would have led to is compared all the same."""
    told = home("why", "B1", "B2")
    assert "two customers" in told.out
    assert "different first names" in told.out
    assert "Both carry phone:079460707: it joins" in told.out or "it does not join" in told.out
    assert "bits to the bar" in told.out
    far = home("why", "A1", "P5", "--json").data
    assert (far["same"], far["compared"]) == (False, False)
    assert sum(reason["bits"] for reason in far["reasons"]) == pytest.approx(far["bits"])
    assert far["bits"] < -5
    assert home("why", "A1", "A1").code != 0


def test_a_word_leaves_the_queue_and_is_counted(home: Run) -> None:
    """Pairs in question are listed, the most costly first; after a word on one it is asked no more, until it ends."""
    queue = home("review", "--most", "50", "--json").data
    assert queue["judged"] == 0
    assert queue["waiting"] == len(queue["pairs"]) > 0
    costs = [pair["cost"] for pair in queue["pairs"]]
    assert costs == sorted(costs, reverse=True)
    first = queue["pairs"][0]
    assert "regulars same|different|related" in home("review").out
    said = "same" if first["one_person"] else "different"
    assert home(said, *first["records"]).code == 0
    after = home("review", "--most", "50", "--json").data
    assert first["records"] not in [pair["records"] for pair in after["pairs"]]
    assert (after["judged"], after["agreed"]) == (1, 1)
    assert "You judged 1 pair; the model had said the same of 1" in home("review").out
    assert home(said, *first["records"], "--end").code == 0
    assert home("review", "--most", "50", "--json").data == queue


def test_a_page_that_is_not_sure_names_the_fields(home: Run) -> None:
    """The identity line says by what the records were joined, and where to look."""
    for found in home("who", "Ann Marsh", "--json").data:
        page = home("brief", found["customer"]).out
        if found["sure"] < 0.99:
            assert "records joined by" in page
            assert "what is alike in them" not in page
