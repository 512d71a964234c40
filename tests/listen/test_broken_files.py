"""A file that cannot be read says so in a sentence: what it is, and what to do now."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.errors import InputError, MappingError
from regulars.listen import guess_mapping, open_file
from regulars.listen.encoding import READ_BYTES

from .conftest import Listen, write

ROWS = "order_id,customer_id,ordered_at\n1,A,2026-01-02\n2,B,2026-01-03\n"


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("[Content_Types].xml", "<Types/>")
        opened.writestr("xl/workbook.xml", "<workbook/>")
    return packed.getvalue()


UNREADABLE = {
    "an empty file": (b"", "is empty"),
    "only blank lines": (b"\n\n  \n", "holds only blank lines"),
    "one column": (b"name\nAnn\n", "has only one column ('name')"),
    "a header twice": (b"id,name,id\n1,a,2\n", "has the column 'id' more than once"),
    "a workbook": (zipped(), "is a workbook that cannot be read"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel workbook"),
    "an archive": (b"Rar!\x1a\x07\x01\x00" + b"\0" * 60, "packed with RAR"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is a picture"),
    "a packed file": (gzip.compress(ROWS.encode())[:-9], "is packed, and damaged"),
    "UTF-16 without its mark, cut short": (ROWS.encode("utf-16-le")[:-1], "nor UTF-16 without its mark: byte"),
    "UTF-16 in the other order, cut short": (ROWS.encode("utf-16-be")[:-1], "nor UTF-16 without its mark: byte"),
    "bytes with many NULs": (ROWS.encode("utf-32-le"), "UTF-32 without its mark"),
    "UTF-16 cut short": (ROWS.encode("utf-16")[:-1], "not the UTF-16 that its mark promises: byte"),
    "UTF-32": (codecs.BOM_UTF32_LE + ROWS.encode("utf-32-le"), "text in UTF-32"),
    "bytes of no encoding": (ROWS.encode() + b"3,\x81\xff,2026-01-04\n", "byte 64 does not fit"),
    "control bytes in the header": (b"\x01\x02,\x03\nx,y\n", "begins with bytes that are no text"),
    "a broken Parquet file": (b"PAR1" + b"\0" * 40, "begins like Parquet but cannot be opened"),
    "an unclosed header": (b'"a,b\n1,2\n', "The first line of"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_that_cannot_be_read_says_what_it_is(what: str, tmp_path: Path) -> None:
    """Whatever is handed in, the message names the file, says what is wrong and what to do now."""
    content, said = UNREADABLE[what]
    path = write(tmp_path / "given.csv", content)
    with pytest.raises(InputError) as caught:
        open_file(path)
    assert said in caught.value.what
    assert str(path) in caught.value.what
    assert caught.value.now.endswith(".")
    assert caught.value.exit_code == 66


def test_a_folder_is_named_as_one(tmp_path: Path) -> None:
    """Naming a folder tells how to name its files."""
    with pytest.raises(InputError, match="is a folder") as caught:
        open_file(tmp_path)
    assert "*.csv" in caught.value.now


@pytest.mark.parametrize("name", ["missing.csv", "with\0nul.csv", "x" * 300])
def test_a_path_that_leads_nowhere_is_told(name: str, tmp_path: Path) -> None:
    """A file that is not there, or a name that cannot be one, is an InputError."""
    with pytest.raises(InputError, match="cannot be read"):
        open_file(tmp_path / name)


def test_a_header_without_rows_is_told_apart_from_columns_we_do_not_know(tmp_path: Path) -> None:
    """An export of nothing is not a file with the wrong columns."""
    empty = open_file(write(tmp_path / "empty.csv", ROWS.splitlines(keepends=True)[0]))
    strange = open_file(write(tmp_path / "strange.csv", "colour,weight\nred,3\n"))
    with pytest.raises(MappingError, match="a header and no rows"):
        guess_mapping(empty, zone="UTC", currency="EUR")
    with pytest.raises(MappingError, match="columns colour, weight: they do not tell") as caught:
        guess_mapping(strange, zone="UTC", currency="EUR")
    assert "--map" in caught.value.now
    assert caught.value.exit_code == 65


@pytest.mark.parametrize(
    ("encoding", "note"),
    [("utf-8", ""), ("utf-8-sig", ""), ("cp1252", "read as Windows-1252, because byte"), ("utf-16", "read as UTF-16")],
)
def test_every_usual_encoding_gives_the_same_rows(encoding: str, note: str, listen: Listen) -> None:
    """A name with an accent survives, a mark at the beginning is no part of a header, and anything unusual is said."""
    told = listen("customer_id,name,joined_on\nA,Zoë,2026-01-02\n".encode(encoding), "customers.csv")
    assert told.traces[0]["attributes"] == '{"name": "Zoë"}'
    assert told.traces[0]["who"] == ["customer:shop:A"]
    assert any(reason.startswith(note) for reason in told.mapping.reasons)


def test_the_byte_that_is_not_utf8_is_counted_over_all_blocks(tmp_path: Path) -> None:
    """Half a character at the end of the first megabyte is named at its own place."""
    start = ROWS.encode() + b"3,B"
    file = open_file(
        write(tmp_path / "large.csv", start + b"b" * (READ_BYTES - len(start) - 1) + b"\xe9x,2026-01-04\n")
    )
    assert file.notes == (f"read as Windows-1252, because byte {READ_BYTES - 1} is not UTF-8; its letters are then é",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "`"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("said", [False, True])
def test_delimiters_and_line_ends_do_not_matter(delimiter: str, end: str, said: bool, listen: Listen) -> None:
    """Semicolons, tabs, Windows line ends and a line such as `sep=;` give the rows that commas give."""
    text = ROWS.replace(",", delimiter).replace("\n", end)
    told = listen(f"\ufeffsep={delimiter}{end}{text}" if said else f"\ufeff{text}", "orders.csv")
    assert [trace["about"] for trace in told.traces] == ["order:shop:1", "order:shop:2"]
    assert [trace["row"] for trace in told.traces] == ([3, 4] if said else [2, 3])


@pytest.mark.parametrize("delimiter", ["~", "*", "$", "#", "\\", "?", "[", "+"])
def test_an_odd_delimiter_is_told_where_it_splits_all_lines_evenly(delimiter: str, listen: Listen) -> None:
    """Any mark between the cells will do, even where a header or a cell holds a comma."""
    text = ROWS.replace(",", delimiter).replace("ordered_at", "ordered_at,local")
    assert len(listen(ROWS.replace(",", delimiter), "orders.csv").traces) == 2
    assert len(text.splitlines()[0].split(delimiter)) == 3


def test_a_usual_delimiter_is_preferred_to_an_odd_one(tmp_path: Path) -> None:
    """Marks that stand in every cell do not part the cells where commas do; one column stays one."""
    file = open_file(write(tmp_path / "given.csv", "a*b*c,d\n1*2*3,4\n5*6*7,8\n"))
    assert file.headers == ("a*b*c", "d")
    with pytest.raises(InputError, match="has only one column"):
        open_file(write(tmp_path / "one.csv", "e-mail\nann-marie\nan-other\n"))


@pytest.mark.parametrize("quoted", [False, True])
def test_a_cell_of_ten_million_characters_is_refused(quoted: bool, listen: Listen) -> None:
    """It is named with its row and its column, and the rows around it are heard."""
    cell = "x" * 10_000_000
    own = f'"{cell}"' if quoted else cell
    told = listen(f"{ROWS}3,{own},2026-01-04\n4,D,2026-01-05\n", "orders.csv")
    assert [trace["row"] for trace in told.traces] == [2, 3, 5]
    assert [fault.row for fault in told.refused] == [4]
    assert told.refused[0].reason == "a cell of more than 1,000,000 characters, in column 2"


def test_blank_lines_before_the_header_are_passed_over(listen: Listen) -> None:
    """Lines of nothing, or of delimiters only, are no header, and still count as lines."""
    told = listen(f"\n  \n,,\n{ROWS}", "orders.csv")
    assert [trace["row"] for trace in told.traces] == [5, 6]


def test_columns_without_a_name_are_named_after_their_place(tmp_path: Path) -> None:
    """An empty header gets a name that no other column has."""
    file = open_file(write(tmp_path / "given.csv", "a,,column 2,\n1,2,3,4\n"))
    assert file.headers == ("a", "column 2 (no name)", "column 2", "column 4")


def test_a_damaged_parquet_file_is_told_while_it_is_read(tmp_path: Path) -> None:
    """Bytes that were changed in the middle of a Parquet file end in an InputError, not in wrong rows."""
    path = tmp_path / "orders.parquet"
    pq.write_table(pa.table({"order_id": [f"O{n}" for n in range(5000)], "n": list(range(5000))}), path)
    content = bytearray(path.read_bytes())
    content[10:2000] = b"\xff" * 1990
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"damaged after row 0"):
        list(open_file(path).pieces())


def test_columns_of_any_type_can_be_read(listen: Listen) -> None:
    """Lists, bytes, booleans and nothings in a Parquet file become text or are left alone."""
    table = pa.table(
        {
            "customer_id": pa.array([13085.0, None]),
            "email": pa.array(["ann@example.org", "bob@example.org"]).dictionary_encode(),
            "name": pa.array([["Ann", "Lee"], None]),
            "city": pa.array([b"\xff\xfe", b"Ghent"]),
            "joined_on": pa.array([1_767_312_000_000_000_000, None], pa.timestamp("ns")),
            "street": pa.nulls(2),
        }
    )
    told = listen(table, "customers.parquet")
    assert told.refused == []
    assert told.traces[0]["who"] == ["customer:shop:13085", "email:ann@example.org"]
    assert [trace["row"] for trace in told.traces] == [1, 2]


def test_a_file_name_that_is_no_text_can_still_be_shown(tmp_path: Path) -> None:
    """A name in bytes of an old encoding is shown with a replacement sign."""
    path = Path(str(tmp_path) + "/caf\udce9.csv")
    assert open_file(write(path, ROWS)).name == "caf\ufffd.csv"
