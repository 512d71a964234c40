"""Running the command line inside a test, as `main()` runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from regulars.cli import main

ORDERS = """order_id,customer_id,email,ordered_at,promised_on,delivered_at,amount,currency,secret_remark
1,A1,ann@example.org,2026-01-02 10:00:00,2026-01-05,2026-01-04 09:00:00,12.50,EUR,needle-7f3
2,A1,ann@example.org,2026-02-02 10:00:00,2026-02-05,2026-02-09 09:00:00,8.00,EUR,needle-7f3
3,B2,bob@example.org,2026-02-20 10:00:00,2026-02-25,,30.00,EUR,needle-7f3
"""


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The answer, read as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `regulars` with some words, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REGULARS_HOME", raising=False)

    def running(*words: str) -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["regulars", *words])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return running


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A small file of orders."""
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path
