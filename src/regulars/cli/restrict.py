"""`regulars restrict`: leave one customer alone."""

from __future__ import annotations

from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.command("restrict")
@click.argument("customer")
@click.option("--lift", is_flag=True, help="Let them count again, when they say so.")
@homed
def command(home: Path, as_json: bool, customer: str, lift: bool) -> None:
    """Leave one CUSTOMER alone at their request: their data are kept, not scored, not briefed, from this moment on."""
    from ..privacy import lift_restriction, restrict

    with opened(home) as opened_home:
        found = (lift_restriction if lift else restrict)(opened_home, customer, now=now()).customer
    if as_json:
        answer({"customer": found.code, "label": found.label, "restricted": not lift})
        return
    if lift:
        click.echo(f"{found.label} ({found.code}) counts again.")
    else:
        click.echo(f"{found.label} ({found.code}) is left alone: kept, not scored, not briefed.")
    click.echo("Next: regulars turn" + (", so that they are worked out" if lift else ", so that totals leave them out"))
