"""Finding: which customer a text means. A code, a number, an e-mail address, a telephone, or words of a name."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from .errors import NotFound
from .listen import email_key, phone_key
from .recognise import Customer, customer_of, folded, number_of
from .store import Home, Run

__all__ = ["customers_like", "fetched", "found_by", "latest_seen", "owner", "resolve"]

NEAR = 5  # how many others are named when a text fits several


def resolve(home: Home, run: Run, text: str) -> Customer:
    """Return the one customer whom a text means, or say who comes near."""
    number = number_of(text)
    if number is not None and home.runs.fetch(run, "customers", number).num_rows:
        return fetched(home, run, number)
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
    return customer_of(home.runs.fetch(run, "customers", number).to_pylist()[0])


def owner(home: Home, run: Run, subject: int) -> Customer | None:
    """Return the customer to whom a record belongs in a run."""
    members = home.runs.table(run, "members")
    found = members.filter(pc.equal(members.column("subject"), subject)).column("customer").to_pylist()
    return fetched(home, run, found[0]) if found else None
