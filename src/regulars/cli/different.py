"""`regulars different`: say that two are not one person."""

from __future__ import annotations

from pathlib import Path

import click

from .options import homed, opened
from .ruling import because, dry_run, pair


@click.command("different")
@click.argument("one")
@click.argument("other")
@because
@click.option("--end", is_flag=True, help="End the newest such verdict on these two, as if it had never been said.")
@dry_run
@homed
def command(home: Path, as_json: bool, one: str, other: str, because: str, end: bool, dry_run: bool) -> None:
    """Say that ONE and OTHER are different people: they are never one customer, whatever they share.

    ONE and OTHER are customers or single records: a code, a customer number, an e-mail address, a telephone or a name.
    It counts from the next turn on.
    """
    with opened(home) as opened_home:
        pair(opened_home, "different", one, other, because=because, end=end, dry=dry_run, as_json=as_json)
