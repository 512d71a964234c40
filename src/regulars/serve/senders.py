"""Senders: who waits for a word on them, and the word. Who is meant stands in the body of a request only."""

from __future__ import annotations

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from .. import holding
from ..holding import Waiting
from .form import Fields, fields_of
from .pages import Desk, desk_of, house_page

__all__ = ["senders"]

MOST: Final = 100  # senders that are shown at once
LONGEST: Final = 200  # characters of an address
LONGEST_COUNT: Final = 9
WORDS: Final = {"admit": ("heard", holding.admit), "refuse": ("deleted", holding.refuse)}


async def senders(request: Request) -> Response:
    """Show who waits; what is posted is a word on one of them."""
    if request.method != "POST":
        return await run_in_threadpool(shown, request)
    fields = await fields_of(request)
    return await run_in_threadpool(decided, desk_of(request), fields)


def shown(request: Request) -> HTMLResponse:
    """Show who waits, those with most first."""
    desk = desk_of(request)
    home = desk.home
    with desk.lock:
        found = by_sender(holding.waiting(home))
    values = {"waiting": found[:MOST], "more": max(0, len(found) - MOST), "done": done_in(request)}
    return house_page(desk, "senders.html", title="Senders who wait", zone=home.settings.zoneinfo, **values)


def by_sender(found: list[Waiting]) -> list[tuple[str, list[Waiting]]]:
    """Put together what waits of one sender from several sources."""
    several: dict[str, list[Waiting]] = {}
    for one in found:
        several.setdefault(one.sender, []).append(one)
    return list(several.items())


def done_in(request: Request) -> tuple[str, int] | None:
    """Return what a word has just done, where the address of the page says so."""
    for done, _ in WORDS.values():
        count = request.query_params.get(done, "")
        if count.isascii() and count.isdecimal() and len(count) < LONGEST_COUNT:
            return done, int(count)
    return None


def decided(desk: Desk, fields: Fields) -> RedirectResponse:
    """Do what a word says, and lead back to those who still wait; a second click finds nobody and does nothing."""
    sender, word = fields.get("sender", ""), fields.get("word", "")
    if word not in WORDS or not 0 < len(sender) <= LONGEST:
        raise HTTPException(400)
    done, act = WORDS[word]
    with desk.lock:
        waits = any(one.sender == sender for one in holding.waiting(desk.home))
        count = act(desk.home, sender, now=desk.now()) if waits else None
    return RedirectResponse("/senders" if count is None else f"/senders?{done}={count}", 303)
