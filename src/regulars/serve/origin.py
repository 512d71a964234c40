"""Origin: was this sent from one of our own pages? Another site must not be able to write with a reader's browser."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

__all__ = ["same_origin"]


def same_origin(request: Request) -> bool:
    """Tell whether a request comes from our own pages, or from no browser at all.

    Every browser of today says it (Sec-Fetch-Site); an older one names the page's origin, which must be ours.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
