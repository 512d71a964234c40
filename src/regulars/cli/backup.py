"""`regulars backup`: copy everything that cannot be worked out again."""

from __future__ import annotations

from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.command("backup")
@click.argument("folder", type=click.Path(path_type=Path))
@homed
def command(home: Path, as_json: bool, folder: Path) -> None:
    """Copy the home to FOLDER, while it goes on working. What an earlier backup put there is not copied again.

    The folder holds customers' data and the home's secret. Keep it as safe as the home, and no longer than 35 days.
    """
    from ..dates import instant_us

    with opened(home) as opened_home:
        made = opened_home.back_up(folder, now_us=instant_us(now()))
    if as_json:
        answer({"folder": str(folder), "traces": made.traces, "files": len(made.files), "copied": made.copied})
        return
    click.echo(f"Backed up {made.traces:,} traces to {folder}: {len(made.files)} files, {made.copied} segments new.")
    click.echo(f"Next: regulars verify {folder}")
