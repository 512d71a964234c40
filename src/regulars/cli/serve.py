"""`regulars serve`: open the pages in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from .options import homed, now, opened


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Only this machine; there is no login yet.")
@click.option("--port", default=8765, show_default=True, type=click.IntRange(0, 65535))
@click.option("--door-only", is_flag=True, help="Only take in events, with a key; then other machines may reach it.")
@homed
def command(home: Path, as_json: bool, host: str, port: int, door_only: bool) -> None:
    """Serve the pages: today, customers, briefings, evidence, hearing files; and the door to which events are sent."""
    from ..dates import instant_us
    from ..serve.app import serve
    from ..settings import Settings
    from ..store import make_home

    if not (home / "catalogue.sqlite").exists() and not door_only:
        click.echo(f"Made a new home at {home}.", err=True)
        make_home(home, Settings(), now_us=instant_us(now())).close()
    with opened(home) as opened_home:
        serve(opened_home, host=host, port=port, door_only=door_only)
