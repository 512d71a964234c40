"""Sharing: identifiers that join nobody, with the reason, and a ruling on one, tried out before it is kept.

An identifier is personal: it stands in the body of a request only, never in an address.
"""

from __future__ import annotations

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from .. import shared as what
from ..errors import NotFound
from .form import Fields, fields_of
from .pages import Desk, desk_of, house_page

__all__ = ["shared"]

MOST: Final = 100  # identifiers that are shown at once
LONGEST: Final = 300  # characters of an identifier
RULED: Final = {"own": "one person's own", "never": "joins nobody", "": "what the policy says"}


async def shared(request: Request) -> Response:
    """Show what is shared; what is posted is a ruling to try out, or to keep."""
    if request.method != "POST":
        return await run_in_threadpool(shown, desk_of(request))
    fields = await fields_of(request)
    return await run_in_threadpool(ruled, desk_of(request), fields)


def shown(desk: Desk, tried: tuple[str, str, what.Effect] | None = None) -> HTMLResponse:
    """Show the identifiers that join nobody, the most crowded first, and what a ruling would change."""
    with desk.lock:
        found = what.demoted(desk.home)
        rulings = desk.home.rulings.in_force()
    values = {"found": found[:MOST], "more": max(0, len(found) - MOST), "rulings": rulings, "words": RULED}
    return house_page(desk, "shared.html", title="Shared identifiers", tried=tried, **values)


def ruled(desk: Desk, fields: Fields) -> Response:
    """Say what a ruling would change, or keep it and lead back to the list."""
    key, ruling = fields.get("key", ""), fields.get("ruled", "?")
    if ruling not in RULED or not 0 < len(key) <= LONGEST:
        raise HTTPException(400)
    with desk.lock:
        try:
            key = what.key_meant(desk.home, key)
        except NotFound as error:
            raise HTTPException(404) from error
        if fields.get("keep") == "yes":
            what.rule(desk.home, key, ruling, now=desk.now())
            return RedirectResponse("/shared", 303)
        effect = what.effect_of(desk.home, key, ruling)
    return shown(desk, (key, ruling, effect))
