"""`regulars turn`: work everything out anew."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from .options import DAY, answer, homed, now, opened


@click.command("turn")
@click.option(
    "--as-of",
    type=DAY,
    default=None,
    help="Look from the end of this day (default: today, or the newest trace's day where that is over a week ago).",
)
@homed
def command(home: Path, as_json: bool, as_of: date | None) -> None:
    """Work everything out anew from all that was heard: customers, debts, rhythm, worth, and how well we foresee."""
    from ..loop import latest_day, turn

    with opened(home) as opened_home:
        moment = now()
        day = as_of or latest_day(opened_home, now=moment)
        run = turn(opened_home, as_of=day, now=moment)
    if as_json:
        answer(
            {
                "run": run.run_id,
                "as_of": day.isoformat(),
                "customers": run.customers,
                "heard": run.notes["heard"],
                "checks": run.notes["licences"],
            }
        )
        return
    traces = sum(run.notes["heard"].values())
    click.echo(f"As of {day.day} {day:%b %Y}: {run.customers:,} customers, {traces:,} traces. Run {run.run_id}.")
    if as_of is None and day != moment.date():
        click.echo(f"The newest trace is of {day.day} {day:%b %Y}, so we look from there.", nl=False)
        click.echo(" For today: regulars turn --as-of today")
    for licence in run.notes["licences"]:
        name = {"buys_soon": "Chance of a purchase", "worth": "Spending"}[licence["model"]]
        click.echo(f"{name}: {'may speak' if licence['granted'] else 'unproven'} - {licence['why']}.")
    for fitted in run.notes["models"].values():
        for warning in fitted["diagnosis"] if fitted else ():
            click.echo(f"Note: {warning}")
    click.echo("Next: regulars today")
