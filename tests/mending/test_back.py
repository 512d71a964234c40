"""Dropped back: what is right counts, what is not stays, and nothing counts twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from regulars import heard as page
from regulars.dates import instant_us
from regulars.errors import MappingError
from regulars.intake import hear
from regulars.mending import Mended, hear_sheet, holds_sheet, waiting
from regulars.settings import Settings
from regulars.store import Home, make_home

from .shop import (
    HEADER,
    NOW,
    Rows,
    as_right,
    good,
    handed_out,
    heard,
    kept,
    mended,
    right,
    saved,
    spoilt,
    written,
)

LATER = NOW + timedelta(hours=1)


def dropped(home: Home, path: Path, *, dry_run: bool = False) -> Mended:
    """Drop a sheet back."""
    return hear_sheet(home, path, source="shop", now=LATER, dry_run=dry_run)


def test_mended_rows_are_the_traces_of_a_file_without_fault(either: Home, tmp_path: Path) -> None:
    """The same identities and lines as if it had been right; the corrected file then brings nothing new."""
    spoilt(either, tmp_path)
    path = saved(tmp_path / "sheet.csv", mended(handed_out(either), as_right))
    done = dropped(either, path)
    assert (done.mended, done.new, done.still) == (3, 3, ())
    whole = written(tmp_path / "right" / "orders.csv", [*map(good, range(1, 31)), *right()])
    monday = make_home(tmp_path / "monday", Settings(currency="EUR"), now_us=1) if not is_server(either) else None
    if monday is not None:
        heard(monday, whole)
        assert [one | {"heard_at": 0} for one in kept(either)] == [one | {"heard_at": 0} for one in kept(monday)]
        monday.close()
    again = heard(either, whole)
    assert (again.new, again.same, again.corrected, again.refused) == (0, 33, 0, ())


def is_server(home: Home) -> bool:
    """Tell whether a home keeps its catalogue in PostgreSQL, of which there is one for each test."""
    return "catalogue.sqlite" not in home.catalogue.place


def test_a_dry_run_counts_the_same_and_keeps_nothing(home: Home, tmp_path: Path) -> None:
    """Its counts are those of the dropping back that follows."""
    spoilt(home, tmp_path)
    path = saved(tmp_path / "sheet.csv", mended(handed_out(home), as_right)[:2])
    before = home.content(), len(home.origins.batches()), home.catalogue.all("select * from refused")
    foreseen = dropped(home, path, dry_run=True)
    assert (home.content(), len(home.origins.batches()), home.catalogue.all("select * from refused")) == before
    assert asdict(dropped(home, path)) == asdict(foreseen)


def test_twice_changes_nothing(home: Home, tmp_path: Path) -> None:
    """The second time every row had been mended before, and no batch is made."""
    spoilt(home, tmp_path)
    path = saved(tmp_path / "sheet.csv", mended(handed_out(home), as_right))
    dropped(home, path)
    was = home.content(), len(home.origins.batches())
    done = dropped(home, path)
    assert (done.before, done.mended, done.new, done.same) == (3, 0, 0, 0)
    assert (home.content(), len(home.origins.batches())) == was


def test_what_is_still_wrong_stays_with_its_new_reason(home: Home, tmp_path: Path) -> None:
    """One row is mended, one gets another fault, one is left: two need a look, none of them twice."""
    spoilt(home, tmp_path)
    rows = handed_out(home)
    as_right(rows[0])
    rows[1]["ordered_at"] = "2099-01-01"
    done = dropped(home, saved(tmp_path / "sheet.csv", rows))
    assert (done.mended, len(done.still)) == (1, 2)
    found, count = waiting(home, "shop", most=10)
    assert count == 2
    assert [(row.row, row.value) for row in found] == [(33, "2099-01-01"), (34, "=1+1")]
    assert found[0].reason == "the date is still to come"
    assert found[0].cells["ordered_at"] == "2099-01-01"


def test_mended_rows_need_no_look_any_more_until_their_mending_is_undone(either: Home, tmp_path: Path) -> None:
    """Pages and lists leave them out; undoing the batch brings them back, and with them the same sheet."""
    spoilt(either, tmp_path)
    before = handed_out(either)
    was = either.content()
    dropped(either, saved(tmp_path / "sheet.csv", mended(handed_out(either), as_right)))
    assert page.refusals(either) == []
    assert [batch.refused for batch in page.batches(either)] == [0, 0]
    assert handed_out(either) == []
    either.undo(page.batches(either)[0].number, now_us=instant_us(LATER))
    assert either.content() == was
    assert [batch.refused for batch in page.batches(either)] == [0, 3]
    assert handed_out(either) == before


def test_undoing_the_first_batch_takes_the_cells_along(home: Home, tmp_path: Path) -> None:
    """Nothing of a refused row is left, and its sheet is known no more."""
    spoilt(home, tmp_path)
    path = saved(tmp_path / "sheet.csv", mended(handed_out(home), as_right))
    home.undo(1, now_us=instant_us(LATER))
    assert home.catalogue.all("select * from refused") == []
    with pytest.raises(MappingError, match="its batch has been undone"):
        dropped(home, path)


def shuffled(path: Path, rows: Rows) -> Path:
    """Save with the columns the other way round."""
    return saved(path, rows, columns=list(reversed(rows[0])))


def semicolons(path: Path, rows: Rows) -> Path:
    """Save as a spreadsheet of the mainland does."""
    return saved(path, rows, delimiter=";")


def blank_rows(path: Path, rows: Rows) -> Path:
    """Save with empty rows between."""
    empty = dict.fromkeys(rows[0], "")
    return saved(path, [one for row in rows for one in (empty, row)] + [empty])


def utf16(path: Path, rows: Rows) -> Path:
    """Save as Unicode text."""
    path.write_bytes(saved(path, rows, delimiter="\t").read_text(encoding="utf-8").encode("utf-16"))
    return path


def fewer_notes(path: Path, rows: Rows) -> Path:
    """Save without the columns that only tell; the file and the mark stay."""
    told = {"regulars: reason", "regulars: suggestion", "regulars: line", "regulars: value"}
    return saved(path, rows, columns=[name for name in rows[0] if name not in told])


def workbook(path: Path, rows: Rows) -> Path:
    """Save as a workbook; what looks like a number is one."""
    book = openpyxl.Workbook()
    table = book.active
    assert table is not None
    table.append(list(rows[0]))
    for row in rows:
        table.append([float(text) if text.lstrip("-").replace(".", "", 1).isdigit() else text for text in row.values()])
    book.save(path.with_suffix(".xlsx"))
    return path.with_suffix(".xlsx")


@pytest.mark.parametrize("change", [shuffled, semicolons, blank_rows, utf16, fewer_notes, workbook])
def test_what_spreadsheets_do_to_a_sheet_does_no_harm(
    home: Home, tmp_path: Path, change: Callable[[Path, Rows], Path]
) -> None:
    """Another order of columns, delimiter, encoding or form, blank rows, fewer of our columns: all are mended."""
    spoilt(home, tmp_path)
    path = change(tmp_path / "sheet.csv", mended(handed_out(home), as_right))
    assert holds_sheet(path)
    done = dropped(home, path)
    assert (done.mended, done.new, done.still) == (3, 3, ())
    again = heard(home, written(tmp_path / "right" / "orders.csv", [*map(good, range(1, 31)), *right()]))
    assert (again.new, again.same, again.corrected) == (0, 33, 0)


@pytest.mark.parametrize("gone", ["regulars: mark", "regulars: file"])
def test_without_its_marks_a_sheet_is_refused_with_what_to_do(home: Home, tmp_path: Path, gone: str) -> None:
    """A sheet whose rows are not known again is not guessed at."""
    spoilt(home, tmp_path)
    rows = mended(handed_out(home), as_right)
    path = saved(tmp_path / "sheet.csv", rows, columns=[name for name in rows[0] if name != gone])
    was = home.content()
    with pytest.raises(MappingError, match=f"without '{gone}'.*Download the sheet once more"):
        dropped(home, path)
    assert home.content() == was


def test_a_column_of_the_file_that_was_deleted_is_named(home: Home, tmp_path: Path) -> None:
    """The rows stay refused with that reason, and their source is not paused."""
    spoilt(home, tmp_path)
    rows = mended(handed_out(home), as_right)
    done = dropped(home, saved(tmp_path / "s.csv", rows, columns=[name for name in rows[0] if name != "ordered_at"]))
    assert done.mended == 0
    assert {fault.reason for fault in done.still} == {
        "its source is read by other columns now, or one of them is gone from the sheet"
    }
    assert all(source.paused is None for source in page.sources(home))
    assert handed_out(home)[0]["customer_id"] == "C51"


def test_rows_that_somebody_added_are_said_and_not_heard(home: Home, tmp_path: Path) -> None:
    """They have no mark; the others are mended, and a row that stands twice counts once."""
    spoilt(home, tmp_path)
    rows = mended(handed_out(home), as_right)
    added = rows[0] | {"order_id": "O999", "regulars: mark": ""}
    done = dropped(home, saved(tmp_path / "sheet.csv", [*rows, added, rows[1]]))
    assert (done.mended, done.unmarked, done.unknown) == (3, 1, 1)
    assert not any("O999" in str(trace) for trace in kept(home))


def test_a_sheet_is_no_file_of_its_source(home: Home, tmp_path: Path) -> None:
    """Heard as any other file it is refused, and one of another source too."""
    spoilt(home, tmp_path)
    path = saved(tmp_path / "sheet.csv", handed_out(home))
    with pytest.raises(MappingError, match="is a sheet of rows that need a look"):
        hear(home, [path], source="shop", now=NOW)
    with pytest.raises(MappingError, match="holds rows of shop, not of web"):
        hear_sheet(home, path, source="web", now=NOW)
    assert not holds_sheet(tmp_path / "orders.csv")


def test_rows_that_lean_on_an_order_are_mended_with_it(home: Home, tmp_path: Path) -> None:
    """A line refused for want of its order is heard once the order of the same sheet is right."""
    orders = written(tmp_path / "orders.csv", [*map(good, range(1, 31)), [*good(51)[:4], "never", "3.00", ""]])
    header = ["order_id", "line", "product", "quantity", "unit_price"]
    lines = written(tmp_path / "lines.csv", [[f"O{n}", "1", "Rye", "2", "4.50"] for n in (*range(1, 31), 51)], header)
    hear(home, [orders, lines], source="shop", now=NOW)
    rows = handed_out(home)
    assert len(rows) == 2
    rows[0]["ordered_at"] = "2026-02-03"
    done = dropped(home, saved(tmp_path / "sheet.csv", rows))
    assert (done.mended, done.new) == (2, 2)


def test_decimals_after_a_comma_come_back_so(home: Home, tmp_path: Path) -> None:
    """Also where a spreadsheet turned them into numbers."""
    rows = [[*good(n)[:5], f"{n},25", ""] for n in range(1, 31)] + [[*good(51)[:4], "never", "1234,5", ""]]
    heard(home, written(tmp_path / "orders.csv", rows))
    sheet = handed_out(home)
    assert sheet[0]["total"] == "'1234,5"
    sheet[0] |= {"ordered_at": "2026-02-03", "total": "1234.5"}
    assert dropped(home, workbook(tmp_path / "sheet.csv", sheet)).mended == 1
    assert 123450 in {trace["amount_minor"] for trace in kept(home)}


def test_rows_refused_while_others_found_what_they_lacked_keep_their_cells(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is room for few, the rows that remain refused at the end have it."""
    monkeypatch.setattr("regulars.intake.REFUSED_KEPT", 3)
    header = ["order_id", "line", "product", "quantity", "unit_price"]
    bad = [["O7", "2", "Rye", "many", "4.50"]]
    lines = written(tmp_path / "lines.csv", [[f"O{n}", "1", "Rye", "2", "4.50"] for n in range(1, 31)] + bad, header)
    orders = written(tmp_path / "orders.csv", [*map(good, range(1, 31))], HEADER)
    hear(home, [lines, orders], source="shop", now=NOW)
    (row,) = handed_out(home)
    assert (row["order_id"], row["quantity"]) == ("O7", "many")
