"""`regulars export`: one customer's own copy."""

from __future__ import annotations

from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.command("export")
@click.argument("customer")
@click.option(
    "--to",
    default=None,
    type=click.Path(path_type=Path),
    metavar="FILE.zip",
    help="Where to write it (default: exports/CODE.zip in the home).",
)
@homed
def command(home: Path, as_json: bool, customer: str, to: Path | None) -> None:
    """Write everything held about one CUSTOMER as a ZIP for them: traces as JSON and CSV, and a page to read.

    Forgetting the customer later removes the file again, wherever it was written.
    """
    from ..privacy import export
    from ..serve import render_mirror

    with opened(home) as opened_home:
        done = export(opened_home, customer, now=now(), page=render_mirror, to=to)
    if as_json:
        answer(
            {
                "customer": done.held.person.customer.code,
                "path": str(done.path),
                "bytes": done.size_bytes,
                "traces": len(done.held.traces),
                "left_out": list(done.held.left_out),
            }
        )
        return
    click.echo(f"Wrote {done.path}: {len(done.held.traces):,} traces, {done.size_bytes:,} bytes.")
    for left_out in done.held.left_out:
        click.echo(f"Left out: {left_out}.")
    click.echo("It is for the customer alone. Notes in free words may name others: read it before you send it.")
