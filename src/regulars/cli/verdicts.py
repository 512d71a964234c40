"""`regulars verdicts`: what people said of who is who."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, opened
from .ruling import dry_run, end_of

if TYPE_CHECKING:
    from ..recognise import Overruled
    from ..store import Home
    from ..store.claims import Verdict


@click.command("verdicts")
@click.option("--end", type=int, default=None, metavar="N", help="End verdict N, as if it had never been said.")
@dry_run
@homed
def command(home: Path, as_json: bool, end: int | None, dry_run: bool) -> None:
    """List what people said of who is who, since when, and what has no effect and why."""
    from ..identity import overruled

    with opened(home) as opened_home:
        if end is not None:
            end_of(opened_home, opened_home.verdicts.named(end), dry=dry_run, as_json=as_json)
            return
        listed(opened_home, opened_home.verdicts.all(), overruled(opened_home), as_json=as_json)


def listed(home: Home, verdicts: list[Verdict], overruled: dict[int, Overruled], *, as_json: bool) -> None:
    """List verdicts."""
    from ..dates import date_of
    from ..recognise import code_of

    zone = home.settings.zoneinfo
    if as_json:
        answer([verdict_data(verdict, overruled) for verdict in verdicts])
        return
    for verdict in verdicts:
        codes = [code_of(record) for record in verdict.records]
        about = ", ".join(codes[:4]) + (f" and {len(codes) - 4} more" if len(codes) > 4 else "")
        ended = f", ended {date_of(verdict.ended_us, zone)}" if verdict.ended_us is not None else ""
        void = f", no effect: {overruled[verdict.number].why}" if verdict.number in overruled else ""
        why = f" ({verdict.because})" if verdict.because else ""
        click.echo(
            f"{verdict.number}  {verdict.said}: {about}, since {date_of(verdict.made_us, zone)}{ended}{void}{why}"
        )
    if not verdicts:
        click.echo("Nobody has said anything yet. Begin with: regulars same A B --dry-run")


def verdict_data(verdict: Verdict, overruled: dict[int, Overruled]) -> dict[str, object]:
    """Return a verdict as data."""
    from ..recognise import code_of

    return {
        "verdict": verdict.number,
        "said": verdict.said,
        "records": [code_of(record) for record in verdict.records],
        "pairs": [{"a": code_of(one.a), "b": code_of(one.b), "verdict": one.verdict} for one in verdict.claims],
        "because": verdict.because,
        "made_us": verdict.made_us,
        "ended_us": verdict.ended_us,
        "no_effect": overruled[verdict.number].why if verdict.number in overruled else None,
    }
