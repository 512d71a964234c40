"""Random and spoilt files of every form: each gives rows, or a sentence. REGULARS_FUZZ_SCALE=1 tries all promised.

To have another reader tried, add a line to READERS: a name, and a valid file of its form.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import mailbox
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.errors import RegularsError
from regulars.listen import SCHEMA, Held, SourceFile, guess_mapping, hear, open_files
from regulars.listen.post import House, rows_of
from regulars.listen.refused import Refused
from regulars.listen.sieve import Known
from regulars.listen.source_file import rows_file

from .conftest import HEARING, nothing_known
from .test_calendar import APPLE, GOOGLE, OUTLOOK
from .test_cards import NEW, OLD
from .test_mail import letter

PROMISED = 10_000  # files for each reader
SCALE = float(os.environ.get("REGULARS_FUZZ_SCALE", "0.02"))
ROWS = [
    {
        "order_id": f"O{n}",
        "customer_id": f"C{n % 3}",
        "ordered_at": f"2026-01-{n + 1:02}",
        "amount": n + 0.5,
        "note": "é",
    }
    for n in range(12)
]
CSV = "\n".join([",".join(ROWS[0]), *(",".join(map(str, row.values())) for row in ROWS)]).encode()
LINES = "\n".join(json.dumps(row | {"items": [{"sku": "S", "quantity": 1}]}) for row in ROWS).encode()


def workbook() -> bytes:
    """Return the rows as a workbook of two sheets."""
    made, written = openpyxl.Workbook(), io.BytesIO()
    for sheet in (made.active, made.create_sheet("More")):
        sheet.append(list(ROWS[0]))
        for row in ROWS:
            sheet.append(list(row.values()))
    made.save(written)
    return written.getvalue()


def parquet() -> bytes:
    """Return the rows as Parquet."""
    written = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), written)
    return written.getvalue()


def mbox() -> bytes:
    """Return some letters as a mailbox."""
    with NamedTemporaryFile() as file:
        box = mailbox.mbox(file.name)
        for one in (letter(), letter("Zoe <zoe@elsewhere.example>", Cc="ben@shop.example"), letter("ben@shop.example")):
            box.add(one)
        box.close()
        return Path(file.name).read_bytes()


def zipped(members: dict[str, bytes]) -> bytes:
    """Return files as a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return packed.getvalue()


BOOK = workbook()
PARTS = {name: zipfile.ZipFile(io.BytesIO(BOOK)).read(name) for name in zipfile.ZipFile(io.BytesIO(BOOK)).namelist()}


def as_is(content: bytes) -> bytes:
    return content


def in_book(part: str) -> Callable[[bytes], bytes]:
    """Return a function that puts a part of a workbook into its place."""
    return lambda content: zipped(PARTS | {part: content})


@dataclass(frozen=True)
class Reader:
    """A valid file, its name, and how what was spoilt is packed afterwards, so that the spoilt bytes are reached."""

    name: str
    seed: bytes
    packed: Callable[[bytes], bytes] = as_is


READERS = {
    "csv": Reader("rows.csv", CSV),
    "csv in UTF-16": Reader("rows.csv", CSV.decode().encode("utf-16")),
    "csv with odd delimiters": Reader("rows.csv", CSV.replace(b",", b"^")),
    "workbook": Reader("rows.xlsx", BOOK),
    "sheet of a workbook": Reader("rows.xlsx", PARTS["xl/worksheets/sheet1.xml"], in_book("xl/worksheets/sheet1.xml")),
    "list of sheets": Reader("rows.xlsx", PARTS["xl/workbook.xml"], in_book("xl/workbook.xml")),
    "styles of a workbook": Reader("rows.xlsx", PARTS["xl/styles.xml"], in_book("xl/styles.xml")),
    "json lines": Reader("rows.jsonl", LINES),
    "json": Reader("rows.json", json.dumps({"orders": ROWS}, indent=1).encode()),
    "parquet": Reader("rows.parquet", parquet()),
    "gzip": Reader("rows.csv.gz", gzip.compress(CSV)),
    "bzip2": Reader("rows.csv.bz2", bz2.compress(CSV)),
    "xz": Reader("rows.csv.xz", lzma.compress(CSV)),
    "zstd": Reader("rows.csv.zst", pa.compress(CSV, codec="zstd", asbytes=True)),
    "json lines in gzip": Reader("rows.jsonl.gz", LINES, gzip.compress),
    "zip": Reader("rows.zip", zipped({"orders.csv": CSV, "more/rows.jsonl": LINES})),
    "mailbox": Reader("box.mbox", mbox()),
    "letter": Reader("letter.eml", letter().as_bytes()),
    "calendar of Google": Reader("shop.ics", GOOGLE.encode()),
    "calendar of Outlook": Reader("shop.ics", OUTLOOK.encode()),
    "calendar of Apple": Reader("shop.ics", APPLE.encode()),
    "cards": Reader("friends.vcf", OLD + NEW.encode()),
    "json lines in a zip": Reader("rows.zip", LINES, lambda content: zipped({"a.csv": CSV, "b.jsonl": content})),
}

PLACE = st.floats(0, 1, exclude_max=True)
PIECE = st.one_of(
    st.binary(min_size=1, max_size=8),
    st.sampled_from(
        [b"\0", b'"', b"\xff\xfe", b"{", b"[" * 200, b"<", b"9" * 30, b"-", b"\r", b",,,", b"\\ud800", b"1e9"]
    ),
)
CHANGE = st.one_of(
    st.tuples(st.just("flip"), PLACE, st.integers(0, 7)),
    st.tuples(st.just("cut"), PLACE, PLACE),
    st.tuples(st.just("end"), PLACE, st.none()),
    st.tuples(st.just("insert"), PLACE, PIECE),
    st.tuples(st.just("replace"), PLACE, PIECE),
    st.tuples(st.just("repeat"), PLACE, st.integers(1, 50)),
)


def changed(content: bytes, kind: str, where: float, how: object) -> bytes:
    """Spoil a file in one place."""
    place = int(where * len(content))
    if kind == "flip" and content:
        return content[:place] + bytes([content[place] ^ 1 << int(str(how))]) + content[place + 1 :]
    if kind == "cut":
        return content[:place] + content[place + int(float(str(how)) * 60) :]
    if kind == "end":
        return content[:place]
    if kind == "insert" and isinstance(how, bytes):
        return content[:place] + how + content[place:]
    if kind == "replace" and isinstance(how, bytes):
        return content[:place] + how + content[place + len(how) :]
    return (
        content[:place] + content[place : place + 40] * int(str(how) if isinstance(how, int) else 1) + content[place:]
    )


SPOILT = st.lists(CHANGE, min_size=1, max_size=4)


@pytest.mark.parametrize("reader", READERS)
def test_a_spoilt_file_gives_rows_or_a_sentence(reader: str) -> None:
    """Bits flipped, parts cut, put in and repeated: nothing but a RegularsError is ever raised."""
    form = READERS[reader]

    @settings(
        max_examples=max(20, round(PROMISED * SCALE)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(SPOILT)
    def tried(changes: list[tuple[str, float, object]]) -> None:
        content = form.seed
        for change in changes:
            content = changed(content, *change)
        heard_or_told(form.name, form.packed(content))

    heard_or_told(form.name, form.packed(form.seed), surely=True)
    tried()


@settings(max_examples=max(20, round(PROMISED * SCALE)), deadline=None, database=None)
@given(st.sampled_from(sorted(READERS)), st.integers(0, 12), st.binary(max_size=200))
def test_a_file_that_only_begins_like_one_gives_a_sentence(reader: str, kept: int, content: bytes) -> None:
    """The first bytes of each form with anything after them."""
    heard_or_told(READERS[reader].name, READERS[reader].seed[:kept] + content)


def heard_or_told(name: str, content: bytes, *, surely: bool = False) -> None:
    """Hear a file wholly; only a RegularsError may come in between, or none where it is `surely` sound."""
    try:
        for table in open_files(Held(name, content)):
            if table.post:
                sieved_or_told(table, surely=surely)
                continue
            mapping = table.means or guess_mapping(table, zone="UTC", currency="EUR")
            for piece in table.pieces(mapping.used):
                heard = hear(piece, mapping, hearing=HEARING, find=nothing_known)
                assert heard.traces.schema == SCHEMA
                assert all(fault.reason for fault in heard.refused)
    except RegularsError as error:
        assert not surely, error
        assert error.what.endswith(".")
        assert error.now.endswith(".")


HOUSE = House(Known.of("@shop.example", "doctor@clinic.example"), now=datetime(2026, 3, 31, 12, tzinfo=UTC))


def sieved_or_told(file: SourceFile, *, surely: bool) -> None:
    """Read letters or meetings, with and without what they say, and hear those of people."""
    assert file.post
    for content in (False, True):
        found = list(file.post.read(replace(HOUSE, content=content)))
        people = [one for one in found if not isinstance(one, Refused) and one.judged.kind == "person"]
        assert not surely or found
        mapping = file.post.form.mapping(content=content)
        table = rows_file(file.name, [rows_of(people, file.post.form, content=content)], mapping)
        for piece in table.pieces(mapping.used):
            heard = hear(piece, mapping, hearing=HEARING, find=nothing_known)
            assert heard.traces.schema == SCHEMA
        assert all(one.reason and one.suggestion for one in found if isinstance(one, Refused))
