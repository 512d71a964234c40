"""Mishaps: the pages for what goes wrong. Each says what happened and what to do now.

A code that nobody has and an address that does not exist get the very same page, so that trying codes teaches nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ..errors import Busy, KeepError, NotFound, NotReady, RegularsError, Restricted
from .paper import rendered

__all__ = ["MISHAPS", "unforeseen"]

LATER: Final = (NotReady, Busy, KeepError)  # mistakes that go away: the page can be asked for again


def notice(request: Request, title: str, what: str, now: str, *, status: int) -> HTMLResponse:
    """Return a page with two sentences."""
    shop = request.app.state.desk.home.settings.shop
    return HTMLResponse(rendered("notice.html", shop=shop, title=title, what=what, now=now), status)


def nowhere(request: Request, error: Exception) -> HTMLResponse:
    """Say that there is nothing here; the same words for everything that is not there."""
    del error
    return notice(
        request,
        "Nothing here",
        "There is no page at this address.",
        "Go to Today, or look for the customer by name.",
        status=404,
    )


def mended(request: Request, error: Exception) -> HTMLResponse:
    """Say what happened and what to do now."""
    if not isinstance(error, RegularsError) or isinstance(error, NotFound):
        return nowhere(request, error)
    status = 503 if isinstance(error, LATER) else 500
    return notice(request, "Not now", error.what, error.now, status=status)


def left_alone(request: Request, error: Restricted) -> HTMLResponse:
    """Say that somebody asked to be left alone, and show nothing else; HTTP calls it withheld for legal reasons."""
    shop = request.app.state.desk.home.settings.shop
    words = {"label": error.what.partition("'s data are ")[0], "what": error.what, "now": error.now}
    return HTMLResponse(rendered("alone.html", shop=shop, title="Left alone", **words), 451)


def refused(request: Request, error: Exception) -> HTMLResponse:
    """Answer what the web server itself refuses."""
    if not isinstance(error, HTTPException) or error.status_code == 404:
        return nowhere(request, error)
    answer = notice(
        request,
        "Not like this",
        "This page does not take that kind of request.",
        "Go to Today, and follow the links from there.",
        status=error.status_code,
    )
    answer.headers.update(error.headers or {})
    return answer


def unforeseen(request: Request, reference: str) -> HTMLResponse:
    """Say that it is our fault, and how to name it."""
    return notice(
        request,
        "Our mistake",
        "Sorry, that did not work. Nothing was lost or changed.",
        f"Try once more. If it fails again, tell whoever looks after Regulars: reference {reference}.",
        status=500,
    )


MISHAPS: Final[dict[int | type[Exception], Callable[[Request, Any], Any]]] = {
    Restricted: left_alone,
    RegularsError: mended,
    HTTPException: refused,
}
