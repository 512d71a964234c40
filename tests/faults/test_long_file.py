"""F9: a file of a gigabyte with bad rows in it. Only these are refused, each at its place; the rest lands, once."""

from __future__ import annotations

import resource
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from regulars.intake import hear
from regulars.settings import Settings
from regulars.store import make_home, open_home

from ..store.made import NOW, NOW_US
from .children import Notes, child, killed, told
from .scale import chance, scaled

ROWS = 1_900_000  # of about 530 bytes: a gigabyte
BAD = 1_000
MOST_MB = 500
HEADER = "order_id,customer_id,ordered_at,product,quantity,unit_price,remark\n"
PRODUCTS = ("Rye bread", "Crème brûlée", '"Table wine, bottle"', '"Big ""sour"" loaf"', "Oat cake")
REMARKS = ("as always", "é" * 40, '"two\nlines"', '"three\r\nlines, and\na comma"')
FILLING = "x" * 450


@dataclass(frozen=True)
class Bad:
    """How a row is spoilt, and what is said of it."""

    cells: tuple[str | bytes, ...]
    column: str
    value: str
    reason: str


SPOILT = (
    Bad(("2026-02-31", "Rye", "1", "2.50", ""), "ordered_at", "2026-02-31", "this is no day of the calendar"),
    Bad(("2026-02-01", "Rye", "many", "2.50", ""), "quantity", "many", "this is not a number"),
    Bad(("2026-02-01", "Rye", "1", "1,5", "!"), "", "X | C1 | 2026-02-01 | Rye | 1 | 1 | 5 | !", "8 cells where the"),
    Bad(("2026-02-01", "Rye"), "", "X | C1 | 2026-02-01 | Rye", "4 cells where the header has 7"),
    Bad(("2026-02-01", '"Rye', "1", "2.50", ""), "", 'X,C1,2026-02-01,"Rye,1,2.50,', "a quotation mark in the middle"),
    Bad(("2026-02-01", '"Rye"s', "1", "2", ""), "", 'X,C1,2026-02-01,"Rye"s,1,2,', "a quotation mark in the middle"),
    Bad(("2026-02-01", "R\0ye", "1", "2", ""), "", "X | C1 | 2026-02-01 | R\0ye | 1 | 2 | ", "a NUL character"),
    Bad(("2026-02-01", b"R\xffe", "1", "2", ""), "", "X | C1 | 2026-02-01 | R\0e | 1 | 2 | ", "bytes that are not"),
)


def test_a_long_file_lands_but_for_its_bad_rows_in_little_memory_and_can_be_killed(tmp_path: Path) -> None:
    """Killed half way and heard again: every good row once, every bad one with line, byte, column, value and reason."""
    rows, path, home = scaled(ROWS), tmp_path / "lines.csv", tmp_path / "home"
    good, wanted = write_long(path, rows)
    make_home(home, Settings(currency="EUR"), now_us=NOW_US).close()

    first = child(hear_long, str(home), str(path), str(tmp_path / "first"))
    while first.is_alive() and not any(said[1] >= rows / 2 for said in told(tmp_path / "first")):
        time.sleep(0.02)
    assert killed(first)
    second = child(hear_long, str(home), str(path), str(tmp_path / "second"))
    second.join()
    assert second.exitcode == 0

    what, new, same, peak_mb, refused = list(told(tmp_path / "second"))[-1]
    print(f"{path.stat().st_size / 1e6:.0f} MB, {new} traces, {len(refused)} rows refused, at most {peak_mb:.0f} MB")
    assert (what, new, same) == ("done", len(good), 0)
    assert len(refused) == len(wanted)
    for row, (line, offset, bad) in zip(refused, wanted, strict=True):
        assert (row["row"], row["offset"]) == (line, offset)
        assert (row["column"], row["value"]) == (bad.column, bad.value)
        assert row["reason"].startswith(bad.reason)
    landed = [
        pq.read_table(one, columns=["row"]).column("row").to_numpy() for one in open_home(home).stock.segments.paths()
    ]
    assert np.array_equal(np.sort(np.concatenate(landed)), good)
    assert peak_mb <= MOST_MB


def write_long(path: Path, rows: int) -> tuple[np.ndarray, list[tuple[int, int, Bad]]]:
    """Write the file; return the lines of its good rows, and line, byte and fault of the bad ones."""
    random = chance("long file")
    spoilt = dict.fromkeys(random.sample(range(rows), scaled(BAD)))
    good, wanted, line = [], [], 2
    with path.open("wb") as out:
        out.write(b"\xef\xbb\xbf" + HEADER.encode())
        for number in range(rows):
            if number in spoilt:
                bad = SPOILT[len(wanted) % len(SPOILT)]
                wanted.append((line, out.tell(), bad))
                cells = [cell if isinstance(cell, bytes) else cell.encode() for cell in ("X", "C1", *bad.cells)]
                out.write(b",".join(cells) + b"\n")
                line += 1
                continue
            good.append(line)
            remark = REMARKS[number % 97 % 4 if number % 97 < 4 else 0]
            who = f"O{number:08},C{number % 5000:05}"
            at = f"2026-01-{1 + number % 28:02} 10:{number % 60:02}:{number // 60 % 60:02}"
            said = f"{who},{at},{PRODUCTS[number % 5]},{1 + number % 4},{number % 9}.50,{remark}"
            if not said.endswith('"'):
                said += FILLING
            out.write(f"{said}\n".encode())
            line += 1 + said.count("\n")
    return np.array(good), wanted


def hear_long(home: str, path: str, book: str) -> None:
    """Hear the file and note how far it is; at last what came of it, and how much memory it took."""
    notes, opened = Notes(Path(book)), open_home(Path(home))

    def progress(name: str, rows: int) -> None:
        notes.say(name, rows)

    (heard,) = hear(opened, [Path(path)], source="shop", now=NOW, progress=progress)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    notes.say("done", heard.new, heard.same, peak_mb, [asdict(row) for row in heard.refused])
