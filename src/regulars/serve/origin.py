"""Origin: was this sent from one of our own pages? Another site must not be able to write with a reader's browser."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

__all__ = ["form_of", "ours", "same_origin"]

MOST_FIELDS: Final = 5_000


def same_origin(request: Request) -> bool:
    """Tell whether a request comes from our own pages, or from no browser at all.

    Every browser of today says it (Sec-Fetch-Site); an older one names the page's origin, which must be ours.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def ours(request: Request) -> None:
    """Refuse what another site sends with a reader's browser."""
    if not same_origin(request):
        raise HTTPException(403)


async def form_of(request: Request) -> dict[str, str]:
    """Read a form of ours."""
    ours(request)
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return {name: str(value) for name, value in form.items()}
