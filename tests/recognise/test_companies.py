"""Names of companies without what the law adds."""

from __future__ import annotations

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given

from regulars.recognise.companies import clean_companies, company_name


@pytest.mark.parametrize(
    ("writings", "name"),
    [
        (("Brown & Sons Ltd", "BROWN AND SONS LIMITED", "The Brown & Sons, Ltd."), "brown and sons"),
        (("Müller GmbH & Co. KG", "Muller GmbH", "Müller KG"), "muller"),
        (("Acme S.p.A.", "ACME SpA", "Acme, Inc.", "Acme Sp. z o.o.", "acme pty ltd", "Acme S.A. de C.V."), "acme"),
        (("Maersk A/S", "Maersk AS"), "maersk"),
        (("ООО Ромашка", "Romashka OOO"), "romashka"),
        (("Société Générale SA", "Societe Generale"), "societe generale"),
        (("Amazon.com, Inc.", "Amazon"), "amazon"),
        (("AT&T Corp.", "AT & T"), "at and t"),
        (("Smith (UK) Ltd", "Smith"), "smith"),
        (("The Limited",), "limited"),
        (("J. Sainsbury plc", "J Sainsbury"), "j sainsbury"),
    ],
)
def test_all_writings_of_a_company_are_one(writings: tuple[str, ...], name: str) -> None:
    """Legal forms, articles, accents, marks and & make no difference; a name is never left empty."""
    assert {company_name(text) for text in writings} == {(name, None)}


@pytest.mark.parametrize("text", ["n/a", "private", "Self-employed", "none", "xxx", "0"])
def test_what_is_no_company_says_why(text: str) -> None:
    """A word for having none becomes null, and the reason is kept."""
    name, reason = company_name(text)
    assert name is None
    assert reason


@given(
    st.lists(st.text("abLtd.& GmbHSA/()'", max_size=20) | st.text(st.characters(exclude_categories=["Cs"])), max_size=5)
)
def test_any_text_is_read(texts: list[str]) -> None:
    """Nothing raises, and a name that is left is in plain letters."""
    names = clean_companies(pa.array([*texts, None], pa.string()))["company"].to_pylist()
    assert all(name is None or (name.isascii() and name == " ".join(name.lower().split()) != "") for name in names)
