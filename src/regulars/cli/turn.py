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
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="Who works it out: this program, or Spark wherever it is configured to run. The run is the same.",
)
@click.option("--afresh", is_flag=True, help="Fit the models again, also where little is new since the last turn.")
@homed
def command(home: Path, as_json: bool, as_of: date | None, engine: str, afresh: bool) -> None:
    """Work everything out from all that was heard: customers, debts, rhythm, worth, and how well we foresee.

    A second turn on one day works out only whom the news touches, with the models of the first.
    """
    from ..loop import latest_day, turn
    from ..recognition import figures_of

    with opened(home) as opened_home:
        if engine == "spark":
            from ..store.spark import SparkEngine

            opened_home.engine_kind = SparkEngine
        moment = now()
        day = as_of or latest_day(opened_home, now=moment)
        run = turn(opened_home, as_of=day, now=moment, afresh=afresh)
    if as_json:
        answer(
            {
                "run": run.run_id,
                "models_of": run.notes["models_of"] or run.run_id,
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
        for warning in (fitted or {}).get("diagnosis", ()):
            click.echo(f"Note: {warning}")
    if (crowded := figures_of(run)) and crowded.groups:
        click.echo(f"Note: {crowded.waiting_said.removeprefix('recognition: ')}. See: regulars review")
    click.echo("Next: regulars today")
