"""What became of a sheet of rows that needed a look, in words and as data. Part of `regulars hear`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from .options import faults_as_data

if TYPE_CHECKING:
    from ..mending import Mended

__all__ = ["mended_as_data", "mended_told"]

SHOWN = 5


def mended_told(sheet: Mended, *, dry_run: bool) -> None:
    """Say what became of the rows of a sheet."""
    click.echo(f"\n{sheet.name}")
    click.echo("  a sheet of rows that needed a look, heard with the mappings of their files")
    verb, new = ("would be mended", "would be new") if dry_run else ("mended", "new")
    click.echo(f"  {sheet.rows:,} rows: {sheet.mended:,} {verb}, {len(sheet.still):,} still need a look;", nl=False)
    click.echo(f" {sheet.new:,} traces {new}, {sheet.same:,} heard before, {sheet.corrected:,} corrected")
    others = (
        (sheet.before, "had been mended before"),
        (sheet.unfilled, "have no cells: their file holds them, mend it there or fill the cells in"),
        (sheet.cut, "are too long for a sheet: mend them in their file"),
        (sheet.unknown, "are not known here, or stand in it twice"),
        (sheet.unmarked, "were added by somebody and not heard: hear them as a file of their own"),
        (sheet.held_back, "traces were held back: they are of people who were forgotten"),
    )
    for count, what in others:
        if count:
            click.echo(f"  {count:,} {what}")
    for fault in sheet.still[:SHOWN]:
        click.echo(f"    {fault}")
    if len(sheet.still) > SHOWN:
        click.echo(f"    ... and {len(sheet.still) - SHOWN:,} more (all of them with regulars refused)")


def mended_as_data(sheet: Mended) -> dict[str, object]:
    """Return what became of the rows of a sheet as data."""
    counts = {name: value for name, value in asdict(sheet).items() if name != "still"}
    still = [{"file": one.file, **said} for one, said in zip(sheet.still, faults_as_data(sheet.still), strict=True)]
    return {**counts, "need_a_look": still}
