"""Whatever bytes are handed in, a person gets a sentence, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.errors import RegularsError
from regulars.listen import SCHEMA, guess_mapping, hear, open_file

from .conftest import HEARING, nothing_known

HEADERS = [
    "order_id",
    "Customer ID",
    "email",
    "date",
    "created_at",
    "promised_on",
    "delivered_at",
    "amount",
    "price",
    "qty",
    "score",
    "text",
    "currency",
    "status",
    "event",
    "decision",
    "channel",
    "subject",
    "ticket_id",
    "name",
    "phone",
    "due_on",
    "",
    "\u202e",
    "two\nlines",
]
CELLS = st.one_of(
    st.sampled_from(
        [
            "",
            " ",
            "A1",
            "#1001",
            "2026-01-02",
            "31/02/2026",
            "03/04/05",
            "1e9",
            "-5",
            "1.234,50",
            "€ 5",
            "(3)",
            "ann@example.org",
            "no",
            "viewed",
            "complaint",
            '"',
            '""',
            "'",
            "=1+1",
            "\x00",
            "\x1b[0m",
            "9" * 30,
            "0001-01-01",
            "9999-12-31T23:59:59+14:00",
        ]
    ),
    st.text(st.characters(codec="utf-8"), max_size=8),
)


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    headers = draw(st.lists(st.sampled_from(HEADERS), min_size=1, max_size=6))
    rows = draw(st.lists(st.lists(CELLS, min_size=1, max_size=7), max_size=6))
    delimiter, end = draw(st.sampled_from([",", ";", "\t"])), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = end.join(delimiter.join(row) for row in [headers, *rows])
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        tables(), st.binary(max_size=200), st.binary(max_size=60).map(lambda raw: b"order_id,customer_id,date\n" + raw)
    )
)
def test_no_file_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Opening, guessing and hearing raise RegularsError or give traces in their schema, each row once or refused."""
    path = Path(tmp_path_factory.getbasetemp()) / "any.csv"
    path.write_bytes(content)
    try:
        file = open_file(path)
        mapping = guess_mapping(file, zone="Europe/Brussels", currency="EUR")
        for piece in file.pieces(mapping.used):
            heard = hear(piece, mapping, hearing=HEARING, find=nothing_known)
            assert heard.traces.schema == SCHEMA
            told = {row.row for row in heard.refused}
            assert told.isdisjoint(heard.traces.column("row").to_pylist())
            assert all(row.reason and row.suggestion.endswith(".") for row in heard.refused)
    except RegularsError as error:
        assert error.what.endswith(".")
        assert error.now
