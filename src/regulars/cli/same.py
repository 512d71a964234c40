"""`regulars same`: say that two are one person."""

from __future__ import annotations

from pathlib import Path

import click

from .options import homed, opened
from .ruling import because, dry_run, pair, said_of


@click.command("same")
@click.argument("one")
@click.argument("other", required=False)
@because
@click.option("--end", is_flag=True, help="End the newest such verdict on these two, as if it had never been said.")
@click.option("--waiting", is_flag=True, help="Say it of ONE and all records that wait with it for a human's word.")
@dry_run
@homed
def command(
    home: Path, as_json: bool, one: str, other: str | None, because: str, end: bool, waiting: bool, dry_run: bool
) -> None:
    """Say that ONE and OTHER are the same person: they are one customer, whatever else differs.

    ONE and OTHER are customers or single records: a code, a customer number, an e-mail address, a telephone or a name.
    It counts from the next turn on.
    """
    from ..identity import ruled_of_waiting

    if (other is None) != waiting or (waiting and end):
        raise click.UsageError(
            "Name two: regulars same ONE OTHER; or all that wait with one: regulars same ONE --waiting"
        )
    with opened(home) as opened_home:
        if other is None:
            ruling = ruled_of_waiting(opened_home, one, because=because)
            said_of(opened_home, ruling, dry=dry_run, as_json=as_json)
            return
        pair(opened_home, "same", one, other, because=because, end=end, dry=dry_run, as_json=as_json)
