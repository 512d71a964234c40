"""`regulars town`: make a town to try things on."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from .options import DAY, answer, homed


@click.command("town")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("town"),
    show_default=True,
    help="The folder to write it into.",
)
@click.option("--seed", default=7, show_default=True, help="One seed, one town, bit for bit.")
@click.option("--people", default=None, type=click.IntRange(1), help="How many people live there (default: 600).")
@click.option("--traces", default=None, type=click.IntRange(1), help="Or: about how many rows in all.")
@click.option("--days", default=730, show_default=True, type=click.IntRange(14), help="How long we have known it.")
@click.option("--until", type=DAY, default=date(2026, 10, 31), show_default="2026-10-31", help="The last day.")
@homed
def command(
    home: Path, as_json: bool, out: Path, seed: int, people: int | None, traces: int | None, days: int, until: date
) -> None:
    """Make a made-up town whose truth we know, as the CSV files that a shop's systems would export."""
    from ..town import people_for, write

    size = people or (people_for(traces, days) if traces else 600)
    made = write(out, seed=seed, people=size, days=days, until=until)
    if as_json:
        answer(
            {
                "folder": str(made.folder),
                "seed": made.seed,
                "people": made.people,
                "customers": made.customers,
                "last": made.last.isoformat(),
                "rows": made.rows,
            }
        )
        return
    rows, files = sum(made.rows.values()), len(made.rows)
    click.echo(
        f"{made.people:,} people, {rows:,} rows in {files} files, until {made.last}, "
        f"in {made.folder} (seed {made.seed})."
    )
    click.echo(f"Next: regulars hear {made.folder}/*.csv --as shop")
