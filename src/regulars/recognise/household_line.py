"""Household line: what a page may say of the home a customer shares. Numbers and how we know, never who.

Who the others are is shown only where every member agreed to it (consent for the purpose `household`): one who did not
hides all, for a name left out would be told by the names that stand there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["PURPOSE", "Shared", "household_of"]

PURPOSE: Final = "household"


@dataclass(frozen=True, slots=True)
class Shared:
    """What may be said of one home: how many others share it today, why we think so, how sure, and names if allowed.

    `sure` is the probability of the least sure membership, of this customer or of another.
    """

    others: int
    why: str
    sure: float
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in one line.

        >>> print(Shared(2, "writes the same address", 0.99))
        probably shares a home with 2 other customers (writes the same address; 99 in 100)
        """
        others = "1 other customer" if self.others == 1 else f"{self.others} other customers"
        named = f": {', '.join(self.names)}" if self.names else ""
        return f"probably shares a home with {others}{named} ({self.why}; {int(self.sure * 100)} in 100)"


def household_of(
    customer: int, households: pa.Table, *, day: int, consents: Collection[int], labels: Mapping[int, str]
) -> tuple[Shared, ...]:
    """Return what may be shown of the homes a customer shares on a day (days since 1970). A person may have two.

    `households` are rows of `households.HOUSEHOLDS`, `consents` the customers who agreed to PURPOSE, `labels` names.
    """
    there = pc.and_(
        pc.less_equal(households.column("from_day"), day),
        pc.fill_null(pc.greater(households.column("to_day"), day), True),
    )
    today = households.filter(there)
    mine = today.filter(pc.equal(today.column("customer"), customer))
    found = []
    for row in mine.to_pylist():
        members = today.filter(pc.equal(today.column("household"), row["household"])).to_pylist()
        others = sorted({member["customer"] for member in members} - {customer})
        if not others:
            continue
        agreed = all(member["customer"] in consents for member in members)
        names = tuple(labels[other] for other in others if labels.get(other)) if agreed else ()
        found.append(Shared(len(others), row["why"], min(member["sure"] for member in members), names))
    return tuple(found)
