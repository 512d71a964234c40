"""Form: what a form of our own pages sends. Nothing is read that comes from another site, or is too large."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from .origin import same_origin

__all__ = ["Fields", "fields_of"]

LARGEST: Final = 32_000  # bytes of a request
FIELDS: Final = 10
Fields = Mapping[str, str]


async def fields_of(request: Request) -> Fields:
    """Return the fields of a form of ours, or refuse a request that none of our pages sent."""
    if not same_origin(request):
        raise HTTPException(403)
    if int(request.headers.get("content-length", "0")) > LARGEST:
        raise HTTPException(413)
    async with request.form(max_files=0, max_fields=FIELDS) as form:
        return {name: str(value) for name, value in form.items()}
