"""`regulars why`: the evidence behind a line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, now, opened

if TYPE_CHECKING:
    from ..trail import Why


@click.command("why")
@click.argument("line")
@homed
def command(home: Path, as_json: bool, line: str) -> None:
    """The evidence behind a LINE of a briefing, named CUSTOMER.KEY or CUSTOMER.KEY@DATE."""
    from ..trail import told_trace, why

    with opened(home) as opened_home:
        found = why(opened_home, line, now=now())
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
