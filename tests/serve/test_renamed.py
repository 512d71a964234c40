"""A code that a customer ever had leads to their pages for ever."""

from __future__ import annotations

import shutil
from pathlib import Path

from regulars import loop
from regulars.recognise import code_of
from regulars.store import Home, open_home

from .conftest import client_of
from .shop import NOW


def test_an_old_code_leads_to_the_present_page(home: Home, tmp_path: Path) -> None:
    """To the briefing, its timeline and what is posted; a code that never was anybody's is not found."""
    mine = open_home(Path(shutil.copytree(home.path, tmp_path / "home")))
    run = mine.runs.current()
    one, other = sorted({row["customer"] for row in mine.runs.table(run, "members").to_pylist()})[:2]
    mine.verdicts.make("same", [(one, other, "same")], now_us=1)
    run = loop.turn(mine, as_of=loop.latest_day(mine, now=NOW), now=NOW)
    kept = {row["customer"] for row in mine.runs.table(run, "members").to_pylist()} & {one, other}
    (new,), (old,) = kept, {one, other} - kept
    client = client_of(mine)
    for page in ("", "/timeline?page=1", "/mirror"):
        answer = client.get(f"/customers/{code_of(old)}{page}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (308, f"/customers/{code_of(new)}{page}")
        assert client.get(f"/customers/{code_of(old)}{page}").status_code == 200
    posted = client.post(f"/customers/{code_of(old)}/notes", data={"text": "x"}, follow_redirects=False)
    assert posted.status_code == 308
    assert client.get("/customers/0000000000001").status_code == 404
    mine.close()
