"""`regulars forget`: one customer leaves for good."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import NotFound
from .options import answer, homed, now, opened

if TYPE_CHECKING:
    from ..privacy import Foreseen, Forgotten
    from ..store import Home, Place

FILES = "The files that you keep yourself are not touched: delete the customer there too."


@click.command("forget")
@click.argument("customer")
@click.option("--dry-run", is_flag=True, help="Say what would go, place by place; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask for the customer's code to be typed.")
@click.option("--lift", is_flag=True, help="Let files bring somebody again who was forgotten; name an identifier.")
@homed
def command(home: Path, as_json: bool, customer: str, dry_run: bool, yes: bool, lift: bool) -> None:
    """Erase one CUSTOMER from everywhere, for good, and print a receipt that names nobody.

    They do not come back with the next import, nor with an older backup. CUSTOMER is a code, number, e-mail, telephone
    or name.
    """
    with opened(home) as opened_home:
        if lift:
            let_in(opened_home, customer, as_json=as_json)
        elif dry_run:
            foreseen(opened_home, customer, as_json=as_json)
        else:
            forgotten(opened_home, customer, as_json=as_json, yes=yes)


def let_in(home: Home, customer: str, *, as_json: bool) -> None:
    """Lift the stones of somebody."""
    from ..privacy import let_in_again

    count = let_in_again(home, customer, now=now())
    if as_json:
        answer({"lifted": count})
    else:
        click.echo(f"Lifted {count} keyed marks. What was erased stays erased; the next files may bring them again.")


def foreseen(home: Home, customer: str, *, as_json: bool) -> None:
    """Say what would go."""
    from ..privacy import would_forget

    found = would_forget(home, customer)
    if as_json:
        answer({**whose(found), "dry_run": True, "places": [asdict(place) for place in found.places]})
        return
    click.echo(f"Forgetting {found.person.customer.label} ({found.person.customer.code}):")
    printed(found.places)
    click.echo("Nothing was changed: this was a dry run.")


def forgotten(home: Home, customer: str, *, as_json: bool, yes: bool) -> None:
    """Forget somebody, once it is sure that this is meant."""
    from ..privacy import forget, forgotten_on, would_forget

    try:
        found = would_forget(home, customer)
    except NotFound as error:
        if gone := forgotten_on(home, customer):
            raise NotFound(
                f"This person was forgotten on {gone.day} {gone:%b %Y} already.",
                now="To let files bring them again: regulars forget --lift IDENTIFIER.",
            ) from error
        raise
    code = found.person.customer.code
    if not yes:
        sure(found)
    done = forget(home, code, now=now())
    if as_json:
        answer(receipt(done))
        return
    click.echo(f"Forgotten. Receipt {done.receipt.receipt}:")
    printed(done.receipt.places)
    click.echo(FILES)
    click.echo(f"Pages now show run {done.run.run_id}." if done.run else "Nobody is left in this home.")


def sure(found: Foreseen) -> None:
    """Have the code typed; without anybody at the keyboard, --yes has to say so."""
    customer = found.person.customer
    if not sys.stdin.isatty():
        raise click.UsageError(f"Forgetting {customer.code} cannot be undone. Look with --dry-run, then say --yes.")
    click.echo(f"This erases {customer.label} for good:", err=True)
    printed(found.places, err=True)
    if click.prompt(f"Type {customer.code} to go on", err=True).strip() != customer.code:
        raise click.UsageError("That is another code. Nothing was erased.")


def printed(places: Iterable[Place], *, err: bool = False) -> None:
    """Print what is done in each place."""
    for place in places:
        click.echo(f"  {'ok  ' if place.clean else 'LOOK'}  {place.place}: {place.done}", err=err)


def whose(found: Foreseen) -> dict[str, object]:
    """Return whom it is about."""
    customer = found.person.customer
    return {"customer": customer.code, "label": customer.label, "identifiers": len(found.person.own)}


def receipt(done: Forgotten) -> dict[str, object]:
    """Return a receipt as data. It names nobody."""
    return {
        "receipt": done.receipt.receipt,
        "done_us": done.receipt.done_us,
        "places": [asdict(place) for place in done.receipt.places],
        "signature": done.receipt.signature,
        "clean": done.clean,
        "run": done.run.run_id if done.run else None,
    }
