"""The loop. START HERE: this file tells the whole story, and is the only one that calls every verb.

    listen -> recognise -> understand -> choose -> respond -> learn, and what people then do is heard again.

    hear()    a file becomes traces, past the first door of the guard, and is kept
    turn()    from all traces known on a date: customers, portraits, debts, forecasts; kept as one run
    brief()   one customer: what to do (past the second door), what to say (past the third), on one page
    today()   whom to look at first

Nothing here decides anything about business: each step hands its result to the next. No clock is read either; `now` and
`as_of` are arguments, so a question about last March is the same call with an earlier date.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from . import __version__
from .choose import CONSENTS, TOUCHES, Choice, Consent, Touch, first_in_line, pick, pressure_of
from .errors import MappingError, NotFound, NotReady
from .guard import Situation, may_do, may_keep, may_say
from .learn import Licence, forecasts_table, judged_chance, judged_worth, score
from .listen import Hearing, Mapping, Refused, SourceFile, email_key, guess_mapping, hear as hear_piece, open_file, phone_key, read_mappings, write_mappings
from .recognise import CUSTOMERS, KEYS, LINKS, Customer, customer_of, folded, members_table, number_of
from .respond import Briefing, Material, brief as brief_of, draft
from .store import Batch, Engine, Home, Run
from .understand import (
    DEBTS, DELIVERIES, DUE_SOON, KINDS_HEARD, MONTHLY, PURCHASES, RETURNS, TASTE, VOICE, Rhythm, Spending, Worth, debts_table, portrait_of, portraits_table, rhythm, spending, worth,
)  # fmt: skip
from .verdict import Allowed, Withheld

__all__ = ["FileHeard", "Row", "Story", "Today", "brief", "customers_like", "hear", "latest_day", "resolve", "story", "today", "told", "turn"]

EPOCH: Final = date(1970, 1, 1)
DAY_US: Final = 86_400_000_000
QUIET_SOURCE_DAYS: Final = 7  # a home whose newest trace is older than this is looked at as of that trace
WORTH_CHECK_DAYS: Final = 90
HEARD_OF: Final = (
    ("deliveries", ("delivered",)),
    ("questions and complaints", ("asked", "complained")),
    ("ratings and reviews", ("rated", "reviewed")),
    ("promises", ("promised",)),
    ("web visits", ("viewed", "searched")),
    ("our own contacts", ("contacted",)),
    ("consents", ("consented", "withdrew")),
)
Progress = Callable[[str, int], None]


# ---------------------------------------------------------------------------------------------------------------- listen


@dataclass(frozen=True, slots=True)
class FileHeard:
    """What became of one file: how it was understood, its rows, its traces new and known, and rows that need a look."""

    name: str
    mapping: Mapping
    rows: int
    new: int
    same: int
    refused: tuple[Refused, ...]
    kept_for: str


def hear(home: Home, paths: Sequence[Path], *, source: str, now: datetime, map_path: Path | None = None, dry_run: bool = False, progress: Progress | None = None) -> list[FileHeard]:
    """Hear files of one source as one batch: all of it counts at once, or nothing does."""
    found = [(file, allowed(understood(file, home, source, map_path))) for file in map(open_file, paths)]
    found.sort(key=lambda pair: not (pair[1].it.dated and pair[1].it.named))  # orders before the files that lean on them
    batch = home.batch(source, now_us=instant_us(now))
    try:
        ids = {file.path: batch.file(file.name, file.digest, mapping.it.shape) for file, mapping in found}
        counts, refused = {}, {}
        for file, mapping in found:
            counts[ids[file.path]], refused[ids[file.path]] = hear_file(file, mapping, batch, ids[file.path], progress)
        new = batch.rehearse() if dry_run else batch.commit(counts, refused)
    except BaseException:
        batch.forget()
        raise
    if not dry_run:
        remember(home, source, [mapping.it for _, mapping in found])
    return [
        FileHeard(file.name, mapping.it, counts[key][0], new.get(key, 0), counts[key][1] - new.get(key, 0), tuple(refused[key]), mapping.why)
        for file, mapping in found
        for key in (ids[file.path],)
    ]


def hear_file(file: SourceFile, mapping: Allowed[Mapping], batch: Batch, file_id: int, progress: Progress | None) -> tuple[tuple[int, int], list[Refused]]:
    """Hear the rows of one file, piece by piece."""
    hearing = Hearing(batch.source, file.name, file_id, batch.now_us, batch.since_us)
    rows, made, refused = 0, 0, []
    for piece in file.pieces(mapping.it.used):
        heard = hear_piece(piece, mapping.it, hearing=hearing, find=batch.staging.find)
        batch.staging.add(heard.traces)
        rows += piece.table.num_rows + len(piece.refused)
        made += heard.traces.num_rows
        refused += heard.refused
        if progress:
            progress(file.name, rows)
    return (rows, made), refused


def understood(file: SourceFile, home: Home, source: str, map_path: Path | None) -> Mapping:
    """Say what a file's columns mean: by the mapping given, by the one kept for this source, or by a guess."""
    kept = home.mapping_path(source)
    for path in [map_path] if map_path else [kept] if kept.exists() else []:
        fitting = [mapping for mapping in read_mappings(path) if set(mapping.used) <= set(file.headers)]
        if fitting:
            best = max(fitting, key=lambda mapping: (mapping.file == file.name, len(mapping.used)))
            unused = tuple(header for header in file.headers if header not in best.used)
            return replace(best, file=file.name, left_out=unused, reasons=(f"as written in {path.name}",))
        if map_path:
            raise MappingError(f"No table of {map_path} fits {file.name}: it has the columns {', '.join(file.headers)}.", now="Name columns that the file has.")
    return guess_mapping(file, zone=home.settings.zone, currency=home.settings.currency)


def allowed(mapping: Mapping) -> Allowed[Mapping]:
    """Pass a mapping through the first door of the guard."""
    verdict = may_keep(mapping)
    if isinstance(verdict, Withheld):
        raise MappingError(f"{mapping.file} may not be kept: {verdict.why}.", now="Correct the mapping file and give it with --map.")
    return verdict


def remember(home: Home, source: str, mappings: Sequence[Mapping]) -> None:
    """Keep the mappings of a source, for the next time and for correcting."""
    path = home.mapping_path(source)
    known = {mapping.used: mapping for mapping in (read_mappings(path) if path.exists() else [])}
    write_mappings(path, (known | {mapping.used: mapping for mapping in mappings}).values())


# ------------------------------------------------------------------------------------- recognise, understand, choose, learn


@dataclass(frozen=True, slots=True)
class Looked:
    """What was known on a date: who is who, and what each of them bought."""

    links: pa.Table
    members: pa.Table
    rhythm: Rhythm
    spent: Spending
    future: Worth


def turn(home: Home, *, as_of: date, now: datetime, show: bool = True) -> Run:
    """Turn the loop once: from all traces known at the end of a day to everything that pages need, kept as one run."""
    draft_run = planned(home, as_of=as_of, now=now)
    run = home.runs.named(draft_run.run_id)
    if run is None:
        tables, run = worked_out(home, draft_run, as_of=as_of)
        home.runs.write(run, tables, settings=repr(home.settings))
    if show:
        home.runs.point(run)
    return run


def planned(home: Home, *, as_of: date, now: datetime) -> Run:
    """Name a run by what it will be worked out from."""
    segments = home.fingerprint()
    if not segments:
        raise NotReady("Nothing has been heard in this home yet.", now="Hear a file with 'regulars hear FILE' first.")
    question = "\n".join([segments, code_version(), repr(home.settings), as_of.isoformat()])
    run_id = f"{as_of:%Y%m%d}-{hashlib.sha256(question.encode()).hexdigest()[:10]}"
    return Run(run_id, end_of_day(as_of, home), instant_us(now), 0, code_version(), segments, home.runs.folder / run_id, {})


def worked_out(home: Home, run: Run, *, as_of: date) -> tuple[dict[str, pa.Table], Run]:
    """Work out all tables of a run."""
    as_of_day, settings = day_number(as_of), home.settings
    with open_engine(home, as_of) as engine:
        looked = look(engine, as_of_day, horizon_days=settings.horizon_days)
        customers = engine.run(CUSTOMERS)
        portraits = portraits_table(
            customers.column("customer").to_numpy(), looked.rhythm, looked.spent, looked.future, engine.run(DELIVERIES), as_of_day=as_of_day, horizon_days=settings.horizon_days
        )
        tables = {
            "customers": customers,
            "members": looked.members,
            "keys": engine.run(KEYS),
            "portraits": portraits,
            "debts": debts_table([(rule.name, engine.run(rule)) for rule in DEBTS]),
            "due_soon": debts_table([(DUE_SOON.name, engine.run(DUE_SOON))]),
            **{name: engine.run(rule) for name, rule in (("voice", VOICE), ("taste", TASTE), ("monthly", MONTHLY), ("touches", TOUCHES), ("consents", CONSENTS))},
        }
        heard = engine.run(KINDS_HEARD)
    licences = checked(home, as_of, looked)
    base = base_rate(looked.rhythm, as_of_day, settings.horizon_days)
    past = looked.rhythm.histories
    tables["forecasts"] = forecasts_table(past.customer, looked.rhythm.buys_soon, base=base, made_day=as_of_day, horizon_days=settings.horizon_days, model=f"BGNBD {code_version()}")
    notes = {
        "heard": dict(zip(heard.column("kind").to_pylist(), heard.column("traces").to_pylist(), strict=True)),
        "newest_day": int(pc.max(heard.column("last_day")).as_py() or 0),
        "licences": [asdict(licence) for licence in licences],
        "models": {"rhythm": looked.rhythm.model.to_dict() if looked.rhythm.model else None, **{f"worth {code}": model.to_dict() for code, model in looked.future.models.items()}},
        "horizon_days": settings.horizon_days,
    }
    return tables, replace(run, customers=customers.num_rows, notes=notes)


def open_engine(home: Home, as_of: date) -> Engine:
    """Open an engine over what was known at the end of a day."""
    return home.engine(as_of_us=end_of_day(as_of, home), as_of_day=day_number(as_of))


def look(engine: Engine, as_of_day: int, *, horizon_days: int, worth_days: int = 365) -> Looked:
    """Recognise everybody, and fit the models to what they bought."""
    links = engine.run(LINKS)
    engine.give("links", links)
    members = members_table(links)
    engine.give("members", members)
    purchases = engine.run(PURCHASES)
    engine.give("purchases", purchases)
    rhythms = rhythm(purchases, as_of_day=as_of_day, horizon_days=horizon_days)
    spent = spending(purchases, engine.run(RETURNS), rhythms.histories)
    return Looked(links, members, rhythms, spent, worth(rhythms, spent, horizon_days=worth_days))


def checked(home: Home, as_of: date, now_known: Looked) -> list[Licence]:
    """Ask the models the same questions at earlier dates, and compare with what came."""
    horizon = home.settings.horizon_days
    earlier = earlier_look(home, as_of - timedelta(days=horizon), horizon_days=horizon)
    came = bought_since(earlier.rhythm, now_known.rhythm)
    known = np.isfinite(earlier.rhythm.buys_soon)
    base = base_rate(earlier.rhythm, day_number(as_of) - horizon, horizon)
    chance = judged_chance(score(earlier.rhythm.buys_soon[known], base, came[known]), horizon_days=horizon)
    before = earlier_look(home, as_of - timedelta(days=WORTH_CHECK_DAYS), horizon_days=horizon, worth_days=WORTH_CHECK_DAYS)
    spent = spent_since(before, now_known)
    return [chance, judged_worth(before.future.value, before.future.low, before.future.high, spent, horizon_days=WORTH_CHECK_DAYS)]


def earlier_look(home: Home, as_of: date, *, horizon_days: int, worth_days: int = 365) -> Looked:
    """Look with the eyes of an earlier date: nothing heard later is read."""
    with open_engine(home, as_of) as engine:
        return look(engine, day_number(as_of), horizon_days=horizon_days, worth_days=worth_days)


def bought_since(earlier: Rhythm, now_known: Rhythm) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Tell for each customer of an earlier look whether they bought again since."""
    places = np.searchsorted(now_known.histories.customer, earlier.histories.customer)
    inside = np.minimum(places, len(now_known.histories.customer) - 1)
    same = now_known.histories.customer[inside] == earlier.histories.customer if len(now_known.histories.customer) else np.zeros(len(places), np.bool_)
    return np.asarray(same & (now_known.histories.frequency[inside] > earlier.histories.frequency))


def spent_since(earlier: Looked, now_known: Looked) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return what each customer of an earlier look has spent since, less returns."""
    customers = earlier.rhythm.histories.customer
    places = np.minimum(np.searchsorted(now_known.rhythm.histories.customer, customers), len(now_known.rhythm.histories.customer) - 1)
    now_net = (now_known.spent.gross - now_known.spent.returned)[places]
    return np.asarray(np.maximum(now_net - (earlier.spent.gross - earlier.spent.returned), 0), np.float64)


def base_rate(known: Rhythm, as_of_day: int, horizon_days: int) -> float:
    """Return the share of all customers known a horizon ago who bought since: what one would say of anybody."""
    past = known.histories
    there = past.first_day <= as_of_day - horizon_days
    return float(np.mean(past.last_day[there] > as_of_day - horizon_days)) if there.any() else 0.0


# --------------------------------------------------------------------------------------------------------------- respond


@dataclass(frozen=True, slots=True)
class Story:
    """Everything behind one briefing: its material, the page, the run, and the customer's timeline."""

    material: Material
    page: Briefing
    run: Run
    timeline: pa.Table


def brief(home: Home, text: str, *, now: datetime, as_of: date | None = None) -> Briefing:
    """Return the briefing of the customer whom `text` names (a code, number, e-mail, telephone or name)."""
    return story(home, text, now=now, as_of=as_of).page


def story(home: Home, text: str, *, now: datetime, as_of: date | None = None) -> Story:
    """Make one briefing, and keep everything behind it."""
    run = home.runs.current() if as_of is None else turn(home, as_of=as_of, now=now, show=False)
    return told(home, run, resolve(home, run, text))


def told(home: Home, run: Run, customer: Customer) -> Story:
    """Choose for one customer, put it into words, and let the guard judge every line."""
    settings, as_of = home.settings, date_of(run.as_of_us, home)
    timeline = home.timeline.fetch(home.segments(), customer.subjects, as_of_us=run.as_of_us)
    rows = {name: home.runs.fetch(run, name, customer.number).to_pylist() for name in ("portraits", "debts", "due_soon", "voice", "taste", "monthly", "touches", "consents")}
    licences = {licence["model"]: licence for licence in run.notes["licences"]}
    granted = {name: licences[model]["granted"] for name, model in (("surprise", "buys_soon"), ("buys_soon", "buys_soon"), ("worth", "worth"))}
    portrait = portrait_of(rows["portraits"][0], rows, timeline, as_of=as_of, heard=frozenset(run.notes["heard"]), licensed=granted)
    touches = [Touch(row["happened_at"], row["channel"] or "", row["purpose"], row["trace_id"].hex()) for row in rows["touches"]]
    consents = [Consent(row["channel"], row["purpose"], row["given"], row["day"], row["trace_id"].hex()) for row in rows["consents"]]
    situation = Situation(consents, pressure_of(touches, now_us=run.as_of_us), settings)
    choice = pick(portrait, may=lambda action: may_do(action, situation), settings=settings)
    precision = {name: licence["record"]["precision"] for name, licence in licences.items()}
    material = Material(customer, portrait, choice, consents, situation.pressure, len(touches), settings, precision)
    page = brief_of(material, [may_say(line) for line in draft(material)], run_id=run.run_id, missing=missing(run))
    return Story(material, page, run, timeline)


def missing(run: Run) -> list[str]:
    """Name what this home never hears of."""
    return [name for name, kinds in HEARD_OF if not any(kind in run.notes["heard"] for kind in kinds)]


# ----------------------------------------------------------------------------------------------------------------- today


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
    granted = any(licence["model"] == "buys_soon" and licence["granted"] for licence in run.notes["licences"])
    portraits = home.runs.table(run, "portraits", ["customer", "surprise", "worth"])
    order, waiting = first_in_line(home.runs.table(run, "debts"), portraits, settings=settings, licensed=granted)
    rows: list[Row] = []
    for number in order:
        found = told(home, run, fetched(home, run, number))
        if found.material.choice.stage != "nothing" and len(rows) < settings.today_rows:
            rows.append(Row(found.page.customer, found.page.label, found.page.state.value, found.material.choice))
    return Today(date_of(run.as_of_us, home), run.run_id, tuple(rows), max(0, waiting - len(rows)))


# --------------------------------------------------------------------------------------------------------------- who is it


def resolve(home: Home, run: Run, text: str) -> Customer:
    """Return the one customer whom a text names, or say who comes near."""
    number = number_of(text)
    if number is not None and home.runs.fetch(run, "customers", number).num_rows:
        return fetched(home, run, number)
    exact = [fetched(home, run, number) for number in identified(home, run, text)]
    found = exact or customers_like(home, run, text, most=6)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"No customer matches {text!r}.", now="Look for a part of the name, e-mail or number with 'regulars who TEXT'.")
    near = "; ".join(f"{customer.label} = {customer.code}" for customer in found[:5])
    raise NotFound(f"{text!r} fits more than one customer: {near}.", now="Give the code of the one you mean.")


def identified(home: Home, run: Run, text: str) -> list[int]:
    """Return the customers to whom an identifier leads: a customer or order number, an e-mail address, a telephone."""
    keys = home.runs.table(run, "keys", ["customer", "key"])
    wanted = [f":{text.strip()}", *(key for key in (email_key(text), phone_key(text)) if key)]
    matches = [pc.ends_with(keys.column("key"), pattern=wanted[0]), pc.is_in(keys.column("key"), pa.array(wanted, pa.string()))]
    return sorted(set(keys.filter(pc.or_(*matches)).column("customer").to_pylist()))


def fetched(home: Home, run: Run, number: int) -> Customer:
    """Return a customer by number."""
    return customer_of(home.runs.fetch(run, "customers", number).to_pylist()[0])


def customers_like(home: Home, run: Run, text: str, *, most: int = 20) -> list[Customer]:
    """Return customers whose name, company or identifiers hold every word of a text, the latest first."""
    table = home.runs.table(run, "customers")
    for word in folded(text).split():
        table = table.filter(pc.match_substring(table.column("search"), word))
    best = table.sort_by([("last_day", "descending"), ("customer", "ascending")]).slice(0, most)
    return [customer_of(row) for row in best.to_pylist()]


# ----------------------------------------------------------------------------------------------------------------- dates


def latest_day(home: Home, *, now: datetime) -> date:
    """Return the day to look from when none is named: today, or the newest trace's day where that is long ago."""
    newest = home.newest_us()
    if newest is None:
        raise NotReady("Nothing has been heard in this home yet.", now="Hear a file with 'regulars hear FILE' first.")
    here = now.astimezone(home.settings.zoneinfo).date()
    last = date_of(newest, home)
    return last if (here - last).days > QUIET_SOURCE_DAYS else here


def end_of_day(day: date, home: Home) -> int:
    """Return the last microsecond of a day in the home's zone."""
    return instant_us(datetime.combine(day + timedelta(days=1), time(), tzinfo=home.settings.zoneinfo)) - 1


def date_of(us: int, home: Home) -> date:
    """Return the day of an instant in the home's zone."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)).astimezone(home.settings.zoneinfo).date()


def day_number(day: date) -> int:
    """Count a day from 1970-01-01."""
    return (day - EPOCH).days


def instant_us(moment: datetime) -> int:
    """Return an instant in UTC microseconds."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@cache
def code_version() -> str:
    """Return the version and a hash of the code and definitions, so that a run says what made it."""
    digest = hashlib.sha256()
    for verb in ("", "choose", "learn", "listen", "recognise", "understand"):
        folder = files("regulars").joinpath(verb)
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".sql")):
                digest.update(entry.read_bytes())
    return f"{__version__}+{digest.hexdigest()[:8]}"
