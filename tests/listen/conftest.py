"""Hearing a few rows inside a test, without a home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from regulars.listen import Found, Hearing, Mapping, Refused, guess_mapping, hear, open_file

NOW_US = int(datetime(2026, 3, 31, 12, tzinfo=UTC).timestamp() * 1_000_000)
HEARING = Hearing(source="shop", file="rows.csv", file_id=1, now_us=NOW_US, since_us=NOW_US)


@dataclass(frozen=True)
class Told:
    """What came of a file: its mapping, its traces as dictionaries, and the rows that need a look."""

    mapping: Mapping
    traces: list[dict[str, Any]]
    refused: list[Refused]


Listen = Callable[..., Told]


def nothing_known(keys: Sequence[str]) -> Found:
    return Found([""] * len(keys), np.zeros(len(keys), np.int64))


@pytest.fixture
def listen(tmp_path: Path) -> Listen:
    """Return a function that writes a file, hears it as it would be guessed, and tells what came of it."""

    def heard(
        content: str | bytes | pa.Table, name: str = "rows.csv", *, currency: str = "EUR", **changes: Any
    ) -> Told:
        path = write(tmp_path / name, content)
        file = open_file(path)
        mapping = guess_mapping(file, zone="UTC", currency=currency)
        if changes:
            mapping = type(mapping)(**{**{f: getattr(mapping, f) for f in mapping.__slots__}, **changes})
        parts = [hear(piece, mapping, hearing=HEARING, find=nothing_known) for piece in file.pieces(mapping.used)]
        traces = [trace for part in parts for trace in part.traces.to_pylist()]
        return Told(mapping, traces, [row for part in parts for row in part.refused])

    return heard


def write(path: Path, content: str | bytes | pa.Table) -> Path:
    """Write a file of text, bytes or rows."""
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        import pyarrow.parquet as pq

        pq.write_table(content, path)
    return path
