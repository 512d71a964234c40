"""The pages of the six verbs: their examples run, and the guard's table is the table in the code."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

from regulars.guard import RULES
from regulars.guard.say import UNMATCHED
from regulars.learn.licence import FEWEST, FEWEST_HITS, LEAST_HELD
from regulars.respond import BLOCKS
from regulars.understand import SEVERITY

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("recognise", "understand", "choose", "respond", "learn", "guard")


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_is_what_happens(page: str) -> None:
    """Every example of the page runs and prints what the page says; and each page has one."""
    found = doctest.testfile(str(DOCS / f"{page}.md"), module_relative=False)
    assert found.attempted > 0
    assert found.failed == 0


def test_the_guards_table_is_the_one_in_the_code() -> None:
    """Rule by rule, number and reason of the page are those of the code."""
    third = (DOCS / "guard.md").read_text(encoding="utf-8").split("## The third door")[1]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", third, re.MULTILINE)
    assert rows == [(str(rule.number), rule.why) for rule in (*RULES, UNMATCHED)]


def test_tables_of_other_pages_are_those_in_the_code() -> None:
    """Weights of debts, blocks of the page and what a licence takes are not written down twice and differently."""
    debts = re.findall(r"^\| ([a-z ]+) \| (\d) \|", (DOCS / "understand.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert debts == [(kind, str(weight)) for kind, weight in SEVERITY.items() if weight]
    blocks = re.findall(r"^\| ([A-Z][^|]+) \|", (DOCS / "respond.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert tuple(blocks) == BLOCKS
    assert f"Fewer than {FEWEST} statements, or fewer than {FEWEST_HITS} " in (DOCS / "learn.md").read_text(
        encoding="utf-8"
    )
    assert LEAST_HELD == 0.8
