"""Guessing: common exports are understood without a mapping by hand, and nothing is taken on its header alone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from regulars import town
from regulars.errors import MappingError
from regulars.listen import guess_mapping, open_file

from .conftest import Listen, write

DATA = Path(os.environ.get("REGULARS_DATA", Path(__file__).parents[3] / "shared" / "data"))
REAL: dict[str, tuple[str, dict[str, Any]]] = {
    "shops/online_retail/invoices_dec2009_jan2010.csv": (
        "lines",
        {
            "customer": "Customer ID",
            "order": "Invoice",
            "ordered_at": "InvoiceDate",
            "sku": "StockCode",
            "quantity": "Quantity",
            "unit_price": "Price",
        },
    ),
    "shops/online_retail/lines.parquet": (
        "lines",
        {
            "customer": "customer_id",
            "order": "invoice",
            "ordered_at": "ts",
            "sku": "stock",
            "quantity": "qty",
            "unit_price": "price",
        },
    ),
    "shops/online_retail/returns.parquet": (
        "returns",
        {"customer": "customer_id", "returned_at": "ts", "quantity": "qty", "unit_price": "price"},
    ),
    "shops/olist/olist_orders_dataset.csv": (
        "orders",
        {
            "customer": "customer_id",
            "order": "order_id",
            "promised_at": "order_estimated_delivery_date",
            "shipped_at": "order_delivered_carrier_date",
            "delivered_at": "order_delivered_customer_date",
            "ordered_at": "order_purchase_timestamp",
            "status": "order_status",
        },
    ),
    "shops/olist/olist_order_items_dataset.csv": (
        "lines",
        {"order": "order_id", "line": "order_item_id", "sku": "product_id", "unit_price": "price"},
    ),
    "shops/olist/olist_order_payments_dataset.csv": (
        "payments",
        {"order": "order_id", "line": "payment_sequential", "amount": "payment_value", "method": "payment_type"},
    ),
    "shops/olist/olist_order_reviews_dataset.csv": (
        "reviews",
        {
            "row_id": "review_id",
            "order": "order_id",
            "reviewed_at": "review_answer_timestamp",
            "rating": "review_score",
            "title": "review_comment_title",
            "text": "review_comment_message",
        },
    ),
    "shops/olist/olist_customers_dataset.csv": (
        "customers",
        {
            "customer": ("customer_id", "customer_unique_id"),
            "postcode": "customer_zip_code_prefix",
            "city": "customer_city",
        },
    ),
    "behaviour/cdnow_sample.csv": (
        "lines",
        {"customer": "customer_id", "ordered_at": "date", "quantity": "cds", "amount": "spend"},
    ),
}
TOWN: dict[str, tuple[str, str]] = {  # file: its shape, and the roles whose columns are called otherwise
    "customers.csv": ("customers", "customer email phone name company street postcode city joined_at"),
    "orders.csv": ("orders", "customer order promised_at delivered_at ordered_at status channel department"),
    "order_lines.csv": ("lines", "order line item sku category quantity unit_price currency"),
    "returns.csv": ("returns", "customer row_id order returned_at sku quantity amount currency reason"),
    "tickets.csv": ("tickets", "customer case order opened_at closed_at department subject text status"),
    "ratings.csv": ("ratings", "customer row_id order rated_at rating text"),
    "reviews.csv": ("reviews", "email row_id reviewed_at rating text language"),
    "web_events.csv": ("events", "email row_id occurred_at event sku category text"),
    "notes.csv": ("notes", "customer row_id noted_at author department text"),
    "promises.csv": ("promises", "customer case promised_at due_at kept_at department text"),
    "referrals.csv": ("referrals", "customer row_id referred_at referred"),
    "contacts.csv": ("contacts", "row_id customer contacted_at channel purpose staff"),
    "consents.csv": ("consents", "customer row_id recorded_at channel purpose decision text"),
}
# Exports as the usual programs write them, with a few rows made up here.
USUAL: dict[str, tuple[str, str, dict[str, Any]]] = {
    "shop orders": (
        "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,"
        "Lineitem price,Lineitem sku,Currency,Vendor\n"
        "#1001,ann@example.org,paid,2026-01-02 10:00:00 +0100,2,Honey cake,12.50,HC-1,EUR,Us\n"
        "#1002,bob@example.org,paid,2026-01-03 10:00:00 +0100,1,Rye bread,3.20,RB-1,EUR,Us\n",
        "lines",
        {
            "email": "Email",
            "order": "Name",
            "ordered_at": "Created at",
            "item": "Lineitem name",
            "sku": "Lineitem sku",
            "quantity": "Lineitem quantity",
            "unit_price": "Lineitem price",
            "currency": "Currency",
        },
    ),
    "address book": (
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Create Date\n"
        "101,Ann,Lee,ann@example.org,+44 20 7946 0000,Mara,2026-01-02 10:00\n",
        "customers",
        {
            "customer": "Record ID",
            "email": "Email",
            "phone": "Phone Number",
            "first_name": "First Name",
            "last_name": "Last Name",
            "joined_at": "Create Date",
        },
    ),
    "help desk": (
        "Ticket ID,Requester email,Assignee email,Created at,Solved at,Subject,Status\n"
        "7,ann@example.org,mara@shop.example,2026-01-02 10:00,2026-01-03 10:00,Broken box,solved\n"
        "8,bob@example.org,mara@shop.example,2026-01-02 10:00,,Opening hours,open\n",
        "tickets",
        {
            "email": "Requester email",
            "case": "Ticket ID",
            "opened_at": "Created at",
            "closed_at": "Solved at",
            "subject": "Subject",
            "status": "Status",
        },
    ),
    "card payments": (
        "id,Created (UTC),Amount,Currency,Customer Email,Status,Payment Method\n"
        "ch_1,2026-01-02 10:00,12.50,eur,ann@example.org,Paid,card\n"
        "ch_2,2026-01-03 10:00,3.20,eur,bob@example.org,Paid,card\n",
        "payments",
        {
            "email": "Customer Email",
            "paid_at": "Created (UTC)",
            "amount": "Amount",
            "currency": "Currency",
            "method": "Payment Method",
        },
    ),
    "newsletter list": (
        "Email Address,First Name,Last Name,OPTIN_TIME\nann@example.org,Ann,Lee,2026-01-02 10:00:00\n",
        "customers",
        {"email": "Email Address", "first_name": "First Name", "last_name": "Last Name", "joined_at": "OPTIN_TIME"},
    ),
    "order totals": (
        "Order ID;Order Date;Customer Email;Order Total;Order Status\n"
        "1;31.01.2026 10:00;ann@example.org;1.234,50 €;completed\n",
        "orders",
        {
            "email": "Customer Email",
            "order": "Order ID",
            "ordered_at": "Order Date",
            "status": "Order Status",
            "amount": "Order Total",
        },
    ),
    "survey": (
        "Response ID,Email,Submitted at,NPS score,Comment\n1,ann@example.org,2026-01-02,9,fine\n"
        "2,bob@example.org,2026-01-02,3,slow\n",
        "ratings",
        {
            "email": "Email",
            "row_id": "Response ID",
            "rated_at": "Submitted at",
            "rating": "NPS score",
            "text": "Comment",
        },
    ),
}


def columns_of(mapping_columns: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    return {role: headers[0] if len(headers) == 1 else headers for role, headers in mapping_columns.items()}


@pytest.mark.parametrize("name", REAL)
def test_files_of_real_shops_are_understood(name: str) -> None:
    """Shape and columns of every file of two real shops and of a panel, without a word from us."""
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not in {DATA}")
    mapping = guess_mapping(open_file(DATA / name), zone="UTC", currency="EUR")
    assert (mapping.shape, columns_of(mapping.columns)) == REAL[name]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town") / "harbour"
    town.write(folder, seed=7, people=60, days=200)
    return folder


@pytest.mark.parametrize("name", TOWN)
def test_files_of_the_town_are_understood(name: str, harbour: Path) -> None:
    """All thirteen exports get their shape, and every one of their columns a role."""
    mapping = guess_mapping(open_file(harbour / name), zone="UTC", currency="EUR")
    assert (mapping.shape, sorted(mapping.columns)) == (TOWN[name][0], sorted(TOWN[name][1].split()))
    assert mapping.left_out == ()


@pytest.mark.parametrize("name", USUAL)
def test_exports_of_the_usual_programs_are_understood(name: str, listen: Listen) -> None:
    """Shop, address book, help desk, till and survey exports under a file name that says nothing."""
    content, shape, columns = USUAL[name]
    told = listen(content, "export.csv")
    assert (told.mapping.shape, columns_of(told.mapping.columns)) == (shape, columns)
    assert told.refused == []
    assert told.traces


def test_an_address_of_a_colleague_identifies_no_customer(listen: Listen) -> None:
    """The agent's address in a ticket would make one customer of everybody."""
    told = listen(USUAL["help desk"][0], "tickets.csv")
    assert {key for trace in told.traces for key in trace["who"]} == {"email:ann@example.org", "email:bob@example.org"}


def test_a_header_that_its_values_belie_is_not_believed(listen: Listen) -> None:
    """A column called "email" that holds none, and a "date" that is none, play no role."""
    told = listen(
        "customer_id,email,date,created,amount\nA,yes,soon,2026-01-02,5\nB,no,later,2026-01-03,6\n", "sales.csv"
    )
    assert columns_of(told.mapping.columns) == {"customer": "customer_id", "ordered_at": "created", "amount": "amount"}
    assert told.mapping.left_out == ("email", "date")


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["03/04/2025", "13/04/2025"], "day first"),
        (["03/04/2025", "04/13/2025"], "month first"),
        (["03/04/2025", *["01/02/2025"] * 3, "13/04/2025", "14/04/2025", "04/15/2025"], "day first"),
        (["2025-04-03", "2025-04-13"], "year first"),
    ],
)
def test_the_order_of_day_and_month_is_told_by_the_values(dates: list[str], order: str, listen: Listen) -> None:
    """A number above twelve tells; where two tell different things, what most of them say holds."""
    told = listen("customer_id,date,amount\n" + "".join(f"A,{day},5\n" for day in dates), "sales.csv")
    assert told.mapping.dates == order
    assert len(told.refused) == sum("/15/" in day for day in dates)


def test_the_order_of_day_and_month_is_looked_for_in_the_whole_file(listen: Listen) -> None:
    """The only date that tells may stand far down."""
    early = "".join(f"A,0{1 + n % 9}/0{1 + n % 7}/2025,5\n" for n in range(21_000))
    told = listen(f"customer_id,date,amount\n{early}A,25/12/2025,5\n", "sales.csv")
    assert told.mapping.dates == "day first"


def test_dates_that_can_be_read_two_ways_are_not_guessed(tmp_path: Path) -> None:
    """Where no date tells, a person has to."""
    file = open_file(write(tmp_path / "sales.csv", "customer_id,date,amount\nA,03/04/2025,5\nA,05/06/2025,5\n"))
    with pytest.raises(MappingError, match=r"'03/04/2025' can be read two ways") as caught:
        guess_mapping(file, zone="UTC", currency="EUR")
    assert 'dates = "day first"' in caught.value.now


def test_decimals_are_told_by_all_numbers_of_a_file(listen: Listen) -> None:
    """1.234 is a thousand where other numbers write a decimal comma."""
    told = listen("customer_id;date;amount\nA;2026-01-02;1.234\nA;2026-01-03;7,50\n", "sales.csv")
    assert [trace["amount_minor"] for trace in told.traces] == [123400, 750]
