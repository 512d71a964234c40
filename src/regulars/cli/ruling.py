"""Ruling: what the commands same, related, different and split share: trying it out, keeping it, ending it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from .options import answer, now

if TYPE_CHECKING:
    from ..downstream import Change, Seen
    from ..identity import Ruling
    from ..store import Home
    from ..store.claims import Verdict

__all__ = ["because", "change_data", "dry_run", "end_of", "pair", "printed", "said_of"]


def because(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--because`."""
    return click.option("--because", default="", metavar="TEXT", help="Why, in a few words; kept with the verdict.")(
        command
    )


def dry_run(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--dry-run`."""
    return click.option("--dry-run", is_flag=True, help="Say everything that would change; change nothing.")(command)


def pair(home: Home, said: str, one: str, other: str, *, because: str, end: bool, dry: bool, as_json: bool) -> None:
    """Say something of two people or records, or end what was said."""
    from ..identity import ended, ruled

    if not end:
        said_of(home, ruled(home, said, one, other, because=because), dry=dry, as_json=as_json)
        return
    end_of(home, ended(home, said, one, other), dry=dry, as_json=as_json)


def said_of(home: Home, ruling: Ruling, *, dry: bool, as_json: bool) -> None:
    """Try a ruling out, or keep it."""
    from ..downstream import foreseen
    from ..identity import keep

    change = foreseen(home, ruling, now=now())
    verdict = None if dry else keep(home, ruling, now=now())
    told(change, verdict, as_json=as_json, done="is kept")


def end_of(home: Home, verdict: Verdict, *, dry: bool, as_json: bool) -> None:
    """Try the end of a verdict out, or end it."""
    from ..dates import instant_us
    from ..downstream import foreseen_end

    change = foreseen_end(home, verdict)
    ended = None if dry else home.verdicts.end(verdict.number, now_us=instant_us(now()))
    told(change, ended, as_json=as_json, done="has ended")


def told(change: Change, verdict: Verdict | None, *, as_json: bool, done: str) -> None:
    """Answer with what changes, and what was done."""
    if as_json:
        answer({"verdict": verdict.number if verdict else None, "dry_run": verdict is None, **change_data(change)})
        return
    printed(change)
    if verdict is None:
        click.echo("Nothing was changed: this was a dry run.")
        return
    click.echo(f"Verdict {verdict.number} ({verdict.said}) {done}.")
    click.echo("Next: regulars turn, so that pages follow")


def printed(change: Change) -> None:
    """Print what changes."""
    if not change.before and not change.after:
        click.echo("No customer changes: they are so already, and stay so.")
        return
    for title, several in (("Now", change.before), ("Then", change.after)):
        click.echo(f"{title}:")
        for seen in several:
            click.echo(f"  {seen.code}  {summary(seen)}")
    if change.stricter:
        click.echo(f"Stricter: withdrawn for all of them: {', '.join(change.stricter)}")
    for code, text in change.lines:
        click.echo(f"  new line of {code}: {text}")
    if change.more:
        click.echo(f"{change.more} more customers change, not told one by one.")


def summary(seen: Seen) -> str:
    """Say in one line what a customer comes to."""
    sure = f", {int(seen.sure * 100)}% sure" if seen.sure < 1 else ""
    records = f"{seen.label}: {seen.records} {'record' if seen.records == 1 else 'records'}{sure}"
    if seen.alone:
        return f"{records}, left alone at their request"
    spent = " + ".join(seen.spent) or "nothing spent"
    owed = f", open: {', '.join(seen.open)}" if seen.open else ", nothing open"
    return f"{records}, {seen.traces} traces, {seen.orders} orders, {spent}{owed}"


def change_data(change: Change) -> dict[str, Any]:
    """Return what changes as data."""
    return {
        "as_of": change.as_of.isoformat(),
        "before": [asdict(seen) for seen in change.before],
        "after": [asdict(seen) for seen in change.after],
        "records_moved": change.records,
        "stricter": list(change.stricter),
        "new_lines": [{"customer": code, "text": text} for code, text in change.lines],
        "more": change.more,
    }
