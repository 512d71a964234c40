"""Restrict: from the moment it is asked for, nothing of the customer is scored, briefed or listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow.compute as pc
import pytest

from regulars import loop, notebook, privacy, trail
from regulars.errors import NotFound, Restricted
from regulars.finding import resolve
from regulars.restriction import left_alone, respect
from regulars.serve import render_mirror
from regulars.store import Home

from .shop import NOW, of, written

FACES: tuple[Callable[[Home, str], object], ...] = (
    lambda home, code: loop.brief(home, code, now=NOW),
    lambda home, code: loop.brief(home, code, now=NOW, as_of=(NOW - timedelta(days=30)).date()),
    lambda home, code: trail.why(home, f"{code}.gap", now=NOW),
    lambda home, code: trail.walk(home, "orders.csv:2", now=NOW),
    lambda home, code: notebook.OpenHome(home).customer(code),
)


@pytest.mark.parametrize("turned", [False, True], ids=["at once", "after a turn"])
@pytest.mark.parametrize("face", range(len(FACES)))
def test_no_face_shows_them(home: Home, face: int, *, turned: bool) -> None:
    """Briefing, an earlier briefing, evidence, a row's walk, the notebook: each stops, before and after a turn."""
    code = privacy.find(home, "C0").customer.code
    FACES[face](home, code)
    privacy.restrict(home, "C0", now=NOW)
    if turned:
        loop.turn(home, as_of=NOW.date(), now=NOW)
    with pytest.raises(Restricted) as stopped:
        FACES[face](home, code)
    assert stopped.value.exit_code == 77
    assert "restricted at their request since 31 Mar 2026: kept, not scored, not briefed." in stopped.value.what
    assert stopped.value.now == f"Lift it with 'regulars restrict --lift {code}' when they say so."


def test_today_leaves_them_out_at_once(home: Home) -> None:
    """Whoever is on the list goes from it when they ask, and the count of those who can wait does not hold them."""
    before = loop.today(home)
    code = privacy.find(home, "C0").customer.code
    assert code in {row.customer for row in before.rows}
    privacy.restrict(home, code, now=NOW)
    after = loop.today(home)
    assert code not in {row.customer for row in after.rows}
    assert len(after.rows) + after.more == len(before.rows) + before.more - 1


def test_after_a_turn_they_are_kept_and_not_scored(kept: Home) -> None:
    """Every trace is still there; no portrait has a number of theirs, and no table of the run another row of them."""
    person = privacy.restrict(kept, "C0", now=NOW)
    traces = of(kept, person.customer.subjects).num_rows
    run = loop.turn(kept, as_of=NOW.date(), now=NOW)
    assert of(kept, person.customer.subjects).num_rows == traces == 39
    number = person.customer.number
    for table in ("debts", "due_soon", "voice", "taste", "monthly", "touches", "consents", "forecasts"):
        found = kept.runs.table(run, table)
        assert not pc.any(pc.equal(found.column("customer"), number)).as_py(), table
    portrait = kept.runs.fetch(run, "portraits", number).to_pylist()
    assert all(value is None for row in portrait for name, value in row.items() if name != "customer")
    assert left_alone(kept, run).to_pylist() == [number]
    assert resolve(kept, run, "C0").label == person.customer.label


def test_lifting_brings_everything_back(home: Home) -> None:
    """The same run as before, and the same page."""
    before = loop.story(home, "C0", now=NOW)
    privacy.restrict(home, "C0", now=NOW)
    loop.turn(home, as_of=NOW.date(), now=NOW)
    privacy.lift_restriction(home, before.page.customer, now=NOW)
    loop.turn(home, as_of=NOW.date(), now=NOW)
    after = loop.story(home, "C0", now=NOW)
    assert [line.it.text for line in after.page.lines] == [line.it.text for line in before.page.lines]
    with pytest.raises(NotFound, match="is not restricted"):
        privacy.lift_restriction(home, "C0", now=NOW)


def test_a_record_that_joins_them_later_is_left_alone_too(home: Home, tmp_path: Path, needle: str) -> None:
    """A new number under the same address is the same person, who has asked once."""
    person = privacy.restrict(home, "C0", now=NOW)
    rows = [["X1", "C0-new", f"{needle}@example.org", f"{NOW:%Y-%m-%d %H:%M}", "9.00"]]
    header = ["order_id", "customer_id", "email", "ordered_at", "amount"]
    loop.hear(home, [written(tmp_path, "new.csv", header, rows)], source="web", now=NOW)
    run = loop.turn(home, as_of=NOW.date(), now=NOW)
    customer = resolve(home, run, "C0-new")
    assert len(customer.subjects) == 2
    assert left_alone(home, run).to_pylist() == [customer.number]
    with pytest.raises(Restricted):
        respect(home, customer)
    assert person.customer.number in customer.subjects


def test_their_own_copy_and_forgetting_still_work(home: Home) -> None:
    """To be left alone takes no other right away; the copy says so, and holds no score."""
    privacy.restrict(home, "C0", now=NOW)
    held = privacy.held(home, "C0", now=NOW)
    assert held.story is None
    assert held.why == "Restricted at their request since 31 Mar 2026: kept, not scored, not briefed."
    assert held.why in render_mirror(held)
    assert len(held.traces) == 39
    privacy.forget(home, "C0", now=NOW)
    assert home.restricted() == ()
