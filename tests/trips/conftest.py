"""A town, heard once for all trips."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars import loop
from regulars.dates import instant_us
from regulars.settings import Settings
from regulars.store import Home, make_home
from regulars.town import Written, write

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """The default town."""
    return write(tmp_path_factory.mktemp("place") / "town")


@pytest.fixture(scope="session")
def home(town: Written, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that has heard the whole town and turned the loop on its last day."""
    made = make_home(tmp_path_factory.mktemp("home"), Settings(currency="EUR"), now_us=instant_us(NOW))
    loop.hear(made, sorted(town.folder.glob("*.csv")), source="shop", now=NOW)
    loop.turn(made, as_of=town.last, now=NOW)
    return made


def heard(path: Path, files: list[Path]) -> Home:
    """Make a home that has heard some files."""
    made = make_home(path, Settings(currency="EUR"), now_us=instant_us(NOW))
    loop.hear(made, files, source="shop", now=NOW)
    return made
