"""An Excel workbook is heard as its sheets are read in Excel; one that would fill the memory is refused."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import openpyxl
import pytest

from regulars.errors import InputError
from regulars.listen import Held, SourceFile, open_files
from regulars.listen import extent as extent_module
from regulars.listen.zipped import entries_of

from .conftest import Listen

ORDERS = [
    ["order_id", "customer_id", "ordered_at", "amount"],
    [1, "A", datetime(2026, 1, 2, 10, 30), 12.5],  # noqa: DTZ001 - a workbook knows no zone
    [2, "B", date(2026, 1, 3), 7],
]


def book(sheets: dict[str, list[list[object]]], *, hidden: tuple[str, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row in rows:
            sheet.append(row)
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def opened(content: bytes) -> list[SourceFile]:
    return open_files(Held("book.xlsx", content))


def rows_in(table: SourceFile) -> list[dict[str, str]]:
    return [row for piece in table.pieces() for row in piece.table.to_pylist()]


def test_a_sheet_is_heard_with_the_row_numbers_of_excel(listen: Listen) -> None:
    """Dates, times and whole numbers come as they stand, and blank rows above and between still count."""
    told = listen(book({"Orders": [[], *ORDERS[:2], [], ORDERS[2]]}), "orders.xlsx")
    assert [trace["about"] for trace in told.traces] == ["order:shop:1", "order:shop:2"]
    assert [trace["row"] for trace in told.traces] == [3, 5]
    assert [trace["amount_minor"] for trace in told.traces] == [1250, 700]
    assert told.refused == []


def test_cells_become_text_in_one_way_each() -> None:
    """Whole numbers without decimals, dates as ISO, yes and no in words; a column of numbers only is known as such."""
    day = datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001
    content = book({"S": [list("abcdefg"), [3.0, 1e-7, day, clock(5, 6), True, timedelta(hours=30), "x"], [1e20, 5]]})
    table = opened(content)[0]
    assert list(rows_in(table)[0].values()) == [
        "3", "0.0000001", "2026-01-02 03:04:05", "05:06:00", "true", "30:00:00", "x",
    ]  # fmt: skip
    assert rows_in(table)[1] == {"a": "100000000000000000000", "b": "5"} | dict.fromkeys("cdefg", "")
    assert next(table.pieces()).typed == {"a", "b"}
    assert next(table.pieces(("b", "c"))).typed == {"b"}


def test_every_filled_sheet_is_a_table() -> None:
    """Two filled sheets are two tables with names and digests of their own; blank, narrow and hidden ones are none."""
    sheets = {"Orders": ORDERS, "Blank": [], "Title": [["Our shop"], ["x"]], "Head": ORDERS[:1], "Old": ORDERS}
    tables = opened(book(sheets | {"Lines": ORDERS}, hidden=("Old",)))
    assert [table.name for table in tables] == ["book.xlsx/Orders", "book.xlsx/Lines"]
    assert tables[0].digest != tables[1].digest
    assert tables[0].notes == ("not read, because they are hidden: Old",)
    assert opened(book({"Orders": ORDERS, "Blank": []}))[0].name == "book.xlsx"


def test_columns_without_a_name_are_kept_only_where_they_hold_something() -> None:
    """A column that nobody named is named after its place; one that is wholly blank is no column."""
    table = opened(book({"S": [["a", None, "b", None], [1, None, 2, "x"]]}))[0]
    assert table.headers == ("a", "b", "column 3")


REFUSED = {
    "no filled sheet": (book({"A": [], "B": [["x", "y"]]}), "has no sheet with a header and rows"),
    "a header twice": (book({"A": [["x", "x"], [1, 2]]}), "sheet 'A', has the column 'x' more than once"),
    "locked or old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel workbook, or one with a"),
    "cut short": (book({"A": ORDERS})[:-100], "cannot be opened"),
    "damaged": (book({"A": ORDERS})[:60] + b"\xff" * 40 + book({"A": ORDERS})[100:], "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_a_workbook_that_cannot_be_read_says_why(what: str) -> None:
    """Each is refused in a sentence with its name."""
    content, said = REFUSED[what]
    with pytest.raises(InputError, match=said) as caught:
        opened(content)
    assert "book.xlsx" in caught.value.what
    assert caught.value.now.endswith(".")


def test_another_office_document_is_no_workbook() -> None:
    """A letter written in Word is named as a document."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<document/>")
    with pytest.raises(InputError, match="another program than Excel"):
        opened(content.getvalue())


def with_sheet(xml: bytes, strings: bytes = b"", *, level: int = 6) -> bytes:
    """Return a workbook whose sheet is the given XML."""
    old = zipfile.ZipFile(io.BytesIO(book({"A": ORDERS})))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as made:
        for name in old.namelist():
            if not name.endswith("sharedStrings.xml"):
                made.writestr(name, xml if name.endswith("sheet1.xml") else old.read(name))
        if strings:
            made.writestr("xl/sharedStrings.xml", strings)
    return content.getvalue()


HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'


def sheet(cells: bytes, head: bytes = b"") -> bytes:
    return HEAD + head + b"<sheetData>" + cells + b"</sheetData></worksheet>"


CORNERS = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
SHARED = b"<row>" + b"".join(b'<c r="%c%d" t="s"><v>0</v></c>' % (65 + n % 20, n // 20 + 1) for n in range(100_000))
BOMBS = {
    "two cells in the corners": (with_sheet(sheet(CORNERS)), "sheets of 17,179,869,184 cells"),
    "with single quotes": (with_sheet(sheet(CORNERS.replace(b'"', b"'"))), "sheets of 17,179,869,184 cells"),
    "behind an odd attribute": (
        with_sheet(sheet(CORNERS.replace(b'XFD1048576"', b'XFD1048576" x="/>"'))),
        "sheets of 17,179,869,184 cells",
    ),
    "a declared dimension": (
        with_sheet(sheet(b"", b'<dimension ref="A1:XFD1000000"/>')),
        "declares a sheet of 16,384,000,000 cells",
    ),
    "cells without a place": (with_sheet(sheet(b"<row><c><v>1</v></c></row>")), "do not say where they stand"),
    "one text for all cells": (
        with_sheet(sheet(SHARED + b"</row>"), HEAD + b"<si><t>" + b"x" * 30_000 + b"</t></si>"),
        "3,009 MB of text",
    ),
    "zeros": (with_sheet(sheet(b" " * 200_000_000)), "times its size"),
    "a tag without end": (with_sheet(b"<" + b"x" * 40_000_000, level=0), "a tag that never ends"),
}


@pytest.mark.parametrize("what", BOMBS)
def test_a_workbook_that_would_fill_the_memory_is_refused(what: str) -> None:
    """Each is told within two CPU seconds."""
    content, said = BOMBS[what]
    start = time.process_time()
    with pytest.raises(InputError, match=said):
        opened(content)
    assert time.process_time() - start < 2


def test_cells_that_are_only_coloured_take_no_room() -> None:
    """A column that is formatted down to the last row, with nothing in it, does not make a sheet large."""
    head = b'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="2"><c r="B2"><v>3</v></c></row>'
    tables = opened(with_sheet(sheet(head + b'<row r="1048576"><c r="XFD1048576" s="1"/></row>')))
    assert rows_in(tables[0]) == [{"1": "", "2": "3"}]


def test_a_long_text_beside_many_short_ones_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted is the text that each cell points to, not the longest one for each."""
    monkeypatch.setattr(extent_module, "MOST_TEXT", 9_000_000)
    cells = SHARED[5:].replace(b"<v>0</v>", b"<v>1</v>").replace(b"<v>1</v>", b"<v>0</v>", 1)
    texts = HEAD + b"<si><t>" + b"x" * 30_000 + b"</t></si><si><t>y</t></si></worksheet>"
    carrier = Held("book.xlsx", with_sheet(sheet(b'<row r="1">' + cells + b"</row>"), texts))
    extent_module.look_at_cells(carrier, entries_of(carrier, most=10**9))
    monkeypatch.setattr(extent_module, "MOST_TEXT", 1_000_000)
    with pytest.raises(InputError, match="MB of text"):
        extent_module.look_at_cells(carrier, entries_of(carrier, most=10**9))


def test_the_limit_of_cells_is_that_of_all_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several sheets just below the limit are too much together."""
    monkeypatch.setattr(extent_module, "MOST_CELLS", 20)
    assert len(opened(book({"A": ORDERS}))) == 1
    with pytest.raises(InputError, match="sheets of 24 cells, more than the 20"):
        opened(book({"A": ORDERS, "B": ORDERS}))


def test_a_cell_of_ten_million_characters_is_refused() -> None:
    """It is named with its row and its column; the rows around it are heard."""
    cells = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="inlineStr"><is><t>%s</t></is></c></row>'
        % (row, row, row, row, text)
        for row, text in enumerate((b"note", b"x" * 1_000_000 + bytes(range(65, 90)) * 360_000, b"y"), start=1)
    )
    piece = next(opened(with_sheet(sheet(cells), level=0))[0].pieces())
    assert piece.rows.to_pylist() == [3]
    assert [(fault.row, fault.column, fault.reason) for fault in piece.refused] == [
        (2, "note", "a cell of more than 1,000,000 characters")
    ]


def test_two_hundred_thousand_rows_stay_below_five_hundred_megabytes(tmp_path: Path) -> None:
    """A real workbook of 200,000 rows and 10 columns is read, in less memory than is allowed."""
    cells = b"".join(
        b'<row r="%d">%s</row>'
        % (row, b"".join(b'<c r="%c%d"><v>%d.25</v></c>' % (65 + n, row, row * 10 + n) for n in range(10)))
        for row in range(1, 200_002)
    )
    path = tmp_path / "large.xlsx"
    path.write_bytes(with_sheet(sheet(cells), level=1))
    code = (
        "import sys, pathlib; from regulars.listen import open_files\n"
        "rows = sum(piece.table.num_rows for piece in open_files(pathlib.Path(sys.argv[1]))[0].pieces())\n"
        "said = pathlib.Path('/proc/self/status').read_text()\n"
        "print(rows, int(said.split('VmHWM:')[1].split()[0]) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    rows, peak = map(int, done.stdout.split())
    assert rows == 200_000
    assert peak < 500
