"""`regulars split`: take some records away from a customer."""

from __future__ import annotations

from pathlib import Path

import click

from .options import homed, now, opened
from .ruling import because, dry_run, said_of


@click.command("split")
@click.argument("customer")
@click.argument("records", nargs=-1, required=True)
@because
@dry_run
@homed
def command(home: Path, as_json: bool, customer: str, records: tuple[str, ...], because: str, dry_run: bool) -> None:
    """Split RECORDS off from a CUSTOMER: together they are another customer. The larger part keeps the code.

    A record is named by an identifier of its own, or by its code: see 'regulars who CUSTOMER'. Where they are several
    people, split them off one by one. End it with 'regulars verdicts --end'. It counts from the next turn on.
    """
    from ..identity import split

    with opened(home) as opened_home:
        ruling = split(opened_home, customer, records, because=because, now=now())
        said_of(opened_home, ruling, dry=dry_run, as_json=as_json)
