"""F7: two currencies never meet in one sum, no float holds money, and each amount has its own currency's decimals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import permutations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars import loop
from regulars.dates import instant_us
from regulars.definition import Definition, read_definition
from regulars.errors import CurrencyError
from regulars.finding import fetched
from regulars.listen.trace import KEPT, SCHEMA
from regulars.looking import open_engine
from regulars.money import DECIMALS, Money, decimals_of
from regulars.respond.as_data import as_data
from regulars.settings import Settings
from regulars.store import Home, Run, make_home
from regulars.town import write
from regulars.working import worked_out

from ..serve.conftest import client_of
from ..store.conftest import counted

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CODES = ("EUR", "JPY", "KWD", "CLF", "XXX", "QQQ")
# A forecast is an expected value, not a sum of money: it may lie between two cents, and its upper end may be unknown.
EXPECTED = {"worth_low", "worth", "worth_high"}
MONEY = re.compile(r"minor|amount|spent|gross|worth|price|value$|paid|money|revenue|total")


@pytest.mark.parametrize(("first", "second"), list(permutations(CODES, 2)))
def test_two_currencies_are_never_added_or_compared(first: str, second: str) -> None:
    """Adding, subtracting and ordering two currencies raise, with both amounts in the message; even where one is 0."""
    for one, other in ((Money(100, first), Money(100, second)), (Money(0, first), Money(5, second))):
        for attempt in (lambda: one + other, lambda: one - other, lambda: one < other, lambda: one > other):  # noqa: B023
            with pytest.raises(CurrencyError, match="are in two currencies") as caught:
                attempt()
            assert str(one) in caught.value.what
            assert str(other) in caught.value.what


def test_nothing_converts_money() -> None:
    """There is no dated rate anywhere, so there is no word of conversion in any definition or column either."""
    texts = {rule.name: rule.sql for rule in definitions()}
    assert len(texts) >= 20
    assert [name for name, sql in texts.items() if re.search(r"\b(?:rate|fx|exchange|convert)\w*", plain(sql))] == []


def plain(sql: str) -> str:
    """Return a query without its comments."""
    return re.sub(r"--.*", "", sql).replace("'rated'", "").replace("rating", "")


@pytest.mark.parametrize(
    ("minor", "currency", "exact", "rounded"),
    [
        (1500, "JPY", "1,500 JPY", "1,500 JPY"),
        (12_345, "KWD", "12.345 KWD", "12 KWD"),
        (-5, "KWD", "-0.005 KWD", "0 KWD"),
        (123_456, "CLF", "12.3456 CLF", "12 CLF"),
        (4190, "EUR", "€41.90", "€42"),
        (123_456, "QQQ", "1,234.56 QQQ", "1,230 QQQ"),
        (995, "XXX", "9.95", "10"),
        (10**15, "JPY", "1,000,000,000,000,000 JPY", "1,000,000,000,000,000 JPY"),
    ],
)
def test_each_currency_has_its_own_decimals(minor: int, currency: str, exact: str, rounded: str) -> None:
    """None of a yen, three of a Kuwaiti dinar, four of a unidad de fomento, two where nobody knows the code."""
    assert str(Money(minor, currency)) == exact
    assert Money(minor, currency).rounded() == rounded


@given(st.sampled_from(sorted({*DECIMALS, *CODES})), st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=9))
def test_sums_are_exact(currency: str, amounts: list[int]) -> None:
    """A sum of amounts is written with the very digits of the sum of their whole minor units."""
    total = Money(0, currency)
    for minor in amounts:
        total += Money(minor, currency)
    digits = re.sub(r"[^\d-]", "", str(total))
    assert int(digits) == sum(amounts)
    assert len(str(total).partition(".")[2].split(" ")[0]) == decimals_of(currency)


def test_no_trace_holds_a_float() -> None:
    """The shape of a trace has whole numbers only; the one for money is 64 bits wide."""
    for schema in (SCHEMA, KEPT):
        assert [part.name for part in schema if pa.types.is_floating(part.type)] == []
        assert schema.field("amount_minor").type == pa.int64()


def definitions() -> Iterator[Definition]:
    """Yield every definition there is."""
    for verb in sorted(files("regulars").iterdir(), key=lambda entry: entry.name):
        if verb.is_dir():
            for entry in sorted(verb.iterdir(), key=lambda entry: entry.name):
                if entry.name.endswith(".sql") and verb.name != "store":
                    yield read_definition(f"{verb.name}/{entry.name.removesuffix('.sql')}")


@dataclass(frozen=True)
class Worked:
    """A town that was heard, and what a turn makes of it: what each definition returns, and the tables of the run."""

    results: dict[str, pa.Table]
    tables: dict[str, pa.Table]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """A small town; every definition that the engine can run was run over it."""
    place = tmp_path_factory.mktemp("currencies")
    written = write(place / "town", seed=7, people=120, days=400)
    home = make_home(place / "home", Settings(currency="EUR"), now_us=instant_us(NOW))
    loop.hear(home, sorted(written.folder.glob("*.csv")), source="shop", now=NOW)
    run = loop.turn(home, as_of=written.last, now=NOW)
    known = home.known()
    tables, _ = worked_out(home, known, run, as_of=written.last)
    assert sorted(tables) == sorted(path.stem for path in run.folder.glob("*.parquet"))
    results = {}
    with open_engine(home, written.last, known) as engine:
        engine.give("members", tables["members"])
        engine.give("links", engine.run(read_definition("recognise/links")))
        engine.give("purchases", engine.run(read_definition("understand/purchases")))
        engine.give("touched", tables["members"].select(["subject"]).slice(0, 5))
        for rule in definitions():
            if not rule.name.startswith("privacy/"):
                results[rule.name] = engine.run(rule)
    home.close()
    return Worked(results, tables)


def test_no_definition_returns_money_as_a_float(town: Worked) -> None:
    """What is named like money is a whole number of 64 bits; the one float is how sure a customer is."""
    assert len(town.results) >= 19
    found = {
        f"{name}.{part.name}": part.type
        for name, table in town.results.items()
        for part in table.schema
        if MONEY.search(part.name)
    }
    assert {"understand/purchases.minor", "understand/returns.minor", "understand/monthly.minor"} <= found.keys()
    assert set(found.values()) == {pa.int64()}
    floats = [
        f"{name}.{part.name}"
        for name, table in town.results.items()
        for part in table.schema
        if pa.types.is_floating(part.type) or pa.types.is_decimal(part.type)
    ]
    assert floats == ["recognise/customers.sure"]


def test_no_table_of_a_run_keeps_money_as_a_float(town: Worked) -> None:
    """What was spent is whole minor units of one currency, named beside it; only forecasts lie between two of them."""
    money = {part.name: part.type for table in town.tables.values() for part in table.schema if MONEY.search(part.name)}
    assert {"minor", "spent", "gross"} <= money.keys()
    assert {name for name, kind in money.items() if kind != pa.int64()} <= EXPECTED
    assert pa.types.is_string(town.tables["portraits"].schema.field("currency").type)


@pytest.fixture(scope="module")
def traveller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Run]]:
    """One customer who paid in euros, yen, dinars and in a currency nobody knows; a second one mainly in dinars."""
    place = tmp_path_factory.mktemp("traveller")
    header = "order_id,customer_id,ordered_at,amount,currency\n"
    path = place / "orders.csv"
    path.write_text(header + "".join(rows()), encoding="utf-8")
    home = make_home(place / "home", Settings(currency="EUR"), now_us=instant_us(NOW))
    loop.hear(home, [path], source="shop", now=NOW)
    yield home, loop.turn(home, as_of=date(2026, 10, 31), now=NOW)
    home.close()


PAID = [
    *(("A", day, "41.90", "EUR", 4190) for day in (3, 24, 45)),
    *(("A", day, "1500", "JPY", 1500) for day in (3, 60)),
    ("A", 70, "12.345", "KWD", 12_345),
    ("A", 80, "7.50", "QQQ", 750),
    *(("B", day, "0.125", "KWD", 125) for day in (5, 15, 40)),
    ("B", 25, "99.99", "EUR", 9999),
    *(("C", day, "980", "JPY", 980) for day in (5, 15, 40)),
]


def rows() -> Iterator[str]:
    for number, (who, ago, amount, code, _) in enumerate(PAID):
        day = (NOW - timedelta(days=ago)).strftime("%Y-%m-%d %H:%M")
        yield f"{number},{who},{day},{amount},{code}\n"


Traveller = tuple[Home, Run]


def test_every_amount_is_kept_in_its_own_minor_units(traveller: Traveller) -> None:
    """41.90 euros are 4190, 1500 yen are 1500, 12.345 dinars are 12345: whole numbers beside their codes."""
    kept = sorted((trace["amount_minor"], trace["currency"]) for trace in counted(traveller[0]))
    assert kept == sorted((minor, code) for *_, code, minor in PAID)


def test_sums_of_definitions_keep_currencies_apart(traveller: Traveller) -> None:
    """Purchases per currency add up to what was paid in it; what two currencies come to stands nowhere."""
    home, run = traveller
    with open_engine(home, date(2026, 10, 31)) as engine:
        engine.give("members", home.runs.table(run, "members"))
        found = engine.run(read_definition("understand/purchases")).to_pylist()
    names = {name: number for number, name in who(home, run).items()}
    for name in "ABC":
        mine = [row for row in found if row["customer"] == names[name]]
        sums = {code: sum(row["minor"] for row in mine if row["currency"] == code) for code in CODES}
        assert {code: minor for code, minor in sums.items() if minor} == paid(name)


def paid(name: str) -> dict[str, int]:
    """Return what somebody paid in each currency, in its minor units."""
    codes = {code for who, _, _, code, _ in PAID if who == name}
    return {code: sum(minor for who, _, _, said, minor in PAID if (who, said) == (name, code)) for code in codes}


def who(home: Home, run: Run) -> dict[int, str]:
    """Return each customer's number in their shop."""
    table = home.runs.table(run, "customers", ["customer", "key_list"]).to_pylist()
    return {row["customer"]: row["key_list"][0].rpartition(":")[2] for row in table}


@pytest.mark.parametrize(("name", "main"), [("A", "EUR"), ("B", "KWD"), ("C", "JPY")])
def test_a_portrait_and_its_graphs_are_in_the_main_currency_alone(name: str, main: str, traveller: Traveller) -> None:
    """Spending is what was paid in the currency they use most, to the last minor unit; nothing else is added to it."""
    home, run = traveller
    story = story_of(home, run, name)
    spent = story.material.portrait.estimate("spent")
    assert spent is not None
    assert (spent.value, spent.unit) == (paid(name)[main], main)
    assert sum(stretch.minor for stretch in story.material.portrait.stretches) == paid(name)[main]
    spark = next(spark for spark in story.page.sparks if spark.name == "spending")
    assert spark.unit == main
    total = sum(value for value in spark.values if value is not None)
    assert round(total * 10 ** decimals_of(main)) == paid(name)[main]
    assert len(spark.last.partition(".")[2]) == decimals_of(main)


def story_of(home: Home, run: Run, name: str) -> loop.Story:
    number = {code: number for number, code in who(home, run).items()}[name]
    return loop.told(home, run, fetched(home, run, number))


def test_a_briefing_names_no_sum_of_two_currencies(traveller: Traveller) -> None:
    """In no line, graph or figure of a page stands what the amounts of two or more currencies come to."""
    home, run = traveller
    page = as_data(story_of(home, run, "A").page)
    figures = {round(abs(number) * scale) for number in numbers(page) for scale in (1, 100, 1000)}
    sums = list(paid("A").values())
    mixed = {sum(some) for size in (2, 3, 4) for some in permutations(sums, size)}
    assert not figures & mixed


def numbers(data: Any) -> Iterator[float]:
    """Yield every number of a page as data, and every one that its words hold."""
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from numbers(value)
    elif isinstance(data, int | float):
        yield float(data)
    elif isinstance(data, str):
        yield from (float(found.replace(",", "")) for found in re.findall(r"\d[\d,]*(?:\.\d+)?", data))


def test_the_timeline_shows_each_amount_with_its_sign_and_decimals(traveller: Traveller) -> None:
    """On the page of all that happened, euros, yen, dinars and the unknown stand apart, each with its decimals."""
    home, run = traveller
    code = story_of(home, run, "A").page.customer
    html = client_of(home).get(f"/customers/{code}/timeline").text
    assert html.count("€41.90") == 3
    assert html.count("1,500 JPY") == 2
    assert html.count("12.345 KWD") == 1
    assert html.count("7.50 QQQ") == 1
