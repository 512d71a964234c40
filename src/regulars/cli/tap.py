"""`regulars tap`: say of a line that it was done, can wait, or is wrong."""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from ..errors import NotFound
from .options import answer, homed, now, opened


@click.command("tap")
@click.argument("line")
@click.argument("how", type=click.Choice(["done", "later", "wrong"]))
@click.argument("reason", default="")
@homed
def command(home: Path, as_json: bool, line: str, how: str, reason: str) -> None:
    """Say of a LINE (CUSTOMER.KEY) that it was done, can wait until tomorrow, or is wrong and for what REASON."""
    from .. import noting

    customer, dot, key = line.rpartition(".")
    if not dot:
        raise NotFound(
            f"{line!r} names no line.", now="Write it as CUSTOMER.KEY, for example 7f3k2m9q4x1ta.action, and try again."
        )
    with opened(home) as opened_home:
        made = noting.tap(opened_home, customer, key, how, reason=reason, token=secrets.token_hex(16), now=now())
    if as_json:
        answer({"trace": made.trace_id, "kind": made.kind, "line": made.about})
        return
    said = {
        "done": "Saved as done. We will see whether it came: no debt is closed by it.",
        "later": "Saved. They come back to today's list tomorrow.",
        "wrong": "Saved as wrong. The briefing says so from now on.",
    }
    click.echo(said[how])
