"""`regulars restore`: make a home from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import InputError
from .options import answer, homed


@click.command("restore")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--erasures",
    default=None,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The erasures.log of the home that was lost, where it is newer than the backup.",
)
@homed
def command(home: Path, as_json: bool, folder: Path, erasures: Path | None) -> None:
    """Fill an empty home (--home) from the backup in FOLDER. Whoever was forgotten since is forgotten again first."""
    from ..store import open_home, restore_home

    bring_log(erasures, folder, home)
    made = restore_home(folder, home)
    opened = open_home(home)
    try:
        again = len(opened.finished)
        traces = sum(live.rows for live in opened.stock.segments.live()) + opened.stock.inbox.count()
    finally:
        opened.close()
    if as_json:
        answer({"home": str(home), "traces": traces, "in_backup": made.traces, "erased_again": again})
        return
    click.echo(f"Restored {traces:,} traces to {home}.")
    if again:
        click.echo(
            f"{again} {'erasure was' if again == 1 else 'erasures were'} done again: "
            f"{made.traces - traces:,} traces of the backup are gone."
        )
    click.echo("Next: regulars turn")


def bring_log(log: Path | None, folder: Path, home: Path) -> None:
    """Put a newer log beside the home that is to be restored, before anything can be read from it."""
    from ..store.backup import RESTORING, read_manifest
    from ..store.erasures import append, read_log
    from ..store.tombstones import FILE_NAME as SECRET

    if log is None:
        return
    try:
        entries = read_log(log)
    except (OSError, UnicodeDecodeError):
        entries = []
    if not entries:
        raise InputError(f"{log} names no erasures.", now="Name the erasures.log of the home that was lost.")
    read_manifest(folder)
    if not (home / SECRET).exists() or (home / RESTORING).exists():  # else restoring is refused
        home.mkdir(parents=True, exist_ok=True)
        append(home, entries)
