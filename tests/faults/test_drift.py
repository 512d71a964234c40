"""F10: a source changes what it sends. It is understood, or paused with the reason; nothing becomes a silent blank."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.errors import MappingError
from regulars.intake import FileHeard, hear
from regulars.listen import read_mappings
from regulars.store import Home

from ..cli.conftest import Run, run  # noqa: F401 - a fixture
from ..store.conftest import counted, left_behind

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
Table = list[list[str]]
Edit = Callable[[Table], Table]

HEADER = ["order_id", "customer_id", "email", "order_date", "product", "unit_price", "quantity", "loyalty"]
GOODS = ("Rye loaf", "Café crème", "Apple cake")
ROWS = 30


def export(first: int = 1) -> Table:
    """Return thirty lines of orders: day-first dates, prices in euros, an address each, and a column nobody mapped."""
    rows = [
        [
            f"{number}",
            f"C{number % 9}",
            f"c{number % 9}@example.org",
            f"{number % 28 + 1:02}/0{number % 3 + 1}/2026",
            GOODS[number % 3],
            f"€{number % 40 + 1}.50",
            f"{number % 3 + 1}",
            "gold",
        ]
        for number in range(first, first + ROWS)
    ]
    return [HEADER, *rows]


def text_of(table: Table, delimiter: str = ",") -> str:
    return "".join(delimiter.join(row) + "\n" for row in table)


def cells(column: str, change: Callable[[str, int], str]) -> Edit:
    """Change the cells of one column; `change` gets a cell and its row."""
    place = HEADER.index(column)

    def edited(table: Table) -> Table:
        rows = [
            [*row[:place], change(row[place], number), *row[place + 1 :]]
            for number, row in enumerate(table[1:], start=1)
        ]
        return [table[0], *rows]

    return edited


def headers(**new: str) -> Edit:
    """Give some columns another name."""
    return lambda table: [[new.get(name, name) for name in table[0]], *table[1:]]


def without(*columns: str) -> Edit:
    """Take some columns away."""
    kept = [place for place, name in enumerate(HEADER) if name not in columns]
    return lambda table: [[row[place] for place in kept] for row in table]


def in_order(*columns: str) -> Edit:
    """Bring some columns to the front."""
    places = [*map(HEADER.index, columns), *(place for place, name in enumerate(HEADER) if name not in columns)]
    return lambda table: [[row[place] for place in places] for row in table]


def under(*columns: str) -> Edit:
    """Leave the headers as they are, and let the cells below them change places."""
    return lambda table: [table[0], *in_order(*columns)(table)[1:]]


def also(name: str, cell: str) -> Edit:
    """Add a column."""
    return lambda table: [[*table[0], name], *([*row, cell] for row in table[1:])]


def month_first(cell: str, _: int) -> str:
    day, month, year = cell.split("/")
    return f"{month}/{day}/{year}"


def iso(cell: str, _: int) -> str:
    day, month, year = cell.split("/")
    return f"{year}-{month}-{day}"


def as_parquet(table: Table, path: Path) -> Path:
    columns = zip(*table[1:], strict=True)
    pq.write_table(pa.table({name: list(column) for name, column in zip(table[0], columns, strict=True)}), path)
    return path


def as_text(delimiter: str = ",", encoding: str = "utf-8", start: str = "", end: str = "\n") -> Callable[..., Path]:
    def writing(table: Table, path: Path) -> Path:
        text = start + text_of(table, delimiter).replace("\n", end)
        path.write_bytes(text.encode(encoding))
        return path

    return writing


def same(table: Table) -> Table:
    return table


@dataclass(frozen=True)
class Kind:
    """One way in which a file may differ and is still the same: what changes in it, how it is written, its name."""

    edit: Edit = same
    write: Callable[..., Path] = as_text()  # noqa: RUF009
    name: str = "sales.csv"


UNDERSTOOD = {
    "columns in another order": Kind(in_order("quantity", "order_date", "email")),
    "headers in capitals": Kind(lambda table: [[name.upper() for name in table[0]], *table[1:]]),
    "blanks around the headers": Kind(lambda table: [[f"  {name} " for name in table[0]], *table[1:]]),
    "capitals, blanks and another order": Kind(
        lambda table: [[f" {name.title()} " for name in in_order("email")(table)[0]], *in_order("email")(table)[1:]]
    ),
    "a byte order mark": Kind(write=as_text(encoding="utf-8-sig")),
    "UTF-16": Kind(write=as_text(encoding="utf-16")),
    "Windows-1252": Kind(write=as_text(encoding="cp1252")),
    "semicolons": Kind(write=as_text(";")),
    "tabs": Kind(write=as_text("\t")),
    "a delimiter that the file names": Kind(write=as_text(";", start="sep=;\n")),
    "line ends of another system": Kind(write=as_text(end="\r\n")),
    "cells in quotation marks": Kind(lambda table: [[f'"{cell}"' for cell in row] for row in table]),
    "an empty column at the end": Kind(also("", "")),
    "a delimiter after each row": Kind(lambda table: [table[0], *([*row, ""] for row in table[1:])]),
    "a file that keeps its types": Kind(write=as_parquet, name="sales.parquet"),
    "the name of another month": Kind(name="sales-2026-04.csv"),
    "dates with the year first": Kind(cells("order_date", iso)),
    "the code of the same currency": Kind(cells("unit_price", lambda cell, _: cell.replace("€", "EUR "))),
    "no sign, in a home of that currency": Kind(cells("unit_price", lambda cell, _: cell.removeprefix("€"))),
    "a column gone that was never stored": Kind(without("loyalty")),
}


@dataclass(frozen=True)
class Drift:
    """One way in which a file is not the same any more, and what is said of it."""

    edit: Edit
    said: Sequence[str]
    write: Callable[..., Path] = as_text()  # noqa: RUF009
    name: str = "sales.csv"


PAUSED = {
    "the date is gone": Drift(without("order_date"), ["column 'order_date' was the ordered at and is missing"]),
    "the order number is gone": Drift(without("order_id"), ["column 'order_id' was the order and is missing"]),
    "the address is gone": Drift(without("email"), ["column 'email' was the email and is missing"]),
    "the price is gone": Drift(without("unit_price"), ["column 'unit_price' was the unit price and is missing"]),
    "one column renamed": Drift(
        headers(email="contact"), ["column 'email' was the email and is missing; new are 'contact'"]
    ),
    "two columns renamed": Drift(
        headers(order_date="day", unit_price="each"),
        ["column 'order_date' was", "column 'unit_price' was", "new are 'day', 'each'"],
    ),
    "renamed in the file of another month": Drift(
        headers(email="contact"), ["column 'email' was the email and is missing"], name="sales-2026-04.csv"
    ),
    "all headers in another language": Drift(
        lambda table: [["bestelling", "klant", "adres", "dag", "artikel", "prijs", "aantal", "kaart"], *table[1:]],
        ["column 'order_id' was the order and is missing", "column 'unit_price' was"],
    ),
    "no headers at all": Drift(
        lambda table: table[1:],
        ["column 'order_date' was the ordered at and is missing", "column 'order_id' was the order and is missing"],
    ),
    "dates become words": Drift(
        cells("order_date", lambda _, row: ("last week", "at Easter", "yesterday")[row % 3]),
        ["column 'order_date' held dates and holds words now"],
    ),
    "dates become the numbers of a spreadsheet": Drift(
        cells("order_date", lambda _, row: str(46_000 + row)), ["column 'order_date' held dates and holds numbers now"]
    ),
    "day and month change places": Drift(
        cells("order_date", month_first), ["column 'order_date' had dates day first and has them month first now"]
    ),
    "prices become words": Drift(
        cells("unit_price", lambda _, row: ("cheap", "dear", "on request")[row % 3]),
        ["column 'unit_price' held numbers and holds words now"],
    ),
    "quantities become words": Drift(
        cells("quantity", lambda cell, _: ("one", "two", "three")[int(cell) - 1]),
        ["column 'quantity' held numbers and holds words now"],
    ),
    "decimals after a comma": Drift(
        cells("unit_price", lambda cell, _: cell.replace(".", ",")),
        ["column 'unit_price' had decimals after a point and has them after a comma now"],
        as_text(";"),
    ),
    "dollars in the place of euros": Drift(
        cells("unit_price", lambda cell, _: cell.replace("€", "$")),
        ["column 'unit_price' was written with € and is written with $ now"],
    ),
    "the code of another currency": Drift(
        cells("unit_price", lambda cell, _: cell.replace("€", "GBP ")),
        ["column 'unit_price' was written with € and is written with GBP now"],
    ),
    "addresses become names": Drift(
        cells("email", lambda _, row: ("Ann Lee", "Bob Ray", "Cy Young")[row % 3]),
        ["column 'email' held e-mail addresses and holds words now"],
    ),
    "customer numbers become names": Drift(
        cells("customer_id", lambda _, row: ("Ann Lee", "Bob Ray", "Cy Young")[row % 3]),
        ["column 'customer_id' held codes and holds words now"],
    ),
    "customer numbers become addresses": Drift(
        cells("customer_id", lambda cell, _: f"{cell}@example.org"),
        ["column 'customer_id' held codes and holds e-mail addresses now"],
    ),
    "order numbers get a letter": Drift(
        cells("order_id", lambda cell, _: f"W-{cell}"), ["column 'order_id' held numbers and holds codes now"]
    ),
    "articles become numbers": Drift(
        cells("product", lambda _, row: str(4700 + row)), ["column 'product' held words and holds numbers now"]
    ),
    "two columns change places below their headers": Drift(
        under("order_id", "customer_id", "product", "order_date", "email"),
        ["column 'email' held e-mail addresses and holds words now", "column 'product' held words and holds"],
    ),
    "all cells move on by one": Drift(
        under("loyalty"),
        ["column 'email' held", "column 'order_date' held dates and holds e-mail addresses now", "column 'order_id'"],
    ),
    "addresses run dry": Drift(
        cells("email", lambda cell, row: cell if row % 5 == 0 else ""),
        ["column 'email' was filled in 30 of 30 rows and is blank in 24 of 30 now"],
    ),
    "dates run dry": Drift(
        cells("order_date", lambda cell, row: cell if row % 5 == 0 else "n/a"),
        ["column 'order_date' was filled in 30 of 30 rows and is blank in 24 of 30 now"],
    ),
    "prices run dry": Drift(
        cells("unit_price", lambda cell, row: cell if row % 5 == 0 else "-"),
        ["column 'unit_price' was filled in 30 of 30 rows and is blank in 24 of 30 now"],
    ),
    "articles run dry": Drift(
        cells("product", lambda cell, row: ""),
        ["column 'product' was filled in 30 of 30 rows and is blank in 30 of 30 now"],
    ),
    "several at once": Drift(
        lambda table: cells("quantity", lambda *_: "few")(cells("order_date", month_first)(table)),
        ["column 'quantity' held numbers", "column 'order_date' had dates day first"],
    ),
    "renamed, in a file that keeps its types": Drift(
        headers(quantity="pieces sold"),
        ["column 'quantity' was the quantity and is missing"],
        as_parquet,
        "sales.parquet",
    ),
}


def written(folder: Path, what: Kind | Drift, table: Table) -> Path:
    return what.write(what.edit(table), folder / what.name)


def heard(home: Home, path: Path, **more: Any) -> FileHeard:
    return hear(home, [path], source="shop", **{"now": LATER, **more})[0]


@pytest.fixture
def shop(home: Home, tmp_path: Path) -> Home:
    """A home that has heard one export of a shop."""
    file = heard(home, as_text()(export(), tmp_path / "sales.csv"), now=NOW)
    assert (file.mapping.shape, file.new, file.refused, file.new_columns) == ("lines", ROWS, (), ())
    return home


def meaning(home: Home) -> list[tuple[Any, ...]]:
    """Return what every trace says, without where it stood."""
    named = ("kind", "happened_at", "who", "about", "item", "quantity_milli", "amount_minor", "currency", "source_id")
    return sorted(tuple(map(str, (trace[name] for name in named))) for trace in counted(home))


def paused(home: Home) -> tuple[int | None, str]:
    row = home.catalogue.one("select paused_us, paused_why from source where name = 'shop'")
    return row["paused_us"], row["paused_why"]


def test_there_are_at_least_thirty_ways() -> None:
    """What is promised is thirty; each way of writing stands once."""
    assert len(PAUSED) >= 30
    assert len({repr(drift.said) + drift.name for drift in PAUSED.values()}) == len(PAUSED)


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_what_only_looks_otherwise_is_understood(name: str, shop: Home, tmp_path: Path) -> None:
    """The next export, written otherwise, makes the very traces that it makes written as ever."""
    (tmp_path / "next").mkdir()
    file = heard(shop, written(tmp_path / "next", UNDERSTOOD[name], export(first=101)))
    assert (file.new, file.same, file.refused, file.new_columns) == (ROWS, 0, (), ())
    assert len(read_mappings(shop.mapping_path("shop"))) == 1
    before = meaning(shop)
    plainly = heard(shop, as_text()(export(first=101), tmp_path / "sales.csv"))
    assert plainly.new == 0
    assert meaning(shop) == before


@pytest.mark.parametrize("name", PAUSED)
def test_what_has_changed_pauses_the_source(name: str, shop: Home, tmp_path: Path) -> None:
    """The column, what it was and what it is are said; nothing is kept; the corrected file goes on as before."""
    before, mapping = meaning(shop), shop.mapping_path("shop").read_bytes()
    (tmp_path / "next").mkdir()
    path = written(tmp_path / "next", PAUSED[name], export(first=101))
    with pytest.raises(MappingError) as caught:
        heard(shop, path)
    assert path.name in caught.value.what
    assert [words for words in PAUSED[name].said if words not in caught.value.what] == []
    assert "--map" in caught.value.now
    assert str(shop.mapping_path("shop")) in caught.value.now
    assert (meaning(shop), shop.mapping_path("shop").read_bytes(), left_behind(shop)) == (before, mapping, [])
    assert shop.catalogue.one("select count(*) as files from file")["files"] == 1
    since, why = paused(shop)
    assert since is not None
    assert why in caught.value.what
    assert heard(shop, as_text()(export(first=101), tmp_path / "sales.csv")).new == ROWS
    assert paused(shop) == (None, "")


def test_no_value_of_a_file_stands_in_the_reason(shop: Home, tmp_path: Path) -> None:
    """The reason is kept and shown to all; it names columns and kinds, and nobody."""
    for name, drift in PAUSED.items():
        if name == "no headers at all":
            continue  # then the file's own first row is what it calls its columns
        with pytest.raises(MappingError) as caught:
            heard(shop, written(tmp_path, drift, export(first=101)))
        assert not re.search(r"@|Ann|Bob|Rye|C\d|/0\d/|\bgold\b", caught.value.what.replace("paused", "")), name
        assert caught.value.what.startswith(drift.name)


def test_a_new_column_is_noticed_once_and_not_stored(shop: Home, tmp_path: Path) -> None:
    """It is named in the answer, it never touches the disk, and the next file that has it says nothing any more."""
    table = also("shoe_size", "needle-44")(export(first=101))
    file = heard(shop, as_text()(table, tmp_path / "sales.csv"))
    assert (file.new, file.new_columns, file.mapping.left_out) == (ROWS, ("shoe_size",), ("loyalty", "shoe_size"))
    again = heard(shop, as_text()(also("shoe_size", "needle-44")(export(first=201)), tmp_path / "sales.csv"))
    assert (again.new, again.new_columns) == (ROWS, ())
    for path in shop.path.rglob("*"):
        assert not path.is_file() or b"needle-44" not in path.read_bytes()
    assert paused(shop) == (None, "")


def test_a_new_column_is_stored_once_somebody_maps_it(shop: Home, tmp_path: Path) -> None:
    """Named in the source's mapping file, it is read from the next file on."""
    path = shop.mapping_path("shop")
    path.write_text(path.read_text().replace("[table.columns]\n", '[table.columns]\nchannel = "via"\n'))
    file = heard(shop, as_text()(also("via", "web")(export(first=101)), tmp_path / "sales.csv"))
    assert (file.new, file.new_columns) == (ROWS, ())
    assert {trace["channel"] for trace in counted(shop)} == {None, "web"}


def test_a_dry_run_says_the_same_and_pauses_nothing(shop: Home, tmp_path: Path) -> None:
    """Looking changes nothing."""
    path = written(tmp_path, PAUSED["one column renamed"], export(first=101))
    with pytest.raises(MappingError, match="'email' was the email and is missing"):
        heard(shop, path, dry_run=True)
    assert paused(shop) == (None, "")


def test_a_mapping_that_is_given_is_taken_at_its_word(shop: Home, tmp_path: Path) -> None:
    """Whoever names the columns of a changed file has looked at it: it is heard, the source goes on, and stays so."""
    path = written(tmp_path, PAUSED["one column renamed"], export(first=101))
    with pytest.raises(MappingError):
        heard(shop, path)
    given = tmp_path / "given.toml"
    given.write_text(shop.mapping_path("shop").read_text().replace('email = "email"', 'email = "contact"'))
    assert heard(shop, path, map_path=given).new == ROWS
    assert paused(shop) == (None, "")
    following = written(tmp_path, PAUSED["one column renamed"], export(first=201))
    assert heard(shop, following).new == ROWS


def test_a_change_of_kind_is_accepted_with_a_mapping(shop: Home, tmp_path: Path) -> None:
    """Order numbers with a letter are what the source sends from now on; going back to bare ones is then the change."""
    drift = PAUSED["order numbers get a letter"]
    path = written(tmp_path, drift, export(first=101))
    with pytest.raises(MappingError):
        heard(shop, path)
    assert heard(shop, path, map_path=shop.mapping_path("shop")).new == ROWS
    assert heard(shop, written(tmp_path, drift, export(first=201))).new == ROWS
    with pytest.raises(MappingError, match="held codes and holds numbers now"):
        heard(shop, as_text()(export(first=301), tmp_path / "sales.csv"))


def test_correcting_the_mapping_in_the_home_is_enough(shop: Home, tmp_path: Path) -> None:
    """Where dates have changed their order, one word in the source's own mapping file says so."""
    path = written(tmp_path, PAUSED["day and month change places"], export(first=101))
    with pytest.raises(MappingError):
        heard(shop, path)
    mapping = shop.mapping_path("shop")
    mapping.write_text(mapping.read_text().replace("day first", "month first"))
    assert heard(shop, path).new == ROWS
    assert paused(shop) == (None, "")


def test_a_source_is_stale_since_its_first_change(shop: Home, tmp_path: Path) -> None:
    """Hearing the changed file night after night does not move the day; the last reason is the one that stands."""
    for day, name in enumerate(("one column renamed", "prices become words")):
        with pytest.raises(MappingError):
            heard(shop, written(tmp_path, PAUSED[name], export(first=101)), now=LATER + timedelta(days=day))
    since, why = paused(shop)
    assert since == int(LATER.timestamp()) * 1_000_000
    assert "held numbers and holds words now" in why


REVIEWS = "review_id,order_id,customer_id,submitted_at,stars,review_text\n" + "".join(
    f"R{number},{number},C{number % 9},2026-03-{number % 28 + 1:02},{number % 5 + 1},Good bread\n"
    for number in range(1, 9)
)
CUSTOMERS = "customer_id,email,full_name\n" + "".join(f"C{n},c{n}@example.org,Name {n}\n" for n in range(9))


@pytest.mark.parametrize(
    ("name", "text", "shape"), [("reviews.csv", REVIEWS, "reviews"), ("customers.csv", CUSTOMERS, "customers")]
)
def test_another_kind_of_file_is_guessed_beside_it(
    name: str, text: str, shape: str, shop: Home, tmp_path: Path
) -> None:
    """Reviews or customers of the same source are no change of its orders; from now on both are known."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    file = heard(shop, path)
    assert (file.mapping.shape, file.new_columns, file.refused) == (shape, (), ())
    assert file.new == text.count("\n") - 1
    assert [mapping.shape for mapping in read_mappings(shop.mapping_path("shop"))] == ["lines", shape]


def test_another_kind_of_file_does_not_let_a_paused_source_go_on(shop: Home, tmp_path: Path) -> None:
    """Its orders have changed; hearing its reviews is well, and the orders stay stale until they are heard again."""
    with pytest.raises(MappingError):
        heard(shop, written(tmp_path, PAUSED["the price is gone"], export(first=101)))
    (tmp_path / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    assert heard(shop, tmp_path / "reviews.csv").new == 8
    assert paused(shop)[0] is not None
    heard(shop, as_text()(export(), tmp_path / "sales.csv"))  # what is known already tells nothing new
    assert paused(shop)[0] is not None
    heard(shop, as_text()(export(first=101), tmp_path / "sales.csv"))
    assert paused(shop) == (None, "")


def test_one_changed_file_stops_its_whole_hearing(shop: Home, tmp_path: Path) -> None:
    """Reviews that come together with changed orders are not kept either; all changes of all files are said at once."""
    (tmp_path / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    heard(shop, tmp_path / "reviews.csv")
    changed = written(tmp_path, PAUSED["the price is gone"], export(first=101))
    (tmp_path / "reviews.csv").write_text(REVIEWS.replace("stars", "grade given"), encoding="utf-8")
    before = meaning(shop)
    with pytest.raises(MappingError) as caught:
        hear(shop, [tmp_path / "reviews.csv", changed], source="shop", now=LATER)
    assert "'unit_price' was the unit price and is missing" in caught.value.what
    assert "'stars' was the rating and is missing; new are 'grade given'" in caught.value.what
    assert meaning(shop) == before


def test_ratings_on_another_scale_are_a_change(home: Home, tmp_path: Path) -> None:
    """Stars from 1 to 5 that become points up to 10 would read as high praise; nobody is praised by mistake."""
    (tmp_path / "reviews.csv").write_text(REVIEWS, encoding="utf-8")
    heard(home, tmp_path / "reviews.csv")
    rows = [f"Q{n},{n},C{n % 9},2026-03-{n % 28 + 1:02},{n % 10 + 1},Good bread\n" for n in range(100, 130)]
    (tmp_path / "reviews.csv").write_text(REVIEWS.partition("\n")[0] + "\n" + "".join(rows), encoding="utf-8")
    with pytest.raises(MappingError, match="'stars' had ratings from 1 to 5 and has 15 outside of that now"):
        heard(home, tmp_path / "reviews.csv")


def test_a_few_bad_cells_are_refused_row_by_row_and_pause_nothing(shop: Home, tmp_path: Path) -> None:
    """Three odd dates and prices among thirty are three rows that need a look."""
    spoilt = cells("order_date", lambda cell, row: "soon" if row in (3, 9) else cell)
    table = cells("unit_price", lambda cell, row: "ask" if row == 20 else cell)(spoilt(export(first=101)))
    file = heard(shop, as_text()(table, tmp_path / "sales.csv"))
    assert (file.new, [fault.row for fault in file.refused]) == (ROWS - 3, [4, 10, 21])
    assert paused(shop) == (None, "")


@pytest.mark.parametrize("rows", range(1, 13))
def test_a_small_file_is_no_change(rows: int, shop: Home, tmp_path: Path) -> None:
    """A day with few orders, in which half of the addresses are missing, is heard; and what is known of it stays."""
    table = cells("email", lambda cell, row: cell if row % 2 else "")(export(first=101))[: rows + 1]
    looks = tomllib.loads(shop.mapping_path("shop").read_text())["table"][0]["looks"]
    assert heard(shop, as_text()(table, tmp_path / "sales.csv")).new == rows
    assert tomllib.loads(shop.mapping_path("shop").read_text())["table"][0]["looks"] == looks


def test_a_mapping_of_an_older_home_remembers_nothing_and_is_used(shop: Home, tmp_path: Path) -> None:
    """Without what is remembered of the columns, a file that fits is heard, and remembered from then on."""
    path = shop.mapping_path("shop")
    bare = re.sub(r"\[table\.looks\][^\[]*", "", path.read_text(), flags=re.DOTALL)
    path.write_text(re.sub(r"left_out = .*", "", bare))
    assert heard(shop, as_text()(export(first=101), tmp_path / "sales.csv")).new == ROWS
    assert len(read_mappings(path)[0].looks) == len(HEADER) - 1
    with pytest.raises(MappingError, match="'email' held e-mail addresses and holds words now"):
        heard(shop, written(tmp_path, PAUSED["addresses become names"], export(first=201)))


def test_what_is_remembered_of_columns_holds_no_value(shop: Home) -> None:
    """The mapping file says of each column what kind it was and how full, and the sign of its currency."""
    looks = tomllib.loads(shop.mapping_path("shop").read_text())["table"][0]["looks"]
    assert looks["unit_price"] == {"held": "numbers", "filled": ROWS, "rows": ROWS, "sign": "€"}
    assert looks["email"] == {"held": "e-mail addresses", "filled": ROWS, "rows": ROWS}
    assert "loyalty" not in looks
    assert not re.search(r"@example|Rye|C\d\b", shop.mapping_path("shop").read_text())


def test_the_command_says_what_has_changed_and_what_is_new(run: Run, tmp_path: Path) -> None:  # noqa: F811 - the fixture
    """A change ends with its own exit code and two sentences; a new column stands in the answer and in JSON."""
    as_text()(export(), tmp_path / "sales.csv")
    assert run("hear", "sales.csv", "--as", "shop").code == 0
    as_text()(also("shoe_size", "44")(export(first=101)), tmp_path / "sales.csv")
    told = run("hear", "sales.csv", "--as", "shop", "--dry-run")
    assert "new in this source, and not stored until a mapping names them: shoe_size" in told.out
    data = run("hear", "sales.csv", "--as", "shop", "--json").data
    assert data["files"][0]["new_columns"] == ["shoe_size"]
    written(tmp_path, PAUSED["dollars in the place of euros"], export(first=201))
    done = run("hear", "sales.csv", "--as", "shop")
    assert (done.code, done.out) == (65, "")
    assert "sales.csv does not look as lines of this source did: column 'unit_price' was written with €" in done.err
    assert "Correct the file and hear it again" in done.err
