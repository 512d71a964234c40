"""Roles: what a column can mean, and the words by which its header suggests that.

The words are those of common shop, till, help-desk and address-book exports. A header only suggests; the values decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Role:
    """What a column can mean: its name in a mapping, what its values must be, and the header words that suggest it."""

    name: str
    holds: str  # "text" | "time" | "number" | "email" | "phone" | "id" | "decision", which is yes or no
    headers: str  # a regular expression over the header's words
    marked: str = ""  # another, for columns that need values such as #1001 to be believed

    def suits(self, words: str) -> bool:
        """Tell whether a header (already split into lower-case words) suggests this role."""
        return re.fullmatch(self.headers, words) is not None

    def suits_marked(self, words: str) -> bool:
        """Tell whether a header suggests this role as long as its values are marks such as #1001."""
        return bool(self.marked) and re.fullmatch(self.marked, words) is not None


NUMBER_WORDS: Final = r"(?:id|no|nr|num|number|code|key|ref|reference)"
ID: Final = rf"(?: {NUMBER_WORDS})?"
NUMBERED: Final = rf" {NUMBER_WORDS}"
AT: Final = r"(?: (?:at|on|date|time|timestamp|datetime|day))?(?: utc| gmt)?"
GENERIC_TIME: Final = (
    r"|(?:date|day|ts|time|timestamp|datetime|date time|created|created at|created on|created date|create date"
    r"|happened at|occurred at|when)(?: utc| gmt)?"
)
# An address of ours in a customer's row would make one customer of everybody whom that colleague served.
NOT_OURS: Final = (
    r"(?!.*\b(?:agent|staff|owner|assignee|seller|sender|our|shop|store|employee|rep|salesperson|supplier|vendor"
    r"|author)\b)"
)

CUSTOMER_WORDS: Final = (
    rf"(?:customer|client|cust|buyer|member|shopper|guest|contact|user|account|requester)(?: unique)?{ID}"
    r"|referrer customer id"
)
CUSTOMER: Final = Role("customer", "id", CUSTOMER_WORDS)
LISTED: Final = Role("customer", "id", rf"{CUSTOMER_WORDS}|record id|id")  # in a list of customers the row's own number
EMAIL: Final = Role("email", "email", rf"{NOT_OURS}(?:.* )?(?:e mail|email|mail)(?: address)?")
PHONE: Final = Role("phone", "phone", rf"{NOT_OURS}(?:.* )?(?:phone|mobile|telephone|tel|cell)(?: number| no)?")
NAME: Final = Role("name", "text", r"(?:full |customer |client |contact |display |billing )?name|(?:customer|client)")
COMPANY: Final = Role("company", "text", r"company(?: name)?|organi[sz]ation|employer|account name")
ORDER: Final = Role(
    "order", "id", rf"(?:order|invoice|receipt|basket|transaction|sale|bill){ID}", marked=r"name|number|id|reference"
)
CHANNEL: Final = Role("channel", "text", r"channel|via|medium")
DEPARTMENT: Final = Role("department", "text", r"department|team|desk|handled by")
ITEM: Final = Role(
    "item", "text", r"product(?: name| title)?|item(?: name)?|description|title|article(?: name)?|lineitem name"
)
SKU: Final = Role(
    "sku",
    "text",
    r"(?:lineitem )?sku|stock(?: ?code)?|stockcode|product (?:id|code)|item (?:id|code)|article (?:id|code|no|number)",
)
CATEGORY: Final = Role("category", "text", r"(?:product )?(?:category|department|group)(?: name)?(?: english)?")
QUANTITY: Final = Role("quantity", "number", r"quantity|qty|units|pieces|count|lineitem quantity|cds")
PRICE: Final = Role("unit_price", "number", r"(?:unit |item |lineitem )?price|price each|price per unit")
AMOUNT: Final = Role(
    "amount",
    "number",
    r"(?:total |net |gross |line |order |refund |refunded |payment |paid )?(?:amount|total|value|sum)"
    r"|spend|revenue|sales|turnover|total price|line total|subtotal",
)
CURRENCY: Final = Role("currency", "text", r"currency(?: code)?")
RATING: Final = Role(
    "rating", "number", r"(?:review |customer |overall )?(?:score|rating|stars|grade|csat|nps|satisfaction)(?: score)?"
)
TEXT: Final = Role(
    "text",
    "text",
    r"(?:review |comment |ticket |order )?(?:comment |review )?"
    r"(?:text|message|body|comments?|feedback|content|remarks?)"
    r"|review",
)
TITLE: Final = Role("title", "text", r"(?:review |comment )*(?:title|headline|subject)")
LANGUAGE: Final = Role("language", "text", r"language|lang|locale")
STATUS: Final = Role("status", "text", r"(?:order |ticket |current )?(?:status|state)")
REASON: Final = Role("reason", "text", r"(?:return )?(?:reason|cause|why)")
IDENTIFIERS: Final = ("customer", "email", "phone")
WHO: Final = (CUSTOMER, EMAIL, PHONE)
ORDERED_AT: Final = Role(
    "ordered_at",
    "time",
    rf"(?:order(?:ed)?|purchased?|invoice|transaction|sale|order purchase|bought|sold){AT}{GENERIC_TIME}",
)
ADDRESS: Final = (
    Role("street", "text", r"street|address(?: line)?(?: 1)?"),
    Role("postcode", "text", r"(?:customer )?(?:post ?code|zip(?: code)?(?: prefix)?|postal code)"),
    Role("city", "text", r"(?:customer )?(?:city|town)|office location"),
)


GIVEN: Final = r"consent|opt ?in|opted ?in|permission|marketing|allowed|subscribed|subscription"
# By e-mail, telephone, SMS and post. A consent without a channel is one for e-mail, which is what such lists are for.
OPT_INS: Final = (
    rf"opt ?in|accepts(?: e ?mail)? marketing|e ?mail(?: marketing)? (?:{GIVEN})"
    rf"|(?:accepts |receives? )?newsletter(?: (?:{GIVEN}))?"
    r"|(?:gdpr|marketing)(?: e ?mail)? (?:consent|opt ?in|permission)"
    r"|(?:has )?opted ?in(?: to| of)? ?(?:e ?mail|marketing)?",
    rf"(?:phone|call|telephone)(?: marketing)? (?:{GIVEN})",
    rf"accepts (?:sms|text)(?: marketing)?|(?:sms|text|whatsapp)(?: marketing)? (?:{GIVEN})",
    rf"(?:post|postal|direct|letter|mailing)(?: mail)?(?: marketing)? (?:{GIVEN})",
)
OPT_OUTS: Final = (
    r"(?:has )?opted out(?: of)?(?: e ?mail| marketing)?|e ?mail opt(?:ed)? ?out|unsubscribed(?: from all e ?mail)?"
    r"|opt ?out|do not e ?mail|no e ?mails?",
    r"do not call|(?:phone|call) opt(?:ed)? ?out|no calls?",
    r"(?:sms|text) opt(?:ed)? ?out|do not (?:sms|text)|no sms",
    r"do not (?:mail|post)|(?:post|postal|mail) opt(?:ed)? ?out|no post",
)


def dated(name: str, words: str) -> Role:
    """Return the role of a shape's main instant: its own words, or a bare "date"."""
    return Role(name, "time", rf"(?:{words}){AT}{GENERIC_TIME}")


def header_words(header: str) -> str:
    """Split a header into lower-case words.

    >>> header_words("InvoiceDate"), header_words("Customer ID"), header_words("order_purchase_timestamp")
    ('invoice date', 'customer id', 'order purchase timestamp')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    return " ".join(re.findall(r"[^\W_]+", spaced)).lower()
