"""The loop. START HERE: this file tells the story from top to bottom.

    listen -> recognise -> understand -> choose -> respond -> learn, and what people then do is heard again.

    hear()    files become traces, past the first door of the guard, and are kept (intake.py)
    turn()    from all traces known on a date: customers, portraits, debts, forecasts and their check; kept as one run
    told()    one customer: what to do (past the second door), what to say (past the third), on one page
    today()   whom to look at first

Nothing here decides anything about business: each step hands its result to the next. No clock is read either: `now` and
`as_of` are arguments, so a question about last March is the same call with an earlier date.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from . import __version__
from .catching_up import caught_up
from .choose import Choice, Consent, Touch, first_in_line, pick, pressure_of, put_off
from .dates import date_of, day_number, end_of_day, instant_us
from .errors import KeepError, NotReady
from .finding import customers_like, fetched, resolve
from .guard import LOOK, Situation, doubtful, may_do, may_say, shut, without_facts
from .intake import FileHeard, hear
from .likeness import joined_by
from .recognise import Customer
from .respond import Briefing, Material, draft
from .respond import brief as brief_of
from .respond.briefing import SURE
from .restriction import left_alone, respect
from .sharing import shared_homes
from .store import Home, Known, Run
from .understand import CHECKED_AS, portrait_of
from .working import AS_THEY_ARE, worked_out

__all__ = [
    "FileHeard",
    "Row",
    "Story",
    "Today",
    "brief",
    "customers_like",
    "hear",
    "latest_day",
    "resolve",
    "story",
    "today",
    "told",
    "turn",
]

TO_ORDER: Final = ["customer", "surprise", "silence", "worth"]
QUIET_DAYS: Final = 7  # a home whose newest trace is older than this is looked at as of that trace
TABLES_OF_ONE: Final = ("portraits", "debts", "due_soon", *(name for name, _ in AS_THEY_ARE if name != "consents"))
HEARD_OF: Final = {
    "deliveries": ("delivered",),
    "questions and complaints": ("asked", "complained"),
    "ratings and reviews": ("rated", "reviewed"),
    "promises": ("promised",),
    "web visits": ("viewed", "searched"),
    "our own contacts": ("contacted",),
    "consents": ("consented", "withdrew"),
}


def turn(home: Home, *, as_of: date, now: datetime, show: bool = True, afresh: bool = False) -> Run:
    """Turn the loop once: from all traces known at the end of a day to everything that pages need, kept as one run.

    The same question gives the same run; it is worked out once. Where the day has been looked at before and little is
    new since, only whom that touches is worked out again, with the models of that run; `afresh` fits them again. `show`
    lets pages show the run from now on.
    """
    rewritten, known = home.runs.rewritten(), home.known()
    fresh = plan(home, known, as_of=as_of, now=now)
    before = None if afresh else latest_like(home, fresh)
    planned = replace(fresh, run_id=name_of(fresh, before)) if before else fresh
    run = home.runs.named(fresh.run_id) or home.runs.named(planned.run_id)
    if run is None:
        made = caught_up(home, known, planned, before, as_of=as_of) if before else None
        tables, run = made or worked_out(home, known, fresh, as_of=as_of)
        if not home.runs.write(run, tables, settings=repr(home.settings), rewritten=rewritten):
            return turn(home, as_of=as_of, now=now, show=show, afresh=afresh)  # something was taken back meanwhile
    if show:
        home.runs.point(run)
        home.runs.prune()
    return run


def plan(home: Home, known: Known, *, as_of: date, now: datetime) -> Run:
    """Name a run by everything it will be worked out from."""
    if home.newest_us() is None:
        raise NotReady("Nothing has been heard in this home yet.", now="Hear a file with 'regulars hear FILE' first.")
    as_of_us = end_of_day(as_of, home.settings.zoneinfo)
    notes = {
        "day": as_of.isoformat(),
        "settings": repr(home.settings),
        "restricted": sha256_of(",".join(map(str, known.restricted))),
        "claims": sha256_of(repr((known.claims, known.rulings))),
        "kept": known.kept,
        "rewritten": home.runs.rewritten(),
        "models_of": "",
    }
    run = Run("", as_of_us, instant_us(now), 0, code_version(), known.content, home.runs.folder, notes)
    run_id = name_of(run, None)
    return replace(run, run_id=run_id, folder=home.runs.folder / run_id)


def name_of(run: Run, models: Run | None) -> str:
    """Return the name of a run: its day, and a hash of what it is worked out from."""
    told = [
        run.segments,
        run.notes["restricted"],
        run.notes["claims"],
        run.code,
        run.notes["settings"],
        run.notes["day"],
    ]
    question = "\n".join([*told, models.run_id if models else ""])
    return f"{run.notes['day'].replace('-', '')}-{sha256_of(question)[:10]}"


def latest_like(home: Home, fresh: Run) -> Run | None:
    """Return the latest run that asked the same of the same day and fitted its own models; None where there is none."""
    same = ("day", "settings", "restricted", "claims", "rewritten")
    for run in home.runs.of_day(fresh.as_of_us):
        if run.code != fresh.code or any(run.notes.get(name) != fresh.notes[name] for name in same):
            continue
        alike = run.notes["kept"]["corrected"] == fresh.notes["kept"]["corrected"]
        if alike and not run.notes["models_of"] and run.notes["models"]["rhythm"] and run.run_id != fresh.run_id:
            return run
    return None


@dataclass(frozen=True, slots=True)
class Story:
    """Everything behind one briefing: its material, the page, the run, and the customer's timeline."""

    material: Material
    page: Briefing
    run: Run
    timeline: pa.Table


def brief(home: Home, text: str, *, now: datetime, as_of: date | None = None) -> Briefing:
    """Return the briefing of the customer whom `text` means."""
    return story(home, text, now=now, as_of=as_of).page


def story(home: Home, text: str, *, now: datetime, as_of: date | None = None) -> Story:
    """Tell one customer's story, as of the run that pages show or as of another day."""
    run = home.runs.current() if as_of is None else turn(home, as_of=as_of, now=now, show=False)
    return told(home, run, resolve(home, run, text))


def told(home: Home, run: Run, customer: Customer) -> Story:
    """Choose for one customer, put it into words, and let the guard judge the action and every line.

    Raises Restricted where they asked to be left alone.
    """
    respect(home, customer)
    settings = home.settings
    timeline = home.timeline.fetch(customer.subjects, as_of_us=run.as_of_us)
    rows = {name: home.runs.fetch(run, name, customer.number).to_pylist() for name in TABLES_OF_ONE}
    licences = {licence["model"]: licence for licence in run.notes["licences"]}
    portrait = portrait_of(
        rows["portraits"][0],
        rows,
        timeline,
        as_of=date_of(run.as_of_us, settings.zoneinfo),
        heard=frozenset(run.notes["heard"]),
        licensed={name: licences[model]["granted"] for name, model in CHECKED_AS.items()},
    )
    touches = [
        Touch(row["happened_at"], row["channel"] or "", row["purpose"], row["trace_id"].hex())
        for row in rows["touches"]
    ]
    consents = consents_of(home, run, customer)
    situation = Situation(consents, pressure_of(touches, now_us=run.as_of_us), settings)
    doubt = doubtful(customer)
    choice = LOOK if doubt else pick(portrait, may=lambda action: may_do(action, situation), settings=settings)
    material = Material(
        customer=customer,
        portrait=portrait,
        choice=choice,
        consents=consents or (),
        pressure=situation.pressure,
        touches=len(touches),
        settings=settings,
        precision={model: licence["record"]["precision"] for model, licence in licences.items()},
        homes=shared_homes(home, run, customer),
        joined_by=joined_by(home, run, customer) if customer.sure < SURE else (),
    )
    missing = [name for name, kinds in HEARD_OF.items() if not any(kind in run.notes["heard"] for kind in kinds)]
    page = brief_of(
        material, [may_say(line, situation) for line in draft(material)], run_id=run.run_id, missing=missing
    )
    page = page if consents is not None else shut(page)
    page = without_facts(page) if doubt else page
    return Story(material, page, run, timeline)


def consents_of(home: Home, run: Run, customer: Customer) -> list[Consent] | None:
    """Return what a customer decided about being contacted; None where that cannot be read: then little is shown."""
    try:
        rows = home.runs.fetch(run, "consents", customer.number).to_pylist()
        return [
            Consent(row["channel"], row["purpose"], row["given"], row["day"], row["trace_id"].hex()) for row in rows
        ]
    except (KeepError, OSError, pa.ArrowException, KeyError):
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of today: who, how things stand, what to do and why."""

    customer: str
    label: str
    state: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Today:
    """The list of today, and how many more could wait."""

    as_of: date
    run_id: str
    rows: tuple[Row, ...]
    more: int


def today(home: Home, *, now: datetime | None = None) -> Today:
    """Say whom to look at first: those we owe, then those whose silence is unusual. The rest can wait.

    Whoever was put off today waits until tomorrow; `now` says what day it is, where the run is of an earlier one.
    """
    run, settings = home.runs.current(), home.settings
    licensed = any(licence["model"] == "buys_soon" and licence["granted"] for licence in run.notes["licences"])
    portraits, debts = home.runs.table(run, "portraits", TO_ORDER), home.runs.table(run, "debts")
    if len(alone := left_alone(home, run)):
        portraits, debts = (table.filter(~pc.field("customer").isin(alone)) for table in (portraits, debts))
    order, waiting = first_in_line(debts, portraits, settings=settings, licensed=licensed)
    rows: list[Row] = []
    for number in order:
        found = told(home, run, fetched(home, run, number))
        if waits(home, found, now):
            continue
        if found.material.choice.stage != "nothing" and len(rows) < settings.today_rows:
            rows.append(Row(found.page.customer, found.page.label, found.page.state.value, found.material.choice))
    return Today(date_of(run.as_of_us, settings.zoneinfo), run.run_id, tuple(rows), max(0, waiting - len(rows)))


def waits(home: Home, found: Story, now: datetime | None) -> bool:
    """Tell whether a customer was put off today."""
    if now is None:
        return put_off(found.timeline, day=found.material.portrait.as_of_day)
    known = home.timeline.fetch(found.material.customer.subjects, as_of_us=max(instant_us(now), found.run.as_of_us))
    return put_off(known, day=day_number(now.astimezone(home.settings.zoneinfo).date()))


def latest_day(home: Home, *, now: datetime) -> date:
    """Return the day to look from when none is named: today, or the newest trace's day where that is long ago."""
    newest = home.newest_us()
    if newest is None:
        raise NotReady("Nothing has been heard in this home yet.", now="Hear a file with 'regulars hear FILE' first.")
    here = now.astimezone(home.settings.zoneinfo).date()
    last = date_of(newest, home.settings.zoneinfo)
    return last if (here - last).days > QUIET_DAYS else here


def sha256_of(text: str) -> str:
    """Return the sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_version() -> str:
    """Return the version and a hash of the code and definitions, so that a run says what made it."""
    digest = hashlib.sha256()
    for verb in ("", "choose", "learn", "listen", "recognise", "recognise/matching", "understand"):
        for entry in sorted(files("regulars").joinpath(verb).iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".sql")):
                digest.update(entry.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
