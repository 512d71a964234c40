"""`regulars who`: find a customer."""

from __future__ import annotations

from pathlib import Path

import click

from ..errors import NotFound
from .options import answer, homed, opened


@click.command("who")
@click.argument("text")
@homed
def command(home: Path, as_json: bool, text: str) -> None:
    """Find customers by a part of their name, company, e-mail, telephone, or a customer or order number."""
    from ..finding import found_by

    with opened(home) as opened_home:
        run = opened_home.runs.current()
        found = found_by(opened_home, run, text)
    if as_json:
        answer(
            [
                {
                    "customer": one.code,
                    "label": one.label,
                    "company": one.company,
                    "city": one.city,
                    "identifiers": list(one.keys),
                }
                for one in found
            ]
        )
        return
    if not found:
        raise NotFound(
            f"No customer matches {text[:60]!r}.", now="Try fewer letters, or another part of the name or number."
        )
    for one in found:
        place = ", ".join(part for part in (one.company if one.company != one.label else "", one.city) if part)
        click.echo(f"{one.code}  {one.label}{' (' + place + ')' if place else ''}")
