"""Names taken apart, from one field or from several."""

from __future__ import annotations

from collections.abc import Callable

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.recognise.person_names import (
    PersonName,
    clean_family_names,
    clean_given_names,
    clean_names,
    family_name,
    given_name,
    whole_name,
)

UTF8 = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMELIKE = st.text("abAB .,'-\u00e9\u738b\u5c0f\u041c", max_size=16) | st.lists(
    st.sampled_from(["Dr", "Jr", "van", "der", "O", "Mc", "Ann", "Lee", "Smith,", "III", "Mr", "na"]), max_size=5
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Smith", ("john", None, "smith", None)),
        ("SMITH, John A.", ("john", "a", "smith", None)),
        ("Smith, John, Jr.", ("john", None, "smith", "jr")),
        ("John Smith, PhD", ("john", None, "smith", None)),
        ("Martin Luther King Jr.", ("martin", "luther", "king", "jr")),
        ("Henry Ford III", ("henry", None, "ford", "iii")),
        ("Prof. Dr. med. Anna Maria Huber", ("anna", "maria", "huber", None)),
        ("Herr Dr. Karl von Weizsäcker", ("karl", None, "von weizsacker", None)),
        ("Phil Collins", ("phil", None, "collins", None)),
        ("D. Smith", ("d", None, "smith", None)),
        ("J. R. R. Tolkien", ("j", "r r", "tolkien", None)),
        ("Mrs Robinson", (None, None, "robinson", None)),
        ("Mr & Mrs Smith", (None, None, "smith", None)),
        ("Juan de la Cruz", ("juan", None, "de la cruz", None)),
        ("María del Carmen García López", ("maria", "del carmen garcia", "lopez", None)),
        ("Gogh, Vincent van", ("vincent", None, "van gogh", None)),
        ("Ali bin Abu Talib", ("ali", None, "bin abu talib", None)),
        ("Conor O’Neil", ("conor", None, "oneil", None)),
        ("Ronald Mc Donald", ("ronald", None, "mcdonald", None)),
        ("Gaëlle Le Goff", ("gaelle", None, "le goff", None)),
        ("Robert (Bob) Jones", ("robert", None, "jones", None)),
        ("Ann", ("ann", None, None, None)),
        ("Smith,", (None, None, "smith", None)),
        ("王小明", ("xiaoming", None, "wang", None)),
        ("김 민준", ("minjun", None, "gim", None)),
        ("Юрий Гагарин", ("yuriy", None, "gagarin", None)),
        ("Al Pacino", ("al", None, "pacino", None)),
        ("Van Morrison", ("van", None, "morrison", None)),
    ],
)
def test_a_name_in_one_field_is_taken_apart(text: str, expected: tuple[str | None, ...]) -> None:
    """Order, titles, generations, particles, initials and scripts are understood."""
    name = whole_name(text)
    assert (name.given, name.middle, name.family, name.generation) == expected
    assert name.reason is None


@pytest.mark.parametrize(
    ("text", "given", "middle"),
    [
        ("Jean-Pierre", "jean", "pierre"),
        ("JEAN PIERRE", "jean", "pierre"),
        ("J.R.", "j", "r"),
        ("Dr. Ann", "ann", None),
        ("Don", "don", None),
        ("Na", "na", None),
        ("小明", "xiaoming", None),
    ],
)
def test_a_given_name_is_its_first_word(text: str, given: str, middle: str | None) -> None:
    """Further given names, hyphen or not, are middle names; a name that looks like a title is kept."""
    assert (given_name(text).given, given_name(text).middle) == (given, middle)


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("O'Brien", "obrien"),
        ("O´Brien", "obrien"),
        ("O Brien", "obrien"),
        ("Mac Donald", "macdonald"),
        ("Smith-Jones", "smith jones"),
        ("van den Berg", "van den berg"),
        ("Müller geb. Schmidt", "muller"),
        ("Herr", "herr"),
        ("Do", "do"),
        ("Smith Jr", "smith"),
    ],
)
def test_a_family_name_keeps_all_its_words(text: str, family: str) -> None:
    """Particles and double names stay; apostrophes, accents and generations go."""
    assert family_name(text).family == family


@pytest.mark.parametrize("text", ["Mr", "unknown", "test", "---", "12345", "ann@example.org"])
def test_what_is_no_name_says_why(text: str) -> None:
    """A value that names nobody leaves nothing but its reason."""
    for read in (whole_name, given_name):
        name = read(text)
        assert name == PersonName(reason=name.reason)
        assert name.reason


@pytest.mark.parametrize(
    ("clean", "read"),
    [(clean_names, whole_name), (clean_given_names, given_name), (clean_family_names, family_name)],
)
def test_a_column_is_read_as_its_values_are(
    clean: Callable[[pa.Array], dict[str, pa.Array]], read: Callable[[str], PersonName]
) -> None:
    """The quick way through a whole column and the way through one value lead to the same name."""

    @given(st.lists(NAMELIKE | UTF8, max_size=6))
    def check(texts: list[str]) -> None:
        parts = clean(pa.array([*texts, None], pa.string()))
        for place, text in enumerate(texts):
            name = read(text) if text.strip() else PersonName()
            found = PersonName(**{field: parts[field][place].as_py() for field in parts})
            assert found == name, text
            for part in (found.given, found.family):
                assert part is None or (part.isascii() and part == " ".join(part.lower().split()) != "")
        assert all(part[len(texts)].as_py() is None for part in parts.values())

    check()


@given(NAMELIKE)
def test_a_clean_family_name_stays_clean(text: str) -> None:
    """Cleaning a family name twice changes nothing that cleaning once has left, unless a title comes to light."""
    once = family_name(text).family
    if once and not family_name(once).reason:
        twice = family_name(once).family
        assert twice is not None
        assert family_name(twice).family is None or len(family_name(twice).family or "") <= len(twice)
