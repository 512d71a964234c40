"""`regulars shared`: what joins nobody is listed, and one word overrules it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from regulars import loop
from regulars.cli import regulars as command
from regulars.errors import NotFound
from regulars.settings import Settings
from regulars.shared import demoted, key_meant
from regulars.store import Home, make_home

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where two customers ordered with the telephone of a front desk."""
    place = tmp_path / "home"
    orders = tmp_path / "orders.csv"
    orders.write_text(
        "order_id,customer_id,phone,order_date,amount\n"
        "1,C1,+44 20 7946 0123,2026-10-01,5.00\n2,C2,+44 20 7946 0123,2026-10-02,6.00\n"
    )
    made = make_home(place, Settings(currency="GBP"), now_us=0)
    loop.hear(made, [orders], source="shop", now=NOW)
    made.close()
    return place


def said(home: Path, *words: str) -> object:
    """Run `regulars shared` and return its answer."""
    ran = CliRunner().invoke(command, ["shared", *words, "--json", "--home", str(home)], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_a_shared_identifier_is_listed_and_overruled(home: Path) -> None:
    """A trial changes nothing; a ruling takes the identifier from the list, and its end brings it back."""
    (listed,) = said(home)  # type: ignore[misc]
    assert (listed["key"], listed["reason"], listed["records"]) == ("phone:079460123", "shared telephone", 2)
    for words in (["--dry-run"], []):
        assert len(said(home)) == 1  # type: ignore[arg-type]
        answer = said(home, "020 7946 0123", "--own", *words)
        assert answer["ruled"] == "own"  # type: ignore[index]
        assert answer["dry_run"] == bool(words)  # type: ignore[index]
    assert said(home) == []
    assert said(home, "phone:079460123", "--never")["key"] == "phone:079460123"  # type: ignore[index]
    assert said(home)[0]["reason"] == "never used"  # type: ignore[index]
    said(home, "079460123", "--default")
    assert said(home) == [listed]


def test_an_identifier_nobody_has_is_refused_in_words(home: Path) -> None:
    """What is no identifier is named, with what to do."""
    opened = Home(home)
    with pytest.raises(NotFound, match="no identifier that we have heard"):
        key_meant(opened, "nobody@mail.example")
    assert demoted(opened)
    opened.close()


def test_a_ruling_is_forgotten_with_its_person(home: Path) -> None:
    """Erasing somebody takes out what was said of the identifiers that were theirs alone."""
    opened = Home(home)
    opened.rulings.rule("customer:shop:C1", "never", now_us=1)
    opened.rulings.rule("phone:079460123", "never", now_us=1)
    from regulars.privacy import forget

    forget(opened, "customer:shop:C1", now=NOW)
    assert opened.rulings.in_force() == (("phone:079460123", "never"),)
    opened.close()
