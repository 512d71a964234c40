"""`regulars keys`: who may send us events."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.group("keys")
@click.option(
    "--home", default=None, metavar="DIR", help="The home folder (default: ./regulars-home, or REGULARS_HOME)."
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def command(ctx: click.Context, home: str | None, as_json: bool) -> None:
    """Make, list and end the keys with which applications send us events."""
    before = ctx.find_root().obj or {}
    ctx.find_root().obj = {"home": home or before.get("home"), "json": as_json or bool(before.get("json"))}


@command.command("new")
@click.argument("source")
@homed
def new(home: Path, as_json: bool, source: str) -> None:
    """Make a key that may send events of SOURCE. It is shown once; only a digest of it is kept."""
    from ..dates import instant_us

    with opened(home) as opened_home:
        key = opened_home.write_keys.make(source, now_us=instant_us(now()))
    if as_json:
        answer({"source": source, "key": key})
        return
    click.echo(key)
    click.echo(
        f"This key may send events of {source}. It is not shown again: put it where the sender reads it.", err=True
    )


@command.command("list")
@homed
def listed(home: Path, as_json: bool) -> None:
    """List the keys: the name of each, its source, since when, and whether it has ended."""
    from ..listen.trace import instant

    with opened(home) as opened_home:
        keys, zone = opened_home.write_keys.all(), opened_home.settings.zoneinfo
    if as_json:
        answer([asdict(key) for key in keys])
        return
    for key in keys:
        ended = f", ended {instant(key.ended_us).astimezone(zone):%Y-%m-%d}" if key.ended_us is not None else ""
        click.echo(f"{key.name}  {key.source}, made {instant(key.made_us).astimezone(zone):%Y-%m-%d}{ended}")
    if not keys:
        click.echo("There is no key yet. Make one: regulars keys new SOURCE")


@command.command("end")
@click.argument("name")
@homed
def end(home: Path, as_json: bool, name: str) -> None:
    """End all keys of the source NAME, or the one whose name begins so. What it sends from now on is refused."""
    from ..dates import instant_us

    with opened(home) as opened_home:
        ended = opened_home.write_keys.end(name, now_us=instant_us(now()))
    if as_json:
        answer([asdict(key) for key in ended])
        return
    for key in ended:
        click.echo(f"Ended: {key.name}  {key.source}")
