"""Which identifiers join records, and what the customer is then called."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from hypothesis import given, settings

from regulars.recognise import CUSTOMERS, KEYS, LINKS, Customer, code_of, customer_of, folded, members_table, number_of
from regulars.store import Engine, Known

from ..understand.tiny import TODAY, trace

Record = tuple[int, tuple[str, ...]]  # the instant it was first seen, and its identifiers
LINKS_SHAPE = pa.schema(
    [("key", pa.string()), ("subject", pa.int64()), ("first_heard_us", pa.int64()), ("verdict", pa.string())]
)


def links_of(records: dict[int, Record]) -> pa.Table:
    """Let the definition judge the identifiers of some records."""
    rows = [
        {"key": key, "subject": subject, "happened_at": at, "heard_at": at, "traces": 1}
        for subject, (at, keys) in records.items()
        for key in keys
    ]
    shape = pa.schema(
        [("key", pa.string()), *((name, pa.int64()) for name in ("subject", "happened_at", "heard_at", "traces"))]
    )
    with Engine(Known(), as_of_us=10**9, as_of_day=0, knobs={}, spill=Path(tempfile.gettempdir())) as engine:
        engine.give("segment_keys", pa.Table.from_pylist(rows, schema=shape))
        return engine.run(LINKS)


def joined(*records: tuple[str, ...]) -> list[list[int]]:
    """Return which of some records (numbered from 1, seen in that order) are one customer."""
    members = members_table(
        links_of({number: (number, keys) for number, keys in enumerate(records, start=1)})
    ).to_pylist()
    groups: dict[int, list[int]] = {}
    for row in members:
        groups.setdefault(row["customer"], []).append(row["subject"])
    assert all(name == min(group) for name, group in groups.items()), "named after the record seen first"
    return sorted(groups.values())


ANN, BEA, CLEO = "customer:shop:1", "customer:shop:2", "customer:shop:3"
PHONE, MAIL = "phone:204567890", "email:ann@example.org"


@pytest.mark.parametrize(
    ("records", "groups"),
    [
        ([(ANN, MAIL), (BEA, MAIL)], [[1, 2]]),
        ([(ANN, MAIL), (MAIL,), ("order:shop:7", MAIL)], [[1, 2, 3]]),
        ([(ANN,), (ANN, PHONE)], [[1, 2]]),
        ([("order:shop:7",), ("order:shop:7", ANN)], [[1, 2]]),
        ([(ANN, "email:info@example.org"), (BEA, "email:info@example.org")], [[1], [2]]),
        ([(ANN, "email:no-reply@example.org"), (BEA, "email:no-reply@example.org")], [[1], [2]]),
        ([(ANN, "email:information@example.org"), (BEA, "email:information@example.org")], [[1, 2]]),
        ([(ANN, MAIL), (BEA, MAIL), (CLEO, MAIL), ("customer:shop:4", MAIL)], [[1], [2], [3], [4]]),
        ([(ANN, PHONE), (PHONE,)], [[1, 2]]),
        ([(ANN, PHONE), (BEA, PHONE)], [[1], [2]]),
        ([(MAIL, PHONE), ("email:bob@example.org", PHONE)], [[1], [2]]),
        ([(ANN, PHONE), (PHONE, MAIL)], [[1, 2]]),
        ([("order:shop:7", "phone:000000000"), ("order:shop:8", "phone:000000000")], [[1], [2]]),
        ([("customer:till:1",), (ANN,)], [[1], [2]]),
    ],
)
def test_what_joins_and_what_does_not(records: list[tuple[str, ...]], groups: list[list[int]]) -> None:
    """Numbers and own e-mail addresses join; role and crowded addresses, shared and senseless telephones never."""
    assert joined(*records) == groups


def test_every_refusal_has_a_word() -> None:
    """An identifier that does not join says why, in words that a page can show."""
    records = [
        (ANN, "email:info@x.org", PHONE, "phone:111111111"),
        (BEA, "email:info@x.org", PHONE),
        ("order:shop:9", "phone:111111111"),
    ]
    records += [(f"customer:till:{number}", MAIL) for number in range(1, 5)]
    verdicts = {
        row["key"]: row["verdict"]
        for row in links_of({number: (number, keys) for number, keys in enumerate(records)}).to_pylist()
    }
    assert verdicts["email:info@x.org"] == "role address"
    assert verdicts[PHONE] == "shared telephone"
    assert verdicts["phone:111111111"] == "no telephone"
    assert verdicts[MAIL] == "shared by many"
    assert verdicts[ANN] == "alone"


LINK_ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        st.integers(-5, 5),
        st.integers(0, 9),
        st.sampled_from(["joins", "alone", "role address"]),
    ),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60)
@given(LINK_ROWS, st.randoms())
def test_the_order_of_links_changes_nothing(rows: list[tuple[str, int, int, str]], luck: object) -> None:
    """Shuffled links give the same members: those connected through joining keys, named after the first seen."""
    table = [dict(zip(LINKS_SHAPE.names, row, strict=True)) for row in rows]
    members = members_table(pa.Table.from_pylist(table, schema=LINKS_SHAPE)).to_pylist()
    luck.shuffle(table)  # type: ignore[attr-defined]
    assert members_table(pa.Table.from_pylist(table, schema=LINKS_SHAPE)).to_pylist() == members
    names = {row["subject"]: row["customer"] for row in members}
    group = {subject: {subject} for subject in names}
    for _ in names:
        for key in "abcdef":
            sharing = [subject for other, subject, _, verdict in rows if other == key and verdict == "joins"]
            whole = set().union(*(group[subject] for subject in sharing))
            for subject in whole:
                group[subject] = group[subject] | whole
    seen = {subject: min(at for _, other, at, _ in rows if other == subject) for subject in names}
    assert names == {subject: min(together, key=lambda one: (seen[one], one)) for subject, together in group.items()}


def test_a_newcomer_renames_nobody() -> None:
    """A record that is seen later joins under the old name, whatever its own number."""
    old = {5: (10, (ANN, MAIL)), 7: (20, (BEA,))}
    for newcomer in (1, 6, 9):
        members = {
            row["subject"]: row["customer"]
            for row in members_table(links_of(old | {newcomer: (30, (MAIL,))})).to_pylist()
        }
        assert members == {5: 5, 7: 7, newcomer: 5}


def test_nobody_heard_of_makes_no_customer() -> None:
    """No identifiers, no members, no error."""
    assert members_table(links_of({})).num_rows == 0


def test_a_customer_is_called_what_they_were_last_called() -> None:
    """Name, company and place are the last given; ties are broken the same way; accents do not hide them."""
    said = [
        (1, '{"name": "Zoe Weiss", "city": "Delft"}'),
        (3, '{"first_name": "Zoë", "last_name": "Weiß"}'),
        (2, '{"company": "Weiß & Sohn"}'),
    ]
    traces = [trace("introduced", TODAY - 9 + day, attributes=text) for day, text in said]
    for order in (traces, traces[::-1]):
        row = customers_of(order)[0]
        found = customer_of(row)
        assert (found.label, found.company, found.city) == ("Zoë Weiß", "Weiß & Sohn", "Delft")
        assert (found.first_day, found.last_day) == (TODAY - 8, TODAY - 6)
        assert row["search"] == f"{folded('Zoë Weiß Weiß & Sohn')} customer:shop:ann"
    tied = [trace("introduced", TODAY, attributes=f'{{"name": "{name}"}}') for name in ("One", "Two", "Three")]
    assert len({customers_of(order)[0]["name"] for order in (tied, tied[::-1], tied[1:] + tied[:1])}) == 1


def customers_of(traces: list[dict[str, object]]) -> list[dict[str, object]]:
    """Run the definitions of links and customers, one after the other, over some traces."""
    from regulars.listen import SCHEMA

    with Engine(Known(), as_of_us=10**18, as_of_day=TODAY, knobs={}, spill=Path(tempfile.gettempdir())) as engine:
        engine.give("segments", pa.Table.from_pylist(traces, schema=SCHEMA))
        rows = [
            {"key": key, "subject": one["subject"], "happened_at": one["happened_at"], "heard_at": 0, "traces": 1}
            for one in traces
            for key in one["who"]
        ]  # type: ignore[attr-defined]
        engine.give("keys", pa.Table.from_pylist(rows))
        engine.give("links", engine.run(LINKS))
        engine.give("members", members_table(engine.run(LINKS)))
        assert engine.run(KEYS).num_rows == 1
        return engine.run(CUSTOMERS).to_pylist()


@pytest.mark.parametrize(
    "name", ["प्रिया वर्मा", "Heike Groß", "Łódź", "Søren", "İpek", "张小明", "Ñandú", "O'Sullivan", "한국"]
)
def test_names_of_all_scripts_are_found_as_they_are_written(name: str) -> None:
    """What is typed into the search is folded exactly as the engine folded the name."""
    row = customers_of([trace("introduced", TODAY, attributes=f'{{"name": "{name}"}}')])[0]
    assert str(row["search"]).startswith(folded(name) + " ")


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_code_reads_back(number: int) -> None:
    """A customer's public code is thirteen plain letters and digits, and leads back to the same number."""
    code = code_of(number)
    assert len(code) == 13
    assert number_of(f" {code.upper()} ") == number


@pytest.mark.parametrize("text", ["", "13085", "ann@example.org", "g000000000000", "zzzzzzzzzzzzz", "iiiiiiiiiiiii"])
def test_what_is_no_code_is_none(text: str) -> None:
    """Anything else is not mistaken for a code."""
    assert number_of(text) is None


def test_somebody_without_a_name_is_called_by_their_number() -> None:
    """Name, else company, else the number their source knows them by, else the start of their code."""
    plain = Customer(5, "", "", "", ("customer:shop:C12", "phone:204567890"), (5,), 0, 0)
    assert plain.label == "Customer C12"
    assert Customer(5, "", "Weiß & Sohn", "", (), (5,), 0, 0).label == "Weiß & Sohn"
    assert Customer(5, "", "", "", (), (5,), 0, 0).label == "Customer 000000"
