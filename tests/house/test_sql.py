"""No value ever enters SQL as text; a definition is portable and says itself twice."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import sqlglot

import regulars

SOURCE = Path(regulars.__file__).parent
DEFINITIONS = sorted(path for verb in ("recognise", "understand", "choose") for path in (SOURCE / verb).glob("*.sql"))
RUNS = {"execute", "executemany", "sql", "executescript", "all", "one"}


def test_no_statement_is_put_together_from_values() -> None:
    """Whatever is executed is a constant or a definition's text, never an f-string or a sum of strings."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in RUNS
                and node.args
            ):
                statement = node.args[0]
                if isinstance(statement, ast.JoinedStr):
                    parts = [
                        ast.unparse(part.value) for part in statement.values if isinstance(part, ast.FormattedValue)
                    ]
                    assert parts == ["pragma"], f"{path.name}: {ast.unparse(node)}"
                assert not isinstance(statement, ast.BinOp), f"{path.name}: {ast.unparse(node)}"


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_definition_says_itself_twice(path: Path) -> None:
    """A definition begins with its sentence: a capital, a full stop, words a shopkeeper knows."""
    head = re.match(r"(?:-- .*\n)+", path.read_text(encoding="utf-8"))
    assert head
    sentence = " ".join(line.removeprefix("-- ") for line in head.group().splitlines())
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert not re.search(r"\b(?:null|coalesce|table|column|select|varchar)\b", sentence, re.IGNORECASE)


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_definition_adds_whole_numbers_only(path: Path) -> None:
    """A definition has no average, no quantile, no time zone and a total order."""
    text = path.read_text(encoding="utf-8").lower()
    assert not re.search(
        r"\b(?:avg|median|quantile\w*|approx\w*|timezone|at time zone|now|current_timestamp|random)\s*\(", text
    )
    assert "order by" in text
    assert sqlglot.transpile(text, read="duckdb", write="spark")
