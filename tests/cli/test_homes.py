"""Who shares a home: said by number and reason, named only where all agreed, and never a reason to join histories."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from .conftest import Run
from .test_review import FIRST, HEAD, LAST, row

BOTH = "consent_id,customer_id,recorded_at,channel,purpose,decision\n"
ANN, BO = "1,B1,2026-01-02 10:00:00,,household,yes\n", "2,B2,2026-01-02 10:00:00,,household,yes\n"


@pytest.fixture
def shop(run: Run, tmp_path: Path) -> Run:
    """A hundred people alone at their addresses, and two of one home, of whom one gave a company as well."""
    rows = [
        row(f"P{n}", f"{FIRST[n % 10]} {LAST[n // 10]}", f"p{n}@example.org", f"0161 496 0{n:03d}", f"{n} Mill Lane")
        for n in range(100)
    ]
    rows += [
        row("B1", "Ann Quist", "ann@acme.example", "020 7946 0707", "9 Field Street"),
        row("B2", "Bo Quist", "bo@example.org", "020 7946 0707", "9 Field Street"),
    ]
    people = [line + ",Acme Ltd" if ",Ann Quist," in line else line + "," for line in rows]
    (tmp_path / "orders.csv").write_text(HEAD.strip() + ",company\n" + "\n".join(people) + "\n", encoding="utf-8")
    run("init")
    assert run("hear", "orders.csv", "--as", "shop", "--currency", "EUR").code == 0
    return run


def agreed(shop: Run, place: Path, *consents: str) -> None:
    """Hear some consents, and turn."""
    if consents:
        (place / "consents.csv").write_text(BOTH + "".join(consents), encoding="utf-8")
        assert shop("hear", "consents.csv", "--as", "shop").code == 0
    assert shop("turn").code == 0


@pytest.mark.parametrize("consents", [(), (ANN,)])
def test_nobody_is_named_before_all_agreed(shop: Run, tmp_path: Path, consents: tuple[str, ...]) -> None:
    """The page says nothing of the home and why; `who` says with how many, and how that is known."""
    agreed(shop, tmp_path, *consents)
    page = shop("brief", "B1").out
    assert "shares a home" not in page
    assert "kept back (rule 9)" in page
    (who,) = shop("who", "B1", "--json").data
    assert who["around"][0].startswith("probably shares a home with 1 other customer (writes the same address")
    assert len(who["records"]) == 1


def test_where_all_agreed_the_page_names_the_others(shop: Run, tmp_path: Path) -> None:
    """And no longer, once one of them asks to be left alone."""
    agreed(shop, tmp_path, ANN, BO)
    assert "shares a home with 1 other customer: Bo Quist" in shop("brief", "B1").out
    assert shop("export", "B1", "--to", "copy.zip").code == 0
    about = json.loads(zipfile.ZipFile(tmp_path / "copy.zip").read("about.json"))
    assert about["homes"][0].startswith("probably shares a home with 1 other customer: Bo Quist")
    assert [one["name"] for one in about["organisations"]] == ["acme"]
    assert shop("restrict", "B2").code == 0
    assert "Bo Quist" not in shop("brief", "B1").out
    assert shop("who", "B1", "--json").data[0]["around"] == ["speaks for acme, has a mailbox there (names it)"]
