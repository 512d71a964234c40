"""Near: who somebody may be, from what they just said of themselves, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .errors import InputError, NotReady
from .finding import fetched
from .recognise import RAW, Customer, HeldCards, Reason, chance_of, clean_cards, reasons
from .recognition import weights_of
from .restriction import left_alone
from .store import Engine, Home, Known

__all__ = ["Near", "near_to"]

NOBODY: Final = 0  # the number of a record that is none yet
FEWEST: Final = 0.01  # the chance below which nobody is named
SHAPE: Final = pa.schema([("record", pa.int64()), *((name, pa.string()) for name in RAW)])


@dataclass(frozen=True, slots=True)
class Near:
    """A customer who somebody may be: how probable that is, through which record, and why."""

    customer: Customer
    record: int
    bits: float
    reasons: tuple[Reason, ...]

    @property
    def chance(self) -> float:
        """The probability that both are one person."""
        return chance_of(self.bits)


def near_to(home: Home, given: Mapping[str, str], *, most: int = 5) -> list[Near]:
    """Return the customers who somebody with these facts may be, the most probable first.

    `given` are facts by the names of `RAW`. They are compared as a turn would compare them, with the weights of the run
    that pages show; customers who asked to be left alone are left out.
    """
    run = home.runs.current()
    weights = weights_of(run)
    if weights is None:
        raise NotReady("This run compared nobody.", now="Run 'regulars turn --afresh'.")
    card = clean_cards(pa.Table.from_pylist([{"record": NOBODY, **given}], schema=SHAPE)).clean
    if all(column.null_count for name, column in zip(card.column_names, card.columns, strict=True) if name != "record"):
        raise InputError("Nothing of this says who somebody is.", now="Give a name, an e-mail address or a telephone.")
    with Engine(Known(), as_of_us=0, as_of_day=0, knobs={}, spill=home.staging) as engine:
        found = HeldCards(engine.beside(), home.runs.table(run, "cards"), weights).near(card)
    members = home.runs.table(run, "members", ["subject", "customer"])
    shown = members.filter(pc.invert(pc.is_in(members.column("customer"), left_alone(home, run))))
    whose = shown.filter(pc.is_in(shown.column("subject"), found.column("record")))
    customer = dict(zip(whose.column("subject").to_pylist(), whose.column("customer").to_pylist(), strict=True))
    best: dict[int, Near] = {}
    for row in found.to_pylist():
        number = customer.get(row["record"])
        if number is None or number in best or chance_of(row["bits"]) < FEWEST or len(best) == most:
            continue
        told = tuple(reasons(weights, row["levels"]))
        best[number] = Near(fetched(home, run, number), row["record"], row["bits"], told)
    return list(best.values())
