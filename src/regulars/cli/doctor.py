"""`regulars doctor`: look what is wrong."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, now, opened

if TYPE_CHECKING:
    from ..store import Home
    from ..store.health import Finding


@click.command("doctor")
@homed
def command(home: Path, as_json: bool) -> None:
    """Look at the home: catalogue, inbox, segments, runs, unfinished work, sources, backups, and what pages show."""
    from ..store.health import examine

    with opened(home) as opened_home:
        found = [
            *examine(opened_home),
            *quiet(opened_home),
            *feeds(opened_home),
            *stones(opened_home),
            *merges(opened_home),
        ]
    if as_json:
        answer([asdict(finding) for finding in found])
    else:
        for finding in found:
            click.echo(f"{'ok  ' if finding.well else 'LOOK'}  {finding.seen}")
        advice = dict.fromkeys(finding.now for finding in found if finding.now)  # each piece of it once
        if advice:
            click.echo("What to do:")
        for now in advice:
            click.echo(f"  {now}")
    if not all(finding.well for finding in found):
        sys.exit(1)


def stones(home: Home) -> list[Finding]:
    """Say that forgotten people are kept out, and how to let one in again."""
    from ..store.health import Finding

    count = home.stock.tombstones.count()
    seen = f"{count} keyed marks keep forgotten people out; let one in again with 'regulars forget --lift IDENTIFIER'"
    return [Finding(True, seen)] if count else []


def merges(home: Home) -> list[Finding]:
    """Say how much was made one, and name what waits for a human's word."""
    from ..recognition import grown, monitored
    from ..store.health import Finding

    found = monitored(home)
    if found is None:
        return []
    findings = [Finding(True, found.said)]
    if found.groups:
        advice = "Look at them with 'regulars review'; where one is a person, say so: regulars same CODE --waiting"
        findings.append(Finding(False, found.waiting_said, advice))
    if rise := grown(home):
        advice = "Look whether a new file gives one address or number to many: regulars shared, regulars batches"
        findings.append(Finding(False, rise, advice))
    return findings


def quiet(home: Home) -> list[Finding]:
    """Name the sources from which nothing came for too long."""
    from ..heard import silent
    from ..store.health import Finding

    advice = "Look whether that source still sends; 'regulars feeds' shows what is asked, and when."
    return [Finding(False, one.said(home.settings.zoneinfo), advice) for one in silent(home, now())]


def feeds(home: Home) -> list[Finding]:
    """Name the feeds that failed when they were last asked."""
    from ..errors import RegularsError
    from ..listening import standings
    from ..store.health import Finding

    try:
        found = standings(home)
    except RegularsError as error:
        return [Finding(False, error.what, error.now)]
    advice = "Mend it in feeds.toml, then try it: regulars listen --now"
    return [Finding(False, f"the feed {one.feed.name}: {one.fault}", advice) for one in found if one.fault]
