"""Texts in plain letters, whatever their script."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.recognise.spelling import in_plain_letters, plain_letters, texts_of

UTF8 = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("Zoë  WEIß", "zoe weiss"),
        ("Łódź", "lodz"),
        ("Nguyễn Văn An", "nguyen van an"),
        ("Юрий Гагарин", "yuriy gagarin"),
        ("４２", "42"),
        ("e\u0301", "e"),
        ("\t a\r\nb ", "a b"),
        ("", ""),
    ],
)
def test_letters_of_all_scripts_become_plain(text: str, spelt: str) -> None:
    """Accents, capitals, scripts and blanks make no difference, alone or in a column."""
    assert plain_letters(text) == spelt
    assert in_plain_letters(pa.array([text, None])).to_pylist() == [spelt, None]


@given(st.lists(UTF8 | st.none(), max_size=8))
def test_a_column_is_spelt_as_its_values_are(texts: list[str | None]) -> None:
    """Spelling a column gives what spelling each value gives, and spelling twice changes nothing."""
    spelt = in_plain_letters(pa.array(texts, pa.string()))
    assert spelt.to_pylist() == [None if text is None else plain_letters(text) for text in texts]
    assert in_plain_letters(spelt).to_pylist() == spelt.to_pylist()


def test_a_column_that_is_not_there_is_empty() -> None:
    """A missing column counts as nulls; numbers are written as texts."""
    assert texts_of(None, length=2).to_pylist() == [None, None]
    assert texts_of(pa.chunked_array([[1], [2]]), length=2).to_pylist() == ["1", "2"]
