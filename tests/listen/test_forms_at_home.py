"""The same orders in every form are the same traces: hearing them again in another one is no news."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from regulars.intake import hear
from regulars.listen import Held
from regulars.settings import Settings
from regulars.store import make_home

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
ORDERS = [
    {"order_id": f"O{n}", "customer_id": f"C{n % 4}", "ordered_at": f"2026-01-{n + 1:02} 10:00:00", "amount": f"{n}.50"}
    for n in range(20)
]
CSV = "\n".join([",".join(ORDERS[0]), *(",".join(order.values()) for order in ORDERS)]).encode()


def workbook() -> bytes:
    made, written = openpyxl.Workbook(), io.BytesIO()
    made.active.append(list(ORDERS[0]))
    for order in ORDERS:
        when = datetime.fromisoformat(order["ordered_at"])
        made.active.append([order["order_id"], order["customer_id"], when, float(order["amount"])])
    made.save(written)
    return written.getvalue()


def zipped() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("export/orders.csv", CSV)
    return packed.getvalue()


FORMS = {
    "orders.xlsx": workbook(),
    "orders.jsonl": "\n".join(map(json.dumps, ORDERS)).encode(),
    "orders.json": json.dumps({"orders": ORDERS}, indent=1).encode(),
    "orders.csv.gz": gzip.compress(CSV),
    "orders.zip": zipped(),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_heard_once_whatever_it_came_in(name: str, tmp_path: Path) -> None:
    """A dry run promises what hearing does; the same rows as CSV are then all known."""
    home = make_home(tmp_path / "home", Settings(), now_us=int(NOW.timestamp() * 1e6))
    try:
        file = Held(name, FORMS[name])
        dry, wet = (hear(home, [file], source="shop", now=NOW, dry_run=dry)[0] for dry in (True, False))
        assert (dry.new, wet.new, wet.rows, wet.refused) == (20, 20, 20, ())
        again = hear(home, [file, Held("orders.csv", CSV)], source="shop", now=NOW)
        assert [(one.new, one.corrected) for one in again] == [(0, 0), (0, 0)]
    finally:
        home.close()


def test_orders_of_json_and_their_lines_are_one_hearing(tmp_path: Path) -> None:
    """Both tables are heard together: each order once, each line once, of the same people."""
    goods = [{"sku": f"S{n}", "quantity": n, "price": "2.50"} for n in (1, 2)]
    content = "\n".join(json.dumps(order | {"line_items": goods}) for order in ORDERS).encode()
    home = make_home(tmp_path / "home", Settings(), now_us=int(NOW.timestamp() * 1e6))
    try:
        heard = hear(home, [Held("orders.jsonl", content)], source="shop", now=NOW)
        assert [(one.name, one.mapping.shape, one.new) for one in heard] == [
            ("orders.jsonl", "orders", 20),
            ("orders.jsonl/line_items", "lines", 40),
        ]
        assert [one.new for one in hear(home, [Held("orders.jsonl", content)], source="shop", now=NOW)] == [0, 0]
    finally:
        home.close()
