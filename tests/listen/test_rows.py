"""Rows of text files: reading many at a time gives what reading one by one gives, each row at its line and byte."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.listen import Refused
from regulars.listen.careful import Form
from regulars.listen.carrier import Disk
from regulars.listen.delimited import rows_of

from .conftest import Listen, write

HEADERS = ("a", "b", "c")
MARKS = {"utf-8": b"", "utf-8-sig": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
Read = tuple[list[tuple[int, int, list[str]]], list[Refused]]
HEAD = "order_id,customer_id,ordered_at,product,quantity,unit_price\n"


def rows_in(path: Path, encoding: str = "utf-8", *, delimiter: str = ",", size: int = 1 << 20) -> Read:
    """Read the rows of a file with their lines and bytes, so many bytes at a time."""
    rows, refused = [], []
    form = Form(path.name, delimiter)
    for part in rows_of(Disk(path), form, encoding=encoding, headers=HEADERS, only=HEADERS, size=size):
        cells = map(list, zip(*(part.table.column(name).to_pylist() for name in HEADERS), strict=True))
        rows += zip(part.lines.tolist(), part.offsets.tolist(), cells, strict=True)
        refused += part.refused
    return rows, refused


def lines_in(text: str) -> int:
    """Count the lines that end in a text, as an editor does."""
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.lists(st.text('ab ,;"\n\ré漢\U0001f600\ufeff', max_size=5), min_size=3, max_size=3), max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(sorted(MARKS)),
)
def test_what_was_written_comes_back_with_its_line_and_byte(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, end: str, encoding: str
) -> None:
    """Whatever stands in a cell, in any encoding: the same cells, each row where an editor and a disk have it."""
    written, mark, bare = io.StringIO(newline=""), MARKS[encoding], encoding.removesuffix("-sig")
    out = csv.writer(written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    out.writerow(HEADERS)
    wanted = []
    for row in rows:
        before = written.getvalue()
        wanted.append((lines_in(before) + 1, len(mark) + len(before.encode(bare)), row))
        out.writerow(row)
    path = Path(tmp_path_factory.getbasetemp()) / "written.csv"
    path.write_bytes(mark + written.getvalue().encode(bare))
    assert rows_in(path, bare, delimiter=delimiter) == (wanted, [])


PIECES = [
    "1,2,3",
    "é,,",
    '"',
    '""',
    ",",
    "\n",
    "\r\n",
    "\r",
    "\n\n",
    "  ",
    "\0",
    '"x\ny",2,3',
    "\ufeff",
    "4,5",
    "6,7,8,9",
    ",,,",
]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.integers(7, 60))
def test_how_much_is_read_at_a_time_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str], size: int
) -> None:
    """Sound or broken, rows that are cut by the end of a block are the rows of the whole file."""
    path = Path(tmp_path_factory.getbasetemp()) / "pieces.csv"
    path.write_bytes(("a,b,c\n" + "".join(pieces)).encode())
    assert rows_in(path, size=size) == rows_in(path)


def test_a_file_whose_rows_are_all_broken_is_read_through(tmp_path: Path) -> None:
    """Ten thousand marks in mid-cell, and rows too long or too short, are refused one by one at their lines."""
    broken = ['"a"b,2,3', "1,2", "1,2,3,4"]
    path = write(tmp_path / "broken.csv", "a,b,c\n" + "".join(f"{broken[n % 3]}\n" for n in range(10_000)))
    rows, refused = rows_in(path)
    assert rows == []
    assert [row.row for row in refused] == list(range(2, 10_002))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_refused_row_says_at_which_byte_of_the_file_it_begins(encoding: str, end: str, listen: Listen) -> None:
    """Broken rows and rows that cannot be meant alike, after letters of several bytes and cells of several lines."""
    rows = [
        HEAD,
        '1,A,2026-01-02,"Crème\nbrûlée",1,2.50\n',
        "2,A,2026-01-02,Gâteau\n",
        "3,A,soon,Pâté,1,2.50\n",
        "4,A,2026-01-02,Thé,1,2.50\n",
        '5,A,2026-01-02,"Café" noir,1,2.50\n',
        "6,A,2026-01-02,Brûlée,many,2.50",
    ]
    rows = [row.replace("\n", end) for row in rows]
    content = "".join(rows).encode(encoding)
    told = listen(content, "lines.csv")
    bare = encoding.removesuffix("-sig") if encoding != "utf-16" else "utf-16-le"
    mark = len(content) - len("".join(rows).encode(bare))
    starts = [mark + len("".join(rows[:place]).encode(bare)) for place in (2, 3, 5, 6)]
    assert [row.offset for row in told.refused] == starts
    assert [row.row for row in told.refused] == [4, 5, 7, 8]
    assert [trace["about"] for trace in told.traces] == ["order:shop:1", "order:shop:4"]


def test_rows_of_a_parquet_file_have_no_byte(listen: Listen) -> None:
    """Where a format has no place for a row, its byte is 0."""
    import pyarrow as pa

    table = pa.table({"customer_id": ["A", "B"], "date": ["2026-01-02", "soon"], "amount": ["5", "6"]})
    told = listen(table, "sales.parquet")
    assert [(row.row, row.offset) for row in told.refused] == [(2, 0)]


def test_a_line_that_no_table_has_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    """A file that is one line of a hundred megabytes is named as such."""
    from regulars.errors import InputError

    path = tmp_path / "one_line.csv"
    with path.open("wb") as raw:
        raw.write(b"a,b,c\n")
        for _ in range(100):
            raw.write(b"x" * (1 << 20))
    with pytest.raises(InputError, match=r"Line 2 of .* is longer than 64 MB"):
        rows_in(path)
