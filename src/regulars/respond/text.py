"""Text: a briefing for the terminal, for a chat message, for reading aloud."""

from __future__ import annotations

from typing import Final

from ..verdict import Outcome
from .briefing import BLOCKS, Briefing, Line, Mark, Spark

__all__ = ["as_text", "how_to_use"]

BARS: Final = " ▁▂▃▄▅▆▇█"
MANNER: Final = {Outcome.SAY: "", Outcome.USE: "act on it, don't recite it", Outcome.ASK: "ask, don't tell"}
TEXT_COLUMN: Final = 2


def as_text(page: Briefing) -> str:
    """Write the briefing as plain text, blocks in their order, each line with its mark and the key of its evidence."""
    out = [f"{page.label} · as of {page.as_of.day} {page.as_of:%b %Y}", ""]
    for number, title in enumerate(BLOCKS):
        if number == 4:
            out += sparklines(page)
            continue
        lines = page.block(number)
        if not lines:
            continue
        out.append(title)
        for line in lines:
            out.append(row(line.it, line.outcome))
            out += [f"{' ' * TEXT_COLUMN}   {tap.words}" for tap in page.taps_on(line.it.key)]
    out += ["", *foot(page)]
    return "\n".join(out)


def row(line: Line, outcome: Outcome) -> str:
    """Write one line."""
    manner = f"  ({MANNER[outcome]})" if MANNER.get(outcome) and line.block == 3 else ""
    return f"{' ' * TEXT_COLUMN}{line.mark.value:<2} {line.text}{manner}  [{line.key}]"


def sparklines(page: Briefing) -> list[str]:
    """Write the small graphs."""
    if not page.sparks:
        return []
    return [
        f"{BLOCKS[4]} (two years, thirty days a step)",
        *(f"   {spark.name:<13}{drawn(spark)} {spark.last}" for spark in page.sparks if any(spark.values)),
    ]


def drawn(spark: Spark) -> str:
    """Draw a small graph with blocks; a gap is a gap."""
    top = max((value for value in spark.values if value is not None), default=0.0)
    return "".join(
        "·" if value is None else BARS[min(8, max(0, round(8 * value / top)))] if top > 0 else "▁"
        for value in spark.values
    )


def foot(page: Briefing) -> list[str]:
    """Write what a reader should know about the page itself."""
    lines = [f"As of {page.as_of.isoformat()} · run {page.run_id} · customer {page.customer}"]
    if any(line.it.key == "identity" for line in page.lines):
        lines.append(f"Why: regulars why {page.customer}. Say what they are: regulars same, different or split.")
    if page.missing:
        lines.append(f"Missing here: {'; '.join(page.missing)}.")
    if page.kept_back:
        rules = ", ".join(f"rule {number}" for number in sorted({line.rule for line in page.kept_back}))
        lines.append(f"{len(page.kept_back)} {'line' if len(page.kept_back) == 1 else 'lines'} kept back ({rules}).")
    marks = " · ".join(f"{mark.value} {mark.words}" for mark in Mark)
    lines.append(f"{marks}. Evidence: regulars why {page.customer}.KEY")
    return lines


def how_to_use(outcome: Outcome) -> str:
    """Say in words what a reader may do with a line."""
    return {
        Outcome.SAY: "may be mentioned",
        Outcome.USE: "act on it, don't recite it",
        Outcome.ASK: "ask, don't tell",
    }.get(outcome, "not shown")
