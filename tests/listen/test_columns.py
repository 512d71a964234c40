"""Columns: what is read many values at a time is what each value gives alone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.listen import trace_id
from regulars.listen.column import Texts, combined, together
from regulars.listen.digests import ids_of
from regulars.listen.identifiers import email_key, numbered, phone_key, plain
from regulars.listen.instants import read_instants
from regulars.listen.keys import email_keys, numbered_keys, phone_keys
from regulars.listen.numbers import read_numbers, scaled
from regulars.listen.tidy import all_tidied
from regulars.listen.times import microseconds

ANY = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=12),
    st.text(' =".0@-aZ', max_size=12),
    st.sampled_from(
        ["N/A", "null", '="00123"', "13085.0", "٣.0", "  a  b ", "Ann@Example.ORG", "+44 20 7946 0123", "x" * 201]
    ),
)
ZONES = ["UTC", "Europe/Brussels", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]


@settings(deadline=None)
@given(st.lists(ANY, max_size=20))
def test_texts_and_identifiers_are_those_of_each_text_alone(texts: list[str]) -> None:
    """Tidying a column, and reading numbers, e-mail addresses and telephones from it."""
    column = pa.array(texts, pa.string())
    assert all_tidied(column).to_pylist() == [plain(text) or None for text in texts]
    assert email_keys(column).to_pylist() == [email_key(text) for text in texts]
    assert phone_keys(column).to_pylist() == [phone_key(text) for text in texts]
    assert numbered_keys("order", "shop", column).to_pylist() == [numbered("order", "shop", text) for text in texts]


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2101, 1, 1)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001
CHANGES = st.sampled_from(
    ["2026-03-29", "2026-10-25", "2018-11-04", "2018-02-18", "2026-04-05", "2011-12-29", "2011-12-30"]
)
WRITTEN = st.one_of(
    MOMENTS.map(str),
    MOMENTS.map(lambda moment: moment.isoformat()[:16]),
    MOMENTS.map(lambda moment: str(moment.date())),
    st.builds("{} {:02}:{:02}:{:02}".format, CHANGES, st.integers(0, 24), st.integers(0, 60), st.integers(0, 60)),
    st.sampled_from(
        ["2026-02-30", "2026-13-01", "2026-1-2", "2026-01-02 7:30", "2026/01/02", "2026-01-02x10:00:00", "soon", ""]
    ),
)


@settings(deadline=None)
@given(st.lists(WRITTEN, max_size=20), st.sampled_from(ZONES))
def test_instants_are_those_of_each_text_alone(texts: list[str], name: str) -> None:
    """Also on days on which a clock was changed, or which a zone skipped altogether."""
    zone = ZoneInfo(name)
    found = read_instants(Texts.of(pa.array(texts, pa.string())), zone=zone, order="year first")
    for row, text in enumerate(texts):
        if not text:
            assert not found.present[row]
            continue
        try:
            assert found.values[row] == microseconds(text, zone=zone, order="year first")
            assert found.present[row]
        except ValueError as error:
            assert found.wrong[row] == str(error)


NUMBERS = st.one_of(
    st.decimals(-(10**13), 10**13, places=3).map(str),
    st.integers(-(10**13), 10**13).map(str),
    st.text("0123456789.,-+ €", max_size=8),
)


@settings(deadline=None)
@given(st.lists(NUMBERS, max_size=20), st.sampled_from([1000, 1_000_000]), st.booleans())
def test_numbers_are_those_of_each_text_alone(texts: list[str], scale: int, comma: bool) -> None:
    """Bare figures are read together, all others one by one, and none differently."""
    found = read_numbers(Texts.of(pa.array(texts, pa.string())), scale=scale, comma=comma)
    for row, text in enumerate(map(plain, texts)):
        if not text:
            assert not found.present[row]
            continue
        try:
            assert found.values[row] == scaled(text, scale=scale, comma=comma)
        except ValueError as error:
            assert found.wrong[row] == str(error)


@given(st.lists(st.tuples(st.text(max_size=9), st.integers(-(10**15), 10**16)), max_size=9), st.text(max_size=5))
def test_ids_are_those_of_each_trace_alone(traces: list[tuple[str, int]], source: str) -> None:
    """Whatever is heard again keeps its id for ever."""
    numbers = pa.array([number for number, _ in traces], pa.string())
    moments = np.array([moment for _, moment in traces], np.int64)
    assert ids_of(source, numbers, moments).to_pylist() == [trace_id(source, *trace) for trace in traces]


def test_rows_are_told_apart_by_all_their_columns() -> None:
    """Equal pairs get one number, blanks included, and each number has a row that shows what it stands for."""
    codes, rows = combined([np.array([0, 1, 0, -1, 0]), np.array([5, 5, -1, 5, 5])])
    assert codes.tolist() == [0, 1, 2, 3, 0]
    assert rows.tolist() == [0, 1, 2, 3]


def test_columns_that_share_texts_share_their_places() -> None:
    """A customer named twice in a row is known to be the same one."""
    first, second = (Texts.of(pa.array(texts)) for texts in (["A", "B", None], ["B", "B", "C"]))
    places, keys = together([first, second])
    assert [[keys[place].as_py() if place >= 0 else None for place in row] for row in places.tolist()] == [
        ["A", "B"],
        ["B", "B"],
        [None, "C"],
    ]


@pytest.mark.parametrize("moment", ["2026-03-29 02:30:00", "2026-10-25 02:30:00"])
def test_a_time_on_the_day_of_a_change_is_read_by_itself(moment: str) -> None:
    """Its neighbours of the same day are an hour nearer or further than on other days."""
    zone = ZoneInfo("Europe/Brussels")
    texts = [f"{moment[:10]} {hour:02}:15:00" for hour in range(24)] + [moment]
    found = read_instants(Texts.of(pa.array(texts)), zone=zone, order="year first")
    wanted = [datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC).timestamp() for text in texts]
    assert [value / 1_000_000 for value in found.values.tolist()] == wanted
