"""`regulars feeds`: what is listened to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, opened

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ..listening import Standing


@click.command("feeds")
@homed
def command(home: Path, as_json: bool) -> None:
    """What is listened to: each feed with its kind, when it was last heard, how often something is expected of it."""
    from ..listening import standings

    with opened(home) as opened_home:
        found, zone = standings(opened_home), opened_home.settings.zoneinfo
    if as_json:
        answer([as_data(one) for one in found])
        return
    for one in found:
        told(one, zone)
    if not found:
        click.echo(f"No feed is written in {home / 'feeds.toml'} yet; docs/feeds.md shows one of each kind.")
    else:
        click.echo("Ask those that are due: regulars listen")


def told(one: Standing, zone: ZoneInfo) -> None:
    """Print one feed."""
    from ..listen.intervals import every

    heard = f"as {one.source}, " if one.source != one.feed.name else ""
    click.echo(f"{one.feed.name}  {one.feed.kind}, {heard}expected {every(one.feed.every_seconds)}")
    click.echo(f"  last heard {at(one.heard_us, zone)}, last answered {at(one.reached_us, zone)}", nl=False)
    click.echo(f", next try {at(one.next_us, zone) if one.next_us else 'at once'}")
    if one.paused:
        click.echo(f"  paused: {one.paused}.")
    if one.fault and one.fault.rstrip(".") != one.paused:
        failed = f"failed {one.failures} {'time' if one.failures == 1 else 'times'}: " if one.failures else ""
        click.echo(f"  {failed}{one.fault}")


def at(us: int | None, zone: ZoneInfo) -> str:
    """Write an instant."""
    from ..heard import moment

    found = moment(us)
    return f"{found.astimezone(zone):%Y-%m-%d %H:%M}" if found else "never"


def as_data(one: Standing) -> dict[str, object]:
    """Return one feed as data."""
    from ..heard import moment

    def iso(us: int | None) -> str | None:
        found = moment(us or None)
        return found.isoformat() if found else None

    return {
        "feed": one.feed.name,
        "kind": one.feed.kind,
        "source": one.source,
        "every_seconds": one.feed.every_seconds,
        "last_heard": iso(one.heard_us),
        "last_tried": iso(one.tried_us),
        "last_answered": iso(one.reached_us),
        "next_try": iso(one.next_us),
        "failures": one.failures,
        "fault": one.fault,
        "paused": one.paused,
    }
