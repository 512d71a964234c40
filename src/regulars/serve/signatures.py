"""Signatures: whether a hook was sent by somebody who knows the secret. Compared in constant time, never logged.

Read are Standard Webhooks, Stripe, Shopify, WooCommerce and `X-Hub-Signature-256`. Where a signature carries its
instant, one that is older or newer than five minutes is refused, so that a recorded hook cannot be played again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

__all__ = ["signed"]

TOLERANCE_SECONDS: Final = 300
STANDARD_PREFIX: Final = "whsec_"
LONGEST_NUMBER: Final = 12
MOST_SIGNATURES: Final = 10
IN_BASE64: Final = ("x-shopify-hmac-sha256", "x-wc-webhook-signature")


def signed(headers: Mapping[str, str], body: bytes, secret: str, *, now_seconds: float) -> bool:
    """Tell whether a body carries a good signature of any form that we read."""
    if "webhook-signature" in headers:
        return standard(headers, body, secret, now_seconds)
    if "stripe-signature" in headers:
        return stripe(headers["stripe-signature"], body, secret, now_seconds)
    for name in IN_BASE64:
        if name in headers:
            return same(headers[name], base64.b64encode(digest(secret.encode(), body)).decode())
    hub = headers.get("x-hub-signature-256", "")
    return same(hub, f"sha256={digest(secret.encode(), body).hex()}") if hub else False


def standard(headers: Mapping[str, str], body: bytes, secret: str, now_seconds: float) -> bool:
    """Check a signature of Standard Webhooks."""
    number, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not number or not recent(at, now_seconds):
        return False
    content = f"{number}.{at}.".encode("utf-8", "replace") + body
    good = base64.b64encode(digest(key_of(secret), content)).decode()
    given = headers["webhook-signature"].split()[:MOST_SIGNATURES]
    return any([same(one, f"v1,{good}") for one in given])  # noqa: C419 - all of them, in the same time


def stripe(header: str, body: bytes, secret: str, now_seconds: float) -> bool:
    """Check a signature of Stripe."""
    parts = [part.strip().partition("=") for part in header.split(",")[:MOST_SIGNATURES]]
    at = next((value for name, _, value in parts if name == "t"), "")
    if not recent(at, now_seconds):
        return False
    good = digest(secret.encode(), f"{at}.".encode() + body).hex()
    return any([same(value, good) for name, _, value in parts if name == "v1"])  # noqa: C419


def recent(at: str, now_seconds: float) -> bool:
    """Tell whether an instant in seconds is of the last few minutes."""
    plain = at.isascii() and at.isdigit() and len(at) <= LONGEST_NUMBER
    return plain and abs(now_seconds - int(at)) <= TOLERANCE_SECONDS


def key_of(secret: str) -> bytes:
    """Return the key that a secret of Standard Webhooks stands for."""
    try:
        return base64.b64decode(secret.removeprefix(STANDARD_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def digest(key: bytes, content: bytes) -> bytes:
    """Sign a content."""
    return hmac.new(key, content, hashlib.sha256).digest()


def same(given: str, good: str) -> bool:
    """Compare two signatures in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), good.encode())
