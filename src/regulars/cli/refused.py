"""`regulars refused`: rows that need a look, as a list or as a sheet to mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, opened

if TYPE_CHECKING:
    from ..mending import Sheet
    from ..store.quarantine import Kept

SHOWN = 50
MOST = 10_000


@click.command("refused")
@click.argument("source", required=False, default="", metavar="[SOURCE]")
@click.option(
    "--batch", type=int, default=0, metavar="NUMBER", help="Only those of one batch (see `regulars batches`)."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="FILE",
    help="Write them as a sheet for any spreadsheet; mend it there, and drop it back with `regulars hear FILE`.",
)
@homed
def command(home: Path, as_json: bool, source: str, batch: int, out: Path | None) -> None:
    """Rows that need a look: of SOURCE, of a batch, or all. Each with its file, line, column, value and reason."""
    from ..mending import sheet, waiting

    with opened(home) as opened_home:
        if out is not None:
            written(out, sheet(opened_home, source, batch), as_json=as_json)
            return
        found, count = waiting(opened_home, source, batch, most=MOST if as_json else SHOWN)
    if as_json:
        answer({"rows": [as_data(row) for row in found], "count": count})
        return
    for row in found:
        told(row)
    if count > len(found):
        click.echo(f"... and {count - len(found):,} more.")
    if count:
        click.echo("Mend them: regulars refused --out FILE, correct that in a spreadsheet, then regulars hear FILE")
    else:
        click.echo("No row needs a look.")


def written(out: Path, made: Sheet, *, as_json: bool) -> None:
    """Write a sheet, and say what it holds."""
    from ..mending import write_sheet

    write_sheet(made, out)
    if as_json:
        answer({"file": str(out), "rows": made.rows, "more": made.more, "events": made.events})
        return
    click.echo(f"Wrote {made.rows:,} {'row' if made.rows == 1 else 'rows'} to {out}.")
    if made.more:
        click.echo(f"  {made.more:,} more did not fit: mend these first, then write the next sheet.")
    if made.events:
        click.echo(
            f"  {made.events:,} events are not in it: nothing of them was kept, their sender has to send them again."
        )
    if made.rows:
        click.echo("  It holds what customers said: delete it once its rows are mended.")
        click.echo(f"Next: mend it in a spreadsheet, save it as CSV or Excel workbook, then regulars hear {out}")


def told(row: Kept) -> None:
    """Print one row."""
    where = f"{row.source}: {row.file}, line {row.row}" + (f", column '{row.header}'" if row.header else "")
    click.echo(f"{where}: {row.reason}" + (f" ({row.value!r})" if row.value else "") + f". {row.suggestion}")


def as_data(row: Kept) -> dict[str, object]:
    """Return one row as data."""
    return {
        "source": row.source,
        "batch": row.batch,
        "file": row.file,
        "line": row.row,
        "byte": row.start_byte or None,
        "column": row.header,
        "value": row.value,
        "reason": row.reason,
        "suggestion": row.suggestion,
        "cells": row.cells or None,
        "cut": row.cut,
    }
