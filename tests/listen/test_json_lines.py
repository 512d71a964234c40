"""JSON is heard as rows, one object each; a broken line is refused with its place, and the rest goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from regulars.errors import InputError
from regulars.listen import Held, Refused, SourceFile, guess_mapping, open_files
from regulars.listen import json_lines as json_module
from regulars.listen import objects as objects_module

from .conftest import Listen

ORDERS: list[dict[str, Any]] = [
    {
        "order_id": f"O{number}",
        "created_at": f"2026-01-0{number}T10:00:00Z",
        "customer": {"id": f"C{number}", "email": f"u{number}@example.org", "tags": ["old", True, None]},
        "total_price": 12.50 * number,
        "line_items": [{"sku": f"S{place}", "quantity": place, "price": 2.5} for place in (1, 2)],
        "tax_lines": [{"title": "VAT", "rate": 0.2}],
    }
    for number in (1, 2, 3)
]
LINES = "".join(json.dumps(order) + "\n" for order in ORDERS).encode()
PLAIN = b'{"order_id": "1", "customer_id": "A", "ordered_at": "2026-01-02"}\n'


def opened(content: bytes, name: str = "orders.jsonl") -> list[SourceFile]:
    return open_files(Held(name, content))


def rows_in(table: SourceFile) -> list[dict[str, str]]:
    return [row for piece in table.pieces() for row in piece.table.to_pylist()]


def refused_in(table: SourceFile) -> list[Refused]:
    return [fault for piece in table.pieces() for fault in piece.refused]


def test_lines_of_json_are_heard(listen: Listen) -> None:
    """Each object is a row with the number of its line, whatever the file is called."""
    told = listen(PLAIN + b"\n" + PLAIN.replace(b'"1"', b'"2"'), "orders.txt")
    assert [trace["about"] for trace in told.traces] == ["order:shop:1", "order:shop:2"]
    assert [trace["row"] for trace in told.traces] == [1, 3]


def test_objects_in_objects_become_headers_with_a_point() -> None:
    """Nested fields are named with their path, plain lists are joined, and decimals stay as they are written."""
    table = opened(LINES.replace(b"12.5,", b"12.50,"))[0]
    assert table.headers == (
        "order_id", "created_at", "customer.id", "customer.email", "customer.tags", "total_price",
    )  # fmt: skip
    first = next(table.pieces())
    assert first.table.to_pylist()[0]["customer.tags"] == "old; true; "
    assert first.table.to_pylist()[0]["total_price"] == "12.50"
    assert first.typed == {"total_price"}
    assert first.offsets.to_pylist()[1] == LINES.index(b"\n") + 2
    assert table.notes == ("not read, because they are lists of other things: tax_lines",)


def test_orders_and_their_lines_are_heard_together() -> None:
    """A list of goods in each object is a second table; its rows say what their order says, except its sums."""
    orders, lines = opened(LINES)
    assert lines.name == "orders.jsonl/line_items"
    assert lines.digest != orders.digest
    assert "total_price" not in lines.headers
    assert rows_in(lines)[2] == {
        "order_id": "O2",
        "created_at": "2026-01-02T10:00:00Z",
        "customer.id": "C2",
        "customer.email": "u2@example.org",
        "customer.tags": "old; true; ",
        "line_items.sku": "S1",
        "line_items.quantity": "1",
        "line_items.price": "2.5",
    }
    assert [row for piece in lines.pieces(()) for row in piece.rows.to_pylist()] == [1, 2, 3, 4, 5, 6]
    mapping = guess_mapping(lines, zone="UTC", currency="EUR")
    assert mapping.shape == "lines"
    assert mapping.columns["quantity"] == ("line_items.quantity",)
    assert mapping.columns["unit_price"] == ("line_items.price",)
    assert mapping.columns["order"] == ("order_id",)


DOCUMENTS = {
    "a list": json.dumps(ORDERS),
    "a list over several lines": json.dumps(ORDERS, indent=2),
    "an object around it": json.dumps({"orders": ORDERS, "next": None, "about": {"page": 1}}),
    "an object around it, over several lines": "\ufeff" + json.dumps({"next": "é", "orders": ORDERS}, indent=1),
}


@pytest.mark.parametrize("what", DOCUMENTS)
def test_a_document_gives_the_rows_that_its_lines_would(what: str) -> None:
    """One list of objects, alone or in an object, is read as if each object stood on a line."""
    content = DOCUMENTS[what].encode()
    documents, lines = opened(content, "orders.json"), opened(LINES)
    assert [rows_in(table) for table in documents] == [rows_in(table) for table in lines]
    offsets = next(documents[0].pieces()).offsets.to_pylist()
    assert all(content[place : place + 1] == b"{" for place in offsets)


def test_one_object_on_one_line_is_told_by_what_it_holds() -> None:
    """A single line is a document where it holds one list of objects, and a row where its name says so."""
    order = json.dumps(ORDERS[0]).encode()
    assert [table.name for table in opened(order)] == ["orders.jsonl", "orders.jsonl/line_items"]
    assert opened(b'{"orders": ' + json.dumps(ORDERS).encode() + b"}", "x.json")[0].headers[0] == "order_id"


BAD_LINES = {
    "half an object": (b'{"order_id": "2", "cust', "this is not JSON"),
    "a list": (b"[1, 2]", "this is JSON, but no object"),
    "bytes of another encoding": (b'{"order_id": "\xe9"}', "bytes that are not UTF-8"),
    "a NUL": (b'{"order_id": "a\\u0000b"}', "a NUL character"),
    "half a character": (b'{"order_id": "\\ud800"}', "half a character"),
    "a thousand lists": (b'{"order_id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "objects in one another, deeper"),
    "two hundred objects": (b'{"a": ' * 200 + b"1" + b"}" * 200, "objects in one another, more than 100 deep"),
    "a long line": (b'{"order_id": "' + b"x" * 10_000_000 + b'"}', "a line of more than 10,000,000 bytes"),
    "a cell of nine million characters": (b'{"a": "' + b"x" * 9_000_000 + b'"}', "a text of more than 1,000,000"),
    "a number of ten thousand digits": (b'{"order_id": ' + b"9" * 10_000 + b"x}", "this is not JSON"),
}


@pytest.mark.parametrize("what", BAD_LINES)
def test_a_bad_line_is_refused_and_the_rest_goes_on(what: str) -> None:
    """It is named with its line and its byte; the rows before and after it are heard."""
    line, said = BAD_LINES[what]
    table = opened(PLAIN + line + b"\n" + PLAIN)[0]
    (fault,) = refused_in(table)
    assert (fault.row, fault.offset) == (2, len(PLAIN))
    assert fault.reason.startswith(said)
    assert fault.suggestion.endswith(".")
    assert [row for piece in table.pieces() for row in piece.rows.to_pylist()] == [1, 3]


def test_numbers_of_any_size_and_what_is_none_are_text() -> None:
    """A long number stays exact, an exponent is written out, NaN is blank."""
    table = opened(b'{"a": 12345678901234567890.10, "b": 1.5e3, "c": NaN, "d": 1e999999}\n')[0]
    assert rows_in(table) == [{"a": "12345678901234567890.10", "b": "1500", "c": "", "d": "1e999999"}]


REFUSED = {
    "a broken list": (json.dumps(ORDERS, indent=1)[:-40].encode(), "broken on line"),
    "no list": (b'{\n"a": 1,\n"b": [1]\n}', "with no lists of objects"),
    "two lists": (json.dumps({"a": ORDERS, "b": ORDERS}, indent=1).encode(), "with 2 lists of objects"),
    "an empty list": (b"[]", "without objects that could be rows"),
    "only bad lines": (b'{"a": 1\n{"b": 2\n', "without objects that could be rows"),
    "another encoding": (b'[{"a": "\xe9"}]', "not in UTF-8: byte 8"),
    "a comma missing": (b'[{"a": 1, "b": 2} {"a": 1}]', "a comma is missing"),
    "a colon missing": (b'{\n"a" 1}', "a colon is missing"),
    "lists in one another": (b'[{"a":' + b"[" * 100_000, "deeper than can be read"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_document_that_cannot_be_read_says_why(what: str) -> None:
    """Each is refused in a sentence with its name."""
    content, said = REFUSED[what]
    with pytest.raises(InputError, match=said) as caught:
        list(opened(content, "orders.json"))
    assert "orders.json" in caught.value.what
    assert caught.value.now.endswith(".")


def test_a_document_that_is_too_large_tells_of_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """A document is read as a whole, so it has a limit; lines have none."""
    monkeypatch.setattr(json_module, "LARGEST_DOCUMENT", 100)
    with pytest.raises(InputError, match="one JSON document of more than") as caught:
        opened(json.dumps(ORDERS).encode(), "orders.json")
    assert "JSON Lines" in caught.value.now


def test_objects_with_ever_new_fields_are_no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where names of customers are used as fields, memory must not grow with them."""
    monkeypatch.setattr(objects_module, "MOST_COLUMNS", 50)
    with pytest.raises(InputError, match="more than 50 different fields"):
        opened(b"".join(b'{"f%d": 1, "g": 2}\n' % number for number in range(100)))


def test_fields_are_found_wherever_they_first_stand() -> None:
    """A field that only the last of many objects has is a column, blank in all others."""
    table = opened(PLAIN * 30_000 + b'{"order_id": "9", "late": 1}\n')[0]
    assert table.headers[-1] == "late"
    pieces = list(table.pieces())
    assert [piece.table.num_rows for piece in pieces] == [20_000, 10_001]
    assert pieces[0].table.column("late").unique().to_pylist() == [""]
    assert pieces[0].typed == {"late"}


def test_a_large_file_of_lines_needs_little_memory(tmp_path: Path) -> None:
    """A hundred megabytes of lines are read some thousands at a time."""
    path = tmp_path / "large.jsonl"
    with path.open("wb") as out:
        for _ in range(100):
            out.write(b'{"order_id": "1", "text": "%s"}\n' % (b"x" * 470) * 2_000)
    code = (
        "import sys, pathlib; from regulars.listen import open_files\n"
        "rows = sum(piece.table.num_rows for piece in open_files(pathlib.Path(sys.argv[1]))[0].pieces())\n"
        "said = pathlib.Path('/proc/self/status').read_text()\n"
        "print(rows, int(said.split('VmHWM:')[1].split()[0]) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    rows, peak = map(int, done.stdout.split())
    assert rows == 200_000
    assert peak < 350
