"""Notes: what a reader of a briefing sends back. Each is kept as a trace; then comes the briefing again.

Words go in the body of the request and never stand in an address. The token in each form is made with the page, so that
a second click, or a second sending after a lost answer, is the same trace.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from .. import noting
from .form import Fields, fields_of
from .pages import Desk, desk_of, told

__all__ = ["back", "note", "promise", "tap"]

TOKEN: Final = re.compile(r"[0-9A-Za-z-]{16,64}")
TRACE: Final = re.compile(r"[0-9a-f]{32}")
KEY: Final = re.compile(r"[a-z_]{1,20}[0-9]?")
Keep = Callable[[Desk, str, Fields], str]


async def note(request: Request) -> RedirectResponse:
    """Keep a note, and lead to where it is read back."""
    return await kept(request, keep_note)


async def tap(request: Request) -> RedirectResponse:
    """Keep a tap on a line."""
    return await kept(request, keep_tap)


async def promise(request: Request) -> RedirectResponse:
    """Keep a promise that a note offers."""
    return await kept(request, keep_promise)


async def back(request: Request) -> RedirectResponse:
    """Take back what was just kept."""
    return await kept(request, keep_back)


async def kept(request: Request, keep: Keep) -> RedirectResponse:
    """Read a form of ours, do what it says, and lead back to the briefing."""
    fields = await fields_of(request)
    desk, code = desk_of(request), request.path_params["code"]

    def locked() -> str:
        with desk.lock:
            told(desk.home, code)  # a code that is nobody's is not found, whatever was sent
            return keep(desk, code, fields)

    said = await run_in_threadpool(locked)
    return RedirectResponse(f"/customers/{code}?said={said}#said" if said else f"/customers/{code}", 303)


def keep_note(desk: Desk, code: str, fields: Fields) -> str:
    """Keep a note."""
    how, text = fields.get("how", "note"), fields.get("text", "")
    token, at = checked(TOKEN, fields, "token"), written(fields.get("written", ""))
    return noting.note(desk.home, code, text, how, token=token, now=desk.now(), at=at).trace.trace_id


def keep_tap(desk: Desk, code: str, fields: Fields) -> str:
    """Keep a tap; each button of a page is kept once."""
    key, how, reason = checked(KEY, fields, "key"), fields.get("how", ""), fields.get("reason", "")
    token = f"{checked(TOKEN, fields, 'token')}-{key}-{how}"
    return noting.tap(desk.home, code, key, how, reason=reason, token=token, now=desk.now()).trace_id


def keep_promise(desk: Desk, code: str, fields: Fields) -> str:
    """Keep one of the promises of a note, and read the note back again."""
    trace, place = checked(TRACE, fields, "trace"), fields.get("place", "")
    if place not in ("0", "1", "2"):
        raise HTTPException(400)
    noting.promise(desk.home, code, trace, int(place), now=desk.now())
    return trace


def keep_back(desk: Desk, code: str, fields: Fields) -> str:
    """Take something back; there is nothing left to read."""
    noting.take_back(desk.home, code, checked(TRACE, fields, "trace"), now=desk.now())
    return ""


def checked(shape: re.Pattern[str], fields: Fields, name: str) -> str:
    """Return a field that our own pages fill in, or refuse a request that they did not make."""
    value = fields.get(name, "")
    if not shape.fullmatch(value):
        raise HTTPException(400)
    return value


def written(text: str) -> datetime | None:
    """Return when a note was written, where it had to wait for a connection."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
