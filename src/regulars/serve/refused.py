"""Refused: the rows of one batch that need a look, as a sheet to be mended in any spreadsheet and dropped back in."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..errors import NotFound
from ..mending import sheet
from .pages import LONGEST_NUMBER, desk_of

__all__ = ["rows"]


def rows(request: Request) -> Response:
    """Give the rows of a batch that need a look; the address names the batch alone."""
    desk, text = desk_of(request), request.path_params["number"]
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER else 0
    if not number:
        raise HTTPException(404)
    with desk.lock:
        try:
            made = sheet(desk.home, batch=number)
        except NotFound as error:
            raise HTTPException(404) from error
    name = f"rows-that-need-a-look-{number}.csv"
    return Response(
        made.content, media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
