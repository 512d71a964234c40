"""`regulars near`: who somebody may be, from what they just said of themselves."""

from __future__ import annotations

from pathlib import Path

import click

from .options import answer, homed, opened

HARDLY = 0.05  # bits: a reason that moves less is left out


@click.command("near")
@click.option("--name", help="First name and surname.")
@click.option("--email", help="An e-mail address.")
@click.option("--phone", help="A telephone.")
@click.option("--street", help="Street and house number.")
@click.option("--postcode", help="A postcode.")
@click.option("--city", help="A town.")
@click.option("--company", help="A company.")
@homed
def command(home: Path, as_json: bool, **given: str | None) -> None:
    """Say which customers somebody may be, from what they say of themselves, and why.

    They are compared with everybody as a turn would compare them. Nothing of what is given is kept.
    """
    from ..near import near_to

    with opened(home) as opened_home:
        found = near_to(opened_home, {name: value for name, value in given.items() if value})
    if as_json:
        answer(
            [
                {
                    "customer": one.customer.code,
                    "label": one.customer.label,
                    "chance": one.chance,
                    "bits": one.bits,
                    "reasons": [{"words": reason.words, "bits": reason.bits} for reason in one.reasons],
                }
                for one in found
            ]
        )
        return
    for one in found:
        click.echo(f"{one.customer.code}  {one.customer.label}: {int(one.chance * 100)}% that it is the same person")
        for reason in one.reasons:
            if abs(reason.bits) >= HARDLY:
                click.echo(f"   {reason.bits:+6.1f}  {reason.words}")
    if not found:
        click.echo("Nobody like this is known.")
