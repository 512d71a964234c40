"""A column that plays no role never reaches the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from regulars.store import Home

from .conftest import Hear

NEEDLE = "needle-4711-haystack"


def everything_written(folder: Path) -> bytes:
    """Return all bytes of a folder, and of its Parquet files what they hold when unpacked."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.append(path.read_bytes())
        if path.suffix == ".parquet":
            found.append(json.dumps(pq.read_table(path).to_pylist(), default=str).encode())
    return b"".join(found)


def test_a_column_left_out_is_on_no_byte_of_the_disk(listen: Hear, home: Home) -> None:
    """Nor does a refused row carry it along; the column's name alone is kept, so that a person can see it."""
    head = "order_id,customer_id,ordered_at,status,diary\n"
    rows = f"1,A,2026-01-02,done,{NEEDLE}\n2,B,soon,done,{NEEDLE}\n,,,,{NEEDLE}\n"
    heard = listen({"orders.csv": head + rows})[0]
    assert heard.mapping.left_out == ("diary",)
    assert (heard.new, len(heard.refused)) == (1, 1)
    home.catalogue.door.connection.execute("pragma wal_checkpoint(truncate)")
    written = everything_written(home.path)
    assert NEEDLE.encode() not in written
    assert b"order:shop:1" in written
    assert b"diary" in written


@pytest.mark.parametrize("broken", [f"2,B,2026-01-02,done,{NEEDLE},more\n", f'2,"B,2026-01-02,done,{NEEDLE}\n'])
def test_a_broken_row_does_not_carry_a_left_out_column_to_the_disk(broken: str, listen: Hear, home: Home) -> None:
    """Which cell is which cannot be told in a broken row, so none of them is kept."""
    heard = listen({"orders.csv": f"order_id,customer_id,ordered_at,status,diary\n1,A,2026-01-02,done,x\n{broken}"})[0]
    assert len(heard.refused) == 1
    home.catalogue.door.connection.execute("pragma wal_checkpoint(truncate)")
    assert NEEDLE.encode() not in everything_written(home.path)
