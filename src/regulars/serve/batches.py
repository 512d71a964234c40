"""Batches: one of them, taking it back, and working everything out anew. What changes anything is posted."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .. import heard as what
from .. import loop
from ..dates import instant_us
from ..store import Home
from .form import fields_of
from .pages import Desk, desk_of, house_page
from .waiting import ended, waiting, works_of
from .work import PATIENCE, Work, begin

__all__ = ["batch", "take_back", "work_out", "working_out"]


def batch(request: Request) -> Response:
    """Show one batch, and what taking it back would do."""
    desk = desk_of(request)
    found = batch_of(desk, request.path_params["number"])
    work = works_of(request).get(f"undo {found.number}")
    if work is not None and not work.ended.is_set():
        return waiting(desk, work, back="")
    told = ended(work) if work else None
    return house_page(
        desk,
        "batch.html",
        title=f"Batch {found.number}",
        batch=found,
        zone=desk.home.settings.zoneinfo,
        undone=work.result if work else None,
        fault=told,
    )


async def take_back(request: Request) -> Response:
    """Take one batch back, and work everything out anew."""
    await fields_of(request)
    return await run_in_threadpool(taken_back, request)


def taken_back(request: Request) -> Response:
    """Begin to take a batch back; a second click finds the work begun."""
    desk = desk_of(request)
    found = batch_of(desk, request.path_params["number"])
    works, name, now = works_of(request), f"undo {found.number}", desk.now()
    if found.undone is None and (name not in works or works[name].ended.is_set()):

        def undo(home: Home, work: Work) -> Any:
            gone = home.undo(found.number, now_us=instant_us(now))
            work.what = "Working everything out without it"
            if home.newest_us() is not None:
                loop.turn(home, as_of=loop.latest_day(home, now=now), now=now)
            return gone

        works[name] = begin(desk.home.path, f"Taking batch {found.number} back", undo)
        works[name].ended.wait(PATIENCE)
    return RedirectResponse(f"/heard/{found.number}", 303)


async def work_out(request: Request) -> Response:
    """Work everything out, from what was heard on any way."""
    await fields_of(request)
    desk, works = desk_of(request), works_of(request)
    now = desk.now()
    if "turn" not in works or works["turn"].ended.is_set():

        def turn(home: Home, work: Work) -> Any:
            work.go_on()
            return loop.turn(home, as_of=loop.latest_day(home, now=now), now=now)

        works["turn"] = begin(desk.home.path, "Working out who needs you", turn)
        await run_in_threadpool(works["turn"].ended.wait, PATIENCE)
    return RedirectResponse("/turn", 303)


def working_out(request: Request) -> Response:
    """Show how far the working out is; where it has ended, go to Today."""
    work = works_of(request).get("turn")
    if work is not None and not work.ended.is_set():
        return waiting(desk_of(request), work, back="")
    told = ended(work) if work else None
    if told is not None:
        raise told
    return RedirectResponse("/", 303)


def batch_of(desk: Desk, number: str) -> what.BatchHeard:
    """Return the batch of an address."""
    with desk.lock:
        found = next((one for one in what.batches(desk.home) if str(one.number) == number), None)
    if found is None:
        raise HTTPException(404)
    return found
