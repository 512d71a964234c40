"""`regulars note`: a few words about one customer, and something back at once."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.command("note")
@click.argument("customer")
@click.argument("text")
@click.option("--call", is_flag=True, help="It was a telephone call.")
@click.option("--visit", is_flag=True, help="They came, or we went.")
@click.option("--by", default="", metavar="NAME", help="Who notes it.")
@click.option("--token", default="", metavar="TEXT", help="A text of your own: the same one twice is one note.")
@click.option("--promise", "promises", is_flag=True, help="Keep the promises found in it too.")
@homed
def command(
    home: Path,
    as_json: bool,
    customer: str,
    text: str,
    call: bool,
    visit: bool,
    by: str,
    token: str,
    promises: bool,
) -> None:
    """Keep a few words about one CUSTOMER: what they said or did. TEXT may be '-', for what comes in."""
    from .. import noting

    said = sys.stdin.read() if text == "-" else text
    how = "call" if call else "visit" if visit else "note"
    with opened(home) as opened_home:
        made = noting.note(opened_home, customer, said, how, token=token or secrets.token_hex(16), now=now(), by=by)
        kept = [
            noting.promise(opened_home, customer, made.trace.trace_id, offer.place, now=now())
            for offer in (made.offers if promises else ())
        ]
    if as_json:
        answer(
            {
                "trace": made.trace.trace_id,
                "kind": made.trace.kind,
                "observed": list(made.observed),
                "opinions": list(made.opinions),
                "offers": [{"text": offer.text, "due": offer.due.isoformat()} for offer in made.offers],
                "promised": [trace.trace_id for trace in kept],
                "before": made.before.trace_id if made.before else None,
                "open": [{"text": line.it.text, "traces": list(line.it.evidence.traces)} for line in made.open],
                "ask": made.ask.it.text if made.ask else None,
            }
        )
        return
    click.echo(f"Saved: {made.trace.reads}.")
    for part in made.opinions:
        click.echo(f"Reads as an opinion, so the note is not shown: {part}")
    for offer in made.offers:
        verb = "Promised" if promises else "Is this a promise? Add --promise next time"
        click.echo(f"{verb}: {offer.text} Due {offer.due.day} {offer.due:%b %Y}.")
    if made.before:
        click.echo(f"Last note before: {made.before.happened.astimezone(opened_home.settings.zoneinfo):%d %b %Y}.")
    for line in made.open:
        click.echo(f"Still open: {line.it.text}  [{line.it.key}]")
    if made.ask:
        click.echo(f"Ask next time: {made.ask.it.text}")
