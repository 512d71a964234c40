"""Lookups: a file that names nobody lends its columns to those that have its key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.errors import MappingError
from regulars.intake import hear
from regulars.listen import Held, Mapping, SourceFile, read_mappings, table_file, write_mappings
from regulars.listen import lookups as room
from regulars.listen.lookups import joined
from regulars.settings import Settings
from regulars.store import Home, make_home

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
LINES = b"order_id,line,customer_id,date,product_id,price\n1,1,A,2026-01-02,P1,5.00\n1,2,A,2026-01-02,P2,7.00\n"
LATER = b"order_id,line,customer_id,date,product_id,price\n" + b"".join(
    b"%d,1,A,2026-02-02,P1,5.00\n" % number for number in range(2, 40)
)
PRODUCTS = b"product_id,product_category_name,weight\nP1,bolos,3\nP2,paes,4\n"
WORDS = b"product_category_name,product_category_name_english\nbolos,cakes\npaes,breads\n"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = make_home(tmp_path / "home", Settings(), now_us=0)
    yield opened
    opened.close()


def held(*contents: tuple[str, bytes]) -> list[Held]:
    return [Held(name, content) for name, content in contents]


SHOP = held(("lines.csv", LINES), ("products.csv", PRODUCTS), ("translation.csv", WORDS))


def table(name: str, **columns: list[str]) -> SourceFile:
    return table_file(name, pa.table(columns))


def test_order_lines_get_their_category_from_two_lookups_in_a_chain(home: Home) -> None:
    """Lines borrow from products, and products from a translation."""
    (file,) = hear(home, SHOP, source="shop", now=NOW)
    assert file.mapping.columns["category"] == ("product_category_name_english",)
    assert file.new == 2
    assert "weight" not in file.mapping.left_out
    assert {lookup.key for lookup in file.mapping.lookups} == {"product_id", "product_category_name"}


def test_a_later_file_without_its_lookup_is_heard_with_blanks(home: Home) -> None:
    """The source is not paused; the category is simply blank."""
    hear(home, SHOP, source="shop", now=NOW)
    (later,) = hear(home, held(("lines.csv", LATER)), source="shop", now=NOW)
    assert (later.new, later.refused, later.new_columns) == (38, (), ())
    assert "category" in later.mapping.columns


def test_a_later_file_with_its_lookups_has_categories_again(home: Home) -> None:
    """What was blank once is filled again; nothing pauses in between."""
    hear(home, SHOP, source="shop", now=NOW)
    hear(home, held(("lines.csv", LATER)), source="shop", now=NOW)
    again = LATER.replace(b"2026-02-02", b"2026-03-02").replace(b"\n", b"\n", 1)
    (heard,) = hear(home, [*held(("lines.csv", again)), *SHOP[1:]], source="shop", now=NOW)
    assert heard.mapping.columns["category"] == ("product_category_name_english",)
    assert heard.refused == ()


def test_hearing_a_file_with_its_lookups_twice_changes_nothing(home: Home) -> None:
    """The same bytes say nothing new."""
    hear(home, SHOP, source="shop", now=NOW)
    (again,) = hear(home, SHOP, source="shop", now=NOW)
    assert (again.new, again.same) == (0, 2)


def test_rows_without_a_number_are_known_again_without_their_lookup(home: Home) -> None:
    """What a lookup lent is no part of what a row is known by: the same rows as another file count once."""
    own = b"customer_id,date,product_id,price\nA,2026-01-02,P1,5.00\nB,2026-01-02,P2,7.00\n"
    hear(home, held(("lines.csv", own), ("products.csv", PRODUCTS)), source="shop", now=NOW)
    (again,) = hear(home, held(("lines.csv", own + b"B,2026-01-03,P2,7.00\n")), source="shop", now=NOW)
    assert again.new == 1


def test_a_lookup_heard_alone_is_refused_with_what_to_hear_it_with(home: Home) -> None:
    """The words name its key."""
    with pytest.raises(MappingError, match="may be a lookup") as caught:
        hear(home, held(("products.csv", PRODUCTS)), source="shop", now=NOW)
    assert "'product_id'" in caught.value.now


def test_a_list_whose_key_repeats_lends_nothing() -> None:
    """Which of two rows would be meant cannot be told."""
    lines = table("lines.csv", order_id=["1"], customer_id=["A"], date=["2026-01-02"], sku=["P1"], price=["5"])
    goods = table("goods.csv", sku=["P1", "P1"], category=["cakes", "breads"])
    assert [file.headers for file in joined([lines, goods])] == [lines.headers, goods.headers]


def test_a_list_that_names_people_is_no_lookup() -> None:
    """Customers are heard themselves, even where their number stands in the orders."""
    orders = table("orders.csv", order_id=["1"], customer_id=["A"], date=["2026-01-02"])
    people = table("people.csv", customer_id=["A"], category=["gold"])
    assert joined([orders, people]) == [orders, people]


def test_a_list_that_is_too_long_lends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lookup is held in memory, so its length has a bound."""
    monkeypatch.setattr(room, "LOOKUP_ROWS", 1)
    lines = table("lines.csv", order_id=["1"], customer_id=["A"], date=["2026-01-02"], sku=["P1"], price=["5"])
    goods = table("goods.csv", sku=["P1", "P2"], category=["cakes", "breads"])
    assert joined([lines, goods])[0].headers == lines.headers


def test_a_key_that_nothing_is_known_of_has_blanks() -> None:
    """A row keeps its place, whether its key is known, unknown or blank."""
    lines = table("lines.csv", order_id=["1"] * 3, customer_id=["A"] * 3, date=["2026-01-02"] * 3, sku=["P9", "", "P1"])
    goods = table("goods.csv", sku=["P1", "P2"], category=["cakes", "breads"])
    (file,) = joined([lines, goods])
    (piece,) = file.pieces(("category", "order_id"))
    assert piece.table.column("category").to_pylist() == [None, None, "cakes"]


def test_a_mapping_file_may_name_any_other_column_of_a_lookup(home: Home, tmp_path: Path) -> None:
    """A guess takes items and categories; a person may take more."""
    path = tmp_path / "map.toml"
    path.write_text(
        '[[table]]\nshape = "lines"\n'
        'lookups = [{ file = "products.csv", key = "product_id", lends = ["weight"] }]\n'
        '[table.columns]\norder = "order_id"\nline = "line"\ncustomer = "customer_id"\nordered_at = "date"\n'
        'sku = "product_id"\nunit_price = "price"\nquantity = "weight"\n'
    )
    (file,) = hear(home, SHOP, source="shop", now=NOW, map_path=path)
    assert file.mapping.columns["quantity"] == ("weight",)
    assert file.new == 2


def test_lookups_stand_in_the_mapping_file(home: Home) -> None:
    """Written and read again, they are the same."""
    (file,) = hear(home, SHOP, source="shop", now=NOW)
    path = home.mapping_path("shop")
    assert 'key = "product_id", lends = ["product_category_name_english"]' in path.read_text(encoding="utf-8")
    kept: list[Mapping] = read_mappings(path)
    assert kept[0].lookups == file.mapping.lookups
    write_mappings(path, kept)
    assert read_mappings(path) == kept


def test_a_lookup_that_cannot_be_meant_is_named(tmp_path: Path) -> None:
    """The mistake is named, with how it should look."""
    path = tmp_path / "map.toml"
    path.write_text(
        '[[table]]\nshape = "customers"\nlookups = [{ file = "x" }]\n[table.columns]\nemail = "e"\nname = "n"\n'
    )
    with pytest.raises(MappingError, match="lookup 1 should say file, key and lends"):
        read_mappings(path)
