"""Notes and taps from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run


@pytest.fixture
def turned(run: Run, orders: Path) -> Run:
    run("hear", str(orders))
    run("turn")
    return run


def test_a_note_is_kept_and_gives_something_back(turned: Run) -> None:
    """The kind, an opinion, a promise and what is open are said."""
    done = turned("note", "bob@example.org", "Seemed cross. We will call back in 3 days.", "--call")
    assert done.code == 0
    assert "Saved: spoke with us by telephone." in done.out
    assert "Reads as an opinion, so the note is not shown: Seemed cross." in done.out
    assert "We will call back in 3 days. Due " in done.out
    assert "Still open: " in done.out


def test_a_token_makes_it_one_note(turned: Run) -> None:
    """The same token twice is one trace, and a promise is kept where that is asked for."""
    words = ("note", "bob@example.org", "Will ring in 3 days.", "--visit", "--promise", "--token", "t" * 16, "--json")
    first, second = turned(*words).data, turned(*words).data
    assert first["trace"] == second["trace"]
    assert len(first["promised"]) == 1
    assert first["kind"] == "met"


def test_a_tap_is_said_on_the_briefing(turned: Run) -> None:
    """Wrong stands on the briefing with its reason, in words and in JSON; a word that is none is refused."""
    code = turned("brief", "bob@example.org", "--json").data["customer"]
    assert turned("tap", f"{code}.action", "wrong", "It came on Tuesday").code == 0
    assert "It came on Tuesday" in turned("brief", code).out
    lines = [line for block in turned("brief", code, "--json").data["blocks"] for line in block["lines"]]
    assert [line["taps"][0]["how"] for line in lines if line["taps"]] == ["wrong"]
    assert turned("tap", f"{code}.action", "done", "--json").data["kind"] == "acted"
    assert turned("tap", "nobody", "done").code == 66
    assert turned("tap", f"{code}.nothing", "done").code == 66


def test_later_leaves_the_list_of_today(turned: Run) -> None:
    """Who is put off is not on today's list."""
    listed = turned("today", "--json").data["rows"]
    assert listed
    turned("tap", f"{listed[0]['customer']}.action", "later")
    assert listed[0]["customer"] not in [row["customer"] for row in turned("today", "--json").data["rows"]]
