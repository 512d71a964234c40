"""Hearing again changes nothing: whichever way the same rows come, they count once."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from regulars.intake import hear
from regulars.listen import read_mappings
from regulars.store import Home

from .conftest import LINES, NOW, ORDERS, Hear, counted, left_behind

DATA = Path(os.environ.get("REGULARS_DATA", Path(__file__).parents[3] / "shared" / "data"))
LATER = NOW + timedelta(days=30)


def test_hearing_a_file_again_changes_nothing(listen: Hear, home: Home) -> None:
    """The second time, and a month later, all rows are known, and no segment is added."""
    first = listen({"orders.csv": ORDERS, "lines.csv": LINES})
    assert [(file.name, file.rows, file.new, file.same) for file in first] == [
        ("orders.csv", 2, 2, 0),
        ("lines.csv", 3, 3, 0),
    ]
    before = counted(home)
    for moment in (NOW, LATER):
        again = listen({"orders.csv": ORDERS, "lines.csv": LINES}, now=moment)
        assert [(file.new, file.same) for file in again] == [(0, 2), (0, 3)]
    assert counted(home) == before
    assert home.stock.inbox.count() == len(before) == 5


def test_equal_rows_of_a_file_are_separate_traces(listen: Hear, home: Home) -> None:
    """Two loaves in two lines are two purchases; a third one in a later export is a third."""
    listen({"orders.csv": ORDERS, "lines.csv": LINES})
    assert [trace["source_id"][-2:] == "#2" for trace in counted(home) if trace["item"] == "Bread"].count(True) == 1
    longer = listen({"lines.csv": LINES + "1,Bread,1,2.50\n"}, now=LATER)
    assert (longer[0].new, longer[0].same) == (1, 3)
    assert sum(trace["item"] == "Bread" for trace in counted(home)) == 3


def test_the_same_row_in_two_files_of_one_hearing_counts_once(listen: Hear, home: Home) -> None:
    """Exports that overlap do not double what they share."""
    head, first, second = ORDERS.splitlines(keepends=True)
    heard = listen({"january.csv": head + first + second, "february.csv": head + second + "3,C,2026-02-03,done\n"})
    assert [(file.new, file.same) for file in heard] == [(2, 0), (1, 1)]
    assert len(counted(home)) == 3


def test_a_list_of_customers_without_dates_is_heard_once(listen: Hear, home: Home) -> None:
    """They became known when we first heard of them, and a month later they are the same; who changed is heard anew."""
    people = "customer_id,name,email\nA,Ann,ann@example.org\nB,Bob,bob@example.org\n"
    assert listen({"customers.csv": people})[0].new == 2
    assert listen({"customers.csv": people}, now=LATER)[0].new == 0
    moved = listen({"customers.csv": people.replace("bob@", "robert@")}, now=LATER)[0]
    assert (moved.new, moved.same) == (1, 1)
    assert counted(home)[-1]["who"] == ["customer:shop:B", "email:robert@example.org"]


def test_a_step_added_to_an_order_is_new_and_the_rest_is_not(listen: Hear, home: Home) -> None:
    """An export in which the order has been delivered adds the delivery only."""
    head = "order_id,customer_id,ordered_at,promised_on,delivered_at\n"
    listen({"orders.csv": head + "1,A,2026-01-02,2026-01-05,\n"})
    heard = listen({"orders.csv": head + "1,A,2026-01-02,2026-01-05,2026-01-04\n"}, now=LATER)
    assert (heard[0].new, heard[0].same) == (1, 1)
    assert [trace["kind"] for trace in counted(home)] == ["ordered", "delivered"]


@pytest.mark.parametrize("names", [("lines.csv", "orders.csv"), ("orders.csv", "lines.csv")])
def test_lines_find_their_orders_in_the_same_hearing(names: tuple[str, str], listen: Hear, home: Home) -> None:
    """In whichever sequence the files are named, each line borrows its order's customer and instant."""
    texts = {"orders.csv": ORDERS, "lines.csv": LINES}
    heard = listen({name: texts[name] for name in names})
    assert sum(file.new for file in heard) == 5
    bought = [trace for trace in counted(home) if trace["kind"] == "bought"]
    assert {(trace["item"], trace["who"][0]) for trace in bought} == {
        ("Bread", "customer:shop:A"),
        ("Cake", "customer:shop:B"),
    }
    assert {trace["happened_at"] for trace in bought} == {
        int(datetime(2026, 1, day, 10, tzinfo=UTC).timestamp()) * 1_000_000 for day in (2, 3)
    }


def test_lines_alone_are_refused_until_their_orders_are_known(listen: Hear, home: Home) -> None:
    """Alone they have no instant; the advice is to hear the orders, and then they are heard."""
    alone = listen({"lines.csv": LINES})[0]
    assert (alone.new, len(alone.refused)) == (0, 3)
    assert alone.refused[0].reason == "this row has no date of its own, and its order is not known yet"
    assert "Hear the orders first" in alone.refused[0].suggestion
    assert counted(home) == []
    listen({"orders.csv": ORDERS})
    later = listen({"lines.csv": LINES})[0]
    assert (later.new, len(later.refused)) == (3, 0)


def test_a_payment_dated_before_its_order_does_not_double_the_lines(listen: Hear, home: Home) -> None:
    """What a line borrows may change when more is heard; it stays the same line."""
    listen({"orders.csv": ORDERS, "lines.csv": LINES})
    listen({"payments.csv": "payment_id,order_id,customer_id,paid_at,amount\n9,1,A,2026-01-01,5.00\n"})
    assert listen({"lines.csv": LINES}, now=LATER)[0].new == 0


def test_lines_borrow_the_instant_of_the_order_not_of_its_payment(listen: Hear, home: Home) -> None:
    """Whatever else names the order, and however early, the order itself says when it was placed, and by whom."""
    listen(
        {
            "payments.csv": "payment_id,order_id,customer_id,paid_at,amount\n9,1,Z,2025-12-01,5.00\n",
            "orders.csv": ORDERS,
        }
    )
    listen({"lines.csv": LINES})
    first = next(trace for trace in counted(home) if trace["item"] == "Bread")
    assert first["happened_at"] == int(datetime(2026, 1, 2, 10, tzinfo=UTC).timestamp()) * 1_000_000
    assert first["who"] == ["customer:shop:A"]


def test_a_dry_run_leaves_nothing(listen: Hear, home: Home) -> None:
    """It says what would be new, and nothing is there afterwards."""
    heard = listen({"orders.csv": ORDERS}, dry_run=True)
    assert (heard[0].new, counted(home), left_behind(home)) == (2, [], [])
    assert not home.mapping_path("shop").exists()
    assert home.origins.file_names() == []


def test_the_mapping_of_a_source_is_used_for_its_next_file(listen: Hear, home: Home) -> None:
    """A file in which no date tells the order of day and month is read as the one before it was."""
    head = "customer_id,date,amount\n"
    listen({"january.csv": head + "A,25/01/2026,5\n"})
    kept = read_mappings(home.mapping_path("shop"))
    assert [(mapping.shape, mapping.dates) for mapping in kept] == [("lines", "day first")]
    heard = listen({"february.csv": head + "A,03/02/2026,5\n"})
    assert heard[0].mapping.reasons == ("as written in shop.toml",)
    assert counted(home)[-1]["happened_at"] == int(datetime(2026, 2, 3, tzinfo=UTC).timestamp()) * 1_000_000


def test_a_file_and_its_lines_can_be_looked_up(listen: Hear, home: Home) -> None:
    """From a trace to its file and line, from a line to its traces or the reason why there are none."""
    listen({"orders.csv": ORDERS + "3,C,soon,done\n"})
    ids = home.origins.file_ids("orders.csv")
    assert home.origins.file_names() == ["orders.csv"]
    assert home.origins.file_ids("shop") == ids
    found = home.stock.of_row(ids, 3).to_pylist()
    assert [trace["about"] for trace in found] == ["order:shop:2"]
    assert home.origins.place(found[0]["file_id"], found[0]["row"]) == "orders.csv, line 3"
    assert home.stock.segments.holding(found[0]["trace_id"].hex()) == "the inbox"
    assert home.stock.segments.holding("00" * 16) == "no segment"
    assert home.origins.refused_at(ids, 4) == "this is not a date that we can read"
    assert home.origins.refused_at(ids, 3) == ""


def test_the_same_rows_as_parquet_and_as_csv_count_once(home: Home) -> None:
    """Two months of a real shop as a text file lie within its year as Parquet: all 52,539 rows are known."""
    folder = DATA / "shops" / "online_retail"
    if not folder.exists():
        pytest.skip(f"shops/online_retail is not in {DATA}")
    year = hear(home, [folder / "lines.parquet"], source="shop", now=NOW)[0]
    assert (year.rows, year.new, year.same, year.refused) == (393_190, 393_190, 0, ())
    months = hear(home, [folder / "invoices_dec2009_jan2010.csv"], source="shop", now=LATER)[0]
    assert (months.rows, months.new, months.same) == (52_539, 0, 52_539)
