"""Dialect: what DuckDB reads, written for Spark. One text, two engines; no definition is kept twice.

SQLGlot writes nearly all of it. `RULES` are the places where the two would not say the same, each with its reason.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final

import sqlglot
from sqlglot import exp

__all__ = ["RULES", "for_spark", "statement_for_spark"]

Rule = Callable[[exp.Expr], exp.Expr]


@cache
def for_spark(sql: str) -> str:
    """Write a query for Spark.

    >>> for_spark("select max_by(text, row(day, name)) from known")
    'SELECT MAX_BY(text, STRUCT(day, name)) FROM known'
    """
    return written(sqlglot.parse_one(sql, read="duckdb"))


def statement_for_spark(sql: str) -> tuple[str, str, str]:
    """Take a statement apart that makes a name mean something: the kind of thing, its name, and what it means.

    A view or a table means a query, as Spark reads it; a variable means a value that is bound.

    >>> statement_for_spark("create view weekly as select day // 7 as week from known")
    ('VIEW', 'weekly', 'SELECT day DIV 7 AS week FROM known')
    >>> statement_for_spark("set variable today = $day")
    ('VARIABLE', 'today', 'day')
    """
    made = sqlglot.parse_one(sql, read="duckdb")
    if isinstance(made, exp.Set):
        (item,) = made.expressions
        return "VARIABLE", item.this.this.name, item.this.expression.name
    return made.args["kind"], made.this.name, written(made.expression)


def written(query: exp.Expr) -> str:
    """Apply every rule to every part of a query, and write it."""
    for rule in RULES:
        query = query.transform(rule)
    return query.sql(dialect="spark", comments=False)


def row_is_a_struct(part: exp.Expr) -> exp.Expr:
    """Several values compared as one are a ROW in DuckDB and a STRUCT in Spark."""
    return exp.Struct(expressions=part.expressions) if called(part, "row") else part


def lists_keep_their_order(part: exp.Expr) -> exp.Expr:
    """Spark collects in any order, so what to sort by goes along and is dropped at the end; what falls is a number."""
    if not (isinstance(part, exp.ArrayAgg) and isinstance(part.this, exp.Order)):
        return part
    by = [exp.Neg(this=key.this) if key.args.get("desc") else key.this for key in part.this.expressions]
    entry = [exp.alias_(key, f"by_{place}") for place, key in enumerate(by)] + [exp.alias_(part.this.this, "value")]
    collected = exp.func("COLLECT_LIST", exp.Struct(expressions=entry))
    return exp.Dot(this=exp.func("SORT_ARRAY", collected), expression=exp.to_identifier("value"))


def columns_stand_in_their_order(part: exp.Expr) -> exp.Expr:
    """Spark has no UNION BY NAME; what is put together here has the same columns in the same order anyway."""
    if isinstance(part, exp.Union) and part.args.get("by_name"):
        part.set("by_name", False)
    return part


def bytes_from_a_place_on(part: exp.Expr) -> exp.Expr:
    """The brackets of Spark are for lists; on an id, they mean its last bytes."""
    if isinstance(part, exp.Bracket) and part.this.name == "trace_id":
        (cut,) = part.expressions
        return exp.Substring(this=part.this, start=cut.this) if not cut.expression else part
    return part


def variables_are_bound(part: exp.Expr) -> exp.Expr:
    """A variable is one more bound value, which Spark too knows when it decides what to read."""
    return exp.Placeholder(this=part.expressions[0].name) if called(part, "getvariable") else part


def capitals_one_by_one(part: exp.Expr) -> exp.Expr:
    """Java writes a last sigma otherwise and a dotted I as two letters; DuckDB looks at one letter at a time."""
    if not isinstance(part, exp.Lower):
        return part
    return exp.Lower(this=translated(part.this, "Σİ", "σi"))


def accents_from_a_list(part: exp.Expr) -> exp.Expr:
    """Spark cannot take accents off, so each letter that has one is named; marks of their own are left out."""
    return translated(part.expressions[0], *letters()) if called(part, "strip_accents") else part


RULES: Final[tuple[Rule, ...]] = (
    row_is_a_struct,
    lists_keep_their_order,
    columns_stand_in_their_order,
    bytes_from_a_place_on,
    variables_are_bound,
    capitals_one_by_one,
    accents_from_a_list,
)


def called(part: exp.Expr, name: str) -> bool:
    """Tell whether a part calls a function that SQLGlot does not know by itself."""
    return isinstance(part, exp.Anonymous) and part.name.lower() == name


def translated(text: exp.Expr, these: str, those: str) -> exp.Expr:
    """Replace letters one by one; those without a counterpart are left out."""
    return exp.func("TRANSLATE", text, exp.Literal.string(these), exp.Literal.string(those))


@cache
def letters() -> tuple[str, str]:
    """Return all letters with accents, then all marks; and what is left of the letters. Nothing is left of a mark."""
    every = (chr(code) for code in range(sys.maxunicode + 1))
    accented = (letter for letter in every if is_mark(letter) or unicodedata.decomposition(letter))
    left = {letter: bare(letter) for letter in accented}
    changed = sorted((letter for letter in left if left[letter] != letter), key=lambda letter: not left[letter])
    return "".join(changed), "".join(left[letter] for letter in changed)


def bare(letter: str) -> str:
    """Take the accents off a letter."""
    apart = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(part for part in apart if not is_mark(part)))


def is_mark(letter: str) -> bool:
    """Tell whether a letter is a mark that stands on another one."""
    return unicodedata.category(letter).startswith("M")
