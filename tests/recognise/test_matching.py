"""Matching: what speaks for one person and what does not, in small shops and large, and in words that add up."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from regulars.recognise import BAR_BITS, Evidence, Weights, clean_cards, matched, reasons, stirred
from regulars.recognise.matching.candidates import CAP, cap_of
from regulars.recognise.matching.fields import FIELDS
from regulars.recognise.matching.weights import levels_of
from regulars.store import Engine, Known

Row = dict[str, str | None]
RAW = ("name", "email", "phone", "street", "postcode", "city", "birth_date", "company", "person_number")


def evidence_of(rows: dict[int, Row], before: Evidence | None = None) -> Evidence:
    """Compare some records, numbered; with the weights and pairs of an earlier time where there is one."""
    table = pa.Table.from_pylist(
        [{"record": number, **row} for number, row in rows.items()],
        schema=pa.schema([("record", pa.int64()), *((name, pa.string()) for name in RAW)]),
    )
    spill = Path(tempfile.gettempdir())
    with Engine(Known(), as_of_us=10**18, as_of_day=0, knobs={}, spill=spill) as engine:
        weights = before.weights if before else None
        return matched(engine, clean_cards(table).clean, weights=weights, before=before)


def bits_of(*rows: Row) -> dict[tuple[int, int], float]:
    """Return the weight of each pair of some records, numbered from 0."""
    pairs = evidence_of(dict(enumerate(rows))).pairs.to_pylist()
    return {(pair["a"], pair["b"]): pair["bits"] for pair in pairs}


def person(name: str | None, email: str | None = None, **more: str) -> Row:
    return {"name": name, "email": email, **more}


STRANGERS = [person(f"{first} {last}", f"{first}.{last}@example.org".lower()) for first, last in zip(
    ["Ida", "Otto", "Mara", "Nils", "Vera", "Emil", "Jana", "Karl", "Lea", "Max"],
    ["Berg", "Stone", "Fuchs", "Lind", "Marsh", "Quist", "Rowe", "Sand", "Thorn", "Unger"], strict=True)]  # fmt: skip


@pytest.mark.parametrize("others", [[], STRANGERS])
def test_an_address_that_nobody_else_uses_is_enough(others: list[Row]) -> None:
    """Records with nothing but the same e-mail address are one person, in a shop of two records and in a larger one."""
    assert bits_of(person(None, "ann@example.org"), person(None, "ann@example.org"), *others)[0, 1] > BAR_BITS
    assert bits_of(person("Ann Lee", "ann@example.org"), person(None, "ann@example.org"), *others)[0, 1] > BAR_BITS


@pytest.mark.parametrize("others", [[], STRANGERS])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Ann Lee", "lee@example.org"), person("Bob Lee", "lee@example.org")),
        (person("Ann Lee", phone="020 7946 0123"), person("Tom Lee", phone="020 7946 0123")),
        (
            person("Ann Lee", street="5 High Street", city="Delft"),
            person("Tom Lee", street="5 High Street", city="Delft"),
        ),
        (
            person("Jon Lee", birth_date="1950-03-02", street="5 High Street", city="Delft"),
            person("Jon Lee", birth_date="1982-11-17", street="5 High Street", city="Delft"),
        ),
    ],
)
def test_a_household_is_not_one_person(one: Row, other: Row, others: list[Row]) -> None:
    """A shared mailbox, telephone, address or name never makes one person of two whose own facts differ."""
    assert bits_of(one, other, *others).get((0, 1), -9.0) < BAR_BITS


def test_names_in_the_other_order_and_nicknames_are_known() -> None:
    """A name turned round, a nickname and a slip of the pen are still the same person at the same address."""
    home = {"street": "5 High Street", "postcode": "AB1 2CD", "city": "Delft"}
    found = bits_of(
        person("Robert Stone", **home), person("Stone Robert", **home), person("Bob Stone", **home),
        person("Robert Stoen", **home), *STRANGERS,
    )  # fmt: skip
    assert all(found[pair] > BAR_BITS for pair in [(0, 1), (0, 2), (0, 3)]), found


def test_nobody_is_one_person_by_what_ten_thousand_share() -> None:
    """A telephone behind very many people joins none of them, and no block of equal values makes the work grow."""
    rows = {
        number: person(f"{chr(97 + number % 26)}{number:05d}x surname{number:05d}", phone="020 7946 0123")
        for number in range(3000)
    }
    evidence = evidence_of(rows)
    assert evidence.pairs.num_rows < 3000 * CAP
    assert any(skipped.rule == "telephone" and skipped.records for skipped in evidence.skipped)
    assert not (evidence.pairs.column("bits").to_numpy() > BAR_BITS).any()


def test_records_that_say_nothing_are_compared_with_nobody() -> None:
    """Empty cards and placeholders make no pairs; no record at all makes no error."""
    assert evidence_of({}).pairs.num_rows == 0
    nothing = person("n/a", "na@na.com", phone="000000", birth_date="1900-01-01")
    assert evidence_of(dict.fromkeys(range(50), nothing)).pairs.num_rows == 0


def test_blocks_are_taken_from_the_small_end() -> None:
    """Where a rule would make more pairs than its share, the largest blocks are left to the next part."""
    assert cap_of(np.array([2] * 10 + [50]), CAP, 20) == 49
    assert cap_of(np.array([2] * 30), CAP, 20) == 1


def codes() -> st.SearchStrategy[list[int]]:
    """Any code of each field, or none."""
    return st.tuples(
        *(
            st.sampled_from([127, *(level.code + step for level in field.levels for step in range(level.span))])
            for field in FIELDS
        )
    ).map(list)


FITTED = evidence_of(dict(enumerate([*STRANGERS, *STRANGERS[:4]]))).weights


@settings(max_examples=200)
@given(codes())
def test_the_bits_of_all_reasons_add_up_to_the_weight(row: list[int]) -> None:
    """Whatever two records have in common, the words' weights sum to the score."""
    packed = 0
    for code in row:
        packed = packed << 7 | code
    weight = FITTED.bits(np.array([row]))[0]
    assert sum(reason.bits for reason in reasons(FITTED, packed)) == pytest.approx(weight, abs=1e-9)


def test_every_pair_explains_itself() -> None:
    """Each reason of each pair has words, and together they are the weight that decides."""
    evidence = evidence_of(dict(enumerate([*STRANGERS, *STRANGERS])))
    for pair in evidence.pairs.to_pylist():
        told = reasons(evidence.weights, pair["levels"])
        assert all(reason.words for reason in told)
        assert sum(reason.bits for reason in told) == pytest.approx(pair["bits"], abs=1e-9)


def test_weights_are_kept_and_read_back() -> None:
    """Weights written down and read again give the same bits for every pair."""
    again = Weights.from_dict(FITTED.to_dict())
    evidence = evidence_of(dict(enumerate([*STRANGERS, *STRANGERS])))
    levels = levels_of(evidence.pairs.column("levels").to_numpy())
    assert again.bits(levels).tolist() == FITTED.bits(levels).tolist()


NAMES = st.sampled_from(["Ann Lee", "Anne Lee", "Bob Lee", "A. Lee", "Zoe Quist", None])
MAILS = st.sampled_from(["lee@example.org", "ann.lee@example.org", "zoe7@example.org", None])
PLACES = st.sampled_from(["5 High Street", "5 High St", "7 Low Road", None])
ROWS = st.dictionaries(
    st.integers(0, 30),
    st.builds(lambda n, e, s: {"name": n, "email": e, "street": s}, NAMES, MAILS, PLACES),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(ROWS, ROWS, st.randoms())
def test_what_is_compared_again_is_what_everything_would_give(
    then: dict[int, Row], more: dict[int, Row], luck: object
) -> None:
    """With the evidence of an earlier time the pairs are those that comparing everything with its weights gives."""
    before = evidence_of(then)
    now = list((then | more).items())
    luck.shuffle(now)  # type: ignore[attr-defined]
    quick = evidence_of(dict(now), before)
    afresh = evidence_of(then | more, Evidence(before.pairs.slice(0, 0), before.cards.slice(0, 0), before.weights))
    assert quick.pairs.equals(afresh.pairs)
    assert quick.cards.equals(afresh.cards)
    old = {tuple(pair.values()) for pair in before.pairs.to_pylist()}
    new = {tuple(pair.values()) for pair in quick.pairs.to_pylist()}
    assert set(stirred(before, quick).tolist()) == {record for pair in old ^ new for record in pair[:2]}


def test_that_first_names_differ_speaks_against_one_person() -> None:
    """Also where no two strangers share an initial: two of one home with the same initial stay two."""
    home = {"phone": "+441614960707", "street": "9 Field Street", "postcode": "M1 1AA"}
    rows = dict(enumerate([person("Zoe Quick", **home), person("Zara Quick", **home), *STRANGERS]))
    found = evidence_of(rows)
    parts = found.weights.parts(levels_of(found.pairs.column("levels").to_numpy()[:1])[0])
    assert next(part for part in parts if part.field == "given").bits < 0
    assert found.pairs.column("bits").to_pylist()[0] < BAR_BITS
