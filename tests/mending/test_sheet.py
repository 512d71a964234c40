"""The sheet: everything that is kept of a refused row, in a form that no spreadsheet runs or spoils."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from regulars.errors import MappingError
from regulars.listen import Held, open_files
from regulars.listen.kept_cells import MOST_KEPT
from regulars.listen.looked_at import is_sheet, mark_of, returned, sheet_text, shielded, unshielded
from regulars.mending import hear_sheet, sheet, waiting
from regulars.settings import Settings
from regulars.store import Home, make_home

from .shop import HEADER, NOW, good, handed_out, heard, saved, spoilt, written, wrong

RUN = ("=", "+", "-", "@", "\t", "\r")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
HOSTILE = st.sampled_from(
    [
        "=1+1",
        "-4.50",
        "+31 20 555",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "'",
        "''x",
        "007",
        "1e5",
        "3-4",
        "a,b;c\td|e",
        '"',
        "\n",
        "TRUE",
    ]
)


@given(TEXTS | HOSTILE)
def test_a_cell_comes_back_as_it_was_and_is_never_run(text: str) -> None:
    """Shielded and unshielded is the same text, and what is shown begins with nothing that a spreadsheet runs."""
    assert unshielded(shielded(text)) == text
    assert not shielded(text).startswith(RUN)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS | HOSTILE, TEXTS | HOSTILE, TEXTS | HOSTILE), min_size=1, max_size=6))
@example([("=1+1", "a;b;c", "x\r\ny")])
def test_a_sheet_is_read_back_as_it_was_written(rows: list[tuple[str, str, str]]) -> None:
    """Whatever stands in the cells: the same cells, in the same rows."""
    headers = ["order_id", "=note", "total"]
    told = [
        (dict(zip(headers, row, strict=True)), ("1", "", "total", "", "-", "why", "a.csv"), mark_of(3, line))
        for line, row in enumerate(rows, start=2)
    ]
    (file,) = open_files(Held("sheet.csv", sheet_text(headers, told).encode()))
    assert is_sheet(file)
    back = [(one.file_id, one.row, one.file, one.cells) for one in returned(file)]
    assert back == [(3, line, "a.csv", cells) for line, (cells, _, _) in enumerate(told, start=2)]


def test_only_columns_that_are_read_are_kept(home: Home, tmp_path: Path) -> None:
    """The cells of a refused row are on the disk, but no cell of a column that was left out."""
    spoilt(home, tmp_path)
    (row, *_) = home.catalogue.all("select cells from refused order by row")
    assert set(json.loads(row["cells"])["cells"]) == set(HEADER) - {"diary"}
    assert "private" not in str(home.catalogue.all("select * from refused"))
    assert "private" not in sheet(home).text


def test_a_row_says_where_it_stands(home: Home, tmp_path: Path) -> None:
    """Line, byte, column, value, reason, advice and file stand beside the cells."""
    spoilt(home, tmp_path)
    row = handed_out(home)[1]
    assert row["email"] == "c52@example.org"
    assert row["phone"] == "'+31 20 555 1052"
    content = (tmp_path / "orders.csv").read_bytes()
    assert content[int(row["regulars: byte"].removeprefix("'")) :].startswith(b"O52,")
    told = {name: row[f"regulars: {name}"] for name in ("line", "column", "value", "file")}
    assert told == {"line": "33", "column": "ordered_at", "value": "soon", "file": "orders.csv"}
    assert row["regulars: reason"]
    assert "2026-03-31" in row["regulars: suggestion"]


def test_a_row_that_is_very_long_is_cut_and_says_so(home: Home, tmp_path: Path) -> None:
    """Ten million characters do not go in, and what is cut is never heard."""
    rows = [
        ["T1", "c1@example.org", "never", "Late", "x" * 900_000],
        ["T2", "c2@example.org", "2026-01-02", "Late", "y"],
    ]
    header = ["ticket_id", "email", "opened_at", "subject", "message"]
    heard(home, written(tmp_path / "tickets.csv", rows, header))
    (row,) = home.catalogue.all("select cells from refused")
    assert len(row["cells"]) < MOST_KEPT
    (found,), _ = waiting(home, most=10)
    assert found.cut
    handed = handed_out(home)
    assert handed[0]["regulars: suggestion"].startswith("Too long to be mended here")
    handed[0]["opened_at"] = "2026-01-01"
    done = hear_sheet(home, saved(tmp_path / "sheet.csv", handed), now=NOW)
    assert (done.mended, done.cut) == (0, 1)


def test_a_row_that_is_no_row_has_no_cells(home: Home, tmp_path: Path) -> None:
    """Its text may hold columns that nobody mapped: it is listed with its line and reason, and can be filled in."""
    heard(home, written(tmp_path / "orders.csv", [*map(good, range(1, 31)), ["O99", "C9", "secret"]]))
    assert "secret" not in str(home.catalogue.all("select * from refused"))
    (row,) = handed_out(home)
    assert row["regulars: line"] == "32"
    assert row["order_id"] == ""
    row |= dict(zip(HEADER[:6], good(99), strict=False))
    done = hear_sheet(home, saved(tmp_path / "sheet.csv", [row]), now=NOW)
    assert (done.mended, done.new) == (1, 1)


def test_a_sheet_of_one_home_is_known_in_no_other(home: Home, tmp_path: Path) -> None:
    """Its marks mean other rows there, or none: it is refused with what to do."""
    other = make_home(tmp_path / "other", Settings(currency="EUR"), now_us=1)
    spoilt(home, tmp_path)
    heard(other, written(tmp_path / "else.csv", [*map(good, range(1, 31)), *wrong()]))
    with pytest.raises(MappingError, match=r"No row of sheet\.csv is known here.*Download the sheet again"):
        hear_sheet(other, saved(tmp_path / "sheet.csv", handed_out(home)), now=NOW)
    other.close()
