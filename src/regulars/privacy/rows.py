"""Rows: traces as JSON and as CSV that anybody can read back, with their published schema. What is read back is equal.

In CSV a text that begins like a formula (`= + - @`, a tab, a line end) is written behind an apostrophe, so that no
spreadsheet runs it (OWASP ASVS 1.2.10); so are a text that begins with an apostrophe itself and one that is empty.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

from ..listen import KINDS, Trace

__all__ = ["SCHEMA_NAME", "as_csv", "as_json", "from_csv", "from_json", "schema"]

SCHEMA_NAME: Final = "regulars/traces/1"
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "'")
NAMES: Final = tuple(field.name for field in fields(Trace))
WHOLE: Final = tuple(field.name for field in fields(Trace) if str(field.type) in ("int", "int | None"))
MEANS: Final = {
    "trace_id": "its number: the instant, and a hash of where it came from",
    "subject": "the record under which it is kept",
    "kind": "what happened",
    "happened_at": "when it happened, in microseconds since 1970 in UTC; some traces borrow their order's instant",
    "heard_at": "when we learnt of it, in microseconds since 1970 in UTC",
    "day": "the civil day it happened, counted from 1970-01-01",
    "source": "what reported it",
    "source_id": "its number within that source",
    "file_id": "the number of the file it came from",
    "row": "the line of that file",
    "who": "your identifiers in it, without those that others are known by too",
    "about": "the order, ticket or promise it belongs to",
    "item": "the product",
    "category": "the kind of product",
    "quantity_milli": "the quantity, in thousandths",
    "amount_minor": "the amount, in the smallest unit of the currency",
    "currency": "its three-letter code",
    "rating_milli": "the rating, in thousandths",
    "scale_low": "the lowest rating that could be given",
    "scale_high": "the highest rating that could be given",
    "text": "what was written",
    "language": "the language of the text",
    "due_at": "when it is due, in microseconds since 1970 in UTC",
    "due_day": "the civil day it is due, counted from 1970-01-01",
    "channel": "how it reached us or you",
    "department": "which of our departments it concerns",
    "purpose": "what it is held for",
    "basis": "on which legal ground",
    "attributes": "further columns of the file, as JSON",
    "replaces": "when the version that this one corrects was heard",
}


def schema() -> dict[str, Any]:
    """Return the schema of a trace, as JSON Schema has it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA_NAME,
        "description": "One thing that happened between a customer and the shop.",
        "type": "object",
        "properties": {field.name: described(field.name, str(field.type)) for field in fields(Trace)},
        "required": [field.name for field in fields(Trace) if "None" not in str(field.type)],
        "x-kinds": {word: kind.reads for word, kind in KINDS.items()},
    }


def described(name: str, kind: str) -> dict[str, Any]:
    """Describe one entry of a trace."""
    plain = "array" if kind.startswith("tuple") else "integer" if kind.startswith("int") else "string"
    of = {"items": {"type": "string"}} if plain == "array" else {}
    return {"type": [plain, "null"] if "None" in kind else plain, **of, "description": MEANS[name]}


def as_json(traces: Iterable[Trace]) -> str:
    """Write traces as JSON."""
    rows = [asdict(trace) for trace in traces]
    return json.dumps({"schema": SCHEMA_NAME, "traces": rows}, ensure_ascii=False, indent=1)


def from_json(text: str) -> list[Trace]:
    """Read traces back from JSON."""
    return [Trace(**{**row, "who": tuple(row["who"])}) for row in json.loads(text)["traces"]]


def as_csv(traces: Iterable[Trace]) -> str:
    """Write traces as CSV (RFC 4180), with a line of headers."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(NAMES)
    writer.writerows([cell(getattr(trace, name)) for name in NAMES] for trace in traces)
    return out.getvalue()


def from_csv(text: str) -> list[Trace]:
    """Read traces back from CSV."""
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return [Trace(**{name: value(name, given) for name, given in zip(header, row, strict=True)}) for row in rows]


def cell(given: str | int | Sequence[str] | None) -> str:
    """Write one value.

    >>> cell("=1+1"), cell("plain"), cell(None), cell(""), cell(-5), cell(("email:a@example.org",))
    ("'=1+1", 'plain', '', "'", '-5', '["email:a@example.org"]')
    """
    if given is None:
        return ""
    if isinstance(given, str):
        return f"'{given}" if not given or given.startswith(RISKY) else given
    return str(given) if isinstance(given, int) else json.dumps(list(given), ensure_ascii=False)


def value(name: str, given: str) -> Any:
    """Read one value back."""
    if not given:
        return None
    if name == "who":
        return tuple(json.loads(given))
    return int(given) if name in WHOLE else given.removeprefix("'")
