"""Restriction: some customers ask to be left alone. What is held about them is kept, and neither scored nor briefed.

It holds from the moment it is asked for (GDPR 18): whatever shows somebody asks here first, whichever run it reads.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from .dates import date_of
from .errors import Restricted
from .recognise.customer import Customer
from .store import Home, Run
from .store.restrict import restricted_since

__all__ = ["left_alone", "respect"]


def respect(home: Home, customer: Customer) -> None:
    """Stop where a customer has asked to be left alone.

    Raises Restricted.
    """
    since = restricted_since(home.catalogue, customer.subjects)
    if since is not None:
        day = date_of(since, home.settings.zoneinfo)
        raise Restricted(
            f"{customer.label}'s data are restricted at their request since {day.day} {day:%b %Y}: "
            "kept, not scored, not briefed.",
            now=f"Lift it with 'regulars restrict --lift {customer.code}' when they say so.",
        )


def left_alone(home: Home, run: Run) -> pa.Array:
    """Return the customers of a run who have asked to be left alone, also those who asked after it was made."""
    records = home.restricted()
    if not records:
        return pa.array([], pa.int64())
    members = home.runs.table(run, "members")
    return pc.unique(
        members.filter(pc.is_in(members.column("subject"), pa.array(records, pa.int64()))).column("customer")
    )
