"""`regulars review`: the pairs of records that are most worth a word, and how often the model had said the same."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import answer, homed, opened

if TYPE_CHECKING:
    from ..likeness import Likeness
    from ..review import Question, Side

HARDLY = 0.05  # bits: a reason that moves less is left out


@click.command("review")
@click.option("--most", type=click.IntRange(min=1), default=5, show_default=True, help="How many pairs to show.")
@homed
def command(home: Path, as_json: bool, most: int) -> None:
    """List the pairs of records that are most worth a word, those first where being wrong costs most.

    Answer with 'regulars same', 'different' or 'related'; or judge them one after another in the browser, on /review.
    """
    from ..review import agreement, questions, sides

    with opened(home) as opened_home:
        queue = questions(opened_home)
        told = [(question, *sides(opened_home, question)) for question in queue[:most]]
        agreed = agreement(opened_home)
    if as_json:
        answer(
            {
                "waiting": len(queue),
                "pairs": [as_data(*row) for row in told],
                "judged": agreed.judged,
                "agreed": agreed.agreed,
                "low": agreed.low,
                "high": agreed.high,
            }
        )
        return
    for question, alike, one, other in told:
        printed(question, alike, one, other)
    more = f"{len(queue) - len(told):,} more wait. " if len(queue) > len(told) else ""
    click.echo(f"{more}{agreed.said}" if queue else f"No pair is in question. {agreed.said}")


def printed(question: Question, alike: Likeness, one: Side, other: Side) -> None:
    """Print one pair with what each says, why it is in question, and how to answer."""
    from ..recognise import code_of

    held = "held to be one person" if question.one else "held to be two people"
    click.echo(f"{code_of(one.record)} and {code_of(other.record)}: {held}; {question.doubt}")
    for side in (one, other):
        facts = "; ".join(f"{fact.field} {fact.stands.value}" for fact in side.facts)
        click.echo(f"   {code_of(side.record)}  {facts or 'nothing but a number'} ({side.traces} traces)")
    for reason in alike.reasons:
        if abs(reason.bits) >= HARDLY:
            click.echo(f"   {reason.bits:+6.1f}  {reason.words}")
    click.echo(f"   regulars same|different|related {code_of(one.record)} {code_of(other.record)}\n")


def as_data(question: Question, alike: Likeness, one: Side, other: Side) -> dict[str, object]:
    """Return one pair as data."""
    from ..recognise import code_of

    return {
        "records": [code_of(question.a), code_of(question.b)],
        "customers": [code_of(one.customer), code_of(other.customer)],
        "one_person": question.one,
        "bits": question.bits,
        "wrong": question.wrong,
        "cost": question.cost,
        "reasons": [{"words": reason.words, "bits": reason.bits} for reason in alike.reasons],
        "facts": [{fact.field: fact.stands.value for fact in side.facts} for side in (one, other)],
        "traces": [one.traces, other.traces],
    }
