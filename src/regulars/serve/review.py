"""Review: one pair of records after another, and a word on each. Which records are meant stands in the body only."""

from __future__ import annotations

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from .. import review as what
from ..dates import instant_us
from ..errors import InputError, NotFound, NotReady
from ..explained import why_one
from ..identity import keep, ruled
from ..recognise import FACTS, code_of
from .form import Fields, fields_of
from .pages import Desk, desk_of, house_page, page, told

__all__ = ["held_together", "review"]

WORDS: Final = ("same", "different", "related")
HARDLY: Final = 0.05  # bits: a reason that moves less is left out
LONGEST: Final = 20
LONGEST_COUNT: Final = 6


async def review(request: Request) -> Response:
    """Show the pair that is most worth a word; what is posted is the word, or takes the last one back."""
    if request.method != "POST":
        return await run_in_threadpool(shown, request)
    fields = await fields_of(request)
    return await run_in_threadpool(decided, desk_of(request), fields)


def shown(request: Request) -> HTMLResponse:
    """Show one pair: what each record says, what speaks for one person and what against."""
    desk = desk_of(request)
    after, said = (number_in(request, name) for name in ("after", "said"))
    with desk.lock:
        home = desk.home
        try:
            queue = what.questions(home)
        except NotReady:
            queue = []
        left = queue[after:] or queue
        after = after if queue[after:] else 0
        told_of = what.sides(home, left[0]) if left else None
        agreed = what.agreement(home) if queue or said else None
        last = next((one for one in home.verdicts.all() if one.number == said and one.ended_us is None), None)
    values = {
        "question": left[0] if left else None,
        "waiting": len(queue),
        "after": after,
        "agreed": agreed.said if agreed else "",
        "last": last,
        "hardly": HARDLY,
        "code_of": code_of,
        "rows": rows_of(*told_of[1:]) if told_of else [],
        "alike": told_of[0] if told_of else None,
        "sides": told_of[1:] if told_of else (),
    }
    return house_page(desk, "review.html", title="Who is who", **values)


def rows_of(one: what.Side, other: what.Side) -> list[tuple[str, str, str, str]]:
    """Return for each field what the two records say, and in a word how that compares."""
    facts = [{fact.field: fact.stands.value for fact in side.facts} for side in (one, other)]
    found = []
    for field in FACTS:
        left, right = (side.get(field, "") for side in facts)
        if left or right:
            same = "same" if left.casefold() == right.casefold() else "differs"
            found.append((field, left, right, same if left and right else "one only"))
    return found


def number_in(request: Request, name: str) -> int:
    """Return a small number that the address of a page gives; 0 where it gives none."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_COUNT else 0


def decided(desk: Desk, fields: Fields) -> RedirectResponse:
    """Keep a word on two records, or end the one that was said last, and lead to the next pair."""
    word, after = fields.get("word", ""), fields.get("after", "0")
    if not (after.isascii() and after.isdecimal() and len(after) < LONGEST_COUNT):
        raise HTTPException(400)
    if word == "later":
        return RedirectResponse(f"/review?after={int(after) + 1}", 303)
    if word == "undo":
        return undone(desk, fields.get("number", ""), after)
    one, other = fields.get("one", ""), fields.get("other", "")
    if word not in WORDS or not (0 < len(one) <= LONGEST and 0 < len(other) <= LONGEST):
        raise HTTPException(400)
    with desk.lock:
        try:
            verdict = keep(desk.home, ruled(desk.home, word, one, other), now=desk.now())
        except (InputError, NotFound) as error:  # the pair has gone meanwhile
            raise HTTPException(404) from error
    return RedirectResponse(f"/review?after={after}&said={verdict.number}", 303)


def undone(desk: Desk, number: str, after: str) -> RedirectResponse:
    """End a verdict; a second click finds it ended and does nothing."""
    if not (number.isascii() and number.isdecimal() and len(number) < LONGEST_COUNT):
        raise HTTPException(400)
    with desk.lock:
        found = [one for one in desk.home.verdicts.all() if one.number == int(number) and one.ended_us is None]
        if found:
            desk.home.verdicts.end(found[0].number, now_us=instant_us(desk.now()))
    return RedirectResponse(f"/review?after={after}", 303)


def held_together(request: Request) -> HTMLResponse:
    """Show by what a customer's records are held together, and where that is weakest."""
    desk, code = desk_of(request), request.path_params["code"]
    with desk.lock:
        found = told(desk.home, code)
        held = why_one(desk.home, found.run, found.material.customer)
    values = {"story": found, "held": held, "title": f"Records of {code}"}
    return page(desk, "records.html", found.page.as_of, found.run.run_id, **values)
