"""`regulars walk`: one row's way through the loop."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.command("walk")
@click.argument("row", metavar="SOURCE:ROW")
@homed
def command(home: Path, as_json: bool, row: str) -> None:
    """One row's way through the loop, noun by noun. ROW is the line as an editor counts: orders.csv:812."""
    from ..trail import walk

    with opened(home) as opened_home:
        found = walk(opened_home, row, now=now())
    if as_json:
        answer(
            {
                "place": found.place,
                "traces": [trace.trace_id for trace in found.traces],
                "steps": [asdict(step) for step in found.steps],
            }
        )
        return
    click.echo(found.place)
    for step in found.steps:
        click.echo(f"  {step.verb:<11}{step.what}")
        click.echo(f"  {'':<11}by {step.made_by}")
