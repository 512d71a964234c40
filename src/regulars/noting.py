"""Noting: what the people who serve say themselves. A visit note, a call, a tap on a briefing; each becomes a trace.

    note()       a few words about one customer are kept, and something is given back at once: a `Noted`
    promise()    one of the promises that were found in a note is kept too, because somebody tapped it
    tap()        a line of a briefing was done, put off, or called wrong
    take_back()  the trace just made goes, as if it had never come

A trace goes under a record that its customer has already, named by the identifier that made the record; so it stays
with the same person in every later turn. `token` is made by whoever sends: the same one twice is one trace.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .choose import when
from .dates import date_of, instant_us
from .errors import InputError, NotFound, nearest
from .evidence import Evidence
from .finding import resolve
from .guard import may_keep, may_say
from .listen import Hearing, Mapping, Trace, hear, table_file
from .listen.digests import subjects_of
from .listen.trace import Found
from .loop import Story, told
from .recognise import Customer
from .respond import Claim, Line, Mark, Offer, Tap, offers_in, sensitivity_of, sentences
from .store import Home, Run, traces
from .store.dayfile import counted, day_file, next_line
from .store.dayfile import take_back as taken_back
from .understand.opinion import reads_as_opinion
from .verdict import Allowed

__all__ = [
    "HOW",
    "LONGEST",
    "SOURCE",
    "TAPS",
    "Noted",
    "note",
    "promise",
    "read_back",
    "take_back",
    "tap",
    "up_to_date",
    "with_taps",
]

SOURCE: Final = "desk"
LONGEST: Final = 2_000  # characters of a note
LONGEST_REASON: Final = 300
READ_BACK: Final = timedelta(minutes=15)  # how long a note that was just made is read back to its author
WAITED: Final = timedelta(hours=13)  # a note written offline may come so much later; the queue keeps it twelve hours
# How something was noted: its shape, the role that dates it, and the role of who noted it.
HOW: Final = {
    "visit": ("meetings", "met_at", "staff"),
    "call": ("calls", "called_at", "staff"),
    "note": ("notes", "noted_at", "author"),
}
TAPS: Final = {"done": "acted", "later": "postponed", "wrong": "disputed"}
SAID: Final = {kind: how for how, kind in TAPS.items()}
OWN_WORDS: Final = ("noted", "called", "met")
GIVEN_BACK: Final = (*OWN_WORDS, *SAID, "promised")


@dataclass(frozen=True, slots=True)
class Noted:
    """What a note gives back at once: how it was understood, what is open, and what to ask next time."""

    trace: Trace
    observed: tuple[str, ...]  # its sentences that say what happened
    opinions: tuple[str, ...]  # those that read as an opinion: the guard shows no note that holds one
    offers: tuple[Offer, ...]  # promises found in it, kept only if somebody says so
    promised: tuple[Trace, ...]  # those of them that were kept
    before: Trace | None  # the last note, call or visit before it
    open: tuple[Allowed[Line], ...]  # what the briefing says is to be put right first
    ask: Allowed[Line] | None  # the one thing to ask next time


def note(
    home: Home,
    customer: str,
    text: str,
    how: str = "note",
    *,
    token: str,
    now: datetime,
    by: str = "",
    at: datetime | None = None,
) -> Noted:
    """Keep a few words about a customer and give something back; `at` is when they were written, where that was before.

    Raises Restricted where the customer asked to be left alone.
    """
    if how not in HOW:
        raise InputError(f"{how!r} is no way of noting.", now=nearest(how, HOW))
    if not text.strip() or len(text) > LONGEST:
        what = f"A note of {len(text)} characters is too long." if text.strip() else "The note is empty."
        raise InputError(what, now=f"Write up to {LONGEST} characters about what happened.")
    story = story_of(home, customer)
    shape, dated, author = HOW[how]
    moment = at if at is not None and now - WAITED <= at <= now else now
    values = {"row_id": token, dated: stamp(moment), "text": text, **({author: by} if by else {})}
    trace = kept(home, story, shape, values, now=now)
    return noted_of(home, story, trace, now=now)


def promise(home: Home, customer: str, trace_id: str, place: int, *, now: datetime) -> Trace:
    """Keep one of the promises that a note offers; a second time changes nothing."""
    story = story_of(home, customer)
    origin = own_trace(home, story, trace_id, now=now)
    offers = offers_of(origin, home)
    if not 0 <= place < len(offers):
        raise NotFound(
            f"The note has no promise number {place + 1}.", now="Read it back and choose one that it offers."
        )
    values = {
        "case": f"{origin.source_id}.{place + 1}",
        "promised_at": stamp(origin.happened),
        "due_at": offers[place].due.isoformat(),
        "text": offers[place].text,
    }
    return kept(home, story, "promises", values, now=now)


def tap(
    home: Home, customer: str, key: str, how: str = "done", *, reason: str = "", token: str, now: datetime
) -> Trace:
    """Keep what somebody says of a line: done, later, or wrong with a reason. No debt is closed by it.

    Raises Restricted where the customer asked to be left alone.
    """
    if how not in TAPS:
        raise InputError(f"{how!r} is no tap.", now=nearest(how, TAPS))
    story = story_of(home, customer)
    line = next((line.it for line in story.page.lines if line.it.key == key), None)
    if line is None:
        raise NotFound(
            f"The briefing of {story.page.label} has no line {key!r}.",
            now=nearest(key, [line.it.key for line in story.page.lines]),
        )
    values = {"row_id": f"tap-{token}", "noted_at": stamp(now), "text": reason.strip()[:LONGEST_REASON] or how}
    about = {
        "about": f"{story.page.customer}.{key}",
        "kind": TAPS[how],
        "text": reason.strip()[:LONGEST_REASON] or None,
    }
    attributes = {"run": story.run.run_id, "sense": sense_of(story, line)}
    about["attributes"] = json.dumps(attributes, sort_keys=True)
    return kept(home, story, "notes", values, now=now, instead=about)


def take_back(home: Home, customer: str, trace_id: str, *, now: datetime) -> None:
    """Take back a trace that was made at the desk just now: it is deleted, as if it had never come."""
    story = story_of(home, customer)
    trace = own_trace(home, story, trace_id, now=now)
    if not taken_back(home, SOURCE, bytes.fromhex(trace.trace_id), now_us=instant_us(now)):
        raise NotFound(
            "This note has been filed with others and cannot be taken back alone.",
            now="Find its batch with 'regulars batches', and take that back with 'regulars undo BATCH'.",
        )


def read_back(home: Home, story: Story, trace_id: str, *, now: datetime) -> Noted | None:
    """Return what a note gave back, for as long as it was just made; None afterwards, and where there is none."""
    found = next((trace for trace in desk_traces(home, story, now) if trace.trace_id == trace_id), None)
    if found is None or instant_us(now) - found.heard_at > READ_BACK // timedelta(microseconds=1):
        return None
    return noted_of(home, story, found, now=now)


def up_to_date(home: Home, story: Story, *, now: datetime) -> Story:
    """Return a story with what was said at the desk until now, though its run is older: notes show at once."""
    until = max(instant_us(now), story.run.as_of_us)
    table = home.timeline.fetch(story.material.customer.subjects, as_of_us=until)
    ours = pc.equal(table.column("source").cast(pa.string()), SOURCE)
    known = pc.is_in(table.column("trace_id"), story.timeline.column("trace_id").combine_chunks())
    return with_taps(replace(story, timeline=table.filter(pc.or_(ours, known))))


def with_taps(story: Story) -> Story:
    """Let a page say what colleagues said of its lines, as far as the story's timeline knows."""
    found: dict[tuple[str, bool], Tap] = {}
    for trace in traces(story.timeline):  # the newest first
        key = (trace.about or "").rpartition(".")[2]
        line = next((line.it for line in story.page.lines if line.it.key == key), None)
        if trace.source == SOURCE and trace.kind in SAID and line is not None:
            told_of = json.loads(trace.attributes or "{}")
            if told_of.get("sense") == sense_of(story, line):
                place = (key, trace.kind == "disputed")  # called wrong is said from then on, whatever was tapped since
                found.setdefault(place, Tap(key, SAID[trace.kind], trace.day, words_of(trace, story), trace.trace_id))
    return replace(story, page=replace(story.page, taps=tuple(found.values()))) if found else story


def words_of(trace: Trace, story: Story) -> str:
    """Say what somebody said of a line; a reason that reads as an opinion, or is sensitive, is not repeated."""
    day = when(trace.day)
    if trace.kind == "acted":
        return f"You said done on {day}; we will see whether it came."
    if trace.kind == "postponed":
        return f"Put off on {day} until the next day."
    sure, level = story.material.customer.sure, sensitivity_of(trace.text)
    claim = Claim("staff_saw", "given", sensitivity=level, identity=sure, opinion=reads_as_opinion(trace.text or ""))
    line = Line(trace.trace_id, 3, trace.text or "", Mark.NOTED, claim, Evidence("", 1, (trace.trace_id,)), trace.day)
    if not trace.text:
        return f"Called wrong by the house on {day}."
    if not isinstance(may_say(line), Allowed):
        return f"Called wrong by the house on {day}; the reason is kept back."
    return f"Called wrong by the house on {day}: “{trace.text}”"


def sense_of(story: Story, line: Line) -> str:
    """Return what a line is about beyond its key: the action it advises, or the first trace behind it."""
    if line.key == "action":
        return story.page.choice.action.code
    return next(iter(line.evidence.traces), "")


def noted_of(home: Home, story: Story, trace: Trace, *, now: datetime) -> Noted:
    """Put together what a note gives back: from traces and from lines that the guard has let through."""
    others = [one for one in desk_traces(home, story, now) if one.trace_id != trace.trace_id]
    said = [one for one in traces(story.timeline) if one.kind in OWN_WORDS and one.trace_id != trace.trace_id]
    earlier = [one for one in (*others, *said) if one.kind in OWN_WORDS and one.happened_at <= trace.happened_at]
    parts = sentences(trace.text or "") if trace.kind in OWN_WORDS else []
    kept_ones = tuple(
        one for one in others if one.kind == "promised" and one.source_id.startswith(f"promised:{trace.source_id}.")
    )
    left = [offer for offer in offers_of(trace, home) if offer.text not in {one.text for one in kept_ones}]
    return Noted(
        trace,
        tuple(part for part in parts if not reads_as_opinion(part)),
        tuple(part for part in parts if reads_as_opinion(part)),
        tuple(left),
        kept_ones,
        max(earlier, key=lambda one: one.happened_at, default=None),
        tuple(line for line in story.page.block(2) if line.it.key != "open"),
        next(iter(story.page.block(6)), None),
    )


def offers_of(trace: Trace, home: Home) -> Sequence[Offer]:
    """Return the promises that a note seems to hold."""
    if trace.kind not in OWN_WORDS or not trace.text:
        return ()
    return offers_in(trace.text, written=date_of(trace.happened_at, home.settings.zoneinfo))


def own_trace(home: Home, story: Story, trace_id: str, *, now: datetime) -> Trace:
    """Return a trace of this customer that was made at the desk just now, or say that there is none."""
    back = read_back(home, story, trace_id, now=now)
    if back is None:
        raise NotFound("This note was not made just now.", now="Find it in the customer's timeline.")
    return back.trace


def desk_traces(home: Home, story: Story, now: datetime) -> list[Trace]:
    """Return what was said at the desk about a customer until now, the newest first."""
    table = home.timeline.fetch(story.material.customer.subjects, as_of_us=instant_us(now))
    return [trace for trace in traces(table) if trace.source == SOURCE and trace.kind in GIVEN_BACK]


def story_of(home: Home, customer: str) -> Story:
    """Return the story of the customer whom a text means, as pages show it."""
    run = home.runs.current()
    return told(home, run, resolve(home, run, customer))


def stamp(moment: datetime) -> str:
    """Write an instant as a file would have it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def kept(
    home: Home,
    story: Story,
    shape: str,
    values: dict[str, str],
    *,
    now: datetime,
    instead: dict[str, Any] | None = None,
) -> Trace:
    """Make a trace of one row by way of listening, and keep it; return it as it is kept, also where it was before."""
    key, subject = record_of(home, story.run, story.material.customer)
    now_us, zone = instant_us(now), home.settings.zone
    day = date_of(now_us, home.settings.zoneinfo)
    name = f"notes of {day.isoformat()}"
    row = {"customer": key, **values}
    mapping = Mapping(shape, {role: (role,) for role in row}, zone=zone, basis="legitimate interest", file=name)
    allowed = may_keep(mapping)
    if not isinstance(allowed, Allowed):
        raise InputError(f"This may not be kept: {allowed.why}.", now="Say it in other words.")
    file_id = day_file(home, SOURCE, name, "notes", now_us)
    lines = pa.array([next_line(home, file_id)], pa.int64())
    file = table_file(name, pa.table({role: [text] for role, text in row.items()}), lines=lines)
    hearing = Hearing(SOURCE, name, file_id, now_us, 0)
    heard = [hear(piece, mapping, hearing=hearing, find=nobody) for piece in file.pieces(mapping.used)]
    if not heard[0].traces.num_rows:
        fault = heard[0].refused[0]
        raise InputError(f"This cannot be kept: {fault.reason}.", now=fault.suggestion)
    made = under(heard[0].traces, {"who": [key], "subject": subject, **(instead or {})})
    counted(home, file_id, kept=home.keep(made, now_us=now_us))
    return there(home, story, traces(made)[0], now)


def there(home: Home, story: Story, made: Trace, now: datetime) -> Trace:
    """Return a trace as it stands in the home: the first of its number, where the same was sent twice."""
    own = (one for one in desk_traces(home, story, now) if one.source_id == made.source_id)
    return next(own, made)


def under(made: pa.Table, values: dict[str, Any]) -> pa.Table:
    """Write what a row of a file cannot say: the customer's own record, and what a tap is about."""
    for name, value in values.items():
        place = made.schema.get_field_index(name)
        made = made.set_column(
            place, made.schema.field(name), pa.array([value] * made.num_rows, made.schema.field(name).type)
        )
    return made


def record_of(home: Home, run: Run, customer: Customer) -> tuple[str, int]:
    """Return an identifier of a customer and the record that it made: what joins them today joins them later."""
    keys = list(dict.fromkeys(home.runs.fetch(run, "keys", customer.number).column("key").to_pylist()))
    keys.sort(key=lambda key: (key.startswith("order:"), not key.startswith("customer:")))
    minted = subjects_of(pa.array(keys, pa.string()), np.arange(len(keys))).tolist()
    found = [(key, subject) for key, subject in zip(keys, minted, strict=True) if subject in customer.subjects]
    return found[0] if found else (keys[0], customer.subjects[0])


def nobody(keys: Sequence[str]) -> Found:
    """Lend nothing: a note names its customer itself."""
    return Found([""] * len(keys), np.zeros(len(keys), np.int64))
