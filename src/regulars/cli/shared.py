"""`regulars shared`: identifiers that several people share or that say nothing, and how to overrule that."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from .options import answer, homed, now, opened


@click.command("shared")
@click.argument("key", required=False)
@click.option("--own", "ruled", flag_value="own", help="Treat KEY as one person's own: it joins whatever else differs.")
@click.option("--never", "ruled", flag_value="never", help="Never join records by KEY.")
@click.option("--default", "ruled", flag_value="", help="Leave KEY to the policy again.")
@click.option("--dry-run", is_flag=True, help="Say how many records and customers would change; change nothing.")
@homed
def command(home: Path, as_json: bool, key: str | None, ruled: str | None, dry_run: bool) -> None:
    """List the identifiers that join nobody, with the reason; with KEY, overrule that. It counts from the next turn on.

    KEY is an identifier as it is listed (kind:value), an e-mail address, a telephone or a number.
    """
    from .. import shared

    if (key is None) != (ruled is None):
        raise click.UsageError("Say both: regulars shared KEY --own, --never or --default")
    with opened(home) as opened_home:
        if key is None or ruled is None:
            found = shared.demoted(opened_home)
            if as_json:
                answer([asdict(one) for one in found])
                return
            for one in found:
                click.echo(f"{one.records:>8,} records  {one.people:>6,} customer numbers  {one.reason:18} {one.key}")
            click.echo("Overrule one: regulars shared KEY --own" if found else "No identifier is shared.")
            return
        meant = shared.key_meant(opened_home, key)
        effect = shared.effect_of(opened_home, meant, ruled)
        if not dry_run:
            shared.rule(opened_home, meant, ruled, now=now())
    if as_json:
        answer({"key": meant, "ruled": ruled, "dry_run": dry_run, **asdict(effect)})
        return
    click.echo(f"{meant}: {effect.records:,} records change their customer,")
    click.echo(f"{effect.customers_before:,} customers are {effect.customers:,} with it.")
    click.echo("Nothing was changed: this was a dry run." if dry_run else "Next: regulars turn, so that pages follow")
