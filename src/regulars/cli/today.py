"""`regulars today`: whom to look at first."""

from __future__ import annotations

from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.command("today")
@homed
def command(home: Path, as_json: bool) -> None:
    """Whom to look at first: those we owe, then those whose silence is unusual. The rest can wait."""
    from ..heard import silent
    from ..loop import today
    from ..respond.as_data import action_data

    with opened(home) as opened_home:
        found = today(opened_home, now=now())
        quiet, zone = silent(opened_home, now()), opened_home.settings.zoneinfo
    said = [one.said(zone) for one in quiet]
    if as_json:
        rows = [
            {
                "customer": row.customer,
                "label": row.label,
                "state": row.state,
                "stage": row.choice.stage,
                "action": action_data(row.choice.action),
            }
            for row in found.rows
        ]
        answer({"as_of": found.as_of.isoformat(), "run": found.run_id, "rows": rows, "more": found.more, "quiet": said})
        return
    click.echo(f"Today, as of {found.as_of.day} {found.as_of:%b %Y}\n")
    if said:
        click.echo(f"Quiet. {' '.join(said)}\n")
    for row in found.rows:
        click.echo(f"  {row.label} · {row.state}")
        click.echo(f"    {row.choice.action.do}. {row.choice.action.why}")
        click.echo(f"    regulars brief {row.customer}\n")
    if not found.rows:
        click.echo("Nothing needs you today.")
    else:
        click.echo(f"That's all for today. {found.more} more can wait." if found.more else "That's all for today.")
