"""`regulars senders`: whose letters wait, and who they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, now, opened

if TYPE_CHECKING:
    from ..holding import Waiting


@click.command("senders")
@click.argument("word", required=False, type=click.Choice(["admit", "refuse"]))
@click.argument("addresses", nargs=-1, metavar="[ADDRESS...]")
@homed
def command(home: Path, as_json: bool, word: str | None, addresses: tuple[str, ...]) -> None:
    """Whose letters and meetings wait. `admit ADDRESS...` makes customers of them, `refuse ADDRESS...` does not.

    An address such as @example.org means everybody there. What waits of those is deleted; the address is kept, so that
    later letters can be told.
    """
    from .. import holding

    if word and not addresses:
        raise click.UsageError(f"Whom? Write regulars senders {word} ann@example.org")
    with opened(home) as opened_home:
        act = holding.admit if word == "admit" else holding.refuse
        done = {address: act(opened_home, address, now=now()) for address in addresses} if word else {}
        waiting, zone = holding.waiting(opened_home), opened_home.settings.zoneinfo
    if as_json:
        named = [as_data(one) for one in waiting]
        answer({"done": done, "waiting": named})
        return
    for address, count in done.items():
        click.echo(f"{address}: {count:,} {'heard' if word == 'admit' else 'deleted'}")
    for one in waiting:
        click.echo(f"{one.counted:>12}  {one.sender}  last {one.last.astimezone(zone):%Y-%m-%d}  ({one.source})")
    if not waiting:
        click.echo("Nobody waits.")
    elif not word:
        click.echo("Say who they are: regulars senders admit ADDRESS, or regulars senders refuse ADDRESS")


def as_data(one: Waiting) -> dict[str, object]:
    """Return one sender as data."""
    return {
        "sender": one.sender,
        "source": one.source,
        "letters": one.letters,
        "meetings": one.meetings,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
    }
