"""`regulars listen`: ask the feeds what is new."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ..errors import RegularsError
from .options import answer, homed, now, opened

if TYPE_CHECKING:
    from ..holding import Sieved
    from ..intake import FileHeard
    from ..listening import Listened
    from ..store import Home

LONGEST_SLEEP: Final = 60  # seconds, so that a feed that was just written down is soon asked
SHOWN: Final = 3


@click.command("listen")
@click.option("--only", default=None, metavar="NAME", help="Ask this feed alone.")
@click.option("--now", "at_once", is_flag=True, help="Ask whether due or not, also where one failed a moment ago.")
@click.option("--afresh", is_flag=True, help="Ask from the beginning again; what is known already is not kept twice.")
@click.option("--watch", is_flag=True, help="Go on until stopped, and ask each feed when it is due.")
@homed
def command(home: Path, as_json: bool, only: str | None, at_once: bool, afresh: bool, watch: bool) -> None:
    """Ask every feed that is due what came after its bookmark, and hear it. Feeds are written in feeds.toml.

    A feed that fails stops no other; it is asked again after a minute, then after two, and at last once an hour.
    """
    from ..listening import listen

    with opened(home) as opened_home:
        found = listen(
            opened_home, now=now(), only=only, environment=os.environ, at_once=at_once or afresh, afresh=afresh
        )
        shown(found, as_json=as_json, quiet=watch)
        while watch:
            time.sleep(sleep_seconds(opened_home, only))
            shown(asked(opened_home, only), as_json=as_json, quiet=True)
    if any(one.fault for one in found):
        sys.exit(1)


def asked(home: Home, only: str | None) -> list[Listened]:
    """Ask what is due; a mistake in the file of feeds is said, and watching goes on until it is mended."""
    from ..listening import listen

    try:
        return listen(home, now=now(), only=only, environment=os.environ)
    except RegularsError as error:
        click.echo(f"{error.what} {error.now}", err=True)
        return []


def sleep_seconds(home: Home, only: str | None) -> float:
    """Return how long to sleep until the next feed is due."""
    from ..dates import instant_us
    from ..listening import next_us

    try:
        due = next_us(home, only=only)
    except RegularsError:
        due = None
    left = LONGEST_SLEEP if due is None else (due - instant_us(now())) / 1_000_000
    return min(LONGEST_SLEEP, max(1.0, left))


def shown(found: list[Listened], *, as_json: bool, quiet: bool) -> None:
    """Print what became of some feeds; `quiet` passes over those that had nothing to say."""
    if as_json:
        if found or not quiet:
            answer([as_data(one) for one in found])
        return
    for one in found:
        if not quiet or one.files or one.letters or one.fault:
            told(one)
    if not found and not quiet:
        click.echo("No feed is due. See 'regulars feeds'; ask at once with --now.")
    if any(file.new or file.corrected for one in found for file in said_in(one)):
        click.echo("Next: regulars turn")


def said_in(one: Listened) -> list[FileHeard | Sieved]:
    """Return all that a feed brought."""
    return [*one.files, *one.letters]


def told(one: Listened) -> None:
    """Print what became of one feed."""
    from ..holding import told as lines

    new, corrected = sum(file.new for file in one.files), sum(file.corrected for file in one.files)
    refused = [fault for file in said_in(one) for fault in file.refused]
    said = f"{sum(file.rows for file in one.files):,} rows: {new:,} traces new, {corrected:,} corrected"
    sieved = [line for letters in one.letters for line in lines(letters)]
    nothing = "" if sieved else " nothing new" if not one.fault else " failed"
    click.echo(f"{one.feed.name}:{f' {said}' if one.files else nothing}")
    for line in sieved:
        click.echo(f"  {line}")
    for note in one.notes:
        click.echo(f"  {note}")
    if refused:
        click.echo(f"  {len(refused):,} rows need a look")
        for fault in refused[:SHOWN]:
            click.echo(f"    {fault}")
    if one.fault:
        click.echo(f"  {one.fault} {one.now}", err=True)


def as_data(one: Listened) -> dict[str, object]:
    """Return what became of one feed as data."""
    from .hear import as_data as file_data
    from .hear import mail_as_data

    return {
        "feed": one.feed.name,
        "kind": one.feed.kind,
        "files": [file_data(file) for file in one.files],
        "letters": [mail_as_data(letters) for letters in one.letters],
        "notes": list(one.notes),
        "fault": one.fault,
        "failures": one.failures,
    }
