"""Options: what every command shares. `--home` and `--json` may stand before or after the command."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import SettingsError
from ..settings import DEFAULT_HOME

if TYPE_CHECKING:
    from ..listen import Refused
    from ..store import Home

__all__ = ["DAY", "answer", "faults_as_data", "homed", "now", "opened", "progress"]

HOME_VARIABLE: Final = "REGULARS_HOME"


def now() -> datetime:
    """Return this instant. The only place where the command line reads the clock."""
    return datetime.now(UTC)


class Day(click.ParamType[date]):
    """A date such as 2026-03-31, or "today"."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a date."""
        if isinstance(value, date):
            return value
        if value == "today":
            return now().date()
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date. Write it as 2026-03-31.", param, ctx)


DAY: Final = Day()


def homed(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--home` and `--json`, and hand it `home` (a path) and `as_json`."""

    @click.option(
        "--home", default=None, metavar="DIR", help="The home folder (default: ./regulars-home, or REGULARS_HOME)."
    )
    @click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
    @click.pass_context
    @functools.wraps(command)
    def wrapped(ctx: click.Context, /, home: str | None, as_json: bool, **values: Any) -> None:
        before = ctx.find_root().obj or {}
        path = home or before.get("home") or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME
        if not str(path).strip():
            raise SettingsError("The home has no name.", now="Name a folder with --home.")
        command(home=Path(path), as_json=as_json or bool(before.get("json")), **values)

    return wrapped


@contextmanager
def opened(path: Path) -> Iterator[Home]:
    """Open a home for a command, and close it afterwards."""
    from ..store import open_home

    home = open_home(path)
    try:
        yield home
    finally:
        home.close()


def answer(data: Any) -> None:
    """Print an answer in JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def progress(name: str, rows: int) -> None:
    """Show how far a file has been heard, on a terminal only."""
    if sys.stderr.isatty():
        click.echo(f"\r{name}: {rows:,} rows", nl=False, err=True)


def faults_as_data(refused: Iterable[Refused]) -> list[dict[str, object]]:
    """Return rows that need a look as data."""
    return [
        {
            "line": fault.row,
            "column": fault.column,
            "value": fault.value,
            "reason": fault.reason,
            "suggestion": fault.suggestion,
        }
        for fault in refused
    ]
