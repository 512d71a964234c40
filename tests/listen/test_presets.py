"""Presets: the exports of known tools are told by their headers, and mean what their tool means by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from regulars.intake import FileHeard, hear
from regulars.listen import Held, guess_mapping, open_file
from regulars.listen.presets import PRESETS
from regulars.listen.readings import readings
from regulars.listen.shapes import SHAPES
from regulars.settings import Settings
from regulars.store import Home, make_home

from .conftest import write

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,"
    "Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Cancelled at,"
    "Source\n"
    "#1001,ann@example.org,paid,2026-01-02 10:01:00 +0100,fulfilled,2026-01-03 09:00:00 +0100,yes,EUR,28.20,0.00,0.00,"
    "28.20,2026-01-02 10:00:00 +0100,2,Honey cake,12.50,HC-1,Ann Lee,,web\n"
    "#1001,ann@example.org,,,,,,,,,,,2026-01-02 10:00:00 +0100,1,Rye bread,3.20,RB-1,,,\n"
    "#1002,bob@example.org,voided,,,,no,EUR,3.20,0.00,0.00,3.20,2026-01-04 10:00:00 +0100,1,Rye bread,3.20,RB-1,"
    "Bob Ray,2026-01-05 10:00:00 +0100,web\n"
)
WOO = (
    "order_id,order_number,order_date,status,order_total,order_currency,customer_id,billing_email,billing_phone,"
    "item_name,item_sku,item_quantity,item_total\n"
    "11,11,2026-01-02 10:00:00,completed,28.20,EUR,5,ann@example.org,,Honey cake,HC-1,2,25.00\n"
    "11,11,2026-01-02 10:00:00,completed,28.20,EUR,5,ann@example.org,,Rye bread,RB-1,1,3.20\n"
)
ORDERS_AND_LINES = {
    "order": "Name",
    "email": "Email",
    "ordered_at": "Created at",
    "currency": "Currency",
}
# The export: what it is called, its text, and the shape and columns of each of its readings.
EXPORTS: dict[str, tuple[str, str, dict[str, dict[str, Any]]]] = {
    "HubSpot contacts": (
        "a HubSpot contacts export",
        "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Create Date,Unsubscribed from all email\n"
        "101,Ann,Lee,ann@example.org,+44 20 7946 0000,Mara,2026-01-02 10:00,true\n"
        "102,Bob,Ray,bob@example.org,,Mara,2026-01-02 10:00,\n",
        {
            "customers": {
                "customer": "Record ID",
                "email": "Email",
                "phone": "Phone Number",
                "first_name": "First Name",
                "last_name": "Last Name",
                "joined_at": "Create Date",
                "email_opt_out": "Unsubscribed from all email",
            }
        },
    ),
    "HubSpot deals": (
        "a HubSpot deals export",
        "Record ID,Deal Name,Deal Stage,Close Date,Amount,Deal owner,Associated Contact IDs\n"
        "9,Cakes,Closed Won,2026-01-02 10:00,120.00,Mara,101\n10,Bread,Closed Lost,2026-01-05 10:00,20.00,Mara,102\n",
        {
            "orders": {
                "order": "Record ID",
                "customer": "Associated Contact IDs",
                "ordered_at": "Close Date",
                "amount": "Amount",
                "status": "Deal Stage",
            }
        },
    ),
    "HubSpot tickets": (
        "a HubSpot tickets export",
        "Ticket ID,Ticket name,Ticket status,Create date,Close date,Ticket description,Source,Associated Contact IDs\n"
        "7,Broken box,Closed,2026-01-02 10:00,2026-01-03 10:00,It came broken.,EMAIL,101\n",
        {
            "tickets": {
                "case": "Ticket ID",
                "customer": "Associated Contact IDs",
                "opened_at": "Create date",
                "closed_at": "Close date",
                "subject": "Ticket name",
                "text": "Ticket description",
                "status": "Ticket status",
                "channel": "Source",
            }
        },
    ),
    "HubSpot notes": (
        "a HubSpot notes export",
        "Record ID,Note body,Activity date,Activity assigned to,Associated Contact IDs\n"
        "3,Likes rye.,2026-01-02 10:00,Mara,101\n",
        {
            "notes": {
                "row_id": "Record ID",
                "customer": "Associated Contact IDs",
                "noted_at": "Activity date",
                "text": "Note body",
                "author": "Activity assigned to",
            }
        },
    ),
    "Salesforce Contact": (
        "a Salesforce Contact export",
        "Id,FirstName,LastName,Email,Phone,MailingStreet,MailingCity,MailingPostalCode,HasOptedOutOfEmail,DoNotCall,"
        "CreatedDate\n"
        "003A,Ann,Lee,ann@example.org,+44 20 7946 0000,Mill Lane 2,Leeds,LS1,0,1,2026-01-02T10:00:00.000Z\n",
        {
            "customers": {
                "customer": "Id",
                "email": "Email",
                "phone": "Phone",
                "first_name": "FirstName",
                "last_name": "LastName",
                "street": "MailingStreet",
                "postcode": "MailingPostalCode",
                "city": "MailingCity",
                "joined_at": "CreatedDate",
                "email_opt_out": "HasOptedOutOfEmail",
                "phone_opt_out": "DoNotCall",
            }
        },
    ),
    "Salesforce Opportunity": (
        "a Salesforce Opportunity export",
        "Id,AccountId,Name,StageName,Amount,CloseDate,CreatedDate\n"
        "006A,001A,Cakes,Closed Won,120.00,2026-01-02,2025-12-01T10:00:00.000Z\n"
        "006B,001A,Bread,Prospecting,20.00,2026-09-02,2025-12-01T10:00:00.000Z\n",
        {
            "orders": {
                "order": "Id",
                "customer": "AccountId",
                "ordered_at": "CloseDate",
                "amount": "Amount",
                "status": "StageName",
            }
        },
    ),
    "Salesforce Case": (
        "a Salesforce Case export",
        "Id,CaseNumber,ContactId,Subject,Description,Status,Origin,CreatedDate,ClosedDate\n"
        "500A,00001001,003A,Broken box,It came broken.,Closed,Email,2026-01-02T10:00:00Z,2026-01-03T10:00:00Z\n",
        {
            "tickets": {
                "case": "CaseNumber",
                "customer": "ContactId",
                "opened_at": "CreatedDate",
                "closed_at": "ClosedDate",
                "subject": "Subject",
                "text": "Description",
                "status": "Status",
                "channel": "Origin",
            }
        },
    ),
    "Salesforce Task": (
        "a Salesforce Task export",
        "Id,WhoId,Subject,ActivityDate,Status,TaskSubtype,OwnerId,Description\n"
        "00TA,003A,Ask about rye,2026-01-02,Completed,Call,005A,Went well.\n",
        {
            "contacts": {
                "row_id": "Id",
                "customer": "WhoId",
                "contacted_at": "ActivityDate",
                "channel": "TaskSubtype",
                "purpose": "Subject",
                "staff": "OwnerId",
                "text": "Description",
            }
        },
    ),
    "Odoo contacts": (
        "an Odoo contacts export",
        "External ID,Name,Email,Phone,Street,Zip,City,Created on\n"
        "__export__.res_partner_7,Ann Lee,ann@example.org,+44 20 7946 0000,Mill Lane 2,LS1,Leeds,2026-01-02 10:00:00\n",
        {
            "customers": {
                "customer": "External ID",
                "email": "Email",
                "phone": "Phone",
                "name": "Name",
                "street": "Street",
                "postcode": "Zip",
                "city": "City",
                "joined_at": "Created on",
            }
        },
    ),
    "Odoo sale orders": (
        "an Odoo sale orders export",
        "Order Reference,Order Date,Customer,Salesperson,Total,Status,Delivery Date\n"
        "S00007,2026-01-02 10:00:00,Ann Lee,Mara,28.20,Sales Order,2026-01-05 10:00:00\n"
        "S00008,2026-01-02 10:00:00,Bob Ray,Mara,3.20,Quotation,\n",
        {
            "orders": {
                "order": "Order Reference",
                "customer": "Customer",
                "ordered_at": "Order Date",
                "promised_at": "Delivery Date",
                "status": "Status",
                "amount": "Total",
            }
        },
    ),
    "Shopify orders": (
        "a Shopify orders export",
        SHOPIFY,
        {
            "orders": ORDERS_AND_LINES
            | {
                "name": "Billing Name",
                "shipped_at": "Fulfilled at",
                "cancelled_at": "Cancelled at",
                "status": "Financial Status",
                "amount": "Total",
                "channel": "Source",
            },
            "lines": ORDERS_AND_LINES
            | {
                "item": "Lineitem name",
                "sku": "Lineitem sku",
                "quantity": "Lineitem quantity",
                "unit_price": "Lineitem price",
            },
        },
    ),
    "WooCommerce orders": (
        "a WooCommerce orders export",
        WOO,
        {
            "orders": {
                "order": "order_number",
                "customer": "customer_id",
                "email": "billing_email",
                "ordered_at": "order_date",
                "status": "status",
                "amount": "order_total",
                "currency": "order_currency",
            },
            "lines": {
                "order": "order_number",
                "customer": "customer_id",
                "email": "billing_email",
                "ordered_at": "order_date",
                "item": "item_name",
                "sku": "item_sku",
                "quantity": "item_quantity",
                "amount": "item_total",
                "currency": "order_currency",
            },
        },
    ),
    "Stripe payments": (
        "a Stripe payments export",
        "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Fee,Status,Customer ID,"
        "Customer Email,Card Last4,Card Brand\n"
        "ch_1,Cake,Payment complete.,2026-01-02 10:00,12.50,0.00,eur,0.30,Paid,cus_1,ann@example.org,4242,Visa\n"
        "ch_2,Cake,Declined.,2026-01-02 10:00,12.50,0.00,eur,0.30,Failed,cus_2,bob@example.org,4242,Visa\n",
        {
            "payments": {
                "line": "id",
                "customer": "Customer ID",
                "email": "Customer Email",
                "paid_at": "Created (UTC)",
                "amount": "Amount",
                "currency": "Currency",
                "method": "Card Brand",
            }
        },
    ),
    "Zendesk tickets": (
        "a Zendesk tickets export",
        "Id,Requester,Requester id,Requester email,Assignee,Group,Subject,Status,Created at,Solved at,Via\n"
        "7,Ann Lee,44,ann@example.org,Mara,Support,Broken box,Closed,2026-01-02 10:00,2026-01-03 10:00,Mail\n",
        {
            "tickets": {
                "case": "Id",
                "customer": "Requester id",
                "email": "Requester email",
                "opened_at": "Created at",
                "closed_at": "Solved at",
                "subject": "Subject",
                "status": "Status",
                "channel": "Via",
                "department": "Group",
            }
        },
    ),
    "Freshdesk tickets": (
        "a Freshdesk tickets export",
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Resolved time,Closed time,Full name,"
        "Email,Work phone,Contact ID\n"
        "7,Broken box,Closed,Low,Email,Problem,Mara,Support,2026-01-02 10:00:00,2026-01-03 10:00:00,,Ann Lee,"
        "ann@example.org,,44\n",
        {
            "tickets": {
                "case": "Ticket ID",
                "customer": "Contact ID",
                "email": "Email",
                "opened_at": "Created time",
                "closed_at": "Resolved time",
                "subject": "Subject",
                "status": "Status",
                "channel": "Source",
                "department": "Group",
            }
        },
    ),
    "Typeform answers": (
        "a Typeform answers export",
        "#,How likely are you to recommend us?,Why?,email,Start Date (UTC),Submit Date (UTC),Network ID\n"
        "a1b2,9,Good rye.,ann@example.org,2026-01-02 09:59:00,2026-01-02 10:00:00,n1\n",
        {
            "ratings": {
                "row_id": "#",
                "email": "email",
                "rated_at": "Submit Date (UTC)",
                "rating": "How likely are you to recommend us?",
                "text": "Why?",
            }
        },
    ),
    "Google Forms answers": (
        "a Google Forms answers export",
        "Timestamp,Email Address,How satisfied are you with us?,Any comments?\n"
        "1/31/2026 10:00:00,ann@example.org,4,Good rye.\n",
        {
            "ratings": {
                "email": "Email Address",
                "rated_at": "Timestamp",
                "rating": "How satisfied are you with us?",
                "text": "Any comments?",
            }
        },
    ),
    "Formbricks answers": (
        "a Formbricks answers export",
        "No.,Response ID,Timestamp,Finished,Survey ID,User ID,1. How likely are you to recommend us?,2. Why?\n"
        "1,r1,2026-01-02 10:00:00,true,s1,C1,9,Good rye.\n",
        {
            "ratings": {
                "row_id": "Response ID",
                "customer": "User ID",
                "rated_at": "Timestamp",
                "rating": "1. How likely are you to recommend us?",
                "text": "2. Why?",
            }
        },
    ),
    "NPS": (
        "an NPS export",
        "Email,Score,Comment,Responded at\nann@example.org,4,Slow.,2026-01-02 10:00\n",
        {"ratings": {"email": "Email", "rated_at": "Responded at", "rating": "Score", "text": "Comment"}},
    ),
    "Trustpilot reviews": (
        "a Trustpilot reviews export",
        "Review Id,Review Created (UTC),Review Username,Review Stars,Review Title,Review Content,Review Language,"
        "Reference Id,Consumer Email\n"
        "r1,2026-01-02 10:00:00,Ann,4,Good,Good rye.,en,1001,ann@example.org\n",
        {
            "reviews": {
                "row_id": "Review Id",
                "email": "Consumer Email",
                "name": "Review Username",
                "order": "Reference Id",
                "reviewed_at": "Review Created (UTC)",
                "rating": "Review Stars",
                "title": "Review Title",
                "text": "Review Content",
                "language": "Review Language",
            }
        },
    ),
    "Segment events": (
        "a Segment event stream",
        "messageId,type,event,userId,anonymousId,timestamp,properties.name,properties.product_id,context.traits.email\n"
        "m1,track,Product Viewed,C1,a1,2026-01-02T10:00:00Z,Rye bread,RB-1,ann@example.org\n"
        "m2,identify,,C1,a1,2026-01-02T10:00:00Z,,,ann@example.org\n",
        {
            "events": {
                "customer": ("userId", "anonymousId"),
                "email": "context.traits.email",
                "row_id": "messageId",
                "occurred_at": "timestamp",
                "event": "event",
                "item": "properties.name",
                "sku": "properties.product_id",
            }
        },
    ),
    "Activity Schema": (
        "an Activity Schema stream",
        "activity_id,ts,customer,activity,anonymous_customer_id,feature_json,revenue_impact,link\n"
        "e1,2026-01-02T10:00:00Z,C1,viewed_product,a1,{},0,\n",
        {
            "events": {
                "customer": ("customer", "anonymous_customer_id"),
                "row_id": "activity_id",
                "occurred_at": "ts",
                "event": "activity",
            }
        },
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=0)
    yield opened
    opened.close()


def heard(home: Home, content: str, name: str = "export.csv") -> dict[str, FileHeard]:
    return {file.mapping.shape: file for file in hear(home, [Held(name, content.encode())], source="tool", now=NOW)}


@pytest.mark.parametrize("name", EXPORTS)
def test_the_export_of_a_known_tool_is_recognised(name: str, home: Home) -> None:
    """Shape and columns of each reading are what the tool means, and every row makes a trace."""
    called, content, shapes = EXPORTS[name]
    found = heard(home, content)
    columns = {
        shape: {role: headers[0] if len(headers) == 1 else headers for role, headers in file.mapping.columns.items()}
        for shape, file in found.items()
    }
    assert columns == shapes
    for file in found.values():
        assert file.mapping.reasons[0] == f"looks like {called}"
        assert file.new >= 1
        assert file.refused == ()


def test_every_preset_names_roles_and_shapes_that_exist() -> None:
    """A slip in the table would leave a column out in silence."""
    shapes = {shape.name: {role.name for role in shape.roles} for shape in SHAPES}
    for preset in PRESETS:
        for part in preset.parts:
            assert part.columns.keys() <= shapes[part.shape], preset.name


def test_an_order_over_several_rows_is_one_order_and_its_lines(home: Home) -> None:
    """Only the first row of a Shopify order has its total; each has a line."""
    found = heard(home, SHOPIFY)
    assert (found["orders"].rows, found["lines"].rows) == (2, 3)
    assert found["orders"].new == 4  # two were placed, one was sent, one was cancelled
    assert found["lines"].new == 3


def test_a_total_that_stands_in_every_row_counts_once(home: Home) -> None:
    """WooCommerce repeats it."""
    found = heard(home, WOO)
    assert (found["orders"].new, found["lines"].new) == (1, 2)


def test_hearing_an_export_of_two_readings_again_changes_nothing(home: Home) -> None:
    """Byte for byte, and with a row more."""
    heard(home, SHOPIFY)
    assert {shape: file.new for shape, file in heard(home, SHOPIFY).items()} == {"orders": 0, "lines": 0}
    more = SHOPIFY + SHOPIFY.splitlines()[1].replace("#1001", "#1003") + "\n"
    assert {shape: file.new for shape, file in heard(home, more).items()} == {"orders": 2, "lines": 1}


def test_deals_that_are_not_won_are_no_orders(home: Home) -> None:
    """A lost deal was never placed; the reasons say which rows are meant."""
    found = heard(home, EXPORTS["HubSpot deals"][1])
    assert (found["orders"].rows, found["orders"].new) == (1, 1)
    assert any("only rows whose Deal Stage is" in reason for reason in found["orders"].mapping.reasons)


def test_a_score_of_four_is_on_the_scale_of_its_tool(home: Home) -> None:
    """An NPS of 4 is of 10, though no score in the file is above 5."""
    assert heard(home, EXPORTS["NPS"][1])["ratings"].mapping.scale == (0, 10)


def test_headers_whose_values_belie_them_are_guessed(tmp_path: Path) -> None:
    """A preset uses only columns whose values agree; without them the file is guessed as any other."""
    content = EXPORTS["Salesforce Opportunity"][1].replace("2026-01-02", "soon").replace("2026-09-02", "later")
    file = open_file(write(tmp_path / "orders.csv", content))
    assert readings(file) == [file]
    assert "looks like" not in guess_mapping(file, zone="UTC", currency="EUR").reasons[0]


def test_a_mapping_file_may_read_only_the_lines(home: Home, tmp_path: Path) -> None:
    """What a person writes decides which readings there are."""
    path = tmp_path / "map.toml"
    path.write_text(
        '[[table]]\nshape = "lines"\n[table.columns]\norder = "Name"\nemail = "Email"\nordered_at = "Created at"\n'
        'item = "Lineitem name"\nquantity = "Lineitem quantity"\nunit_price = "Lineitem price"\n'
    )
    (file,) = hear(home, [Held("export.csv", SHOPIFY.encode())], source="tool", now=NOW, map_path=path)
    assert (file.mapping.shape, file.new) == ("lines", 3)
