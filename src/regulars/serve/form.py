"""Form: what a form of our own pages sends. Nothing is read that comes from another site, or is too large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from .origin import same_origin

__all__ = ["Fields", "fields_of", "ours"]

LARGEST: Final = 32_000  # bytes of a request
FIELDS: Final = 10
Fields = Mapping[str, str]


def ours(request: Request) -> None:
    """Refuse a request that none of our pages sent."""
    if not same_origin(request):
        raise HTTPException(403)


async def fields_of(request: Request, *, largest: int = LARGEST, fields: int = FIELDS) -> Fields:
    """Return the fields of a form of ours; of any other, and of one that is too large, nothing is read."""
    ours(request)
    if int(request.headers.get("content-length", "0")) > largest:
        raise HTTPException(413)
    async with request.form(max_files=0, max_fields=fields) as form:
        return {name: str(value) for name, value in form.items()}
