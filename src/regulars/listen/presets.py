"""Presets: the exports of known tools, recognised by their headers before anything is guessed.

A preset says which headers its tool writes, and which of them plays which role. A column that the file lacks, or whose
values do not agree with the role, is left out as in a guess. A preset may read the same rows twice, as the orders and
as their lines, or only some of the rows: a deal that is not won is no order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .roles import header_words

__all__ = ["PRESETS", "Part", "Preset", "preset_of", "spelt"]


@dataclass(frozen=True, slots=True)
class Part:
    """One reading of a preset's rows: a shape, the headers that may play each role, and which rows are meant.

    `first_of` names a column: only the first row of each of its values counts. `where` names a column and the words of
    which one must begin its value. `scale` is that of its ratings, where the tool has only one.
    """

    shape: str
    columns: dict[str, tuple[str, ...]]
    first_of: str = ""
    where: tuple[str, ...] = ()
    scale: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """An export of a known tool: what it is called, and the headers by which it is told."""

    name: str
    needs: tuple[str, ...]
    parts: tuple[Part, ...]


def roles(**columns: str) -> dict[str, tuple[str, ...]]:
    """Return the headers of each role; a bar parts those of which one is taken, a plus those that go together."""
    return {role: tuple(headers.split("|")) for role, headers in columns.items()}


WON: Final = ("closedwon", "closed won", "won", "sale", "done")
PERSON: Final = roles(
    first_name="First Name|FirstName", last_name="Last Name|LastName", email="Email|E-mail", phone="Phone Number|Phone"
)
# fmt: off
PRESETS: Final = (
    Preset("a HubSpot contacts export", ("Record ID", "First Name", "Last Name", "Email", "Create Date"), (
        Part("customers", PERSON | roles(
            customer="Record ID", company="Company name|Associated Company", city="City", postcode="Postal Code",
            street="Street Address", joined_at="Create Date", email_opt_out="Unsubscribed from all email",
        )),
    )),
    Preset("a HubSpot deals export", ("Record ID", "Deal Name", "Deal Stage", "Close Date"), (
        Part("orders", roles(
            order="Record ID", customer="Associated Contact IDs|Associated Contact", name="Associated Contact",
            ordered_at="Close Date", amount="Amount", currency="Currency", status="Deal Stage",
        ), where=("Deal Stage", *WON)),
    )),
    Preset("a HubSpot tickets export", ("Ticket ID", "Ticket name", "Ticket status", "Create date"), (
        Part("tickets", roles(
            case="Ticket ID", customer="Associated Contact IDs|Associated Contact", email="Contact email|Email",
            opened_at="Create date", closed_at="Close date", subject="Ticket name", text="Ticket description",
            status="Ticket status", channel="Source",
        )),
    )),
    Preset("a HubSpot notes export", ("Note body", "Activity date"), (
        Part("notes", roles(
            row_id="Record ID|Engagement ID", customer="Associated Contact IDs|Associated Contact",
            email="Contact email|Email",
            noted_at="Activity date", text="Note body", author="Activity assigned to|Activity created by",
        )),
    )),
    Preset("a Salesforce Contact export", ("Id", "FirstName", "LastName", "Email", "CreatedDate"), (
        Part("customers", PERSON | roles(
            customer="Id", name="Name", company="Account.Name", street="MailingStreet", postcode="MailingPostalCode",
            city="MailingCity", joined_at="CreatedDate", email_opt_out="HasOptedOutOfEmail", phone_opt_out="DoNotCall",
        )),
    )),
    Preset("a Salesforce Opportunity export", ("Id", "StageName", "CloseDate", "Amount"), (
        Part("orders", roles(
            order="Id", customer="ContactId|AccountId", ordered_at="CloseDate", amount="Amount",
            currency="CurrencyIsoCode", status="StageName",
        ), where=("StageName", *WON)),
    )),
    Preset("a Salesforce Case export", ("Id", "CaseNumber", "Subject", "Status", "CreatedDate"), (
        Part("tickets", roles(
            case="CaseNumber", customer="ContactId|AccountId", email="ContactEmail|SuppliedEmail",
            opened_at="CreatedDate", closed_at="ClosedDate", subject="Subject", text="Description", status="Status",
            channel="Origin",
        )),
    )),
    Preset("a Salesforce Task export", ("Id", "WhoId", "Subject", "ActivityDate"), (
        Part("contacts", roles(
            row_id="Id", customer="WhoId", contacted_at="CompletedDateTime|ActivityDate", channel="TaskSubtype|Type",
            purpose="Subject", staff="OwnerId", text="Description",
        )),
    )),
    Preset("an Odoo contacts export", ("External ID", "Name", "Email", "Phone"), (
        Part("customers", roles(
            customer="External ID|ID", name="Name|Display Name", email="Email", phone="Phone|Mobile",
            company="Related Company|Company Name", street="Street", postcode="Zip", city="City",
            joined_at="Created on",
        )),
    )),
    Preset("an Odoo sale orders export", ("Order Reference", "Customer", "Order Date"), (
        Part("orders", roles(
            order="Order Reference", customer="Customer/ID|Customer", email="Customer/Email", name="Customer",
            ordered_at="Order Date", promised_at="Delivery Date|Commitment Date", delivered_at="Effective Date",
            status="Status", amount="Total", currency="Currency", department="Sales Team",
        ), where=("Status", "sale", "sales order", "done", "locked", "cancel")),
    )),
    Preset("a Shopify orders export",
           ("Name", "Financial Status", "Created at", "Lineitem name", "Lineitem quantity", "Lineitem price"), (
        Part("orders", roles(
            order="Name", email="Email", phone="Phone", name="Billing Name", ordered_at="Created at",
            shipped_at="Fulfilled at", cancelled_at="Cancelled at", status="Financial Status", amount="Total",
            currency="Currency", channel="Source",
        ), first_of="Name"),
        Part("lines", roles(
            order="Name", email="Email", phone="Phone", ordered_at="Created at", item="Lineitem name",
            sku="Lineitem sku", quantity="Lineitem quantity", unit_price="Lineitem price", currency="Currency",
        )),
    )),
    Preset("a WooCommerce orders export", ("order_number", "order_date", "item_name", "item_quantity"), (
        Part("orders", roles(
            order="order_number", customer="customer_id", email="billing_email|customer_email", phone="billing_phone",
            name="billing_full_name", ordered_at="order_date", shipped_at="completed_date",
            status="status|order_status", amount="order_total", currency="order_currency|currency",
        ), first_of="order_number"),
        Part("lines", roles(
            order="order_number", customer="customer_id", email="billing_email|customer_email", line="item_id",
            ordered_at="order_date", item="item_name", sku="item_sku", quantity="item_quantity", amount="item_total",
            unit_price="item_price", currency="order_currency|currency",
        )),
    )),
    Preset("a WooCommerce orders export", ("order_number", "order_date", "billing_email", "order_total"), (
        Part("orders", roles(
            order="order_number", customer="customer_id", email="billing_email|customer_email", phone="billing_phone",
            ordered_at="order_date", shipped_at="completed_date", status="status|order_status", amount="order_total",
            currency="order_currency|currency",
        )),
    )),
    Preset("a Stripe payments export", ("id", "Created (UTC)", "Amount", "Amount Refunded", "Currency", "Status"), (
        Part("payments", roles(
            line="id", customer="Customer ID", email="Customer Email", paid_at="Created (UTC)", amount="Amount",
            currency="Currency", method="Payment Source Type|Card Brand|PaymentIntent Payment Method Type",
        ), where=("Status", "paid", "succeeded", "refunded", "partially refunded")),
    )),
    Preset("a Stripe payments export",
           ("id", "Created date (UTC)", "Amount", "Amount Refunded", "Currency", "Status"), (
        Part("payments", roles(
            line="id", customer="Customer ID", email="Customer Email", paid_at="Created date (UTC)", amount="Amount",
            currency="Currency", method="Payment Source Type|Card Brand",
        ), where=("Status", "paid", "succeeded", "refunded", "partially refunded")),
    )),
    Preset("a Zendesk tickets export", ("Id", "Requester email", "Created at", "Subject"), (
        Part("tickets", roles(
            case="Id", customer="Requester id", email="Requester email", opened_at="Created at",
            closed_at="Solved at", subject="Subject", status="Status", channel="Via", department="Group",
        )),
    )),
    Preset("a Freshdesk tickets export", ("Ticket ID", "Subject", "Status", "Created time", "Resolved time"), (
        Part("tickets", roles(
            case="Ticket ID", customer="Contact ID", email="Email", phone="Work phone", opened_at="Created time",
            closed_at="Resolved time|Closed time", subject="Subject", status="Status", channel="Source",
            department="Group",
        )),
    )),
    Preset("a Typeform answers export", ("#", "Submit Date (UTC)"), (
        Part("ratings", roles(
            row_id="#", email="email|Email|What's your email address?|What is your email?",
            rated_at="Submit Date (UTC)",
            rating="score|How likely are you to recommend us to a friend or colleague?|"
                   "How likely are you to recommend us?|How would you rate us?",
            text="Why?|What is the main reason for your score?|What could we do better?|Any comments?",
        )),
    )),
    Preset("a Google Forms answers export", ("Timestamp", "Email Address"), (
        Part("ratings", roles(
            email="Email Address", rated_at="Timestamp",
            rating="Score|How satisfied are you?|How satisfied are you with us?|How would you rate us?|"
                   "How likely are you to recommend us?|How likely are you to recommend us to a friend or colleague?",
            text="Why?|Comments|Any comments?|What could we do better?|What is the main reason for your score?",
        )),
    )),
    Preset("a Formbricks answers export", ("No.", "Response ID", "Timestamp", "Finished"), (
        Part("ratings", roles(
            row_id="Response ID", customer="User ID|userId", email="email|Email", rated_at="Timestamp",
            rating="1. How likely are you to recommend us?|1. How satisfied are you?|1. How would you rate us?",
            text="2. Why?|2. What is the main reason for your score?|2. What could we do better?",
        )),
    )),
    Preset("an NPS export", ("Email", "Score", "Responded at"), (
        Part("ratings", roles(
            row_id="Response ID|ID", customer="Customer ID", email="Email", rated_at="Responded at", rating="Score",
            text="Comment|Feedback",
        ), scale=(0, 10)),
    )),
    Preset("a Trustpilot reviews export", ("Review Id", "Review Created (UTC)", "Review Stars", "Review Content"), (
        Part("reviews", roles(
            row_id="Review Id", email="Reviewer Email|Consumer Email", customer="Consumer Id|Consumer User ID",
            name="Review Username", order="Reference Id", reviewed_at="Review Created (UTC)", rating="Review Stars",
            title="Review Title", text="Review Content", language="Review Language",
        ), scale=(1, 5)),
    )),
    Preset("a Google reviews export", ("reviewId", "reviewer.displayName", "starRating", "comment", "createTime"), (
        Part("reviews", roles(
            row_id="reviewId", customer="reviewer.displayName", name="reviewer.displayName", reviewed_at="createTime",
            rating="starRating", text="comment",
        ), scale=(1, 5)),
    )),
    Preset("a Segment event stream", ("messageId", "anonymousId", "type", "event", "timestamp"), (
        Part("events", roles(
            row_id="messageId", customer="userId+anonymousId", email="context.traits.email|traits.email",
            occurred_at="timestamp|originalTimestamp", event="event", item="properties.name",
            sku="properties.product_id|properties.sku", category="properties.category", text="properties.query",
        ), where=("type", "track")),
    )),
    Preset("an Activity Schema stream", ("activity_id", "ts", "customer", "activity"), (
        Part("events", roles(
            row_id="activity_id", customer="customer+anonymous_customer_id", occurred_at="ts", event="activity",
        )),
    )),
    Preset("a sales pipeline", ("opportunity_id", "account", "deal_stage", "close_date", "close_value"), (
        Part("orders", roles(
            order="opportunity_id", customer="account", ordered_at="close_date", amount="close_value",
            status="deal_stage",
        ), where=("deal_stage", *WON)),
    )),
)
# fmt: on


def preset_of(headers: Sequence[str]) -> Preset | None:
    """Return the preset that a file's headers are of: of several, the one that needs most of them."""
    there = set(map(spelt, headers))
    fitting = [preset for preset in PRESETS if there.issuperset(map(spelt, preset.needs))]
    return max(fitting, key=lambda preset: len(preset.needs), default=None)


def spelt(header: str) -> str:
    """Return a header as presets compare it; a sign such as # stands for itself.

    >>> spelt("Created at") == spelt("created_at"), spelt("#")
    (True, '#')
    """
    return header_words(header) or header.strip()
