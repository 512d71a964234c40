"""Explained: why two records are one person or not, by what a customer is held together, and where it is weakest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .errors import InputError
from .finding import fetched, resolve
from .identity import carriers, customers_of, names_of
from .likeness import Likeness, likeness, likenesses
from .recognise import BAR_BITS, Customer, Link, bridges, chance_of, code_of, spanning, way
from .restriction import respect
from .store import Home, Run

__all__ = ["Compared", "Step", "Together", "why_one", "why_two"]

BY_WORD, BY_NUMBER = 1e6, 1e3  # bits, for ordering: a person's word is stronger than a number, a number than likeness
SOLID: Final = {"human": BY_WORD, "key": BY_NUMBER}
MOST: Final = 300  # records of a customer that are gone through
TOLD: Final = 3  # reasons in the words of a step
NUMBERS: Final = ("customer", "order", "user")


@dataclass(frozen=True, slots=True)
class Step:
    """What holds two records together, in words; `bits` where it is likeness, else None."""

    one: str
    other: str
    one_named: str
    other_named: str
    held: str
    words: str
    bits: float | None
    chance: float


@dataclass(frozen=True, slots=True)
class Together:
    """By what a customer is held together: the strongest links, the weakest of them, and those none goes round.

    `whole` is False where it has more records than are gone through: then nothing is said of links.
    """

    customer: Customer
    steps: tuple[Step, ...]
    weakest: Step | None
    bridges: tuple[Step, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records compared: of one customer or not, how alike, what both carry, what was said, what leads from one to
    the other.

    `shared` are the identifiers that both carry, each with what it may do.
    """

    one: Customer
    other: Customer
    one_named: str
    other_named: str
    codes: tuple[str, str]
    alike: Likeness
    shared: tuple[tuple[str, str], ...]
    said: tuple[str, ...]
    path: tuple[Step, ...]

    @property
    def same(self) -> bool:
        """Whether the run holds both to be one person."""
        return self.one.number == self.other.number

    @property
    def missing(self) -> float:
        """How many bits are missing to the bar above which two records may be one person; 0 where none is."""
        return max(0.0, BAR_BITS - self.alike.bits)

    @property
    def weakest(self) -> Step | None:
        """The weakest link of what leads from one to the other."""
        return min(self.path, key=lambda step: (step.chance, step.bits or 0.0), default=None)


def why_two(home: Home, one: str, other: str) -> Compared:
    """Say why the records or customers that two texts mean are one person, or not.

    Of customers with several records the two that are most alike are compared.
    """
    run = home.runs.current()
    left, right = meant(home, run, one), meant(home, run, other)
    if left == right and len(left) == 1:
        raise InputError(
            f"{one[:60]!r} and {other[:60]!r} lead to the same record.",
            now="See the records of a customer with 'regulars who CUSTOMER', and name two of them.",
        )
    a, b = most_alike(home, run, left, right)
    customers = [fetched(home, run, customers_of(home, run, [record])[0]) for record in (a, b)]
    for customer in customers:
        respect(home, customer)
    path: tuple[Step, ...] = ()
    if customers[0].number == customers[1].number and len(customers[0].subjects) <= MOST:
        tree = spanning(links_of(home, run, customers[0].subjects))
        path = steps_of(home, run, way(tree, a, b))
    named = names_of(home, run, [a, b])
    return Compared(
        customers[0],
        customers[1],
        named[0],
        named[1],
        (code_of(a), code_of(b)),
        likeness(home, run, a, b),
        tuple(shared_keys(home, run, a, b)),
        tuple(said_of(home, {a, b})),
        path,
    )


def why_one(home: Home, run: Run, customer: Customer) -> Together:
    """Say by what a customer is held together."""
    respect(home, customer)
    if len(customer.subjects) > MOST:
        return Together(customer, (), None, (), whole=False)
    links = links_of(home, run, customer.subjects)
    tree = spanning(links)
    steps, cut = steps_of(home, run, tree), steps_of(home, run, bridges(links))
    return Together(customer, steps, steps[-1] if steps else None, cut, whole=True)


def meant(home: Home, run: Run, text: str) -> tuple[int, ...]:
    """Return the records that a text means: those that carry an identifier, or all of a customer."""
    return tuple(carriers(home, run, text)) or resolve(home, run, text).subjects


def most_alike(home: Home, run: Run, left: Sequence[int], right: Sequence[int]) -> tuple[int, int]:
    """Return the two records across two groups that are most alike, and of pairs never compared the first one."""
    one, other = set(left), set(right)
    for pair in likenesses(home, run, sorted(one | other)):
        if (pair.a in one and pair.b in other) or (pair.a in other and pair.b in one):
            return (pair.a, pair.b) if pair.a in one and pair.b in other else (pair.b, pair.a)
    first = min(one)
    return first, min(other - {first}, default=first)


def links_of(home: Home, run: Run, records: Sequence[int]) -> list[Link]:
    """Return everything that holds some records together."""
    mine = pa.array(records, pa.int64())
    keys = home.runs.table(run, "keys", ["key", "subject", "verdict"])
    own = {key for key, ruled in home.rulings.in_force() if ruled == "own"}
    carried: dict[str, list[int]] = {}
    for row in keys.filter(pc.is_in(keys.column("subject"), mine)).to_pylist():
        if row["verdict"] == "joins" and (row["key"].split(":", 1)[0] in NUMBERS or row["key"] in own):
            carried.setdefault(row["key"], []).append(row["subject"])
    found = [
        Link(min(first, record), max(first, record), "key", BY_NUMBER, key)
        for key, (first, *rest) in sorted((key, sorted(set(found))) for key, found in carried.items())
        for record in rest
    ]
    among = set(records)
    for verdict in home.verdicts.all():
        for claim in verdict.claims:
            if claim.verdict == "same" and claim.a in among and claim.b in among and verdict.ended_us is None:
                words = f"verdict {verdict.number}" + (f": {verdict.because}" if verdict.because else "")
                found.append(Link(min(claim.a, claim.b), max(claim.a, claim.b), "human", BY_WORD, words))
    alike = [pair for pair in likenesses(home, run, records) if pair.bits > BAR_BITS]
    return found + [Link(pair.a, pair.b, "model", pair.bits, told(pair)) for pair in alike]


def told(pair: Likeness) -> str:
    """Say in a few words by what two records are alike."""
    for_it = [reason for reason in pair.reasons if reason.field and reason.bits > 0]
    return ", ".join(reason.words for reason in for_it[:TOLD])


def steps_of(home: Home, run: Run, links: Iterable[Link]) -> tuple[Step, ...]:
    """Put links into words."""
    links = list(links)
    records = sorted({record for link in links for record in (link.a, link.b)})
    named = dict(zip(records, names_of(home, run, records), strict=True))
    return tuple(
        Step(
            code_of(link.a),
            code_of(link.b),
            named[link.a],
            named[link.b],
            link.held,
            {"human": f"a colleague said so ({link.words})", "key": f"both carry {link.words}"}.get(
                link.held, f"alike: {link.words}"
            ),
            None if link.held in SOLID else link.bits,
            1.0 if link.held in SOLID else chance_of(link.bits),
        )
        for link in links
    )


def shared_keys(home: Home, run: Run, a: int, b: int) -> list[tuple[str, str]]:
    """Return the identifiers that two records both carry, with what each may do."""
    keys = home.runs.table(run, "keys", ["key", "subject", "verdict"])
    one, other = (keys.filter(pc.equal(keys.column("subject"), record)) for record in (a, b))
    both = one.filter(pc.is_in(one.column("key"), other.column("key"))).to_pylist()
    return sorted({(row["key"], row["verdict"]) for row in both})


def said_of(home: Home, records: set[int]) -> list[str]:
    """Return what people said of two records, in words."""
    return [
        f"{claim.verdict} (verdict {verdict.number}{f': {verdict.because}' if verdict.because else ''})"
        for verdict in home.verdicts.all()
        if verdict.ended_us is None
        for claim in verdict.claims
        if {claim.a, claim.b} == records
    ]
