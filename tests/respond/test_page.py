"""Any page at all: short, in order, marked, with evidence, and free of what no reader should meet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from regulars import loop
from regulars.choose import Consent, pick
from regulars.dates import instant_us
from regulars.definition import read_definition
from regulars.evidence import Evidence
from regulars.finding import fetched
from regulars.guard import Situation, may_do, may_say
from regulars.recognise import Customer
from regulars.respond import WORD_LIMIT, Briefing, Claim, Line, Mark, Material, State, as_text, brief, draft
from regulars.respond.as_data import as_data
from regulars.respond.brief import fitted
from regulars.settings import Settings
from regulars.store import make_home
from regulars.town import write
from regulars.understand import Portrait
from regulars.verdict import Allowed, Outcome

from ..choose.portraits import AS_OF, CONSENTS, TODAY, WORDS, portraits
from ..house.test_words import BANNED

RIGHTS = {"precision": {"buys_soon": 0.95, "worth": 0.9}}
ORDER = [0, 1, 2, 3, 5, 6, 7]
MOST_LINES = {0: 2, 1: 1, 2: 3, 3: 3, 5: 1, 6: 2, 7: 2}
NO_NUMBER = re.compile(r"\b(?:nan|inf|None|null|NaT)\b")
WRONG_COUNT = re.compile(r"\b1 (?:days|visits|gaps|times|deliveries|lines)\b|\b(?:[02-9]|\d\d+) (?:day|visit|line)\b")


def page_of(
    portrait: Portrait,
    *,
    consents: Sequence[Consent] = (),
    pressure: float = 0.0,
    touches: int = 0,
    sure: float = 1.0,
    name: str = "Ann Lee",
    company: str = "",
    precision: dict[str, float] | None = None,
) -> Briefing:
    """Go the way of the loop, from a portrait to its page."""
    knobs = Settings()
    situation = Situation(consents, pressure, knobs)
    choice = pick(portrait, may=lambda action: may_do(action, situation), settings=knobs)
    days = {"first_day": portrait.first_day or TODAY - 90, "last_day": portrait.last_day or TODAY - 4}
    customer = Customer(5, name, company, "", ("customer:shop:C1",), (5,), sure=sure, **days)
    material = Material(
        customer,
        portrait,
        choice,
        consents,
        pressure,
        touches,
        knobs,
        RIGHTS["precision"] if precision is None else precision,
    )
    return brief(material, [may_say(line) for line in draft(material)], run_id="run", missing=["web visits"])


def text_of(page: Briefing) -> str:
    return "\n".join(
        [line.it.text for line in page.lines] + [page.choice.action.do, page.choice.action.why, page.choice.flips]
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    portraits(),
    CONSENTS,
    st.floats(0, 9),
    st.sampled_from([0, 1, 40]),
    WORDS,
    WORDS,
    st.sampled_from([1.0, 0.97, 0.9]),
    st.sampled_from([0.0, 0.79, 0.9]),
)
def test_any_page_is_short_and_in_order(
    of: Portrait,
    consents: list[Consent],
    pressure: float,
    touches: int,
    name: str,
    company: str,
    sure: float,
    precision: float,
) -> None:
    """Whatever a file holds: at most 200 words, blocks in order, and a mark and evidence on every line."""
    page = page_of(
        of,
        consents=consents,
        pressure=pressure,
        touches=touches,
        sure=sure,
        name=name,
        company=company,
        precision=dict.fromkeys(("buys_soon", "worth"), precision),
    )
    assert page.words <= WORD_LIMIT
    blocks = [line.it.block for line in page.lines]
    assert blocks == sorted(blocks)
    assert {block: blocks.count(block) for block in set(blocks)}.items() <= {
        (block, n) for block in ORDER for n in range(MOST_LINES[block] + 1)
    }
    keys = [line.it.key for line in page.lines]
    assert len(keys) == len(set(keys))
    for line in page.lines:
        assert isinstance(line.it.mark, Mark)
        assert read_definition(line.it.evidence.definition).sentence
        assert len(line.it.text) < 2_000
        assert "\n" not in line.it.text
        assert line.outcome in (Outcome.SAY, Outcome.USE, Outcome.ASK)
    if sure == 1.0:
        assert {0, 1, 2, 5} <= set(blocks), (
            "who it is, how things stand, what to put right and what to do are never missing"
        )
    assert len(page.label.split()) <= 13
    assert as_text(page)
    assert as_data(page)["words"] == page.words


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(portraits().filter(lambda of: not any(debt.said or debt.department for debt in of.debts)))
def test_our_own_words_hold_no_odd_number(of: Portrait) -> None:
    """Apart from what customers and colleagues wrote, no page says nan, inf or None, or counts one days."""
    ours = " ".join(
        line.it.text
        for line in page_of(of).lines
        if line.it.key in ("state", "open", "gap", "worth", "buys_soon", "late_share", "touches", "ask1")
    )
    assert not NO_NUMBER.search(ours)
    assert not WRONG_COUNT.search(ours)


def test_the_whole_town_reads_well(tmp_path: Path) -> None:
    """Every customer of a town has a page that passes the same checks, and among them every state occurs."""
    town = write(tmp_path / "town", seed=7, people=250, days=420, until=date(2026, 10, 31))
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    home = make_home(tmp_path / "home", Settings(currency="EUR"), now_us=instant_us(now))
    loop.hear(home, sorted(town.folder.glob("*.csv")), source="town", now=now)
    run = loop.turn(home, as_of=town.last, now=now)
    states, marks = set(), set()
    for number in home.runs.table(run, "customers", ["customer"]).column("customer").to_pylist():
        page = loop.told(home, run, fetched(home, run, number)).page
        written = as_text(page)
        states.add(page.state)
        marks |= {line.it.mark for line in page.lines}
        assert page.words <= WORD_LIMIT
        doubtful = page.choice.action.code == "look_first"
        assert ({0, 5} if doubtful else {0, 1, 2, 5}) <= {line.it.block for line in page.lines}
        assert not NO_NUMBER.search(written)
        assert not WRONG_COUNT.search(written), written
        assert "!" not in text_of(page)
        assert [word for word in BANNED if re.search(rf"\b{re.escape(word.strip())}", written, re.IGNORECASE)] == []
        owed = [line.it.text for line in page.lines if line.it.key.startswith("debt")]
        assert (page.state is State.OWE) == (page.choice.stage == "hygiene")
        assert page.state is not State.OWE or owed
        for line in page.lines:
            if line.it.key == "taste":
                assert not re.search(r"(?i)\b(?:wine|cider|birthday)", line.it.text)
    assert states == set(State)
    assert marks == set(Mark)


@pytest.mark.parametrize("text", ["nan days", "1 days", "12 visit", "None gaps"])
def test_the_checks_above_can_fail(text: str) -> None:
    """The patterns find what they are there for."""
    assert NO_NUMBER.search(text) or WRONG_COUNT.search(text)


def test_a_page_that_nobody_may_read_is_still_a_page() -> None:
    """Where the identity is in doubt every line of theirs is kept back, each with its rule; one of ours says so."""
    from ..choose.portraits import portrait

    page = page_of(portrait(), sure=0.9)
    assert [line.it.key for line in page.lines] == ["identity"]
    assert {line.rule for line in page.kept_back} == {3}
    assert isinstance(page_of(portrait()).lines[0], Allowed)
    assert page.as_of == AS_OF


def test_a_page_that_is_too_long_gives_way_in_order() -> None:
    """What matters now goes first, then questions and cautions; of what to put right one line always stays."""
    plenty = [(0, 1), (1, 1), (2, 3), (3, 3), (5, 1), (6, 2), (7, 2)]

    def kept(words: int) -> list[int]:
        lines = [
            may_say(Line(f"l{block}{n}", block, "word " * words, Mark.DID, Claim("told_us", "given"), Evidence("x", 0)))
            for block, most in plenty
            for n in range(most + 2 if block else 1)
        ]
        return [line.it.block for line in fitted([line for line in lines if isinstance(line, Allowed)])]

    assert kept(15) == [0, 1, 2, 2, 2, 3, 3, 3, 5, 6, 6, 7, 7]
    assert kept(18) == [0, 1, 2, 2, 2, 3, 5, 6, 6, 7, 7]
    assert kept(24) == [0, 1, 2, 2, 2, 5, 7, 7]
    assert kept(40) == [0, 1, 2, 2, 5]
    assert kept(90) == [0, 1, 2, 5]
