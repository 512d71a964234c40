"""Event cells: the few fields of an event that mean something to us, as texts by the role they play."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["Cells", "first_of", "products_of", "text_of", "traits_of", "who_of"]

Cells = dict[str, str]
MOST_PRODUCTS: Final = 1_000
NAMES: Final = {  # which property plays a role; the first that is filled in counts
    "order": ("order_id", "orderId"),
    "case": ("ticket_id", "ticketId", "case_id", "promise_id", "promiseId"),
    "amount": ("total", "revenue", "value", "amount"),
    "currency": ("currency",),
    "item": ("name", "product", "item", "product_name"),
    "sku": ("sku", "product_id", "productId"),
    "category": ("category",),
    "quantity": ("quantity",),
    "rating": ("rating", "score"),
    "text": ("review_body", "query", "text", "message", "comment", "body"),
    "title": ("title",),
    "language": ("language", "locale"),
    "channel": ("channel",),
    "department": ("department",),
    "reason": ("reason",),
    "method": ("payment_method", "method"),
    "minutes": ("minutes",),
    "place": ("place", "location"),
    "staff": ("staff", "agent"),
    "direction": ("direction",),
    "thread": ("thread_id", "thread"),
    "subject": ("subject", "topic"),
    "purpose": ("purpose",),
    "referred": ("referred", "referred_id"),
    "due_at": ("due_at", "due"),
    "promised_at": ("promised_at", "estimated_delivery"),
}
PRODUCT: Final = ("item", "sku", "category")
TRAITS: Final = {
    "name": ("name",),
    "first_name": ("firstName", "first_name"),
    "last_name": ("lastName", "last_name"),
}
ADDRESS: Final = {
    "street": ("street",),
    "postcode": ("postalCode", "postal_code", "zip"),
    "city": ("city",),
}


def text_of(value: object) -> str:
    """Return a plain value as text, "" for what is none.

    >>> text_of(12.5), text_of("a"), text_of(None), text_of(["a"]), text_of(True)
    ('12.5', 'a', '', '', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").strip()  # half a character is none
    return str(value) if isinstance(value, int | float) else ""


def found(said: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first of some fields that is filled in."""
    return next((text for name in names if (text := text_of(said.get(name)))), "")


def first_of(said: Mapping[str, Any], *roles: str) -> Cells:
    """Return what plays each of some roles (default: all of them)."""
    return {role: found(said, NAMES[role]) for role in roles or NAMES}


def who_of(event: Mapping[str, Any], traits: Mapping[str, Any], said: Mapping[str, Any]) -> Cells:
    """Return the identifiers of whoever an event is about."""
    user, anonymous = text_of(event.get("userId")), text_of(event.get("anonymousId"))
    email = found(traits, ("email",)) or found(said, ("email",)) or (user if "@" in user else "")
    return {
        "user": user,
        "anonymous": f"anonymous:{anonymous}" if anonymous else "",
        "email": email,
        "phone": found(traits, ("phone",)) or found(said, ("phone",)),
    }


def traits_of(traits: Mapping[str, Any]) -> Cells:
    """Return what the traits of a person say that we keep: name, company and address."""
    company, address = traits.get("company"), traits.get("address")
    named = text_of(company.get("name")) if isinstance(company, dict) else text_of(company)
    where = address if isinstance(address, dict) else {"street": address}
    return (
        {role: found(traits, names) for role, names in TRAITS.items()}
        | {role: found(where, names) for role, names in ADDRESS.items()}
        | {"company": named}
    )


def products_of(said: Mapping[str, Any]) -> Iterator[Cells]:
    """Yield the products of an order; one without a quantity was bought once."""
    products = said.get("products")
    for product in products[:MOST_PRODUCTS] if isinstance(products, list) else ():
        if isinstance(product, dict):
            price, quantity = text_of(product.get("price")), text_of(product.get("quantity"))
            yield first_of(product, *PRODUCT) | {"unit_price": price, "quantity": quantity or "1"}
