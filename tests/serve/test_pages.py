"""What the pages say."""

from __future__ import annotations

import gzip
import re
from html import unescape

from starlette.testclient import TestClient

from regulars import loop
from regulars.dates import instant_us
from regulars.respond import BLOCKS
from regulars.respond.briefing import THEIRS
from regulars.serve import create_app
from regulars.settings import Settings
from regulars.store import Home, make_home
from regulars.verdict import Outcome

from .conftest import client_of
from .shop import NOW, OPINION

HEADINGS = re.compile(r"<h2[^>]*>(.*?)</h2>", re.S)


def words_of(page: str) -> str:
    """Return what a reader reads."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


def test_today_shows_at_most_seven_rows_that_lead_to_briefings(client: TestClient, home: Home) -> None:
    """Each row says who, how things stand, what to do and why, and the list says that it ends."""
    found = loop.today(home)
    page = client.get("/").text
    assert 1 <= len(found.rows) <= 7
    for row in found.rows:
        assert f'href="/customers/{row.customer}"' in page
        assert row.choice.action.do in words_of(page)
        assert row.choice.action.why in words_of(page)
    assert page.count("▲") == sum(row.state == "We owe them" for row in found.rows)
    assert f"That’s all for today. {found.more} more can wait." in words_of(page)


def test_an_empty_day_says_that_nothing_needs_you(tmp_path) -> None:
    """A home whose customers are all settled has a list with one sentence."""
    path = tmp_path / "orders.csv"
    path.write_text("order_id,customer_id,ordered_at,amount\n1,A,2026-10-31 10:00,5.00\n", encoding="utf-8")
    home = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=instant_us(NOW))
    loop.hear(home, [path], source="shop", now=NOW)
    loop.turn(home, as_of=NOW.date(), now=NOW)
    assert "Nothing needs you today." in client_of(home).get("/").text
    home.close()


def test_a_home_without_a_run_says_what_to_do(tmp_path) -> None:
    """Nothing worked out yet is no mystery: Today leads to the first file, any other page names the command."""
    home = make_home(tmp_path / "home", Settings(), now_us=instant_us(NOW))
    assert 'href="/hear"' in client_of(home).get("/").text
    answer = client_of(home).post("/customers", data={"text": "Ann"})
    assert answer.status_code == 503
    assert "regulars turn" in answer.text
    home.close()


def test_the_briefing_keeps_its_blocks_in_order(client: TestClient, stories: list[loop.Story]) -> None:
    """The headings of every briefing stand in the one fixed order, and block 2 is always there."""
    for story in stories:
        page = client.get(f"/customers/{story.page.customer}").text
        titles = [unescape(words_of(title)) for title in HEADINGS.findall(page)]
        places = [BLOCKS.index(title) for title in titles]
        assert places == sorted(places)
        assert 2 in places or story.material.customer.sure < THEIRS  # of somebody who may be two, nothing is told
        assert 5 in places


def test_every_line_has_a_mark_an_age_and_its_evidence(client: TestClient, stories: list[loop.Story]) -> None:
    """No line stands without saying where it comes from."""
    for story in stories:
        code = story.page.customer
        page = client.get(f"/customers/{code}").text
        for line in story.page.lines:
            assert f'href="/customers/{code}/why/{line.it.key}"' in page
        items = re.findall(r'<li class="line.*?</li>', page, re.S)
        assert len(items) == sum(line.it.block in (2, 3, 6, 7) for line in story.page.lines)
        for item in items:
            assert re.search(
                r"\((they told us|they did it with us|we worked it out|a colleague's note)\)", unescape(item)
            )
            assert re.search(r'class="age">(today|yesterday|\d+ \w+ ago)', item)


def test_lines_that_are_not_for_telling_carry_a_tag(client: TestClient, stories: list[loop.Story]) -> None:
    """USE and ASK are said in words; SAY needs none."""
    seen = set()
    for story in stories:
        page = client.get(f"/customers/{story.page.customer}").text
        shown = [line for line in story.page.lines if line.it.block in (2, 3, 5, 6, 7)]
        for outcome, words in ((Outcome.USE, "act on it, don't recite it"), (Outcome.ASK, "ask, don't tell")):
            count = sum(line.outcome is outcome for line in shown)
            assert unescape(page).count(words) == count
            seen |= {outcome} if count else set()
    assert seen == {Outcome.USE, Outcome.ASK}


def test_what_was_kept_back_is_named_by_rule_and_never_shown(rude_client: TestClient, rude: Home) -> None:
    """The foot says which rule keeps a line back and why; the line itself is on no page of ours."""
    code = loop.resolve(rude, rude.runs.current(), "R1").code
    page = words_of(rude_client.get(f"/customers/{code}").text)
    assert "1 line kept back (rule 4). Why?" in page
    assert "Rule 4: a colleague's opinion: ask the author to write what happened" in page
    timeline = words_of(rude_client.get(f"/customers/{code}/timeline").text)
    assert "1 by rule 4: a colleague's opinion" in timeline
    assert OPINION not in page + timeline


def test_the_page_says_when_its_figures_are_old(home: Home) -> None:
    """Twelve days later the page says so; on the day itself it does not."""
    later = TestClient(create_app(home, now=lambda: NOW.replace(day=13)))
    assert "12 days ago" in later.get("/").text
    assert "Old figures" not in client_of(home).get("/").text


def test_a_page_is_light(client: TestClient, code: str) -> None:
    """A briefing with its style sheet and script is at most 60 KB on the wire; the script is one small file of ours."""
    style, script = client.get("/static/regulars.css").content, client.get("/static/desk.js").content
    assert len(script) <= 6_000
    for path in (f"/customers/{code}", f"/customers/{code}/timeline", "/"):
        page = client.get(path)
        assert len(gzip.compress(page.content + style + script)) <= 60_000
        assert page.text.count("<script") == page.text.count('<script src="/static/desk.js" defer></script>') == 1


def test_a_customer_is_found_by_a_part_of_the_name(client: TestClient, home: Home, code: str) -> None:
    """A posted word finds them; the answer shows the code and when they were last seen."""
    customer = loop.resolve(home, home.runs.current(), code)
    page = client.post("/customers", data={"text": customer.name.split()[-1]})
    assert page.status_code == 200
    assert f'href="/customers/{code}"' in page.text
    assert "Last seen" in page.text


def test_nobody_found_says_what_to_try(client: TestClient) -> None:
    """No match is no dead end."""
    page = words_of(client.post("/customers", data={"text": "zzz nobody"}).text)
    assert "No customer matches “zzz nobody”." in page
    assert "Try fewer letters" in page


def test_an_odd_search_is_still_a_page(client: TestClient) -> None:
    """An empty, a huge, a missing and a strange text are answered, not broken."""
    for data in ({}, {"text": ""}, {"text": "x" * 50_000}, {"text": "\x00%_'\""}, {"other": "a"}):
        assert client.post("/customers", data=data).status_code == 200


def test_the_evidence_page_tells_everything_behind_a_line(client: TestClient, stories: list[loop.Story]) -> None:
    """Sentence, mark, use, rule, method and query stand on the page of every line."""
    for story in stories[:3]:
        for line in story.page.lines:
            page = client.get(f"/customers/{story.page.customer}/why/{line.it.key}")
            assert page.status_code == 200
            text = words_of(page.text)
            assert re.sub(r"\s+", " ", line.it.text) in text
            assert f"rule {line.rule}: {line.why}" in text
            if line.it.estimate and line.it.estimate.licensed:
                assert f"n = {line.it.estimate.n}" in text
            if "/" in line.it.evidence.definition:
                assert "<pre" in page.text


def test_a_trace_behind_a_line_leads_to_its_place_in_the_timeline(client: TestClient, code: str) -> None:
    """The link of a trace opens the page of the timeline on which that trace stands, with its file and line."""
    page = client.get(f"/customers/{code}/why/debt1").text
    assert re.search(r"\w+\.csv, line \d+", page)
    link = re.search(r'href="(/customers/\w+/timeline\?page=\d+)#(t-[0-9a-f]{32})"', page)
    assert link
    assert f'id="{link[2]}"' in client.get(link[1]).text


def test_a_line_that_names_no_trace_claims_none(client: TestClient, stories: list[loop.Story]) -> None:
    """ "Nothing open" rests on having looked, so no trace is shown as its proof."""
    settled = next(story for story in stories if any(line.it.key == "open" for line in story.page.lines))
    page = client.get(f"/customers/{settled.page.customer}/why/open").text
    assert "We looked and found nothing." in page
    assert 'class="item' not in page


def test_a_small_graph_has_words_and_figures(client: TestClient, code: str) -> None:
    """Five graphs, each with a title, and one table of the same figures for who cannot see them."""
    page = client.get(f"/customers/{code}").text
    assert page.count("<svg") == page.count("<title>") - 1 == 5
    assert "<caption>" in page
