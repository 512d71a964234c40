"""Waiting: the page that shows how far some work is, and what is told of work that has ended."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse

from ..errors import RegularsError
from .headers import noted
from .pages import Desk, house_page
from .work import Work

__all__ = ["ended", "waiting", "works_of"]


def waiting(desk: Desk, work: Work, *, back: str) -> HTMLResponse:
    """Show how far some work is; the page asks again by itself."""
    return house_page(desk, "working.html", title="One moment", work=work, back=back)


def ended(work: Work) -> RegularsError | None:
    """Return what went wrong with some work, None where nothing did; the unforeseen is told without its words."""
    if work.unforeseen is not None:
        reference = noted(work.unforeseen)
        return RegularsError(
            "Sorry, that did not work. Nothing was lost or changed.",
            now=f"Try once more. If it fails again, tell whoever looks after Regulars: reference {reference}.",
        )
    return work.error


def works_of(request: Request) -> dict[str, Work]:
    """Return what is being worked at, or was."""
    found: dict[str, Work] = request.app.state.works
    return found
