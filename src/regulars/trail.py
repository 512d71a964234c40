"""Trail: follow a line back to its traces (`why`), or one row of a file forward to the lines it stands behind (`walk`).

For somebody who serves customers this is proof; for a developer it is the map.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from .definition import Definition, read_definition
from .errors import NotFound, nearest
from .estimate import Estimate
from .finding import owner
from .listen import Trace
from .loop import Story, story, told
from .respond import Line
from .store import Home, traces
from .understand import CHECKED_AS, MEASURES
from .verdict import Allowed

__all__ = ["Step", "Walk", "Why", "walk", "why"]

SHOWN: Final = 20
COUNTED_IN: Final = {"choose/touches": ("contacted",), "understand/purchases": ("ordered", "bought")}


@dataclass(frozen=True, slots=True)
class Why:
    """Everything behind one line of a briefing."""

    line_id: str
    line: Allowed[Line]
    story: Story
    definition: Definition | None
    traces: tuple[Trace, ...]  # the newest, at most 20
    count: int  # how many traces stand behind it in all
    places: tuple[str, ...]  # per trace: "orders.csv, line 812"
    method: str
    record: str  # how well this method did when it was checked, "" where nothing was to be checked

    @property
    def estimate(self) -> Estimate | None:
        """The number in the line, if it has one."""
        return self.line.it.estimate


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a row's way through the loop: the verb, the file and function that did it, and what came of it."""

    verb: str
    made_by: str
    what: str


@dataclass(frozen=True, slots=True)
class Walk:
    """One row's way through the loop."""

    place: str
    traces: tuple[Trace, ...]
    steps: tuple[Step, ...]


def why(home: Home, line_id: str, *, now: datetime) -> Why:
    """Return the evidence of a line, named as CUSTOMER.KEY or CUSTOMER.KEY@DATE."""
    name, _, day = line_id.strip().partition("@")
    customer, dot, key = name.rpartition(".")
    if not dot:
        raise NotFound(
            f"{line_id!r} names no line.",
            now="Write it as CUSTOMER.KEY, as the briefing prints it, for example 7f3k2m9q4x1ta.gap.",
        )
    found = story(home, customer, now=now, as_of=date_in(day, line_id) if day else None)
    line = next((line for line in found.page.lines if line.it.key == key), None)
    if line is None:
        raise NotFound(
            f"The briefing of {found.page.label} has no line {key!r}.",
            now=nearest(key, [line.it.key for line in found.page.lines]),
        )
    behind = evidence(found, line.it)
    return Why(
        line_id=f"{found.page.customer}.{key}" + (f"@{day}" if day else ""),
        line=line,
        story=found,
        definition=definition_of(line.it.evidence.definition),
        traces=tuple(behind),
        count=max(line.it.evidence.count, len(behind)),
        places=tuple(home.origins.place(trace.file_id, trace.row) for trace in behind),
        method=line.it.estimate.method if line.it.estimate else "a trace, as its source reported it",
        record=record_of(found, line.it),
    )


def date_in(text: str, line_id: str) -> date:
    """Read the date of a line's name."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(f"{text!r} in {line_id!r} is no date.", now="Write it as 2026-03-31.") from error


def evidence(found: Story, line: Line) -> list[Trace]:
    """Return the newest traces behind a line: those it names, else those of the kinds it counted, else none."""
    table = found.timeline
    if line.evidence.traces:
        ids = pa.array([bytes.fromhex(identity) for identity in line.evidence.traces], pa.binary(16))
        table = table.filter(pc.is_in(table.column("trace_id"), ids))
    else:
        kinds = MEASURES[line.estimate.name].kinds if line.estimate else COUNTED_IN.get(line.evidence.definition, ())
        table = table.filter(pc.is_in(table.column("kind"), pa.array(kinds, pa.string())))
    return traces(table.slice(0, min(SHOWN, line.evidence.count)))


def definition_of(name: str) -> Definition | None:
    """Return the definition that a line names."""
    return read_definition(name) if "/" in name else None


def record_of(found: Story, line: Line) -> str:
    """Say how well the method behind a line did when it was checked."""
    model = CHECKED_AS.get(line.estimate.name if line.estimate else "")
    return next((str(licence["why"]) for licence in found.run.notes["licences"] if licence["model"] == model), "")


def walk(home: Home, place: str, *, now: datetime) -> Walk:
    """Follow one row of a file, named as FILE:ROW or SOURCE:ROW, through the loop."""
    name, colon, number = place.rpartition(":")
    if not colon or not number.isdigit():
        raise NotFound(f"{place!r} names no row.", now="Write it as FILE:LINE, for example orders.csv:812.")
    file_ids = home.origins.file_ids(name)
    if not file_ids:
        raise NotFound(f"No file or source {name!r} has been heard.", now=nearest(name, home.origins.file_names()))
    found = traces(home.stock.of_row(file_ids, int(number)))
    if not found:
        refused = home.origins.refused_at(file_ids, int(number))
        raise NotFound(
            f"Line {number} of {name} made no trace{': ' + refused if refused else ''}.",
            now="Line numbers count as in an editor, the header being line 1.",
        )
    return Walk(place, tuple(found), tuple(steps(home, found)))


def steps(home: Home, found: list[Trace]) -> list[Step]:
    """Tell the steps of a row, noun by noun."""
    out = [
        Step(
            "listen",
            "listen/hear.py hear()",
            f"{len(found)} {'trace' if len(found) == 1 else 'traces'}: "
            + "; ".join(told_trace(trace) for trace in found),
        )
    ]
    first = found[0]
    out.append(Step("guard", "guard/keep.py may_keep()", f"kept for {first.purpose}, on the ground of {first.basis}"))
    out.append(
        Step(
            "store",
            "store/home.py Batch.commit()",
            f"in {home.stock.segments.holding(first.trace_id)}, as {', '.join(trace.trace_id for trace in found)}",
        )
    )
    run = home.runs.current()
    customer = owner(home, run, first.subject)
    if customer is None:
        return [
            *out,
            Step("recognise", "recognise/join.py members_table()", "not turned yet: run 'regulars turn'"),
        ]
    page = told(home, run, customer)
    out.append(
        Step(
            "recognise",
            "recognise/join.py members_table()",
            f"{page.page.label} = {page.page.customer}, through {', '.join(first.who)}",
        )
    )
    ids = {trace.trace_id for trace in found}
    measured = [
        name
        for name, measure in MEASURES.items()
        if any(trace.kind in measure.kinds for trace in found) and page.material.portrait.estimate(name)
    ]
    out.append(
        Step(
            "understand",
            "understand/portray.py portrait_of()",
            f"counts in {', '.join(measured) if measured else 'no estimate'}",
        )
    )
    owed = [debt.kind for debt in page.material.portrait.debts if debt.trace in ids]
    debt = f"is a debt ({', '.join(owed)}); " if owed else ""
    act = f"{debt}the one next action is: {page.page.choice.action.do}"
    out.append(Step("choose", "choose/pick.py pick()", act))
    lines = [
        line.it.key for line in page.page.lines if ids.intersection(line.it.evidence.traces) or rests_on(line.it, found)
    ]
    out.append(
        Step(
            "respond",
            "respond/draft.py draft()",
            f"stands behind {', '.join(lines) if lines else 'no line of the briefing today'}",
        )
    )
    return out


def rests_on(line: Line, found: list[Trace]) -> bool:
    """Tell whether a line's estimate counted one of the traces."""
    kinds: tuple[str, ...] = (
        MEASURES[line.estimate.name].kinds if line.estimate and line.estimate.name in MEASURES else ()
    )
    return any(trace.kind in kinds for trace in found)


def told_trace(trace: Trace) -> str:
    """Say one trace in a few words."""
    parts: list[Any] = [f"{trace.happened:%Y-%m-%d %H:%M}", trace.reads]
    if trace.quantity_milli is not None:
        parts.append(f"{trace.quantity_milli / 1000:g} x")
    parts += [part for part in (trace.item,) if part]
    return " ".join(parts)
