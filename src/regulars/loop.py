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
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from . import __version__
from .choose import CONSENTS, TOUCHES, Choice, Consent, Touch, first_in_line, pick, pressure_of
from .dates import date_of, day_number, end_of_day, instant_us
from .errors import NotReady
from .finding import customers_like, fetched, resolve
from .guard import Situation, may_do, may_say
from .intake import FileHeard, hear
from .learn import forecasts_table
from .looking import Looked, base_rate, checked, look, open_engine
from .recognise import CUSTOMERS, KEYS, Customer
from .respond import Briefing, Material, draft
from .respond import brief as brief_of
from .store import Home, Run
from .understand import (
    CHECKED_AS,
    DEBTS,
    DELIVERIES,
    DUE_SOON,
    KINDS_HEARD,
    MONTHLY,
    TASTE,
    VOICE,
    debts_table,
    portrait_of,
    portraits_table,
)

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

QUIET_DAYS: Final = 7  # a home whose newest trace is older than this is looked at as of that trace
AS_THEY_ARE: Final = (
    ("voice", VOICE),
    ("taste", TASTE),
    ("monthly", MONTHLY),
    ("touches", TOUCHES),
    ("consents", CONSENTS),
)
TABLES_OF_ONE: Final = ("portraits", "debts", "due_soon", *(name for name, _ in AS_THEY_ARE))
HEARD_OF: Final = {
    "deliveries": ("delivered",),
    "questions and complaints": ("asked", "complained"),
    "ratings and reviews": ("rated", "reviewed"),
    "promises": ("promised",),
    "web visits": ("viewed", "searched"),
    "our own contacts": ("contacted",),
    "consents": ("consented", "withdrew"),
}


def turn(home: Home, *, as_of: date, now: datetime, show: bool = True) -> Run:
    """Turn the loop once: from all traces known at the end of a day to everything that pages need, kept as one run.

    The same question gives the same run; it is worked out once. `show` lets pages show it from now on.
    """
    planned = plan(home, as_of=as_of, now=now)
    run = home.runs.named(planned.run_id)
    if run is None:
        tables, run = worked_out(home, planned, as_of=as_of)
        home.runs.write(run, tables, settings=repr(home.settings))
    if show:
        home.runs.point(run)
    return run


def plan(home: Home, *, as_of: date, now: datetime) -> Run:
    """Name a run by everything it will be worked out from."""
    segments = home.fingerprint()
    if not segments:
        raise NotReady("Nothing has been heard in this home yet.", now="Hear a file with 'regulars hear FILE' first.")
    question = "\n".join([segments, code_version(), repr(home.settings), as_of.isoformat()])
    run_id = f"{as_of:%Y%m%d}-{hashlib.sha256(question.encode()).hexdigest()[:10]}"
    as_of_us = end_of_day(as_of, home.settings.zoneinfo)
    return Run(run_id, as_of_us, instant_us(now), 0, code_version(), segments, home.runs.folder / run_id, {})


def worked_out(home: Home, run: Run, *, as_of: date) -> tuple[dict[str, pa.Table], Run]:
    """Recognise, understand, choose's material, and what learn keeps: all tables of a run."""
    day, horizon = day_number(as_of), home.settings.horizon_days
    with open_engine(home, as_of) as engine:
        looked = look(engine, as_of, horizon_days=horizon)
        customers, deliveries, heard = (engine.run(rule) for rule in (CUSTOMERS, DELIVERIES, KINDS_HEARD))
        everybody = customers.column("customer").to_numpy()
        tables = {
            "customers": customers,
            "members": looked.members,
            "keys": engine.run(KEYS),
            "portraits": portraits_table(
                everybody, looked.rhythm, looked.spent, looked.future, deliveries, as_of_day=day, horizon_days=horizon
            ),
            "debts": debts_table([(rule.name, engine.run(rule)) for rule in DEBTS]),
            "due_soon": debts_table([(DUE_SOON.name, engine.run(DUE_SOON))]),
            **{name: engine.run(rule) for name, rule in AS_THEY_ARE},
        }
    tables["forecasts"] = forecasts_table(
        looked.rhythm.histories.customer,
        looked.rhythm.buys_soon,
        base=base_rate(looked.rhythm.histories, day, horizon),
        made_day=day,
        horizon_days=horizon,
        model=f"BGNBD {code_version()}",
    )
    return tables, replace(run, customers=len(everybody), notes=noted(home, as_of, looked, heard))


def noted(home: Home, as_of: date, looked: Looked, heard: pa.Table) -> dict[str, Any]:
    """Return what a run says about itself: what it has heard, the models it fitted, and how they did when checked."""
    fitted = looked.rhythm.model
    return {
        "heard": dict(zip(heard.column("kind").to_pylist(), heard.column("traces").to_pylist(), strict=True)),
        "newest_day": int(pc.max(heard.column("last_day")).as_py() or 0),
        "licences": [asdict(licence) for licence in checked(home, as_of, looked)],
        "models": {
            "rhythm": fitted.to_dict() if fitted else None,
            **{f"worth {currency}": model.to_dict() for currency, model in looked.future.models.items()},
        },
        "horizon_days": home.settings.horizon_days,
    }


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
    """Choose for one customer, put it into words, and let the guard judge the action and every line."""
    settings = home.settings
    timeline = home.timeline.fetch(home.segments(), customer.subjects, as_of_us=run.as_of_us)
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
    consents = [
        Consent(row["channel"], row["purpose"], row["given"], row["day"], row["trace_id"].hex())
        for row in rows["consents"]
    ]
    situation = Situation(consents, pressure_of(touches, now_us=run.as_of_us), settings)
    choice = pick(portrait, may=lambda action: may_do(action, situation), settings=settings)
    material = Material(
        customer=customer,
        portrait=portrait,
        choice=choice,
        consents=consents,
        pressure=situation.pressure,
        touches=len(touches),
        settings=settings,
        precision={model: licence["record"]["precision"] for model, licence in licences.items()},
    )
    missing = [name for name, kinds in HEARD_OF.items() if not any(kind in run.notes["heard"] for kind in kinds)]
    page = brief_of(material, [may_say(line) for line in draft(material)], run_id=run.run_id, missing=missing)
    return Story(material, page, run, timeline)


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


def today(home: Home) -> Today:
    """Say whom to look at first: those we owe, then those whose silence is unusual. The rest can wait."""
    run, settings = home.runs.current(), home.settings
    licensed = any(licence["model"] == "buys_soon" and licence["granted"] for licence in run.notes["licences"])
    portraits = home.runs.table(run, "portraits", ["customer", "surprise", "silence", "worth"])
    order, waiting = first_in_line(home.runs.table(run, "debts"), portraits, settings=settings, licensed=licensed)
    rows: list[Row] = []
    for number in order:
        found = told(home, run, fetched(home, run, number))
        if found.material.choice.stage != "nothing" and len(rows) < settings.today_rows:
            rows.append(Row(found.page.customer, found.page.label, found.page.state.value, found.material.choice))
    return Today(date_of(run.as_of_us, settings.zoneinfo), run.run_id, tuple(rows), max(0, waiting - len(rows)))


def latest_day(home: Home, *, now: datetime) -> date:
    """Return the day to look from when none is named: today, or the newest trace's day where that is long ago."""
    newest = home.newest_us()
    if newest is None:
        raise NotReady("Nothing has been heard in this home yet.", now="Hear a file with 'regulars hear FILE' first.")
    here = now.astimezone(home.settings.zoneinfo).date()
    last = date_of(newest, home.settings.zoneinfo)
    return last if (here - last).days > QUIET_DAYS else here


@cache
def code_version() -> str:
    """Return the version and a hash of the code and definitions, so that a run says what made it."""
    digest = hashlib.sha256()
    for verb in ("", "choose", "learn", "listen", "recognise", "understand"):
        for entry in sorted(files("regulars").joinpath(verb).iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".sql")):
                digest.update(entry.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
