"""Sensitive columns: off until somebody chooses them, and some of them even then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.guard.keep import NEVER, words_of
from regulars.intake import hear
from regulars.listen import Held, Mapping, write_mappings
from regulars.listen.sensitive import looks_sensitive, sensitive_header
from regulars.settings import Settings
from regulars.store import make_home

from .conftest import Listen

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
CARDS = ("4111111111111111", "5500-0000-0000-0004", "3400 000000 00009")
BANKS = ("GB82 WEST 1234 5698 7654 32", "DE89370400440532013000")
SOCIAL = ("219-09-9999", "078-05-1120")
HASHES = ("$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ")
HEADERS = [
    "religion", "health_notes", "Card Number", "cvv", "IBAN", "password_hash", "SSN", "social security no", "passport",
    "ethnicity", "biometric id", "sexual orientation",
]  # fmt: skip


@pytest.mark.parametrize("values", [CARDS, BANKS, SOCIAL, HASHES])
def test_a_column_is_told_by_its_values_whatever_it_is_called(values: tuple[str, ...], listen: Listen) -> None:
    """A header that suggests a harmless role does not let it in."""
    rows = "".join(f'C{number},2026-01-02,5,"{value}"\n' for number, value in enumerate(values))
    told = listen(f"customer_id,date,amount,description\n{rows}", "sales.csv")
    assert told.mapping.sensitive == ("description",)
    assert "item" not in told.mapping.columns
    assert told.mapping.left_out == ("description",)
    assert all(trace["item"] is None for trace in told.traces)


@pytest.mark.parametrize(
    "values", [("4111111111111112", "5500000000000005"), ("GB83WEST12345698765432", "x"), ("1182", "1183"), ("a", "b")]
)
def test_numbers_without_a_right_check_digit_are_numbers(values: tuple[str, ...]) -> None:
    """A long number of an order is no card."""
    assert not looks_sensitive("order_id", values)


@pytest.mark.parametrize("header", HEADERS)
def test_what_the_guard_never_takes_looks_sensitive_by_its_header(header: str) -> None:
    """The two lists agree."""
    assert NEVER.search(words_of(header))
    assert sensitive_header(header)


def test_every_word_of_the_guard_is_one_of_ours() -> None:
    """A word that is added to the guard has to be added here."""
    from regulars.listen.sensitive import HEADERS as OURS

    assert NEVER.pattern.removeprefix(r"\b(?:").removesuffix(r")\b") in OURS.pattern


def test_a_person_may_choose_such_a_column_and_the_guard_still_refuses_its_own(tmp_path: Path) -> None:
    """A mapping file may take a tax number, but never a card's."""
    home = make_home(tmp_path / "home", Settings(), now_us=0)
    columns = {
        "customer": ("customer_id",),
        "ordered_at": ("date",),
        "amount": ("amount",),
        "item": ("tax id",),
        "category": ("card number",),
    }
    write_mappings(tmp_path / "map.toml", [Mapping("lines", columns)])
    content = b"customer_id,date,amount,tax id,card number\nA,2026-01-02,5,77,4111111111111111\n"
    try:
        (file,) = hear(home, [Held("s.csv", content)], source="till", now=NOW, map_path=tmp_path / "map.toml")
    finally:
        home.close()
    assert file.mapping.columns["item"] == ("tax id",)
    assert "category" not in file.mapping.columns
    assert "never taken: card number" in file.kept_for
