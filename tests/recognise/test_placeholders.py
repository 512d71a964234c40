"""Values that only fill a box."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.recognise.placeholders import FIELDS, placeholder, placeholder_reasons


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("name", text) for text in ("N/A", "n.a.", "unknown", "Unbekannt", "TEST", "Test User", "xxx", ".", "---")),
        *(("name", text) for text in ("No Name", "Guest", "asdf", "12345", "ann@example.org", "First name", "aaaa")),
        *(("company", text) for text in ("private", "Self-employed", "none", "0", "Privatkunde", "n/a")),
        *(("place", text) for text in ("no fixed abode", "n/a", "same as above", "?", "xxxx")),
        *(("postcode", text) for text in ("00000", "99999", "0", "XXXX", "n/a", "-")),
        *(("number", text) for text in ("000000", "123456789", "none", "111-11".replace("-", ""))),
    ],
)
def test_what_means_nothing_has_a_reason(field: str, text: str) -> None:
    """A value that only fills a box is told, and why."""
    assert placeholder(text, field=field)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *(("name", text) for text in ("Nadia", "Tess", "Guestrin", "Xu", "O", "Al", "Nono", "Testa", "Ka", "Aa")),
        *(("family", text) for text in ("Guest", "Blank", "Sample", "Baby", "Leer")),
        *(("company", text) for text in ("Private Eye", "Nonesuch", "3M", "Home Bakery", "ABC Ltd", "Self Storage")),
        *(("place", text) for text in ("Anytown", "Nanterre", "Test Valley", "Y", "Blank Road 3")),
        *(("postcode", text) for text in ("12345", "1000", "90000", "SW1A 1AA", "2000")),
        *(("number", text) for text in ("123456780", "100000", "7", "A1")),
    ],
)
def test_what_may_be_meant_is_left(field: str, text: str) -> None:
    """A value that some customer may really have is none, however odd."""
    assert placeholder(text, field=field) is None


@given(
    st.sampled_from(FIELDS),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(["n/a", "0", "."])),
)
def test_a_column_is_judged_as_its_values_are(field: str, texts: list[str]) -> None:
    """Judging a column gives what judging each of its values gives."""
    expected = [placeholder(text, field=field) for text in texts]
    assert placeholder_reasons(pa.array([*texts, None], pa.string()), field=field).to_pylist() == [*expected, None]
