"""`regulars batches`: what was heard."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, opened

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..heard import BatchHeard


@click.command("batches")
@homed
def command(home: Path, as_json: bool) -> None:
    """What was heard, newest first: each batch with its number, source and files, and what became of their rows."""
    from ..heard import batches

    with opened(home) as opened_home:
        found, zone = batches(opened_home), opened_home.settings.zoneinfo
    if as_json:
        answer([as_data(batch) for batch in found])
        return
    for batch in found:
        told(batch, zone)
    if not found:
        click.echo("Nothing has been heard yet. Next: regulars hear FILE")
    else:
        click.echo("Take one back: regulars undo NUMBER")


def told(batch: BatchHeard, zone: ZoneInfo) -> None:
    """Print one batch."""
    undone = f" · undone {batch.undone.astimezone(zone):%Y-%m-%d %H:%M}" if batch.undone else ""
    click.echo(f"{batch.number:>4}  {batch.heard.astimezone(zone):%Y-%m-%d %H:%M}  {batch.source}{undone}")
    for file in batch.files:
        click.echo(f"      {file.name}: {file.said}")


def as_data(batch: BatchHeard) -> dict[str, object]:
    """Return one batch as data."""
    return {
        "batch": batch.number,
        "source": batch.source,
        "heard_at": batch.heard.isoformat(),
        "undone_at": batch.undone.isoformat() if batch.undone else None,
        "files": [asdict(file) for file in batch.files],
    }
