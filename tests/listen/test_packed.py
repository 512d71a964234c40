"""Packed files are read as what is in them, and what would fill the memory is refused in a sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from regulars.errors import InputError
from regulars.listen import Held, open_files
from regulars.listen import packed as packed_module

from .conftest import Listen

ROWS = b"order_id,customer_id,ordered_at\n1,A,2026-01-02\n2,B,2026-01-03\n"


def zstd_packed(content: bytes) -> bytes:
    return pa.compress(content, codec="zstd", asbytes=True)


def zipped(members: dict[str, bytes], **how: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, **how) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return packed.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstd_packed,
}


@pytest.mark.parametrize("ending", PACKERS)
def test_a_packed_file_gives_the_rows_that_are_in_it(ending: str, listen: Listen) -> None:
    """However a CSV is packed, its rows are heard; its ending does not matter, its first bytes do."""
    told = listen(PACKERS[ending](ROWS), f"orders.csv.{ending}")
    assert [trace["about"] for trace in told.traces] == ["order:shop:1", "order:shop:2"]
    assert [trace["row"] for trace in told.traces] == [2, 3]
    assert open_files(Held(f"orders.csv.{ending}", PACKERS[ending](ROWS)))[0].name == "orders.csv"
    assert open_files(Held("orders", PACKERS[ending](ROWS)))[0].name == "orders"


def test_a_packed_file_and_the_same_file_are_one(tmp_path: Path) -> None:
    """A file is known by what is in it: packed or not, hearing it again is no news."""
    plain = open_files(Held("orders.csv", ROWS))[0]
    assert {open_files(Held("o", pack(ROWS)))[0].digest for pack in PACKERS.values()} == {plain.digest}


def test_files_packed_one_after_the_other_are_read_to_the_end() -> None:
    """Two gzip files joined with `cat` are one longer file."""
    table = open_files(Held("orders.csv.gz", gzip.compress(ROWS) + gzip.compress(b"3,C,2026-01-04\n")))[0]
    assert sum(piece.table.num_rows for piece in table.pieces()) == 3


@pytest.mark.parametrize("ending", PACKERS)
def test_a_packed_file_that_was_cut_short_is_told(ending: str) -> None:
    """Half a packed file, and one with changed bytes, say that they are damaged."""
    content = PACKERS[ending](b"".join([ROWS, *(b"%d,A,2026-01-02\n" % (n * 7919) for n in range(5000))]))
    for spoilt in (content[: len(content) // 2], content[:40] + bytes(40) + content[80:]):
        with pytest.raises(InputError) as caught:
            list(open_files(Held(f"orders.csv.{ending}", spoilt))[0].pieces())
        assert "orders.csv" in caught.value.what


@pytest.mark.parametrize("ending", PACKERS)
def test_what_unpacks_without_end_is_refused(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of a few kilobytes that unpacks to far more than a table is refused as soon as that shows."""
    monkeypatch.setattr(packed_module, "FREE_BYTES", 1_000_000)
    monkeypatch.setattr(packed_module, "RATIO", 100)
    with pytest.raises(InputError, match="unpacks to more than"):
        open_files(Held("bomb", PACKERS[ending](b"a,b\n" + b"1,2\n" * 20_000_000)))


def test_packed_twice_is_refused() -> None:
    """A packed file in a packed file, and a workbook or Parquet in gzip, are named as that."""
    parquet = io.BytesIO()
    pq.write_table(pa.table({"a": [1], "b": [2]}), parquet)
    for content in (gzip.compress(ROWS), zipped({"a.csv": ROWS}), parquet.getvalue()):
        with pytest.raises(InputError, match="packed twice"):
            open_files(Held("orders.gz", gzip.compress(content)))


def test_every_table_of_a_zip_is_heard() -> None:
    """Several files zipped together are several tables, named after the zip and themselves."""
    parquet = io.BytesIO()
    pq.write_table(pa.table({"a": [1], "b": [2]}), parquet)
    tables = open_files(
        Held("export.zip", zipped({"in/orders.csv": ROWS, "x.parquet": parquet.getvalue(), "in/": b"", "._x": b"?"}))
    )
    assert [table.name for table in tables] == ["export.zip/orders.csv", "export.zip/x.parquet"]
    assert [sum(piece.table.num_rows for piece in table.pieces()) for table in tables] == [2, 1]
    assert tables[0].digest == open_files(Held("orders.csv", ROWS))[0].digest


def test_hostile_names_in_a_zip_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three hundred names that climb, are absolute or hold control characters are only shown; nothing is written."""
    monkeypatch.chdir(tmp_path)
    odd = ["../../x.csv", "/etc/x.csv", "C:\\x.csv", "a\x00b.csv", "\u202egnp.csv", "..", "con", "a\nb.csv", "x" * 3000]
    names = [f"{number}{name}" if number else name for number, name in enumerate(odd * 34)][:300]
    tables = open_files(Held("export.zip", zipped(dict.fromkeys([*names, *odd], ROWS))))
    assert len(tables) >= 300
    assert all(table.name.isprintable() and table.name.count("/") == 1 for table in tables)
    assert list(tmp_path.iterdir()) == []


def overlapping() -> bytes:
    """Return a zip whose entries all lie on the same bytes."""
    content = zipped({"a": bytes(9_000_000)})
    end = content.rfind(b"PK\x05\x06")
    start = struct.unpack_from("<L", content, end + 16)[0]
    entry, count = content[start:end], 1000
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, start, 0)
    return content[:start] + entry * count + tail


def many_entries() -> bytes:
    """Return a zip that lists two hundred thousand entries."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    count = 200_000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count % 65536, count % 65536, len(entry) * count, 4, 0)
    return b"PK\x03\x04" + entry * count + end


def quine() -> bytes:
    """Return a zip that holds a copy of a zip, and that one another, as a zip that holds itself looks from outside."""
    content = zipped({"orders.csv": ROWS})
    for _ in range(5):
        content = zipped({"r.zip": content})
    return content


def understated() -> bytes:
    """Return a zip whose entry declares less than it unpacks to."""
    content = bytearray(zipped({"orders.csv": ROWS * 100_000}))
    start = struct.unpack_from("<L", content, content.rfind(b"PK\x05\x06") + 16)[0]
    struct.pack_into("<L", content, start + 24, len(ROWS))
    struct.pack_into("<L", content, start + 16, zlib.crc32(ROWS) ^ 1)
    return bytes(content)


BOMBS = {
    "forty-two": (
        lambda: zipped({f"lib{n}.zip": zipped({"0.dll": bytes(50_000_000)}) for n in range(16)}),
        "inside a zip",
    ),
    "one entry of zeros": (lambda: zipped({"a.csv": bytes(300_000_000)}), "times its size"),
    "entries on the same bytes": (overlapping, "counts the same bytes"),
    "very many entries": (many_entries, "more entries than"),
    "a zip in a zip": (quine, "a zip inside a zip"),
    "less declared than there is": (understated, "damaged after"),
    "no list": (lambda: zipped({"a.csv": ROWS})[:-30], "cannot be opened"),
    "nothing": (lambda: zipped({"__/": b""}), "is an empty zip"),
}  # fmt: skip


@pytest.mark.parametrize("what", BOMBS)
def test_a_zip_that_would_fill_the_memory_is_refused(what: str) -> None:
    """Each is told within two CPU seconds, in a sentence with its name."""
    build, said = BOMBS[what]
    content = build()
    start = time.process_time()
    with pytest.raises(InputError, match=said) as caught:
        open_files(Held("bomb.zip", content))
    assert time.process_time() - start < 2
    assert "bomb.zip" in caught.value.what
    assert caught.value.now.endswith(".")


def test_a_locked_zip_says_so() -> None:
    """A zip with a password is named as that."""
    content = bytearray(zipped({"a.csv": ROWS}))
    start = struct.unpack_from("<L", content, content.rfind(b"PK\x05\x06") + 16)[0]
    content[start + 8] |= 1
    with pytest.raises(InputError, match="locked with a password"):
        open_files(Held("a.zip", bytes(content)))
