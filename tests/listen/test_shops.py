"""The data folder: every file of its shops is understood without a mapping by hand, and what is no trace is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from regulars.errors import RegularsError
from regulars.listen import Mapping, guess_mapping, open_file
from regulars.listen.lookups import joined
from regulars.listen.readings import readings

DATA = Path(os.environ.get("REGULARS_DATA", Path(__file__).parents[3] / "shared" / "data"))
LENT = "product_category_name, product_category_name_english lent by olist_products_dataset.csv, by product_id"
OLIST: dict[str, tuple[str, dict[str, Any], tuple[str, ...]]] = {  # file: shape, columns, what else the reasons say
    "olist_customers_dataset.csv": (
        "customers",
        {
            "customer": ("customer_id", "customer_unique_id"),
            "postcode": "customer_zip_code_prefix",
            "city": "customer_city",
        },
        (),
    ),
    "olist_orders_dataset.csv": (
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
        ("dates are written year first (no date begins with a day or month); times are meant in UTC",),
    ),
    "olist_order_items_dataset.csv": (
        "lines",
        {
            "order": "order_id",
            "line": "order_item_id",
            "sku": "product_id",
            "category": "product_category_name_english",
            "unit_price": "price",
        },
        (LENT, "olist_sellers_dataset.csv is a lookup by seller_id, and nothing of it is used"),
    ),
    "olist_order_payments_dataset.csv": (
        "payments",
        {"order": "order_id", "line": "payment_sequential", "amount": "payment_value", "method": "payment_type"},
        (),
    ),
    "olist_order_reviews_dataset.csv": (
        "reviews",
        {
            "row_id": "review_id",
            "order": "order_id",
            "reviewed_at": "review_answer_timestamp",
            "rating": "review_score",
            "title": "review_comment_title",
            "text": "review_comment_message",
        },
        (
            "dates are written year first (no date begins with a day or month); times are meant in UTC",
            "ratings go from 1 to 5",
        ),
    ),
}
ALONE: dict[str, tuple[str, dict[str, Any]]] = {  # besides those of `test_guessing`
    "decide/crm/accounts.csv": ("customers", {"customer": "account", "city": "office_location"}),
    "identity/fake_1000.csv": (
        "customers",
        {"email": "email", "first_name": "first_name", "last_name": "surname", "city": "city"},
    ),
    "identity/contacts_20k.parquet": (
        "customers",
        {
            "customer": "account_id",
            "email": "email",
            "phone": "phone",
            "first_name": "first_name",
            "last_name": "last_name",
            "company": "company",
            "street": "street",
            "postcode": "postcode",
            "city": "city",
            "joined_at": "created_at",
        },
    ),
}
LOOKUP = "it may be a lookup"
UNTOLD = "they do not tell who did what and when"
REFUSED = {  # file: the words that say why
    "shops/olist/olist_products_dataset.csv": "'product_id' is different in every row, so it may be a lookup",
    "shops/olist/olist_sellers_dataset.csv": "'seller_id' is different in every row, so it may be a lookup",
    "shops/olist/product_category_name_translation.csv": "'product_category_name' is different in every row",
    "decide/crm/products.csv": LOOKUP,
    "decide/crm/sales_teams.csv": LOOKUP,
    "behaviour/donations_bgbb.csv": UNTOLD,
    "identity/nicknames.csv": UNTOLD,
    "identity/fake_1000_labels.csv": UNTOLD,
    "identity/dataset1.csv": UNTOLD,
    "voice/text/airline_tweets.csv": UNTOLD,
}


def columns_of(mapping: Mapping) -> dict[str, Any]:
    return {role: headers[0] if len(headers) == 1 else headers for role, headers in mapping.columns.items()}


def there(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not in {DATA}")
    return DATA / name


@pytest.fixture(scope="module")
def olist() -> dict[str, Mapping]:
    folder = there("shops/olist")
    files = joined([open_file(path) for path in sorted(folder.glob("*.csv"))])
    return {file.name: guess_mapping(file, zone="UTC", currency="BRL") for file in files}


def test_every_file_of_the_shop_is_heard_or_lends(olist: dict[str, Mapping]) -> None:
    """Eight files: five tell of customers, and three are lookups of the order lines."""
    assert sorted(olist) == sorted(OLIST)


@pytest.mark.parametrize("name", OLIST)
def test_a_shop_of_eight_files_is_understood(name: str, olist: dict[str, Mapping]) -> None:
    """Shape, columns and every reason, heard together and without a word from us."""
    shape, columns, told = OLIST[name]
    mapping = olist[name]
    assert (mapping.shape, columns_of(mapping)) == (shape, columns)
    named = {f"{role} = {', '.join(headers)}" for role, headers in mapping.columns.items()}
    assert set(mapping.reasons[1:]) == named | set(told)


@pytest.mark.parametrize("name", ALONE)
def test_a_file_by_itself_is_understood(name: str) -> None:
    """Tills, panels, accounts and address lists, one file at a time."""
    mapping = guess_mapping(open_file(there(name)), zone="UTC", currency="EUR")
    assert (mapping.shape, columns_of(mapping)) == ALONE[name]


def test_a_sales_pipeline_is_read_as_the_orders_that_were_won() -> None:
    """Of a pipeline of deals only those that are won are orders; the reasons say so."""
    (file,) = readings(open_file(there("decide/crm/sales_pipeline.csv")))
    mapping = guess_mapping(file, zone="UTC", currency="USD")
    assert (mapping.shape, mapping.dates) == ("orders", "day first")
    assert mapping.columns["amount"] == ("close_value",)
    assert any("only rows whose deal_stage is" in reason for reason in mapping.reasons)


@pytest.mark.parametrize("name", REFUSED)
def test_what_tells_of_no_customer_is_refused_in_words(name: str) -> None:
    """A list of products, of nicknames or of counts is no trace of anybody; the refusal says why and what to do."""
    with pytest.raises(RegularsError, match=r"\w") as caught:
        guess_mapping(open_file(there(name)), zone="UTC", currency="EUR")
    assert REFUSED[name] in caught.value.what
    assert caught.value.now.startswith(("Hear it together", "Say it in a mapping file"))
