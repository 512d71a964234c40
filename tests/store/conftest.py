"""A home, files to hear in it, and everything that counts in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from regulars.intake import FileHeard, hear
from regulars.settings import Settings
from regulars.store import Home, make_home
from regulars.store.rows import joined

from .postgres import another_schema, postgres, postgres_server  # noqa: F401 - fixtures

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ORDERS = "order_id,customer_id,ordered_at,status\n1,A,2026-01-02 10:00:00,done\n2,B,2026-01-03 10:00:00,done\n"
LINES = "order_id,product,quantity,unit_price\n1,Bread,1,2.50\n1,Bread,1,2.50\n2,Cake,1,12.00\n"

Hear = Callable[..., list[FileHeard]]


def us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=us(NOW))
    yield opened
    opened.close()


@pytest.fixture
def listen(home: Home, tmp_path: Path) -> Hear:
    """Return a function that writes files and hears them: `listen({"orders.csv": "..."}, source="shop")`."""

    def heard(files: dict[str, str], *, source: str = "shop", now: datetime = NOW, **more: Any) -> list[FileHeard]:
        paths = []
        for name, text in files.items():
            paths.append(tmp_path / name)
            paths[-1].write_text(text, encoding="utf-8")
        return hear(home, paths, source=source, now=now, **more)

    return heard


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each kind of catalogue in turn: what a home opens from now on is of that kind."""
    address = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    monkeypatch.setenv("REGULARS_DATABASE", address)
    return str(request.param)


@pytest.fixture
def kept(kind: str, tmp_path: Path) -> Iterator[Home]:
    """A home on each kind of catalogue."""
    opened = make_home(tmp_path / "kept", Settings(currency="EUR"), now_us=us(NOW))
    yield opened
    opened.close()


def counted(home: Home) -> list[dict[str, Any]]:
    """Return every trace that counts, by time and number."""
    tables = [pq.read_table(path) for path in home.stock.segments.paths()]
    table = joined([*tables, home.stock.inbox.table()])
    return table.sort_by([("happened_at", "ascending"), ("trace_id", "ascending")]).to_pylist()  # type: ignore[no-any-return]


def left_behind(home: Home) -> list[str]:
    """Return everything in the home that does not count."""
    named = {path.name for path in (*home.stock.segments.paths(), *home.stock.segments.keys())}
    files = [path.name for path in (home.path / "segments").iterdir() if path.name not in named]
    folders = [path.name for path in (home.path / "staging").iterdir()]
    batches = [
        f"open batch {row['batch_id']}" for row in home.catalogue.all("select * from batch where state = 'open'")
    ]
    return [*files, *folders, *batches]
