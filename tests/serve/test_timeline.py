"""The timeline: everything that happened, fifty traces a page, and no way round the guard."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from regulars import loop
from regulars.guard import judge
from regulars.listen import Trace
from regulars.serve.timeline import PAGE, line_of, sheets
from regulars.store import traces
from regulars.verdict import Outcome

ANCHOR = re.compile(r'id="t-([0-9a-f]{32})"')


@pytest.fixture(scope="session")
def busiest(stories: list[loop.Story]) -> loop.Story:
    """The customer with the longest timeline."""
    return max(stories, key=lambda story: story.timeline.num_rows)


def test_all_pages_together_show_each_trace_once_newest_first(client: TestClient, busiest: loop.Story) -> None:
    """Turning the pages shows every trace that may be shown, once, the newest first."""
    shown, _ = sheets(busiest)
    pages = -(-len(shown) // PAGE)
    assert pages > 1
    seen, days = [], []
    for number in range(1, pages + 1):
        page = client.get(f"/customers/{busiest.page.customer}/timeline?page={number}").text
        found = ANCHOR.findall(page)
        assert len(found) == (PAGE if number < pages else len(shown) - PAGE * (pages - 1))
        seen += found
        days += re.findall(r'datetime="(\d{4}-\d\d-\d\d)', page)
    assert sorted(seen) == sorted(trace.trace_id for trace, _ in shown)
    assert days == sorted(days, reverse=True)


def test_the_ends_of_the_timeline_offer_no_page_beyond(client: TestClient, busiest: loop.Story) -> None:
    """The first page leads only to older ones, the last only to newer ones; beyond is nothing."""
    code, pages = busiest.page.customer, -(-len(sheets(busiest)[0]) // PAGE)
    first, last = (client.get(f"/customers/{code}/timeline?page={number}").text for number in (1, pages))
    assert "Older" in first
    assert "Newer" not in first
    assert "Newer" in last
    assert "Older" not in last
    for wrong in ("0", "-1", str(pages + 1), "x", "9" * 30, "²", ""):
        assert client.get(f"/customers/{code}/timeline", params={"page": wrong}).status_code == 404


def test_an_item_names_its_file_and_line(client: TestClient, busiest: loop.Story) -> None:
    """Every trace on the page says where it was heard."""
    page = client.get(f"/customers/{busiest.page.customer}/timeline").text
    assert len(re.findall(r"\w+\.csv, line \d+", page)) == len(ANCHOR.findall(page))


def test_web_visits_and_opinions_are_kept_back(client: TestClient, stories: list[loop.Story]) -> None:
    """Single web visits are never shown one by one, and the page says by which rule they are kept back."""
    followed = [s for s in stories if any(t.kind in ("viewed", "searched") for t in traces(s.timeline))]
    assert followed
    for story in followed[:5]:
        hidden = {t.trace_id for t in traces(story.timeline) if t.kind in ("viewed", "searched")}
        shown, kept = sheets(story)
        assert not hidden & {trace.trace_id for trace, _ in shown}
        assert {rule.rule for rule in kept} & {12, 13}
        assert "kept back" in client.get(f"/customers/{story.page.customer}/timeline").text


@pytest.mark.parametrize(
    ("kind", "text", "days_ago", "outcome"),
    [
        ("noted", "Always rude and difficult.", 10, Outcome.HIDE),
        ("noted", "Asked for the rye loaf, sliced.", 10, Outcome.USE),
        ("noted", "Asked for the rye loaf, sliced.", 500, Outcome.HIDE),
        ("viewed", None, 1, Outcome.HIDE),
        ("complained", "Late again.", 10, Outcome.SAY),
        ("bought", None, 800, Outcome.ASK),
        ("bought", None, 1200, Outcome.HIDE),
        ("withdrew", "No more calls.", 2000, Outcome.SAY),
    ],
)
def test_each_kind_of_trace_is_judged_by_where_it_comes_from(
    busiest: loop.Story, kind: str, text: str | None, days_ago: int, outcome: Outcome
) -> None:
    """An opinion, a web visit and what is too old are hidden; a withdrawal holds however old it is."""
    day = busiest.material.portrait.as_of_day - days_ago
    trace = Trace("0" * 32, 1, kind, day * 86_400_000_000, 0, day, "shop", "1", 1, 2, (), text=text)
    assert judge(line_of(trace, busiest.material.portrait.as_of_day, 1.0).claim)[0] is outcome
