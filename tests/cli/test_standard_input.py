"""What comes through standard input is heard like a file, as long as its source is named."""

from __future__ import annotations

import gzip
import io
import sys
from typing import Any

import pytest

from regulars.cli import hear as hear_module

from .conftest import ORDERS, Run


def piped(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


@pytest.mark.parametrize("packed", [False, True])
def test_standard_input_is_heard_under_the_name_it_is_given(
    packed: bool, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`-` with `--as` hears all that is piped in, packed or not, and hearing it again is no news."""
    content = gzip.compress(ORDERS.encode()) if packed else ORDERS.encode()
    answers: list[dict[str, Any]] = []
    for _ in range(2):
        piped(monkeypatch, content)
        answers.append(run("hear", "-", "--as", "shop", "--json").data)
    assert [answer["files"][0]["new"] > 0 for answer in answers] == [True, False]
    assert answers[0]["source"] == answers[0]["files"][0]["name"] == "shop"


def test_standard_input_without_a_name_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its source cannot be told from a file's name, so it must be said."""
    piped(monkeypatch, ORDERS.encode())
    ran = run("hear", "-")
    assert ran.code == 66
    assert "--as" in ran.err


def test_too_much_through_standard_input_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is held in memory, so it has a limit; a file has none."""
    monkeypatch.setattr(hear_module, "MOST_BYTES", 100)
    piped(monkeypatch, ORDERS.encode())
    ran = run("hear", "-", "--as", "shop")
    assert ran.code == 66
    assert "Save it to a file and name that." in ran.err
