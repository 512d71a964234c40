"""Telephones that are equal however they are written."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.listen.identifiers import phone_key
from regulars.recognise.phones import clean_phones


def phone_of(text: str, region: str | None = "GB") -> str | None:
    """Return the digits of one telephone."""
    found: str | None = clean_phones(pa.array([text]), region=region)["phone"][0].as_py()
    return found


@pytest.mark.parametrize(
    "writings",
    [
        (
            "+44 1159 116221",
            "0044 1159 116221",
            "(01159) 116221",
            "+44 (0)1159 116221",
            "01159116221",
            "441159116221.0",
        ),
        ("+1 (415) 555-2671", "415.555.2671", "1-415-555-2671", "(415) 555 2671 ext. 12", "４１５５５５２６７１"),
        ("+47 22 12 34 56", "22 12 34 56", "004722123456"),
        ("+32 2 511 11 12", "02 511 11 12", "0032 (0)2 511 11 12"),
        ("+49 30 1234 5670", "030/12345670", "0049-30-12345670"),
    ],
)
def test_all_writings_of_a_number_are_one(writings: tuple[str, ...]) -> None:
    """Country codes, trunk zeros, marks and extensions make no difference."""
    assert len({phone_of(text) for text in writings}) == 1
    assert phone_of(writings[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("000000", "one digit repeated"),
        ("1111111111", "one digit repeated"),
        ("+44 9999 999999", "one digit repeated"),
        ("123456789", "digits in a row"),
        ("0123456789", "digits in a row"),
        ("12345", "too few digits for a telephone"),
        ("1" * 9 + "2" * 12, "too many digits for a telephone"),
        ("ask Ann", "no telephone number"),
        ("4.41159E+11", "digits lost in a spreadsheet"),
    ],
)
def test_a_number_that_reaches_nobody_is_dropped_and_why(text: str, reason: str) -> None:
    """A placeholder becomes null, and the reason is kept."""
    parts = clean_phones(pa.array([text]), region="GB")
    assert parts["phone"].to_pylist() == [None]
    assert parts["phone_kind"].to_pylist() == [None]
    assert parts["reason"].to_pylist() == [reason]


def test_the_digits_are_those_of_the_identifier() -> None:
    """A telephone of nine national digits or more has the digits by which its identifier is known."""
    for text in ("+44 20 7946 0123", "(01159) 116221", "+49 1512 3456780", "415-555-2671"):
        assert phone_key(text) == f"phone:{phone_of(text)}"
        assert phone_of(str(phone_of(text))) == phone_of(text)


def test_the_kind_is_told_by_country_and_first_digits() -> None:
    """Mobile and landline, by the number's own country code, else by the region."""
    texts = ["+44 7700 900123", "07700 900123", "020 7946 0123", "+49 1512 3456780", "+1 415 555 2671"]
    kinds = clean_phones(pa.array(texts), region="GB")["phone_kind"].to_pylist()
    assert kinds == ["mobile", "mobile", "landline", "mobile", "other"]


def test_most_numbers_speak_for_those_without_a_country() -> None:
    """Without a region, the country of most numbers is that of the others; the digits are the same either way."""
    texts = ["07700 900123", *(f"+44 20 7946 01{number:02}" for number in range(12))]
    assert clean_phones(pa.array(texts))["phone_kind"][0].as_py() == "mobile"
    assert clean_phones(pa.array(texts[:5]))["phone_kind"][0].as_py() == "other"
    assert clean_phones(pa.array(texts))["phone"].equals(clean_phones(pa.array(texts), region="US")["phone"])


@given(
    st.lists(st.text("0123456789+() -/x.", max_size=22) | st.text(st.characters(exclude_categories=["Cs"])), max_size=6)
)
def test_any_text_is_read_and_reading_again_changes_nothing(texts: list[str]) -> None:
    """Nothing raises; digits that were kept are nine and stay as they are."""
    phones = clean_phones(pa.array([*texts, None], pa.string()))["phone"]
    assert all(phone is None or (len(phone) == 9 and phone.isdigit()) for phone in phones.to_pylist())
    assert clean_phones(phones)["phone"].to_pylist() == phones.to_pylist()
