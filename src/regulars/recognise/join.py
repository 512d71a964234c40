"""Join: from identifiers to customers. A pure function: the same identifiers give the same customers in any order.

Records (subjects) that share a joining identifier are one customer; `links.sql` says which identifiers may join and
which are shared by too many to prove anything. The customer is named after the record seen first, so that a newcomer
does not rename anybody.
"""

from __future__ import annotations

import unicodedata
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ..definition import read_definition
from .customer import Customer

__all__ = ["CUSTOMERS", "KEYS", "LINKS", "customer_of", "folded", "members_table"]

LINKS: Final = read_definition("recognise/links")
CUSTOMERS: Final = read_definition("recognise/customers")
KEYS: Final = read_definition("recognise/keys")


def members_table(links: pa.Table) -> pa.Table:
    """Return which customer each record belongs to: columns `subject`, `customer`, sorted by subject."""
    subjects, places = np.unique(links.column("subject").to_numpy(), return_inverse=True)
    first_seen = np.full(len(subjects), np.iinfo(np.int64).max)
    np.minimum.at(first_seen, places, links.column("first_us").to_numpy())
    joins = pc.equal(links.column("verdict"), "joins").to_numpy()
    keys = pc.dictionary_encode(links.column("key")).combine_chunks().indices.to_numpy()
    size = len(subjects) + (int(keys.max()) + 1 if len(keys) else 0)
    graph = coo_array((np.ones(joins.sum(), np.int8), (places[joins], len(subjects) + keys[joins])), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    component = component[: len(subjects)]
    order = np.lexsort((subjects, first_seen, component))
    heads = np.ones(len(order), np.bool_)
    heads[1:] = component[order][1:] != component[order][:-1]
    customer = np.empty(len(subjects), np.int64)
    customer[order] = subjects[order][heads][np.cumsum(heads) - 1]
    return pa.table({"subject": subjects, "customer": customer})


def customer_of(row: dict[str, object]) -> Customer:
    """Turn a row of the customers table into a Customer."""
    return Customer(
        number=int(str(row["customer"])),
        name=str(row["name"]),
        company=str(row["company"]),
        city=str(row["city"]),
        keys=tuple(row["key_list"] or ()),  # type: ignore[arg-type]
        subjects=tuple(row["subject_list"] or ()),  # type: ignore[arg-type]
        first_day=int(str(row["first_day"])),
        last_day=int(str(row["last_day"])),
    )


def folded(text: str) -> str:
    """Write a text for searching, as `customers.sql` writes it: no accents, no capitals.

    >>> folded("Zoë Weiß")
    'zoe weiss'
    """
    apart = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    bare = "".join(char for char in apart if not unicodedata.category(char).startswith("M"))
    return unicodedata.normalize("NFC", bare)
