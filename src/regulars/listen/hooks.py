"""Hooks: what shops and payment services post to us, told in the form that `events` reads.

Known are the orders, refunds and customers of Shopify, the orders of WooCommerce, and the charges of Stripe; anything
else is read as `{"type": "order.completed", "timestamp": ..., "data": {...}}`, as Standard Webhooks writes it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from ..money import decimals_of
from .cloud_events import told_as
from .event_cells import text_of

__all__ = ["hook_events"]

Fields = dict[str, Any]


def hook_events(topic: str, number: str, body: Fields) -> list[dict[str, Any]]:
    """Return the events that a hook tells; `topic` is what its sender calls it, `number` its own id if it has one.

    A topic that means nothing to us comes back as one event of that name, which is then refused by name.
    """
    told = TOPICS.get(topic)
    if told is not None:
        return told(body)
    data = part(body, "data") or body
    event = told_as(topic or text_of(body.get("type")) or "a hook without a type", data)
    own = text_of(body.get("id"))
    at = text_of(body.get("timestamp")) or event.get("timestamp")
    return [event | {"messageId": number or own, "timestamp": at}]


def part(body: Fields, name: str) -> Fields:
    """Return an object inside another, empty where there is none."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def parts(body: Fields, name: str) -> list[Fields]:
    """Return the objects of a list inside an object."""
    found = body.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def shopify_order(body: Fields) -> list[dict[str, Any]]:
    """Return an order of Shopify, and who placed it."""
    customer = part(body, "customer")
    at, number = body.get("created_at"), text_of(body.get("id"))
    email = text_of(body.get("email")) or text_of(customer.get("email"))
    who = {"userId": customer.get("id"), "timestamp": at}
    said = {
        "order_id": number,
        "total": body.get("total_price"),
        "currency": body.get("currency"),
        "email": email,
        "products": [
            line | {"name": line.get("title"), "category": line.get("product_type")}
            for line in parts(body, "line_items")
        ],
    }
    address = part(body, "billing_address") or part(customer, "default_address")
    traits = {
        **{name: customer.get(name) for name in ("first_name", "last_name", "phone")},
        "email": email,
        "company": address.get("company"),
        "address": {"street": address.get("address1"), "postal_code": address.get("zip"), "city": address.get("city")},
    }
    order = tracked(f"shopify order {number}", "Order Completed", said, who) if number else {}
    known = {"type": "identify", "messageId": f"shopify order {number} customer", "traits": traits, **who}
    return [known, order] if customer.get("id") and number else [order]


def shopify_cancelled(body: Fields) -> list[dict[str, Any]]:
    """Return the end of an order of Shopify that was cancelled."""
    number, customer = text_of(body.get("id")), part(body, "customer")
    who = {"userId": customer.get("id"), "timestamp": body.get("cancelled_at")}
    said = {"order_id": number, "reason": body.get("cancel_reason"), "email": body.get("email")}
    return [tracked(f"shopify cancelled {number}", "Order Cancelled", said, who)]


def shopify_refund(body: Fields) -> list[dict[str, Any]]:
    """Return a refund of Shopify; whose it is, its order tells."""
    lines = [
        part(line, "line_item") | {"quantity": line.get("quantity"), "name": part(line, "line_item").get("title")}
        for line in parts(body, "refund_line_items")
    ]
    paid = [one for one in parts(body, "transactions") if text_of(one.get("amount"))]
    said = {
        "order_id": body.get("order_id"),
        "total": paid[0].get("amount") if paid else None,
        "currency": paid[0].get("currency") if paid else None,
        "products": lines,
    }
    number = text_of(body.get("id"))
    return [tracked(f"shopify refund {number}", "Order Refunded", said, {"timestamp": body.get("created_at")})]


def shopify_customer(body: Fields) -> list[dict[str, Any]]:
    """Return a customer of Shopify."""
    number, at = text_of(body.get("id")), body.get("updated_at") or body.get("created_at")
    known = {"type": "identify", "messageId": f"shopify customer {number} {at}", "timestamp": at}
    return [known | {"userId": number, "traits": dict(body)}]


def woocommerce_order(body: Fields) -> list[dict[str, Any]]:
    """Return an order of WooCommerce, and who placed it; a guest is known by the e-mail address."""
    number, customer = text_of(body.get("id")), text_of(body.get("customer_id"))
    bill, at = part(body, "billing"), text_of(body.get("date_created_gmt"))
    who = {"userId": customer if customer != "0" else "", "timestamp": f"{at}Z" if at else body.get("date_created")}
    traits = dict(bill) | {"address": {"street": bill.get("address_1"), **bill}}
    said = {
        "order_id": number,
        "total": body.get("total"),
        "currency": body.get("currency"),
        "email": bill.get("email"),
        "products": parts(body, "line_items"),
    }
    known = {"type": "identify", "messageId": f"woocommerce order {number} customer", "traits": traits, **who}
    order = tracked(f"woocommerce order {number}", "Order Completed", said, who)
    return [known, order] if bill.get("email") else [order]


def stripe_charge(body: Fields) -> list[dict[str, Any]]:
    """Return a payment by Stripe."""
    charge = part(part(body, "data"), "object")
    said = {"total": major(charge.get("amount"), charge), "payment_method": "card"}
    return [tracked(f"stripe {text_of(charge.get('id'))}", "order paid", said | charged(charge), payer(charge, body))]


def stripe_refund(body: Fields) -> list[dict[str, Any]]:
    """Return what was given back of a payment by Stripe: this time, not in all."""
    charge = part(part(body, "data"), "object")
    before = part(part(body, "data"), "previous_attributes").get("amount_refunded")
    total, earlier = charge.get("amount_refunded"), before if isinstance(before, int) else 0
    back = total - earlier if isinstance(total, int) else None
    said = {"total": major(back, charge)}
    number = f"stripe {text_of(body.get('id'))}"
    return [tracked(number, "Order Refunded", said | charged(charge), payer(charge, body))]


def charged(charge: Fields) -> dict[str, Any]:
    """Return what a charge says besides its amount."""
    bill = part(charge, "billing_details")
    return {
        "currency": text_of(charge.get("currency")).upper(),
        "order_id": part(charge, "metadata").get("order_id"),
        "email": text_of(bill.get("email")) or charge.get("receipt_email"),
        "phone": bill.get("phone"),
    }


def payer(charge: Fields, body: Fields) -> dict[str, Any]:
    """Return who paid, and when Stripe says it happened."""
    return {"userId": charge.get("customer"), "timestamp": body.get("created") or charge.get("created")}


def major(amount: object, charge: Fields) -> str:
    """Write a count of minor units as an amount; "" for what is no count.

    >>> major(1250, {"currency": "eur"}), major(1250, {"currency": "jpy"})
    ('12.50', '1250')
    """
    if not isinstance(amount, int) or isinstance(amount, bool) or abs(amount) > 10**15:
        return ""
    return str(Decimal(amount).scaleb(-decimals_of(text_of(charge.get("currency")).upper())))


def tracked(number: str, name: str, said: Fields, who: Fields) -> dict[str, Any]:
    """Return a tracked event."""
    return {"type": "track", "messageId": number, "event": name, "properties": said, **who}


TOPICS: Final[dict[str, Callable[[Fields], list[dict[str, Any]]]]] = {
    "shopify orders/create": shopify_order,
    "shopify orders/cancelled": shopify_cancelled,
    "shopify refunds/create": shopify_refund,
    "shopify customers/create": shopify_customer,
    "shopify customers/update": shopify_customer,
    "woocommerce order.created": woocommerce_order,
    "stripe charge.succeeded": stripe_charge,
    "stripe charge.refunded": stripe_refund,
}
