"""Finding: which customer a text means. A code, a number, an e-mail address, a telephone, or words of a name.

A code that a customer ever had leads to them for ever: it is the number of one of their records, or came with a split.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from .errors import NotFound
from .listen import email_key, phone_key
from .recognise import Customer, customer_of, folded, number_of
from .store import Home, Run

__all__ = ["customers_like", "fetched", "found_by", "latest_seen", "now_called", "owner", "resolve"]

NEAR = 5  # how many others are named when a text fits several


def resolve(home: Home, run: Run, text: str) -> Customer:
    """Return the one customer whom a text means, or say who comes near."""
    number = number_of(text)
    if number is not None and (customer := now_called(home, run, number)) is not None:
        return fetched(home, run, customer)
    found = found_by(home, run, text, most=NEAR + 1)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            f"No customer matches {text[:60]!r}.",
            now="Try a part of the name, e-mail or number with 'regulars who TEXT'.",
        )
    near = "; ".join(f"{customer.label} = {customer.code}" for customer in found[:NEAR])
    raise NotFound(f"{text[:60]!r} fits more than one customer: {near}.", now="Give the code of the one you mean.")


def now_called(home: Home, run: Run, number: int) -> int | None:
    """Return the number that the customer of an old or present number has in a run; None where it is nobody's."""
    if home.runs.fetch(run, "customers", number).num_rows:
        return number
    members = home.runs.table(run, "members", ["subject", "customer"])
    for record in (number, home.verdicts.gave(number)):
        found = members.filter(pc.equal(members.column("subject"), record)) if record is not None else None
        if found is not None and found.num_rows:
            return int(found.column("customer")[0].as_py())
    return None


def found_by(home: Home, run: Run, text: str, *, most: int = 20) -> list[Customer]:
    """Return the customers to whom an identifier leads, or else those whose name fits."""
    found = [fetched(home, run, number) for number in identified(home, run, text)]
    return found or customers_like(home, run, text, most=most)


def identified(home: Home, run: Run, text: str) -> list[int]:
    """Return the customers to whom an identifier leads: a customer or order number, an e-mail address, a telephone."""
    if not text.strip():
        return []
    keys = home.runs.table(run, "keys", ["customer", "key"])
    whole = pa.array([key for key in (email_key(text), phone_key(text)) if key], pa.string())
    matches = pc.or_(pc.ends_with(keys.column("key"), pattern=f":{text.strip()}"), pc.is_in(keys.column("key"), whole))
    return sorted(set(keys.filter(matches).column("customer").to_pylist()))


def customers_like(home: Home, run: Run, text: str, *, most: int = 20) -> list[Customer]:
    """Return customers whose name, company or identifiers hold every word of a text, the latest seen first."""
    words = folded(text).split()
    if not words:
        return []
    table = home.runs.table(run, "customers")
    for word in words:
        table = table.filter(pc.match_substring(table.column("search"), word))
    return latest(table, most)


def latest_seen(home: Home, run: Run, *, most: int) -> list[Customer]:
    """Return the customers who were here last."""
    return latest(home.runs.table(run, "customers"), most)


def latest(table: pa.Table, most: int) -> list[Customer]:
    """Return the customers of a table who were here last."""
    best = table.sort_by([("last_day", "descending"), ("customer", "ascending")]).slice(0, most)
    return [customer_of(row) for row in best.to_pylist()]


def fetched(home: Home, run: Run, number: int) -> Customer:
    """Return a customer by number."""
    customer = customer_of(home.runs.fetch(run, "customers", number).to_pylist()[0])
    return replace(customer, split_from=split_from(home, run, customer))


def split_from(home: Home, run: Run, customer: Customer) -> int | None:
    """Return the number of the customer from whom somebody split this one off, None where nobody did."""
    for keeps in home.verdicts.split_off(customer.subjects):
        if keeps in customer.subjects:
            continue
        members = home.runs.table(run, "members", ["subject", "customer"])
        found = members.filter(pc.equal(members.column("subject"), keeps))
        if found.num_rows:
            return int(found.column("customer")[0].as_py())
    return None


def owner(home: Home, run: Run, subject: int) -> Customer | None:
    """Return the customer to whom a record belongs in a run."""
    members = home.runs.table(run, "members")
    found = members.filter(pc.equal(members.column("subject"), subject)).column("customer").to_pylist()
    return fetched(home, run, found[0]) if found else None
