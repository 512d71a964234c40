"""`regulars why`: the evidence behind a line, or why two records are one person or not."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import NotFound
from .options import answer, homed, now, opened

if TYPE_CHECKING:
    from ..explained import Compared, Step, Together
    from ..recognise import Customer
    from ..store import Home
    from ..trail import Why


HARDLY = 0.05  # bits: a reason that moves less is left out


@click.command("why")
@click.argument("line", metavar="LINE|PERSON")
@click.argument("other", metavar="[PERSON]", required=False)
@homed
def command(home: Path, as_json: bool, line: str, other: str | None) -> None:
    """The evidence behind a LINE of a briefing, or why two PERSONs are one or not.

    A line is named CUSTOMER.KEY or CUSTOMER.KEY@DATE. A person is a customer or a single record: a code, a customer
    number, an e-mail address, a telephone or a name. With one person: by what their records are held together, and
    where that is weakest.
    """
    with opened(home) as opened_home:
        if other is not None:
            from ..explained import why_two

            compared(why_two(opened_home, line, other), as_json=as_json)
        elif (found := meant(opened_home, line)) is None:
            behind_line(opened_home, line, as_json=as_json)
        else:
            from ..explained import why_one

            together(why_one(opened_home, opened_home.runs.current(), found), as_json=as_json)


def meant(home: Home, text: str) -> Customer | None:
    """Return the customer whom a text means; None where it can only be the name of a line."""
    from ..finding import resolve

    try:
        return resolve(home, home.runs.current(), text)
    except NotFound:
        if "." not in text:
            raise
        return None


def compared(found: Compared, *, as_json: bool) -> None:
    """Answer why two records are one person, or not."""
    if as_json:
        answer(compared_data(found))
        return
    one, other = found.one_named, found.other_named
    if found.same:
        sure = f", {percent(found.one.sure)} sure" if found.one.sure < 1 else ""
        click.echo(f"{one} and {other} are one customer: {found.one.label}, {found.one.code}{sure}.")
    else:
        click.echo(f"{one} and {other} are two customers: {found.one.code} and {found.other.code}.")
    for said in found.said:
        click.echo(f"Said by a colleague: {said}")
    for key, verdict in found.shared:
        click.echo(f"Both carry {key}: {'it joins' if verdict == 'joins' else f'it does not join ({verdict})'}")
    for reason in found.alike.reasons:
        if abs(reason.bits) >= HARDLY:
            click.echo(f"{reason.bits:+7.1f}  {reason.words}")
    alone = "" if found.alike.compared else "; nothing they have in common would have led to a comparison"
    click.echo(f"{found.alike.bits:+7.1f}  in all: {percent(found.alike.chance)} that they are one{alone}")
    if not found.same:
        enough = "Enough by itself: a colleague's word, or how their other records compare, keeps them apart"
        click.echo(f"Missing: {found.missing:.1f} bits to the bar" if found.missing else enough)
    if len(found.path) > 1:
        click.echo("What leads from one to the other:")
        for step in found.path:
            click.echo(f"   {step_said(step)}")
        if found.weakest:
            click.echo(f"Weakest: {step_said(found.weakest)}")
    click.echo(f"Not so? regulars {'different' if found.same else 'same'} {found.codes[0]} {found.codes[1]}")


def together(found: Together, *, as_json: bool) -> None:
    """Answer by what a customer is held together."""
    if as_json:
        answer(
            {
                "customer": found.customer.code,
                "sure": found.customer.sure,
                "links": [asdict(step) for step in found.steps],
                "weakest": asdict(found.weakest) if found.weakest else None,
                "bridges": [asdict(step) for step in found.bridges],
                "whole": found.whole,
            }
        )
        return
    customer = found.customer
    records = "record" if len(customer.subjects) == 1 else "records"
    click.echo(f"{customer.code}  {customer.label}: {len(customer.subjects)} {records}, {percent(customer.sure)} sure")
    if not found.whole:
        click.echo("They are too many to go through one by one. Name two: regulars why RECORD RECORD")
    for step in found.steps:
        click.echo(f"   {step_said(step)}")
    for step in found.bridges:
        click.echo(f"Without this they fall apart: {step.one} and {step.other}")
    if found.steps:
        click.echo(f"Why two of them are one: regulars why {found.steps[-1].one} {found.steps[-1].other}")
        click.echo(f"Not one person? regulars split {customer.code} {found.steps[-1].other}")


def step_said(step: Step) -> str:
    """Put a step into one line."""
    strength = f" ({step.bits:+.1f} bits, {percent(step.chance)})" if step.bits is not None else ""
    return f"{step.one_named} and {step.other_named}: {step.words}{strength}"


def percent(share: float) -> str:
    """Write a probability as whole per cent, rounded down.

    >>> percent(0.9699)
    '96%'
    """
    return f"{int(share * 100)}%"


def compared_data(found: Compared) -> dict[str, object]:
    """Return a comparison as data."""
    return {
        "same": found.same,
        "customers": [found.one.code, found.other.code],
        "records": list(found.codes),
        "bits": found.alike.bits,
        "chance": found.alike.chance,
        "compared": found.alike.compared,
        "missing_bits": found.missing,
        "reasons": [{"words": reason.words, "bits": reason.bits} for reason in found.alike.reasons],
        "shared": [{"identifier": key, "may": verdict} for key, verdict in found.shared],
        "said": list(found.said),
        "path": [asdict(step) for step in found.path],
        "weakest": asdict(found.weakest) if found.weakest else None,
    }


def behind_line(home: Home, line: str, *, as_json: bool) -> None:
    """Answer with the evidence behind a line of a briefing."""
    from ..trail import told_trace, why

    found = why(home, line, now=now())
    if as_json:
        answer(as_data(found))
        return
    click.echo(f"{found.line.it.mark.value}  {found.line.it.text}")
    click.echo(f"   {found.line.it.mark.words} · {found.line.why} (rule {found.line.rule})\n")
    if found.estimate:
        number = found.estimate
        click.echo(f"Value    {number.value:g} ({number.low:g} to {number.high:g}) {number.unit}, n = {number.n}")
    click.echo(f"Method   {found.method}")
    if found.record:
        click.echo(f"Record   {found.record}")
    if found.definition:
        click.echo(f"Query    {found.definition.name}: {found.definition.sentence}")
    newest = f", the newest {len(found.traces)}" if found.count > len(found.traces) else ""
    click.echo(f"Traces   {found.count}{newest}{':' if found.traces else ''}")
    for trace, place in zip(found.traces, found.places, strict=True):
        click.echo(f"  {told_trace(trace)}  [{place}]")
    if found.definition:
        click.echo(f"\n{found.definition.sql.rstrip()}")


def as_data(found: Why) -> dict[str, object]:
    """Return the evidence as data."""
    from ..respond.as_data import estimate_data

    return {
        "line": found.line_id,
        "text": found.line.it.text,
        "mark": found.line.it.mark.value,
        "use": found.line.outcome.value,
        "rule": found.line.rule,
        "rule_says": found.line.why,
        "estimate": estimate_data(found.estimate) if found.estimate else None,
        "method": found.method,
        "record": found.record,
        "query": {"name": found.definition.name, "sentence": found.definition.sentence, "sql": found.definition.sql}
        if found.definition
        else None,
        "count": found.count,
        "traces": [
            {
                "id": trace.trace_id,
                "kind": trace.kind,
                "happened_at": trace.happened.isoformat(),
                "item": trace.item,
                "about": trace.about,
                "place": place,
            }
            for trace, place in zip(found.traces, found.places, strict=True)
        ],
    }
