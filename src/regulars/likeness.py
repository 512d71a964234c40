"""Likeness: how alike two records are in a run, why, and by what the records of a customer were joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .errors import NotReady
from .recognise import BAR_BITS, Customer, Reason, chance_of, levels_of_two, reasons
from .recognition import weights_of
from .store import Engine, Home, Known, Run

__all__ = ["FIELDS", "Likeness", "joined_by", "likeness", "likenesses"]

FIELDS: Final = {
    "given": "first name",
    "family": "surname",
    "middle": "middle initial",
    "birth": "date of birth",
    "number": "personal number",
    "email": "e-mail address",
    "phone": "telephone",
    "place": "address",
    "company": "company",
}
NAMED: Final = 3  # fields that are named on a page
NEVER_US: Final = 0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two records are: `bits` is log2 of the odds that both are one person, to which the reasons add up."""

    a: int
    b: int
    bits: float
    reasons: tuple[Reason, ...]
    compared: bool  # something that both give led to the comparison

    @property
    def chance(self) -> float:
        """The probability that both are one person."""
        return chance_of(self.bits)


def likenesses(home: Home, run: Run, records: Sequence[int]) -> list[Likeness]:
    """Return the pairs among some records that were compared, the most alike first."""
    weights = weights_of(run)
    if weights is None:
        return []
    among = pa.array(records, pa.int64())
    found = []
    for record in sorted(records):
        pairs = home.runs.fetch(run, "pairs", record, key="a")
        for row in pairs.filter(pc.is_in(pairs.column("b"), among)).to_pylist():
            told = tuple(reasons(weights, row["levels"]))
            found.append(Likeness(row["a"], row["b"], row["bits"], told, compared=True))
    return sorted(found, key=lambda one: (-one.bits, one.a, one.b))


def likeness(home: Home, run: Run, one: int, other: int) -> Likeness:
    """Return how alike two records are; a pair that nothing led to is compared now, by the weights of the run."""
    a, b = min(one, other), max(one, other)
    if found := likenesses(home, run, [a, b]):
        return found[0]
    weights = weights_of(run)
    cards = [home.runs.fetch(run, "cards", record, key="record") for record in (a, b)] if weights else []
    if weights is None or any(card.num_rows != 1 for card in cards):
        raise NotReady("This run compared nobody.", now="Run 'regulars turn --afresh'.")
    with Engine(Known(), as_of_us=NEVER_US, as_of_day=0, knobs={}, spill=home.staging) as engine:
        levels = levels_of_two(engine.beside(), pa.concat_tables(cards))
    told = tuple(reasons(weights, levels))
    return Likeness(a, b, float(np.sum([reason.bits for reason in told])), told, compared=False)


def joined_by(home: Home, run: Run, customer: Customer) -> tuple[str, ...]:
    """Return the fields by which likeness holds the records of a customer together, the most telling first."""
    bits: dict[str, float] = {}
    for pair in likenesses(home, run, customer.subjects):
        if pair.bits > BAR_BITS:
            for reason in pair.reasons:
                if reason.field in FIELDS and reason.bits > 0:
                    bits[reason.field] = bits.get(reason.field, 0.0) + reason.bits
    return tuple(FIELDS[field] for field in sorted(bits, key=lambda field: (-bits[field], field))[:NAMED])
