"""`regulars undo`: take one batch back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, now, opened

if TYPE_CHECKING:
    from ..heard import BatchHeard
    from ..store import Undone

MAPPINGS = {
    "restored": "The mapping of {source} is what it was before.",
    "kept": "The mapping of {source} has been changed since, and was left as it is.",
    "": "",
}


@click.command("undo")
@click.argument("number", type=int)
@click.option("--dry-run", is_flag=True, help="Say what would be taken back; change nothing.")
@homed
def command(home: Path, as_json: bool, number: int, dry_run: bool) -> None:
    """Take batch NUMBER back (see `regulars batches`): the home is then as if it had never been heard."""
    from ..dates import instant_us
    from ..heard import batch_numbered

    with opened(home) as opened_home:
        batch = batch_numbered(opened_home, number)
        done = None if dry_run else opened_home.undo(number, now_us=instant_us(now()))
    if done is None:
        foreseen(batch, as_json=as_json)
    elif as_json:
        answer(as_data(done))
    else:
        told(done)


def foreseen(batch: BatchHeard, *, as_json: bool) -> None:
    """Say what would be taken back, as it was counted when it was heard."""
    traces, restored = (
        sum(file.new + file.corrected for file in batch.files),
        sum(file.corrected for file in batch.files),
    )
    if as_json:
        answer({"batch": batch.number, "source": batch.source, "dry_run": True, "traces": traces, "restored": restored})
        return
    click.echo(f"Undoing batch {batch.number} of {batch.source} ({', '.join(file.name for file in batch.files)}):")
    click.echo(f"  {traces:,} traces would count no longer, {restored:,} earlier versions would count again.")
    click.echo("Nothing was changed: this was a dry run.")


def told(done: Undone) -> None:
    """Say what was taken back."""
    click.echo(f"Took back batch {done.batch_id} of {done.source}: {', '.join(done.files)}.")
    click.echo(f"  {done.traces:,} traces count no longer, {done.restored:,} earlier versions count again.")
    if mapping := MAPPINGS[done.mapping].format(source=done.source):
        click.echo(f"  {mapping}")
    if done.repeated_by:
        click.echo(f"  These files had repeated rows of it: {', '.join(done.repeated_by)}.")
        click.echo("  Hear them again to have these rows.")
    click.echo("Next: regulars turn")


def as_data(done: Undone) -> dict[str, object]:
    """Return what was taken back as data."""
    return {
        "batch": done.batch_id,
        "source": done.source,
        "dry_run": False,
        "files": list(done.files),
        "traces": done.traces,
        "restored": done.restored,
        "repeated_by": list(done.repeated_by),
        "mapping": done.mapping,
    }
