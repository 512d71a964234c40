"""`regulars who`: find a customer, and see the records that they are made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import NotFound, Restricted
from .options import answer, homed, opened

if TYPE_CHECKING:
    from ..recognise import Customer, Fact, Golden
    from ..records import Record
    from ..store import Home, Run

MOST_KEYS = 4


@click.command("who")
@click.argument("text")
@homed
def command(home: Path, as_json: bool, text: str) -> None:
    """Find customers by a part of their name, company, e-mail, telephone, or a customer or order number.

    Where one customer is found, the records that they are made of are listed, each with what holds it there.
    """
    from ..finding import fetched, found_by, now_called
    from ..recognise import number_of
    from ..records import facts_of, records_of

    with opened(home) as opened_home:
        run = opened_home.runs.current()
        number = number_of(text)
        present = now_called(opened_home, run, number) if number is not None else None
        found = [fetched(opened_home, run, present)] if present is not None else found_by(opened_home, run, text)
        told = found if as_json or len(found) == 1 else []
        records = {one.number: records_of(opened_home, run, one) for one in told}
        facts = {one.number: facts_of(opened_home, run, one) for one in told}
        around = {one.number: around_of(opened_home, run, one) for one in told}
    if as_json:
        answer([customer_data(one, records[one.number], facts[one.number], around[one.number]) for one in found])
        return
    if not found:
        raise NotFound(
            f"No customer matches {text[:60]!r}.", now="Try fewer letters, or another part of the name or number."
        )
    for one in found:
        place = ", ".join(part for part in (one.company if one.company != one.label else "", one.city) if part)
        sure = f", {int(one.sure * 100)}% sure that this is one person" if one.sure < 1 else ""
        click.echo(f"{one.code}  {one.label}{' (' + place + ')' if place else ''}{sure}")
    if len(found) == 1:
        listed(found[0], records[found[0].number], facts[found[0].number], around[found[0].number])


def listed(customer: Customer, records: list[Record], facts: tuple[Golden, ...], around: list[str]) -> None:
    """List what is said of a customer, with what each value stands before, and their records."""
    from ..choose.action import when
    from ..recognise import code_of

    if customer.split_from is not None:
        click.echo(f"   split off from {code_of(customer.split_from)}")
    for fact in facts:
        others = ", ".join(f"{other.value} ({other.source}, {when(other.day)})" for other in fact.others)
        stood = f"; before that {others}" if others else ""
        click.echo(f"   {fact.field}: {fact.stands.value} ({fact.stands.source}, {when(fact.stands.day)}){stood}")
    for line in around:
        click.echo(f"   {line}")
    for record in records:
        more = f" and {len(record.keys) - MOST_KEYS} more" if len(record.keys) > MOST_KEYS else ""
        named = ", ".join(record.keys[:MOST_KEYS]) + more
        days = f"{when(record.first_day)} to {when(record.last_day)}"
        click.echo(f"   {record.code}  {named}; {', '.join(record.sources)}, {days}; {record.held_said}")


def around_of(home: Home, run: Run, customer: Customer) -> list[str]:
    """Say with how many they share a home, and for which organisation they speak."""
    from ..restriction import respect
    from ..sharing import shared_homes, works_for

    try:
        respect(home, customer)
    except Restricted:
        return []
    told = works_for(home, run, customer)
    work = [f"speaks for {row['name']}{said_role(row['role'])} ({row['why']})" for row in told]
    return [*(str(shared) for shared in shared_homes(home, run, customer)), *work]


def said_role(role: str | None) -> str:
    """Return a role as it follows a name; "" where it is not said."""
    return f", {role}" if role else ""


def fact_data(fact: Fact) -> dict[str, object]:
    """Return a value that was given as data."""
    from ..recognise import code_of

    return {
        "value": fact.value,
        "source": fact.source,
        "day": fact.day,
        "record": code_of(fact.record),
        "trace": fact.trace,
        "times": fact.times,
    }


def customer_data(
    one: Customer, records: list[Record], facts: tuple[Golden, ...], around: list[str]
) -> dict[str, object]:
    """Return a customer as data."""
    from ..recognise import code_of

    return {
        "customer": one.code,
        "label": one.label,
        "company": one.company,
        "city": one.city,
        "identifiers": list(one.keys),
        "sure": one.sure,
        "split_from": code_of(one.split_from) if one.split_from is not None else None,
        "around": around,
        "facts": [
            {
                "field": fact.field,
                "stands": fact_data(fact.stands),
                "others": [fact_data(other) for other in fact.others],
            }
            for fact in facts
        ],
        "records": [
            {
                "record": record.code,
                "identifiers": list(record.keys),
                "sources": list(record.sources),
                "first_day": record.first_day,
                "last_day": record.last_day,
                "held": record.held,
                "sure": record.sure,
                "bits": record.bits,
            }
            for record in records
        ],
    }
