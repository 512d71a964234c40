"""Pages: one function per page. Each reads through the loop and hands nouns to a template; none changes anything
(what is posted to be kept goes to `notes.py`).

A customer is addressed by the opaque code alone. Names are looked for with a form that is posted, so that they stand in
no address, no history and no log.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from .. import heard as what
from .. import holding, loop, noting, privacy, trail
from ..dates import date_of, day_number
from ..errors import NotReady, SettingsError
from ..finding import found_by, now_called
from ..listening import standings
from ..recognise import number_of
from ..recognise.customer import code_of
from ..restriction import left_alone
from ..store import Home
from ..verdict import Allowed
from .letter import foreign
from .mirror import reflected
from .paper import rendered
from .timeline import PAGE, Item, item_of, judged, sheet, sheets

__all__ = [
    "Desk",
    "Renamed",
    "briefing",
    "find",
    "heard",
    "house_page",
    "mirror",
    "renamed",
    "timeline",
    "today",
    "why",
]

STALE_DAYS: Final = 2
LONGEST_SEARCH: Final = 100
MOST_FOUND: Final = 20
MOST_BATCHES: Final = 100
LONGEST_NUMBER: Final = 9
TOKEN_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with: the home, the clock, and a lock, since a home is read by one thread at a time."""

    home: Home
    now: Callable[[], datetime]
    lock: Lock


def today(request: Request) -> HTMLResponse:
    """Show whom to look at first; where nothing is known yet, how to begin."""
    desk, anything = desk_of(request), False
    with desk.lock:
        try:
            found = loop.today(desk.home, now=desk.now())
        except NotReady:
            found, anything = None, desk.home.newest_us() is not None
    if found is None:
        return house_page(desk, "welcome.html", title="Welcome", anything=anything)
    return page(desk, "today.html", found.as_of, found.run_id, found=found, title="Today")


async def find(request: Request) -> HTMLResponse:
    """Look for a customer by what was posted; a plain visit shows the empty field."""
    if request.method != "POST":
        return await run_in_threadpool(search, desk_of(request), "")
    async with request.form(max_files=0, max_fields=10) as form:
        text = str(form.get("text", ""))
    return await run_in_threadpool(search, desk_of(request), text.strip()[:LONGEST_SEARCH])


def search(desk: Desk, text: str) -> HTMLResponse:
    """Show the customers whose name, company or identifiers hold a text."""
    with desk.lock:
        run = desk.home.runs.current()
        found = found_by(desk.home, run, text, most=MOST_FOUND)
        alone = set(left_alone(desk.home, run).to_pylist())
        gone = privacy.forgotten_on(desk.home, text) if text and not found else None
    as_of = date_of(run.as_of_us, desk.home.settings.zoneinfo)
    values = {"text": text, "found": found, "most": MOST_FOUND, "as_of_day": day_number(as_of), "alone": alone}
    return page(desk, "find.html", as_of, run.run_id, title="Find a customer", gone=gone, **values)


def briefing(request: Request) -> HTMLResponse:
    """Show the briefing of one customer."""
    desk = desk_of(request)
    with desk.lock:
        found = now_told(desk, request.path_params["code"])
        said = request.query_params.get("said", "")
        noted = noting.read_back(desk.home, found, said, now=desk.now()) if said else None
    values = {"story": found, "foreign": foreign(found), "title": f"Briefing {found.page.customer}"}
    values |= {"noted": noted, "token": secrets.token_hex(TOKEN_BYTES), "longest": noting.LONGEST}
    return page(desk, "briefing.html", found.page.as_of, found.run.run_id, **values)


def timeline(request: Request) -> HTMLResponse:
    """Show everything that happened with one customer, fifty traces a page."""
    desk, number = desk_of(request), number_in(request)
    with desk.lock:
        found = now_told(desk, request.path_params["code"])
        shown = sheet(found, number, desk.home.origins.place)
    if shown is None:
        raise HTTPException(404)
    values = {"story": found, "sheet": shown, "title": f"Timeline {found.page.customer}"}
    return page(desk, "timeline.html", found.page.as_of, found.run.run_id, **values)


def mirror(request: Request) -> HTMLResponse:
    """Show a customer's own page: everything that is held about them, in the words that staff see."""
    desk, number, code = desk_of(request), number_in(request), request.path_params["code"]
    with desk.lock:
        story = now_told(desk, code)
        shown = reflected(privacy.shown(desk.home, story, now=desk.now()), number)
    if shown is None:
        raise HTTPException(404)
    return page(
        desk, "mirror.html", story.page.as_of, story.run.run_id, mirror=shown, title=f"What is held about {code}"
    )


def heard(request: Request) -> HTMLResponse:
    """Show what was heard: sources, rows that need a look, and all batches."""
    desk = desk_of(request)
    home = desk.home
    with desk.lock:
        values = {
            "batches": what.batches(home)[:MOST_BATCHES],
            "sources": what.sources(home),
            "refusals": what.refusals(home),
            "most": what.MOST,
            "senders": len({one.sender for one in holding.waiting(home)}),
            **standing_feeds(home),
        }
    return house_page(desk, "heard.html", title="What was heard", zone=home.settings.zoneinfo, **values)


def standing_feeds(home: Home) -> dict[str, Any]:
    """Return how every feed stands, or why that cannot be told."""
    try:
        return {"feeds": standings(home), "unread": ""}
    except SettingsError as error:
        return {"feeds": [], "unread": str(error)}


def why(request: Request) -> HTMLResponse:
    """Show what stands behind one line of a briefing."""
    desk, code, key = desk_of(request), request.path_params["code"], request.path_params["key"]
    with desk.lock:
        found = told(desk.home, code)
        if key not in {line.it.key for line in found.page.lines}:
            raise HTTPException(404)
        behind = trail.why(desk.home, f"{code}.{key}", now=desk.now())
        items, kept = shown_behind(desk.home, behind)
    values = {"why": behind, "story": behind.story, "items": items, "kept": kept, "title": f"Evidence {code}.{key}"}
    return page(desk, "why.html", found.page.as_of, found.run.run_id, foreign=foreign(found), **values)


def shown_behind(home: Home, behind: trail.Why) -> tuple[list[Item], int]:
    """Return the traces behind a line that may be shown, with the page of the timeline they stand on."""
    if not behind.line.it.evidence.traces:  # the line rests on a count or on nothing found, not on single traces
        return [], 0
    places = {trace.trace_id: place for place, (trace, _) in enumerate(sheets(behind.story)[0])}
    verdicts = judged(behind.story, behind.traces)
    items = [
        item_of(trace, line, home.settings.zoneinfo, home.origins.place, page=places[trace.trace_id] // PAGE + 1)
        for trace, line in verdicts
        if isinstance(line, Allowed)
    ]
    return items, len(verdicts) - len(items)


def told(home: Home, code: str) -> loop.Story:
    """Tell the story of the customer in an address. A code that is nobody's is not found, whatever it looks like."""
    run, number = home.runs.current(), number_of(code)
    if number is None or code_of(number) != code or (present := now_called(home, run, number)) is None:
        raise HTTPException(404)
    if present != number:
        raise Renamed(code_of(present))
    return loop.told(home, run, loop.resolve(home, run, code))


class Renamed(Exception):
    """An address names a customer by an earlier code; `code` is the present one."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def renamed(request: Request, error: Renamed) -> RedirectResponse:
    """Lead from an earlier code of a customer to the present one; what was posted is posted again there."""
    path = request.url.path.replace(request.path_params["code"], error.code, 1)
    return RedirectResponse(path + (f"?{request.url.query}" if request.url.query else ""), 308)


def now_told(desk: Desk, code: str) -> loop.Story:
    """Tell the story of the customer in an address, with what was said at the desk until now."""
    return noting.up_to_date(desk.home, told(desk.home, code), now=desk.now())


def number_in(request: Request) -> int:
    """Return which page of a list is asked for; 0, which no list has, where that is no number."""
    number = request.query_params.get("page", "1")
    return int(number) if number.isdecimal() and len(number) < LONGEST_NUMBER else 0


def desk_of(request: Request) -> Desk:
    """Return what the pages work with."""
    desk: Desk = request.app.state.desk
    return desk


def house_page(desk: Desk, name: str, **values: Any) -> HTMLResponse:
    """Write a page that speaks of no customer, and is there before anything has been worked out."""
    with desk.lock:
        try:
            run = desk.home.runs.current()
        except NotReady:
            run = None
    as_of = date_of(run.as_of_us, desk.home.settings.zoneinfo) if run else None
    return page(desk, name, as_of, run.run_id if run else "", **values)


def page(desk: Desk, name: str, as_of: date | None, run_id: str, **values: Any) -> HTMLResponse:
    """Write one page; figures that have grown old, or rest on a source that is paused or quiet, are said to."""
    today = desk.now().astimezone(desk.home.settings.zoneinfo).date()
    old = (today - as_of).days if as_of else 0
    with desk.lock:
        paused = what.stale(desk.home)
        silent = what.silent(desk.home, desk.now(), of=sources_behind(values))
    quiet = [(one.source, one.since(desk.home.settings.zoneinfo), one.every) for one in silent]
    said = {
        "stale": old if old >= STALE_DAYS else 0,
        "paused": paused,
        "quiet": quiet,
        "as_of": as_of,
        "run_id": run_id,
    }
    return HTMLResponse(rendered(name, shop=desk.home.settings.shop, **said, **values))


def sources_behind(values: dict[str, Any]) -> set[str] | None:
    """Return the sources from which the customer of a page has traces; None for a page of the house."""
    if "story" in values:
        return set(values["story"].timeline.column("source").unique().to_pylist())
    return {trace.source for trace in values["mirror"].held.traces} if "mirror" in values else None
