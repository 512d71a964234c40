"""`regulars doctor`: look what is wrong."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from .options import answer, homed, opened


@click.command("doctor")
@homed
def command(home: Path, as_json: bool) -> None:
    """Look at the home: settings, catalogue, segments, interrupted work, and whether the pages are up to date."""
    from ..store.health import examine

    with opened(home) as opened_home:
        found = examine(opened_home)
    if as_json:
        answer([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(
                f"{'ok  ' if finding.well else 'LOOK'}  {finding.seen}{'. ' + finding.now if finding.now else ''}"
            )
    if not all(finding.well for finding in found):
        sys.exit(1)
