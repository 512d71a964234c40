"""Hearing: the pages on which a person gives files. One function per step; each thing that changes anything is posted.

No step needs a script. What takes longer than a page may is worked at beside it (`work.py`), and the page that waits
asks again every second.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from .. import heard as what
from ..errors import InputError, MappingError, RegularsError
from ..listen.mapping import shape_named
from ..listen.matching import role_words
from ..listen.shapes import SHAPES
from .body import Turned
from .form import fields_of, ours
from .pages import Desk, desk_of, house_page
from .uploads import sent_files
from .waiting import ended, waiting
from .wizard import Visit, Visits, check, chosen, keep, open_questions, prepared
from .work import PATIENCE, begin

__all__ = [
    "columns",
    "done",
    "file",
    "give",
    "match",
    "result",
    "stop",
    "take",
    "throw_away",
]

MOST_FIELDS: Final = 5_000  # a table has one for each of its columns
LARGEST_FORM: Final = 2_000_000  # bytes
LONGEST_SOURCE: Final = 60
SHOWN: Final = 20  # rows that need a look
SHAPE_ROLES: Final = {shape.name: [(role.name, role_words(role.name)) for role in shape.roles] for shape in SHAPES}
SHAPE_WORDS: Final = [(shape.name, shape.sentence) for shape in SHAPES]
PURPOSE_WORDS: Final = {
    "service": "to serve them: what they ordered, asked and were promised",
    "tracking": "to see what they look at on our site",
    "marketing": "to offer them something",
}
BASIS_WORDS: Final = {
    "contract": "it is part of what they bought from us",
    "consent": "they agreed to it",
    "legitimate interest": "we need it, and they would expect it",
    "legal obligation": "a law requires it",
}


def file(request: Request) -> HTMLResponse:
    """Step 1: choose files."""
    return step(desk_of(request), "hear_file.html", known=sources_of(desk_of(request)), source="", fault=None)


async def give(request: Request) -> Response:
    """Take files in, into memory, and look at them."""
    ours(request)
    desk = desk_of(request)
    try:
        sent = await sent_files(request)
    except Turned as turned:
        return await run_in_threadpool(chosen_again, desk, "", InputError(turned.error, now=turned.now), turned.status)
    source = " ".join(sent.fields.get("source", "").split())[:LONGEST_SOURCE]
    if not sent.files:
        fault = InputError("No file was chosen.", now="Choose one or more, then continue.")
        return await run_in_threadpool(chosen_again, desk, source, fault)

    def look() -> Response:
        with desk.lock:
            visit = prepared(desk.home, sent.files, source or name_for([one.name for one in sent.files]))
        visits_of(request).add(visit)
        return RedirectResponse(f"/hear/{visit.token}", 303)

    try:
        return await run_in_threadpool(look)
    except (InputError, MappingError) as error:
        return await run_in_threadpool(chosen_again, desk, source, error)


def chosen_again(desk: Desk, source: str, fault: RegularsError, status: int = 422) -> HTMLResponse:
    """Show step 1 again, with what was wrong."""
    return step(desk, "hear_file.html", status=status, known=sources_of(desk), source=source, fault=fault)


def name_for(names: list[str]) -> str:
    """Return what a source is called unless somebody says it: after its one file, or simply the shop's files."""
    return PurePath(names[0]).stem[:LONGEST_SOURCE] if len(names) == 1 else "shop"


def columns(request: Request) -> Response:
    """Step 2: what the columns mean."""
    visit = visit_of(request)
    return done_page(visit) if visit.kept else match_page(desk_of(request), visit)


async def match(request: Request) -> Response:
    """Take over what was said of the columns, and check all rows."""
    said = await fields_of(request, largest=LARGEST_FORM, fields=MOST_FIELDS)
    return await run_in_threadpool(matched, request, said)


def matched(request: Request, said: Mapping[str, str]) -> Response:
    """Check all rows, or show the columns again where something is open."""
    desk, visit = desk_of(request), visit_of(request)
    if visit.kept:
        return done_page(visit)
    with desk.lock:
        whole = chosen(visit, desk.home, said)
    if not whole or said.get("do") == "look":
        return match_page(desk, visit, status=200 if said.get("do") == "look" else 422)
    if not visit.wanted and not visit.letters and not visit.sheets:
        visit.faults = [MappingError("Every file is left out.", now="Take at least one of them.")]
        return match_page(desk, visit, status=422)
    now = desk.now()
    visit.work = begin(desk.home.path, "Checking every row", lambda home, work: check(visit, home, work, now))
    visit.work.ended.wait(PATIENCE)
    return RedirectResponse(f"/hear/{visit.token}/check", 303)


def match_page(desk: Desk, visit: Visit, *, status: int = 200) -> HTMLResponse:
    """Show each table with its columns, examples, and what is to be asked."""
    with desk.lock:
        questions = open_questions(visit, desk.home)
    faults, visit.faults = visit.faults, []
    usual = {key: usual_for(visit, key) for key in ("why", "basis")}
    words = {
        "usual": usual,
        "purposes": PURPOSE_WORDS,
        "grounds": BASIS_WORDS,
        "shapes": SHAPE_WORDS,
        "roles": SHAPE_ROLES,
    }
    return step(desk, "hear_match.html", status=status, visit=visit, questions=questions, faults=faults, **words)


def usual_for(visit: Visit, key: str) -> str:
    """Return the purpose, or the ground, that is usual for all tables; "" where they differ."""
    shapes = [shape_named(table.shape) for table in visit.wanted if table.shape]
    found = {shape.purpose if key == "why" else shape.basis for shape in shapes}
    return found.pop() if len(found) == 1 else ""


def result(request: Request) -> Response:
    """Step 3: what would become of all rows."""
    desk, visit = desk_of(request), visit_of(request)
    if visit.kept:
        return done_page(visit)
    if visit.work is None:
        return RedirectResponse(f"/hear/{visit.token}", 303)
    if not visit.work.ended.is_set():
        return waiting(desk, visit.work, back=f"/hear/{visit.token}/stop")
    told = ended(visit.work)
    if told is None:
        visit.checked, visit.work = visit.work.result, None
        return check_page(desk, visit) if visit.checked else RedirectResponse(f"/hear/{visit.token}", 303)
    visit.work, visit.faults = None, [told]
    return match_page(desk, visit, status=422)


def check_page(desk: Desk, visit: Visit) -> HTMLResponse:
    """Show the counts of the check."""
    return step(desk, "hear_check.html", visit=visit, found=visit.checked, shown=SHOWN)


async def take(request: Request) -> Response:
    """Keep what was checked."""
    await fields_of(request)
    return await run_in_threadpool(kept, request)


def kept(request: Request) -> Response:
    """Hear all rows and work everything out; a second click finds the work begun."""
    desk, visit = desk_of(request), visit_of(request)
    if visit.kept is None and visit.work is None:
        now = desk.now()
        visit.work = begin(desk.home.path, "Keeping every row", lambda home, work: keep(visit, home, work, now))
        visit.work.ended.wait(PATIENCE)
    return done_page(visit)


def done(request: Request) -> Response:
    """Step 4: what became of it."""
    desk, visit = desk_of(request), visit_of(request)
    if visit.work is not None and visit.kept is None:
        if not visit.work.ended.is_set():
            return waiting(desk, visit.work, back=f"/hear/{visit.token}/stop")
        told, made, visit.work = ended(visit.work), visit.work.result, None
        if told is not None or made is None:
            visit.faults = [told] if told else []
            return match_page(desk, visit, status=422 if told else 200)
        visit.kept = made
        visit.tables, visit.letters, visit.sheets, visit.size = [], [], [], 0  # nothing of the files is needed any more
    if visit.kept is None:
        return RedirectResponse(f"/hear/{visit.token}", 303)
    return step(desk, "hear_done.html", visit=visit, found=visit.kept, shown=SHOWN, people=visit.kept.latest)


async def stop(request: Request) -> Response:
    """Stop the work that a page waits for; nothing of it counts."""
    await fields_of(request)
    visit = visit_of(request)
    if visit.work is not None:
        visit.work.wanted = False
        await run_in_threadpool(visit.work.ended.wait, PATIENCE)
    return RedirectResponse(f"/hear/{visit.token}/done", 303)


async def throw_away(request: Request) -> Response:
    """Forget the files; nothing of them was kept."""
    await fields_of(request)
    visits_of(request).drop(request.path_params["token"])
    return RedirectResponse("/hear", 303)


def step(desk: Desk, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Write one page of these."""
    answer = house_page(desk, name, title=TITLES[name], **values)
    answer.status_code = status
    return answer


TITLES: Final = {
    "hear_file.html": "Hear files",
    "hear_match.html": "Match columns",
    "hear_check.html": "Check",
    "hear_done.html": "Done",
}


def done_page(visit: Visit) -> RedirectResponse:
    """Lead to the last step."""
    return RedirectResponse(f"/hear/{visit.token}/done", 303)


def sources_of(desk: Desk) -> list[str]:
    """Return the names of the sources heard so far."""
    with desk.lock:
        return [source.name for source in what.sources(desk.home)]


def visits_of(request: Request) -> Visits:
    """Return the visits of late."""
    found: Visits = request.app.state.visits
    return found


def visit_of(request: Request) -> Visit:
    """Return the visit of an address; one that is gone says so."""
    found = visits_of(request).all.get(request.path_params["token"])
    if found is None:
        raise HTTPException(404)
    return found
