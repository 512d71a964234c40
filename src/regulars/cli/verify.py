"""`regulars verify`: compare every byte that is kept with what was written."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from .options import answer, homed, opened

DAMAGED = 65  # EX_DATAERR of sysexits.h


@click.command("verify")
@click.argument("backup", required=False, type=click.Path(path_type=Path))
@homed
def command(home: Path, as_json: bool, backup: Path | None) -> None:
    """Compare every byte of the home, or of a BACKUP, with the sums taken when it was written.

    Ends with exit code 65 where something is missing or was changed.
    """
    from ..store.backup import read_manifest, wrong_in_backup
    from ..store.health import Finding, verify

    if backup is not None:
        wrong = wrong_in_backup(backup)
        found = [Finding(False, f"{name} is missing or not what was written", "Make a new backup.") for name in wrong]
        found = found or [Finding(True, f"{len(read_manifest(backup).files)} files in {backup}, all unchanged")]
    else:
        with opened(home) as opened_home:
            found = verify(opened_home)
    if as_json:
        answer([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(f"{'ok  ' if finding.well else 'LOOK'}  {finding.seen}")
        for advice in dict.fromkeys(finding.now for finding in found if not finding.well and finding.now):
            click.echo(advice)
    if not all(finding.well for finding in found):
        sys.exit(DAMAGED)
