"""`regulars brief`: one page about one customer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from .options import DAY, answer, homed, now, opened


@click.command("brief")
@click.argument("customer")
@click.option("--as-of", type=DAY, default=None, help="As it would have read at the end of this day.")
@click.option(
    "--html",
    "html_path",
    default=None,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it as one self-contained page.",
)
@homed
def command(home: Path, as_json: bool, customer: str, as_of: date | None, html_path: Path | None) -> None:
    """One page about one CUSTOMER, to read in sixty seconds. CUSTOMER is a code, number, e-mail, telephone or name."""
    from ..heard import silent
    from ..loop import story
    from ..noting import up_to_date, with_taps

    with opened(home) as opened_home:
        found = story(opened_home, customer, now=now(), as_of=as_of)
        found = with_taps(found) if as_of else up_to_date(opened_home, found, now=now())
        quiet = silent(opened_home, now(), of=found.timeline.column("source").unique().to_pylist())
        said = [one.said(opened_home.settings.zoneinfo) for one in quiet]
        if html_path is not None:
            from ..serve import render_briefing

            html_path.write_text(render_briefing(found, place=opened_home.origins.place, quiet=said), encoding="utf-8")
    if as_json:
        from ..respond.as_data import as_data

        answer({**as_data(found.page), "quiet": said})
    elif html_path is not None:
        click.echo(f"Wrote {html_path}.")
    else:
        from ..respond import as_text

        click.echo(as_text(found.page))
        if said:
            click.echo(f"Quiet. {' '.join(said)}")
