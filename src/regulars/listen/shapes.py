"""Shapes: what one row of a file can be, and which traces it makes.

A file of a shop is one of about a dozen things: a list of customers, orders, order lines, payments, returns, tickets,
ratings, reviews, web events, notes, promises, referrals, contacts or consents. Each shape below says which columns it
looks for (by the words that headers use), which of them it needs, and which traces a row then makes. `guess` tries all
of them on a file; a person can name the shape and its columns in a mapping file instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .roles import (
    ADDRESS,
    AMOUNT,
    AT,
    CATEGORY,
    CHANNEL,
    COMPANY,
    CURRENCY,
    CUSTOMER,
    DEPARTMENT,
    EMAIL,
    GENERIC_TIME,
    ID,
    ITEM,
    LANGUAGE,
    LISTED,
    NAME,
    NUMBERED,
    OPT_INS,
    OPT_OUTS,
    ORDER,
    ORDERED_AT,
    PHONE,
    PRICE,
    QUANTITY,
    RATING,
    REASON,
    SKU,
    STATUS,
    TEXT,
    TITLE,
    WHO,
    Role,
    dated,
)  # fmt: skip

__all__ = ["SHAPES", "Make", "Shape"]


@dataclass(frozen=True, slots=True)
class Make:
    """One trace that a row makes: its kind, the role that dates it, and what it carries along."""

    kind: str
    when: str
    due: str = ""
    channel: str = ""  # the channel that a consent is for, where a column of its own says it
    inverted: bool = False  # the word says the contrary: an opt-out
    carries: bool = True  # item, amount, rating and text belong to this trace, not to an earlier step of the same case
    unless: str = ""  # a role that, where the mapping has it, tells the same with a date of its own
    only_if: str = ""  # a role whose words decide (see `words.kind_by_word`)


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing that a row can be."""

    name: str
    sentence: str
    roles: tuple[Role, ...]
    needs: tuple[tuple[str, ...], ...]  # of each group at least one role must be found
    makes: tuple[Make, ...]
    named: str  # file names that suggest it
    key: str = ""  # the role that numbers its rows
    about: str = "order"  # the role that says which case the traces belong to
    purpose: str = "service"
    basis: str = "contract"
    own: tuple[str, ...] = ()  # roles by which this shape is told from the others: strong hints
    case: str = ""  # what its cases are called in an identifier, where its own name does not say so


# Columns in a list of customers that say what its owner may do: as "opted in", or as "opted out".
CHANNELS: Final = ("email", "phone", "sms", "post")
CONSENT_ROLES: Final = tuple(
    Role(f"{channel}_{way}", "decision", words)
    for way, several in (("consent", OPT_INS), ("opt_out", OPT_OUTS))
    for channel, words in zip(CHANNELS, several, strict=True)
)
CONSENT_MAKES: Final = tuple(
    Make("consented", "", carries=False, channel=channel, inverted=way == "opt_out", only_if=f"{channel}_{way}")
    for way in ("consent", "opt_out")
    for channel in CHANNELS
)


# fmt: off
SHAPES: Final = (
    Shape(
        "orders",
        "an order, with what was promised and when it came",
        (
            *WHO, ORDER, NAME,
            Role("promised_at", "time",
                 rf"(?:.* )?(?:promised|estimated|expected|due|deadline|eta)(?: delivery| arrival)?{AT}"),
            Role("shipped_at", "time", rf"(?:order )?(?:shipped|dispatched|sent|delivered carrier|fulfilled){AT}"),
            Role("delivered_at", "time", rf"(?:order )?(?:delivered|received|delivered customer|delivery){AT}"),
            Role("cancelled_at", "time", rf"(?:order )?cancell?ed{AT}"),
            ORDERED_AT, STATUS, CHANNEL, DEPARTMENT, AMOUNT, CURRENCY,
        ),
        (("order",), ("ordered_at",)),
        (
            Make("ordered", "ordered_at", due="promised_at"),
            Make("shipped", "shipped_at", carries=False),
            Make("delivered", "delivered_at", due="promised_at", carries=False),
            Make("cancelled", "ordered_at", carries=False, unless="cancelled_at", only_if="status"),
            Make("cancelled", "cancelled_at", carries=False),
        ),
        named=r"orders?|sales|invoices",
        key="order",
        own=("promised_at", "delivered_at", "shipped_at", "status"),
    ),
    Shape(
        "lines",
        "one line of an order: what was bought",
        (
            *WHO, ORDER, NAME,
            Role("line", "id",
                 rf"(?:order )?(?:line|position)(?: item)?{ID}|order item{NUMBERED}|item (?:no|nr|num|number)"
                 r"|lineitem id"),
            ORDERED_AT,
            ITEM, SKU, CATEGORY, QUANTITY, PRICE, AMOUNT, CURRENCY, CHANNEL, DEPARTMENT,
        ),
        (("item", "sku", "unit_price", "amount"), ("order", "customer", "email", "phone")),
        (Make("bought", "ordered_at"),),
        named=r".*(?:lines?|items?|purchases|transactions|sales|invoices).*",
        own=("item", "sku", "line"),
    ),
    Shape(
        "payments",
        "a payment",
        (*WHO, ORDER, Role("line", "id", r"payment (?:sequential|number|no|id)|charge id"),
         dated("paid_at", "paid|payment|charged"), AMOUNT, CURRENCY,
         Role("method", "text", r"(?:payment )?(?:method|type)")),
        (("amount",), ("order", "customer", "email")),
        (Make("paid", "paid_at"),),
        named=r".*(?:payments?|charges).*",
        own=("method", "line"),
    ),
    Shape(
        "returns",
        "goods that came back, or money given back",
        (*WHO, Role("row_id", "id", rf"(?:return|refund|credit note){NUMBERED}"), ORDER,
         dated("returned_at", "returned?|refunded|refund"), ITEM, SKU, CATEGORY,
         QUANTITY, PRICE, AMOUNT, CURRENCY, REASON),
        (("returned_at",), ("quantity", "amount"), ("customer", "order", "email")),
        (Make("returned", "returned_at"),),
        named=r".*(?:returns?|refunds?|credit notes?).*",
        key="row_id",
        own=("row_id", "reason"),
    ),
    Shape(
        "tickets",
        "a question or complaint, and when it was answered",
        (*WHO, Role("case", "id", rf"(?:ticket|case|request|issue|conversation){NUMBERED}"), ORDER,
         dated("opened_at", "opened|open|raised|requested"),
         Role("closed_at", "time", rf"(?:closed|solved|resolved|answered){AT}"), DEPARTMENT,
         Role("subject", "text", r"subject|type|topic|kind|category"), TEXT,
         STATUS, CHANNEL),
        (("case",), ("opened_at",)),
        (Make("asked", "opened_at", only_if="subject"), Make("answered", "closed_at", carries=False)),
        named=r".*(?:tickets?|cases|complaints|requests|support).*",
        key="case",
        about="case",
        own=("case", "closed_at", "subject"),
    ),
    Shape(
        "reviews",
        "a review in the customer's own words",
        (*WHO, NAME, Role("row_id", "id", rf"review{NUMBERED}"), ORDER,
         Role("reviewed_at", "time",
              rf"(?:reviewed|review answer|review submitted|submitted|published|posted){AT}"
              rf"|review creation date{GENERIC_TIME}"),
         RATING, TITLE, TEXT, LANGUAGE, ITEM, SKU),
        (("rating", "text"), ("customer", "email", "order"), ("reviewed_at",), ("text",)),
        (Make("reviewed", "reviewed_at"),),
        named=r".*(?:reviews?|testimonials).*",
        key="row_id",
        own=("row_id", "text", "language", "title"),
    ),
    Shape(
        "ratings",
        "a rating, with its reason where one was given",
        (*WHO, NAME, Role("row_id", "id", rf"(?:rating|response|survey|answer|feedback){NUMBERED}"), ORDER,
         dated("rated_at", "rated|rating|answered|submitted|response"), RATING,
         Role("text", "text", r"reason|comment|comments|feedback|why")),
        (("rating",), ("customer", "email", "order"), ("rated_at",)),
        (Make("rated", "rated_at"),),
        named=r".*(?:ratings?|nps|csat|surveys?|responses?).*",
        key="row_id",
        basis="consent",
        own=("rating", "row_id"),
    ),
    Shape(
        "events",
        "something looked at or searched for on the web",
        (*WHO, Role("row_id", "id", rf"(?:event|message|hit){NUMBERED}"),
         dated("occurred_at", "occurred|event|seen"), Role("event", "text", r"event(?: name| type)?|action|activity"),
         ITEM, SKU, CATEGORY, Role("text", "text", r"query|search|search term|keyword|phrase")),
        (("event",), ("occurred_at",), ("customer", "email")),
        (Make("viewed", "occurred_at", only_if="event"),),
        named=r".*(?:events?|web|visits|clicks|tracking).*",
        key="row_id",
        purpose="tracking",
        basis="consent",
        own=("event", "text"),
    ),
    Shape(
        "notes",
        "a colleague's note",
        (*WHO, NAME, Role("row_id", "id", rf"note{NUMBERED}"),
         dated("noted_at", "noted|note|written|visit|visited"),
         Role("author", "text", r"author|by|written by|staff|owner|colleague"),
         DEPARTMENT, Role("text", "text", r"notes?|note (?:body|text)|text|observation|remarks?")),
        (("text",), ("noted_at",), ("customer", "email", "phone")),
        (Make("noted", "noted_at"),),
        named=r".*(?:notes?|visits|memos).*",
        key="row_id",
        basis="legitimate interest",
        own=("author", "row_id"),
    ),
    Shape(
        "promises",
        "a promise made to a customer, when it was due and when it was kept",
        (*WHO, Role("case", "id", rf"promise{NUMBERED}"), dated("promised_at", "promised|made"),
         Role("due_at", "time", rf"(?:due|deadline|promised for){AT}"),
         Role("kept_at", "time", rf"(?:kept|done|fulfilled|completed){AT}"), DEPARTMENT,
         Role("text", "text", r"promise|what|promise text")),
        (("promised_at",), ("due_at",), ("text",)),
        (Make("promised", "promised_at", due="due_at"), Make("kept", "kept_at", due="due_at", carries=False)),
        named=r".*(?:promises?|commitments|follow ?ups?).*",
        key="case",
        about="case",
        own=("case", "kept_at"),
    ),
    Shape(
        "referrals",
        "somebody brought by a customer",
        (CUSTOMER, EMAIL, Role("row_id", "id", rf"referral{NUMBERED}"), dated("referred_at", "referred|referral"),
         Role("referred", "id", r"referred (?:customer |friend )?(?:id|no|email|customer)?")),
        (("referred_at",), ("referred",), ("customer", "email")),
        (Make("referred", "referred_at"),),
        named=r".*referr?als?.*",
        key="row_id",
        own=("referred", "row_id"),
    ),
    Shape(
        "contacts",
        "a call, letter or visit from us to a customer",
        (Role("row_id", "id", rf"(?:contact|call|activity|message){NUMBERED}"), *WHO,
         dated("contacted_at", "contacted|contact|called|sent"), CHANNEL,
         Role("purpose", "text", r"purpose|reason|goal"),
         Role("staff", "text", r"staff|by|agent|owner|colleague|salesperson"), TEXT),
        (("contacted_at",), ("channel",), ("customer", "email", "phone")),
        (Make("contacted", "contacted_at"),),
        named=r".*(?:contacts?|calls?|outreach|mailings?).*",
        key="row_id",
        own=("purpose", "staff"),
    ),
    Shape(
        "letters",
        "a letter or message between a customer and us",
        (*WHO, NAME, Role("row_id", "id", rf"(?:letter|message|mail|e mail){NUMBERED}"), ORDER,
         dated("wrote_at", "wrote|written|sent|received"),
         Role("direction", "text", r"direction|in or out|incoming or outgoing"),
         Role("thread", "id", rf"(?:thread|conversation){ID}"), TITLE, TEXT, LANGUAGE, CHANNEL, DEPARTMENT),
        (("wrote_at",), ("direction",), ("customer", "email", "phone")),
        (Make("wrote", "wrote_at", only_if="direction"),),
        named=r".*(?:letters|messages|mails|inbox|mailbox).*",
        key="row_id",
        basis="legitimate interest",
        own=("row_id", "direction", "thread"),
    ),
    Shape(
        "meetings",
        "a meeting with a customer",
        (*WHO, NAME, Role("row_id", "id", rf"(?:meeting|appointment|visit){NUMBERED}"),
         Role("met_at", "time", rf"(?:met|meeting|appointment|visit(?:ed)?){AT}"),
         Role("minutes", "text", r"minutes|duration(?: minutes)?"), Role("place", "text", r"place|location|where"),
         Role("staff", "text", r"staff|by|agent|owner|colleague|salesperson|organi[sz]er|host"),
         TITLE, TEXT, DEPARTMENT),
        (("met_at",), ("customer", "email", "phone")),
        (Make("met", "met_at"),),
        named=r".*(?:meetings|appointments|calendar).*",
        key="row_id",
        basis="legitimate interest",
        own=("row_id", "met_at", "place"),
    ),
    Shape(
        "calls",
        "a telephone call with a customer",
        (*WHO, NAME, Role("row_id", "id", rf"call{NUMBERED}"),
         Role("called_at", "time", rf"(?:called|call|rang){AT}"),
         Role("direction", "text", r"(?:call )?(?:direction|in or out|incoming or outgoing)"),
         Role("minutes", "text", r"minutes|duration(?: minutes)?"),
         Role("staff", "text", r"staff|by|agent|owner|colleague|salesperson"), TEXT, DEPARTMENT),
        (("called_at",), ("direction", "minutes"), ("customer", "email", "phone")),
        (Make("called", "called_at"),),
        named=r".*(?:calls|phone ?calls|telephony).*",
        key="row_id",
        basis="legitimate interest",
        own=("row_id", "called_at", "direction", "minutes"),
    ),
    Shape(
        "consents",
        "a consent given or withdrawn, for a channel and a purpose",
        (*WHO, Role("row_id", "id", rf"consent{NUMBERED}"),
         dated("recorded_at", "recorded|consent|consented|given|updated"), CHANNEL,
         Role("purpose", "text", r"purpose|topic|scope"),
         Role("decision", "text", r"decision|consent|status|opt in|opted in|granted"),
         Role("text", "text", r"wording|text|statement")),
        (("recorded_at",), ("decision",), ("customer", "email", "phone")),
        (Make("consented", "recorded_at", only_if="decision"),),
        named=r".*(?:consents?|opt ?ins?|permissions).*",
        key="row_id",
        basis="legal obligation",
        own=("decision", "row_id"),
    ),
    Shape(
        "customers",
        "who a customer is",
        (LISTED, EMAIL, PHONE, NAME, Role("first_name", "text", r"(?:first|given|fore) ?name"),
         Role("last_name", "text", r"(?:last|family|sur) ?name"), COMPANY, *ADDRESS,
         *CONSENT_ROLES,
         dated("joined_at", "joined|registered|signed up|since|customer since|member since|opt ?in")),
        (("customer", "email", "phone"), ("name", "first_name", "last_name", "email", "phone", "city", "postcode")),
        (Make("introduced", "joined_at"), *CONSENT_MAKES),
        named=r".*(?:customers?|clients?|people|members|accounts|contacts).*",
        about="",
        own=("name", "first_name", "street", "postcode", "city", "company"),
    ),
)


# fmt: on
