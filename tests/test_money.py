"""Money is whole minor units of one currency."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.errors import CurrencyError
from regulars.listen import SCHEMA
from regulars.money import Money


def test_two_currencies_are_never_added() -> None:
    """Adding, taking away or comparing two currencies raises, with both amounts in the message."""
    for mix in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b):
        with pytest.raises(CurrencyError, match=r"€1\.00 and £1\.00 are in two currencies"):
            mix(Money(100, "EUR"), Money(100, "GBP"))


@given(st.integers(-(10**12), 10**12), st.integers(-(10**12), 10**12))
def test_adding_and_taking_away_are_exact(one: int, other: int) -> None:
    """What is added can be taken away again, to the cent."""
    assert Money(one, "EUR") + Money(other, "EUR") - Money(other, "EUR") == Money(one, "EUR")


@pytest.mark.parametrize(
    ("money", "written", "rounded"),
    [
        (Money(123456, "EUR"), "€1,234.56", "€1,230"),
        (Money(-5, "GBP"), "-£0.05", "£0"),
        (Money(1500, "JPY"), "1,500 JPY", "1,500 JPY"),
        (Money(1234, "KWD"), "1.234 KWD", "1 KWD"),
        (Money(10643354, "XXX"), "106,433.54", "106,000"),
        (Money(995, "USD"), "9.95 USD", "10 USD"),
    ],
)
def test_money_is_written_as_people_write_it(money: Money, written: str, rounded: str) -> None:
    """Decimals follow the currency, a range is rounded to three figures, and an unnamed currency has no sign."""
    assert str(money) == written
    assert money.rounded() == rounded


def test_no_column_of_a_trace_is_a_float() -> None:
    """No float holds money, a quantity or a rating."""
    assert not [part.name for part in SCHEMA if "float" in str(part.type) or "double" in str(part.type)]
