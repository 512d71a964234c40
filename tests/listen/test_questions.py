"""Questions: what nothing tells is asked once per source, with an example of its own rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from regulars.errors import MappingError
from regulars.intake import hear
from regulars.listen import Held, Question, SourceFile, answered, open_file, questions_of, read_mappings
from regulars.listen.guess import draft_mapping
from regulars.settings import Settings
from regulars.store import Home, make_home

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
SALES = b"customer_id,date,amount\nA,01/01/2025,5\nA,03/04/2025,5\nB,05/06/2025,7.50\n"
LATER = b"customer_id,date,amount\nC,07/08/2025,5\n"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = make_home(tmp_path / "home", Settings(), now_us=0)
    yield opened
    opened.close()


def sales(content: bytes = SALES, name: str = "sales.csv") -> SourceFile:
    return open_file(Held(name, content))


def test_the_questions_of_a_file_are_data() -> None:
    """Each has its key, an example of the file's own rows, its options and what holds without an answer."""
    file = sales()
    questions = questions_of(file, draft_mapping(file, zone="UTC", currency="XXX"))
    assert [question.key for question in questions] == ["dates", "currency", "why", "basis"]
    dates, currency, why, basis = questions
    assert (dates.example, dates.must) == ("03/04/2025 in line 3: 3 April or 4 March?", True)
    assert (currency.example, currency.default) == ("5 in line 2, column 'amount'", "XXX")
    assert (why.default, why.options) == ("service", ("service", "tracking", "marketing"))
    assert (basis.default, basis.must) == ("contract", False)


@pytest.mark.parametrize(
    ("content", "currency"),
    [
        (SALES, "EUR"),
        (SALES.replace(b",5\n", b",EUR 5\n"), "XXX"),
        (SALES.replace(b"amount\n", b"amount,currency\n").replace(b"5\n", b"5,EUR\n"), "XXX"),
    ],
)
def test_a_currency_that_something_names_is_not_asked_for(content: bytes, currency: str) -> None:
    """The settings, the amounts or a column may name it."""
    file = sales(content)
    draft = draft_mapping(file, zone="UTC", currency=currency)
    assert "currency" not in [question.key for question in questions_of(file, draft)]


def test_answers_become_part_of_the_mapping() -> None:
    """All of them, in one call."""
    draft = draft_mapping(sales(), zone="UTC", currency="XXX")
    given = {"dates": "month", "currency": "eur", "why": "marketing", "basis": "consent"}
    mapping = answered(draft, given)
    assert (mapping.dates, mapping.currency, mapping.purpose, mapping.basis) == (
        "month first",
        "EUR",
        "marketing",
        "consent",
    )
    assert any("month first (as answered)" in reason for reason in mapping.reasons)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({"dates": "week"}, "'week' is no answer to 'dates'"),
        ({"why": "fun"}, "'fun' is no answer to 'why'"),
        ({"basis": "luck"}, "'luck' is no answer to 'basis'"),
        ({"currency": "euros"}, "'euros' is no code of a currency"),
    ],
)
def test_an_answer_that_is_none_is_refused(answers: dict[str, str], why: str) -> None:
    """With what could be answered instead."""
    with pytest.raises(MappingError, match=why):
        answered(draft_mapping(sales(), zone="UTC", currency="XXX"), answers)


def test_an_answer_does_not_overrule_dates_that_tell() -> None:
    """A number above twelve knows better."""
    draft = draft_mapping(sales(SALES + b"A,25/12/2025,5\n"), zone="UTC", currency="EUR")
    assert answered(draft, {"dates": "month"}).dates == "day first"


def test_an_open_question_that_has_to_be_answered_stops_the_hearing(home: Home) -> None:
    """The error carries the example, and how to answer."""
    with pytest.raises(MappingError, match=r"03/04/2025 in line 3: 3 April or 4 March\?") as caught:
        hear(home, [Held("sales.csv", SALES)], source="till", now=NOW)
    assert "--dates day" in caught.value.now


def test_what_is_answered_is_kept_for_later_files(home: Home) -> None:
    """The mapping of the source says it; nobody is asked again."""
    answers = {"dates": "day", "currency": "EUR", "why": "marketing", "basis": "consent"}
    hear(home, [Held("sales.csv", SALES)], source="till", now=NOW, answers=answers)
    (kept,) = read_mappings(home.mapping_path("till"))
    assert (kept.dates, kept.currency, kept.purpose, kept.basis) == ("day first", "EUR", "marketing", "consent")
    (later,) = hear(home, [Held("sales.csv", LATER)], source="till", now=NOW)
    assert (later.mapping.dates, later.mapping.purpose, later.new) == ("day first", "marketing", 1)


def test_another_kind_of_file_of_the_source_takes_over_its_answers(home: Home) -> None:
    """Returns are written by the same till, and held for the same reason."""
    answers = {"dates": "day", "currency": "EUR", "why": "marketing"}
    hear(home, [Held("sales.csv", SALES)], source="till", now=NOW, answers=answers)
    returns = b"return_id,customer_id,returned_at,quantity,amount\nR1,A,03/04/2025,1,5\n"
    (file,) = hear(home, [Held("returns.csv", returns)], source="till", now=NOW)
    assert (file.mapping.shape, file.mapping.dates) == ("returns", "day first")
    assert (file.mapping.currency, file.mapping.purpose) == ("EUR", "marketing")


def test_each_question_is_asked_once_for_all_files_of_a_source(home: Home) -> None:
    """Two files are one conversation; Enter takes what is usual for each kind of row."""
    returns = b"return_id,customer_id,returned_at,quantity,amount\nR1,A,03/04/2025,1,5\n"
    asked = list[Question]()

    def ask(question: Question) -> str:
        asked.append(question)
        return {"dates": "day"}.get(question.key, "")

    files = [Held("sales.csv", SALES), Held("returns.csv", returns)]
    heard = hear(home, files, source="till", now=NOW, ask=ask)
    assert [question.key for question in asked] == ["dates", "currency", "why", "basis"]
    assert {file.mapping.dates for file in heard} == {"day first"}
    asked.clear()
    hear(home, [Held("sales.csv", LATER)], source="till", now=NOW, ask=ask)
    assert asked == []


def test_a_source_that_is_told_all_is_asked_nothing(home: Home) -> None:
    """Answers given beforehand are not asked for."""
    asked = list[Question]()

    def ask(question: Question) -> str:
        asked.append(question)
        return ""

    answers = {"dates": "day", "currency": "EUR", "why": "service", "basis": "contract"}
    hear(home, [Held("sales.csv", SALES)], source="till", now=NOW, answers=answers, ask=ask)
    assert asked == []
