"""Which given names are forms of each other."""

from __future__ import annotations

import pytest

from regulars.recognise import are_forms, nickname_pairs


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bob", "Robert"), ("Bill", "William"), ("Bob", "Rob"), ("José", "Pepe"), ("Hans", "Johannes"), ("Ann", "ann")],
)
def test_forms_of_a_name_are_told(one: str, other: str) -> None:
    """Short forms, forms in other languages, and two short forms of one name, both ways round."""
    assert are_forms(one, other)
    assert are_forms(other, one)


@pytest.mark.parametrize(("one", "other"), [("Alan", "Albert"), ("Ann", "Bob"), ("John", "Jane"), ("", "Ann")])
def test_other_names_are_not(one: str, other: str) -> None:
    """Two names that share a short form are not forms of each other."""
    assert not are_forms(one, other)


def test_pairs_go_both_ways_and_never_to_themselves() -> None:
    """The table for definitions holds every pair twice and nothing else twice."""
    table = nickname_pairs()
    pairs = list(zip(table.column("name1").to_pylist(), table.column("name2").to_pylist(), strict=True))
    assert len(set(pairs)) == len(pairs) > 4_000
    assert all(one != other and (other, one) in set_of for set_of in [set(pairs)] for one, other in pairs)
    assert pairs == sorted(pairs)
