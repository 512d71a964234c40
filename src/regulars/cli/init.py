"""`regulars init`: make a home."""

from __future__ import annotations

from pathlib import Path

import click

from .options import answer, homed, now


@click.command("init")
@click.option("--shop", default="Our shop", help="What the shop is called.")
@click.option("--zone", default="UTC", help="Where it stands, such as Europe/London: its days and its quiet hours.")
@click.option("--currency", default="XXX", help="Of amounts whose file names none, such as EUR.")
@homed
def command(home: Path, as_json: bool, shop: str, zone: str, currency: str) -> None:
    """Make a home: the folder in which everything is kept."""
    from ..dates import instant_us
    from ..settings import checked
    from ..store import make_home

    settings = checked({"shop": shop, "zone": zone, "currency": currency}, where="the command line")
    existed = (home / "catalogue.sqlite").exists()
    made = make_home(home, settings, now_us=instant_us(now()))
    if as_json:
        answer({"home": str(home), "made": not existed})
    elif existed:
        click.echo(
            f"There is a home at {home} already; nothing was changed. Its settings: {made.path / 'settings.toml'}"
        )
    else:
        click.echo(f"Made a home at {home}. Its settings: {made.path / 'settings.toml'}")
        click.echo("Next: regulars hear FILE")
    made.close()
