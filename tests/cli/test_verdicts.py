"""Same, different, related, split: tried out, said, listed, ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

ORDERS = """order_id,customer_id,email,ordered_at,amount,currency
1,A1,ann@example.org,2026-01-02 10:00:00,12.50,EUR
2,A1,ann@example.org,2026-02-02 10:00:00,8.00,EUR
3,B2,bob@example.org,2026-02-20 10:00:00,30.00,EUR
4,C3,ann@example.org,2026-02-21 10:00:00,5.00,EUR
5,D4,ann@example.org,2026-02-22 10:00:00,5.00,EUR
"""
CONSENTS = """consent_id,customer_id,recorded_at,channel,purpose,decision
1,A1,2026-01-02 10:00:00,mail,marketing,yes
2,B2,2026-01-02 10:00:00,mail,marketing,no
"""


@pytest.fixture
def home(run: Run, tmp_path: Path) -> Run:
    """A home of four records, three of them one customer by a shared address."""
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "consents.csv").write_text(CONSENTS, encoding="utf-8")
    run("init")
    assert run("hear", "orders.csv", "consents.csv", "--as", "shop", "--currency", "EUR").code == 0
    assert run("turn").code == 0
    return run


def who(run: Run, text: str) -> Any:
    """Return the one customer whom a text means."""
    (found,) = run("who", text, "--json").data
    return found


def test_a_dry_run_tells_everything_and_changes_nothing(home: Run) -> None:
    """Customers, records, traces, orders, spending, and the consent that becomes stricter; then all is as before."""
    before = home("who", "example.org", "--json").out
    told = home("same", "A1", "B2", "--dry-run", "--json").data
    assert (told["verdict"], told["dry_run"], told["records_moved"]) == (None, True, 3)
    assert sorted(seen["records"] for seen in told["before"]) == [1, 3]
    (after,) = told["after"]
    assert (after["records"], after["orders"], after["spent"]) == (4, 5, ["€60.50"])
    assert told["stricter"] == ["mail marketing"]
    assert told["new_lines"]
    assert "Nothing was changed: this was a dry run." in home("same", "A1", "B2", "--dry-run").out
    assert "Nobody has said anything yet" in home("verdicts").out
    home("turn")
    assert home("who", "example.org", "--json").out == before


def test_said_and_ended_gives_back_the_same_customers(home: Run) -> None:
    """Both codes lead to the one customer meanwhile, and each to its own again afterwards."""
    before, ann, bob = home("who", "example.org", "--json").out, who(home, "A1"), who(home, "B2")
    assert home("same", "A1", "bob@example.org", "--because", "told at the desk").code == 0
    home("turn")
    one = who(home, bob["customer"])
    assert {one["customer"], *(record["record"] for record in one["records"])} >= {ann["customer"], bob["customer"]}
    assert "human" in {record["held"] for record in one["records"]}
    assert home("brief", ann["customer"]).out == home("brief", bob["customer"]).out
    (verdict,) = home("verdicts", "--json").data
    assert (verdict["said"], verdict["because"], verdict["no_effect"]) == ("same", "told at the desk", None)
    assert "Verdict 1 (same) has ended." in home("same", "B2", "A1", "--end").out
    home("turn")
    assert home("who", "example.org", "--json").out == before


def test_a_split_keeps_the_code_on_the_larger_part(home: Run) -> None:
    """The smaller part says from whom it was split off, and ending it gives back what was there."""
    before = who(home, "A1")
    assert len(before["records"]) == 3
    assert "Verdict 1 (split) is kept." in home("split", "A1", "C3").out
    home("turn")
    off, rest = who(home, "C3"), who(home, "A1")
    assert (len(off["records"]), len(rest["records"])) == (1, 2)
    assert (rest["customer"], off["split_from"], rest["split_from"]) == (before["customer"], before["customer"], None)
    assert off["customer"] != before["customer"]
    assert f"Split off from customer {before['customer']} by a colleague." in home("brief", "C3").out
    assert home("brief", off["customer"]).code == 0
    home("verdicts", "--end", "1")
    home("turn")
    assert who(home, "A1") == before
    assert who(home, off["customer"])["customer"] == before["customer"]


def test_of_verdicts_that_contradict_the_list_says_which_has_no_effect(home: Run) -> None:
    """The newest counts."""
    home("different", "A1", "C3")
    home("same", "A1", "C3")
    listed = home("verdicts").out.splitlines()
    assert "no effect: verdict 2 of " in listed[0]
    assert "no effect" not in listed[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("same", "A1", "A1"), "lead to the same record."),
        (("same", "A1", "nobody@example.org"), "No customer matches 'nobody@example.org'."),
        (("different", "ann@example.org", "A1"), "'ann@example.org' leads to 3 records of customer"),
        (("split", "A1", "B2"), "'B2' is no record of this customer."),
        (("split", "A1", "A1", "C3", "D4"), "has 3 records, and all of them would be split off."),
        (("related", "A1", "B2", "--end"), "Nobody has said 'related' of 'A1' and 'B2', or it has ended."),
        (("verdicts", "--end", "7"), "There is no verdict 7."),
        (("same", "A1", "B2", "--because", "x" * 501), "A reason of 501 characters is too long."),
    ],
)
def test_what_cannot_be_meant_says_what_to_do(home: Run, words: tuple[str, ...], said: str) -> None:
    """Two sentences, an exit code of its own, and nothing is kept."""
    told = home(*words)
    assert (told.code, said in told.err, len(told.err.strip().splitlines())) == (66, True, 2)
    assert home("verdicts", "--json").data == []
