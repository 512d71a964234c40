"""Addresses taken apart and written in one way."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.recognise.addresses import clean_places, clean_postcodes, clean_streets, house_numbers, street_key

UTF8 = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize(
    ("text", "house", "unit", "street"),
    [
        ("42 Church Avenue", "42", None, "church ave"),
        ("42a High St.", "42a", None, "high st"),
        ("42 A High Street", "42a", None, "high st"),
        ("10 E Main St", "10", None, "e main st"),
        ("Flat 3, 12-14 St Paul's Rd", "12-14", "3", "st pauls rd"),
        ("Apt 5B 100 Broadway", "100", "5b", "broadway"),
        ("100 Broadway #5B", "100", "5b", "broadway"),
        ("5/12 High Street", "12", "5", "high st"),
        ("Hauptstraße 7", "7", None, "haupt st"),
        ("Haupt Str. 7", "7", None, "haupt st"),
        ("Hoofdstraat 12 hs", "12", "hs", "hoofd st"),
        ("5, rue de la Paix", "5", None, "rue de la paix"),
        ("12 bis rue Victor Hugo", "12bis", None, "rue victor hugo"),
        ("C/ Mayor 5, 3º B", "5", "3ob", "c mayor"),
        ("123 5th Ave", "123", None, "5th ave"),
        ("P.O. Box 12", "12", None, "po box"),
        ("Postfach 10 20 30", "102030", None, "po box"),
        ("The Old Rectory", None, None, "the old rectory"),
        ("n/a", None, None, None),
        (" ", None, None, None),
    ],
)
def test_a_street_line_is_taken_apart(text: str, house: str | None, unit: str | None, street: str | None) -> None:
    """House number in front or behind, flats, boxes, and the usual short words."""
    parts = clean_streets(pa.array([text]))
    assert tuple(parts[name][0].as_py() for name in ("house", "unit", "street")) == (house, unit, street)


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("sd25 1de", "SD251DE"),
        ("1234.0", "1234"),
        ("01234", "01234"),
        ("1012 AB", "1012AB"),
        ("00000", None),
        ("", None),
    ],
)
def test_a_postcode_has_one_writing(text: str, postcode: str | None) -> None:
    """Capitals, no blanks, nothing of a spreadsheet, no placeholder."""
    assert clean_postcodes(pa.array([text]))["postcode"].to_pylist() == [postcode]


def test_places_and_house_numbers_have_one_writing() -> None:
    """Accents, hyphens and Saint make no difference to a place; blanks and `.0` none to a house number."""
    assert clean_places(pa.array(["Saint-Étienne", "ST. ETIENNE", "n/a"]))["place"].to_pylist() == [
        "st etienne", "st etienne", None,
    ]  # fmt: skip
    assert house_numbers(pa.array(["42 A", "42a", "7.0", "No. 7", "-", None])).to_pylist() == [
        "42a", "42a", "7", "7", None, None,
    ]  # fmt: skip


def test_the_order_of_words_does_not_change_the_key() -> None:
    """The same telling words make the same key."""
    assert street_key("Rue Victor Hugo") == street_key("Hugo Victor rue")
    assert street_key("High Street") != street_key("Church Street")
    assert street_key("The Avenue") == "the"


@given(st.lists(st.text("0123 abSt/-#.,flat box", max_size=20) | UTF8, max_size=6))
def test_any_text_is_read_and_clean_streets_stay_clean(texts: list[str]) -> None:
    """Nothing raises; what is left is in plain letters, and is not null only where the value was."""
    values = pa.array([*texts, None], pa.string())
    parts = clean_streets(values)
    for name in ("house", "unit", "street"):
        assert all(
            part is None or (part and part.isascii() and part == part.lower()) for part in parts[name].to_pylist()
        )
    codes = clean_postcodes(values)["postcode"]
    assert clean_postcodes(codes)["postcode"].to_pylist() == codes.to_pylist()
    places = clean_places(values)["place"]
    assert all(place is None or place == " ".join(place.split()) != "" for place in places.to_pylist())
