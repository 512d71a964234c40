"""`regulars demo`: see it all on a made-up town."""

from __future__ import annotations

from pathlib import Path

import click

from .options import answer, homed, now


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where the town and its home go.",
)
@click.option("--serve/--no-serve", "serving", default=True, help="Serve the pages afterwards.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535))
@homed
def command(home: Path, as_json: bool, folder: Path, serving: bool, port: int) -> None:
    """Make a town, hear its files, turn the loop once, print one briefing, and serve the pages."""
    from ..dates import instant_us
    from ..loop import brief, hear, today, turn
    from ..respond import as_text
    from ..respond.as_data import as_data
    from ..settings import Settings
    from ..store import make_home
    from ..town import write

    click.echo("A sample: nobody in this town exists.", err=True)
    town = write(folder / "town")
    opened = make_home(
        folder / "home", Settings(shop="Harbour Street Stores", currency="EUR"), now_us=instant_us(now())
    )
    heard = hear(opened, sorted(town.folder.glob("*.csv")), source="shop", now=now())
    new, same = sum(file.new for file in heard), sum(file.same for file in heard)
    click.echo(f"Heard {new:,} new traces from {len(heard)} files ({same:,} heard before).", err=True)
    run = turn(opened, as_of=town.last, now=now())
    click.echo(f"Turned the loop: {run.customers:,} customers, as of {town.last}.\n", err=True)
    first = today(opened).rows[0].customer
    page = brief(opened, first, now=now())
    if as_json:
        answer(as_data(page))
    else:
        click.echo(as_text(page))
    click.echo(f"\nMore: regulars today --home {folder / 'home'}", err=True)
    if serving:
        from ..serve.app import serve

        serve(opened, port=port)
    opened.close()
