"""Trace: one thing that happened between a customer and us. Append-only; the noun that `listen` makes.

A trace carries two instants: when it happened, and when we heard of it. Every read of the house takes an `as_of`, and
what was heard later does not exist for it. So a question about last March is the same call with an earlier date.

The kinds are past-tense words that read as a sentence in a timeline. `KINDS` gives each its sentence, and the names
under which the Segment e-commerce specification and Activity Schema streams know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["COUNTED", "KEPT", "KINDS", "SCHEMA", "Found", "Kind", "Trace", "again_id", "instant", "trace_id"]

COUNTED: Final = "~"  # begins the source_id of a row without a number of its own
MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of trace: its word, how it reads, and its name in two public vocabularies ("" = none there)."""

    word: str
    reads: str
    segment: str = ""
    activity: str = ""


KINDS: Final = {
    kind.word: kind
    for kind in (
        Kind("introduced", "became known to us", "Signed Up", "signed_up"),
        Kind("ordered", "placed an order", "Order Completed", "completed_order"),
        Kind("bought", "bought", "Product Purchased", "purchased_product"),
        Kind("paid", "paid", "Payment Info Entered", "paid_invoice"),
        Kind("shipped", "was sent", "Order Shipped", "shipped_order"),
        Kind("delivered", "was delivered", "Order Delivered", "received_order"),
        Kind("cancelled", "was cancelled", "Order Cancelled", "cancelled_order"),
        Kind("returned", "gave back", "Order Refunded", "returned_order"),
        Kind("asked", "asked us", "Ticket Opened", "opened_ticket"),
        Kind("complained", "complained", "Complaint Opened", "opened_complaint"),
        Kind("answered", "was answered", "Ticket Closed", "closed_ticket"),
        Kind("rated", "gave a rating", "Rating Given", "gave_rating"),
        Kind("reviewed", "wrote a review", "Product Reviewed", "reviewed_product"),
        Kind("viewed", "looked at", "Product Viewed", "viewed_product"),
        Kind("searched", "searched for", "Products Searched", "searched_products"),
        Kind("noted", "a colleague noted", "Note Added", "added_note"),
        Kind("promised", "was promised", "Promise Made", "made_promise"),
        Kind("kept", "a promise was kept", "Promise Kept", "kept_promise"),
        Kind("referred", "brought somebody", "Invite Sent", "referred_customer"),
        Kind("contacted", "was contacted by us", "Contact Made", "was_contacted"),
        Kind("wrote", "wrote to us", "Message Received", "wrote_message"),
        Kind("called", "spoke with us by telephone", "Call Logged", "had_call"),
        Kind("met", "met us", "Meeting Held", "had_meeting"),
        Kind("suggested", "suggested something", "Suggestion Made", "made_suggestion"),
        Kind("acted", "a colleague did what was advised", "Advice Taken", "took_advice"),
        Kind("postponed", "a colleague put the advice off", "Advice Postponed", "postponed_advice"),
        Kind("disputed", "a colleague called a line wrong", "Line Disputed", "disputed_line"),
        Kind("consented", "gave consent", "Consent Given", "gave_consent"),
        Kind("withdrew", "withdrew consent", "Consent Withdrawn", "withdrew_consent"),
    )
}

WORD: Final = pa.dictionary(pa.int32(), pa.string())
# Columns of a segment. Times are UTC microseconds, money is minor units, nothing is a float.
SCHEMA: Final = pa.schema(
    [
        pa.field("trace_id", pa.binary(16), nullable=False),
        pa.field("subject", pa.int64(), nullable=False),  # the customer as known when this was written
        pa.field("kind", WORD, nullable=False),
        pa.field("happened_at", pa.int64(), nullable=False),
        pa.field("heard_at", pa.int64(), nullable=False),
        pa.field("day", pa.int32(), nullable=False),  # civil day in the source's zone, since 1970-01-01
        pa.field("source", WORD, nullable=False),
        pa.field("source_id", pa.string(), nullable=False),
        pa.field("file_id", pa.int32(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),  # the line of that file, as an editor counts
        pa.field("who", pa.list_(pa.string()), nullable=False),  # "email:ann@example.org"
        pa.field("about", pa.string()),  # the order, case or need it belongs to
        pa.field("item", pa.string()),
        pa.field("category", pa.string()),
        pa.field("quantity_milli", pa.int64()),
        pa.field("amount_minor", pa.int64()),
        pa.field("currency", WORD),
        pa.field("rating_milli", pa.int64()),
        pa.field("scale_low", pa.int32()),
        pa.field("scale_high", pa.int32()),
        pa.field("text", pa.string()),
        pa.field("language", WORD),
        pa.field("due_at", pa.int64()),
        pa.field("due_day", pa.int32()),  # the civil day it is due; a date alone means until its end
        pa.field("channel", WORD),
        pa.field("department", WORD),
        pa.field("purpose", WORD, nullable=False),
        pa.field("basis", WORD, nullable=False),
        pa.field("attributes", pa.string()),  # mapped columns without a field of their own, as JSON
    ]
)
# As it is kept: a trace whose source corrected it is kept again, and says which version it takes the place of.
KEPT: Final = SCHEMA.append(pa.field("replaces", pa.int64()))  # when that version was heard


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace, as a look-up returns it. Instants are UTC microseconds; see `SCHEMA` for units."""

    trace_id: str
    subject: int
    kind: str
    happened_at: int
    heard_at: int
    day: int
    source: str
    source_id: str
    file_id: int
    row: int
    who: tuple[str, ...]
    about: str | None = None
    item: str | None = None
    category: str | None = None
    quantity_milli: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    rating_milli: int | None = None
    scale_low: int | None = None
    scale_high: int | None = None
    text: str | None = None
    language: str | None = None
    due_at: int | None = None
    due_day: int | None = None
    channel: str | None = None
    department: str | None = None
    purpose: str = "service"
    basis: str = "contract"
    attributes: str | None = None
    replaces: int | None = None

    @property
    def happened(self) -> datetime:
        """When it happened, as a UTC instant."""
        return instant(self.happened_at)

    @property
    def reads(self) -> str:
        """The kind as a sentence reads it."""
        return KINDS[self.kind].reads if self.kind in KINDS else self.kind


@dataclass(frozen=True, slots=True)
class Found:
    """What earlier traces say of some orders or customers: one entry per key asked, "" and 0 where nothing is known."""

    who: Sequence[str]
    happened_at: npt.NDArray[np.int64]


def trace_id(source: str, source_id: str, happened_at: int) -> bytes:
    """Return the 16 bytes that name a trace: 6 of its milliseconds, 10 of a hash of where it came from.

    The same row heard twice has the same id, so a retry is never a second trace; the time in front keeps look-ups
    local. It is 0 for a row that gives no instant of its own, because a borrowed one may change.

    >>> trace_id("shop", "1182", 1_700_000_000_000_000).hex()[:12]
    '018bcfe56800'
    """
    milliseconds = max(0, happened_at // 1000) & 0xFFFF_FFFF_FFFF
    return milliseconds.to_bytes(6, "big") + digest_of(source, source_id)


def again_id(identity: bytes, source: str, source_id: str) -> bytes:
    """Return the id of a trace at the instant of another one, under a number of its own."""
    return identity[:6] + digest_of(source, source_id)


def digest_of(source: str, source_id: str) -> bytes:
    """Return the 10 bytes that tell where a trace came from."""
    return hashlib.blake2b(f"{source}\x1f{source_id}".encode(), digest_size=10).digest()


def instant(microseconds: int) -> datetime:
    """Turn UTC microseconds into a date and time.

    >>> instant(0).isoformat()
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(microseconds / MICROSECONDS, tz=UTC)
