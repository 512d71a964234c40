"""Join: from records, identifiers, likeness and claims to customers. A pure function: any order gives the same.

Records that share a joining number are one customer (`links.sql` says which identifiers may join and which are shared
by too many to prove anything); what a person said counts before that, likeness after it (`linkage.py`). A customer is
named after the founder, the record that was heard of first, so a newcomer or a late file renames nobody, and an old
number leads to its record's customer for ever.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ..definition import read_definition
from .claim import Claim, Naming, Settled, settled
from .customer import Customer
from .held import how_held
from .linkage import average_linkage
from .monitor import held_back
from .must import held_by_keys

__all__ = [
    "CUSTOMERS",
    "DEMOTIONS",
    "KEYS",
    "LINKS",
    "NUMBERS",
    "claims_that_count",
    "customer_of",
    "folded",
    "founder_of",
    "members_table",
]

Ints = npt.NDArray[np.int64]

LINKS: Final = read_definition("recognise/links")
CUSTOMERS: Final = read_definition("recognise/customers")
DEMOTIONS: Final = read_definition("recognise/demotions")
KEYS: Final = read_definition("recognise/keys")
NUMBERS: Final = (
    "customer",
    "order",
    "user",
)  # kinds that hold records together by themselves once likeness is weighed


def claims_that_count(links: pa.Table, claims: Iterable[Claim]) -> Settled:
    """Return which claims of people count among the records of `links`, and which have no effect and why."""
    claims = tuple(claims)
    return settled(claims, pc.unique(links.column("subject")).to_pylist()) if claims else Settled((), (), ())


def members_table(
    links: pa.Table, pairs: pa.Table | None = None, claims: Iterable[Claim] = (), *, most: int | None = None
) -> pa.Table:
    """Return which customer each record belongs to, sorted by subject, and what holds it there.

    `pairs` are records compared (columns `a`, `b`, and `bits`, log2 of the odds that they are the same); without them
    e-mail addresses and telephones hold records together by themselves. `sure` is the probability that the record
    belongs to its customer; `held` says by what: alone, key, human or model; `bits` is the mean weight to the rest of
    its customer where a model holds it. No more than `most` records are held by likeness without a human's word
    (`monitor.py`): `waits` is the founder of what they would be, null for all others.
    """
    subjects, heard, places = records_in(links)
    size = len(subjects)
    counts = claims_that_count(links, claims)
    said, apart = sides(subjects, counts.same), sides(subjects, counts.apart)
    key, record = joining(links, places, alone=pairs is None)
    solid = held_by_keys(size, (key, record), said=said, apart=apart, order=np.lexsort((subjects, heard)))
    a, b, bits = compared(subjects, pairs)
    alike = average_linkage(size, (a, b), bits, must=(np.arange(size), solid), cannot=apart) if len(bits) else solid
    group = alike if most is None else held_back(alike, solid, most)
    waits = alike != group  # a part that is named as the whole waits as well
    waits = np.isin(alike, alike[waits])
    sure, held, mean = how_held(group, solid, (a, b), bits, said)
    return pa.table(
        {
            "subject": subjects,
            "customer": numbers_of(subjects, heard, group, counts.namings),
            "sure": sure,
            "held": pa.array(held, pa.string()),
            "bits": pa.array(mean, pa.float64(), mask=np.isnan(mean)),
            "waits": pa.array(numbers_of(subjects, heard, alike, counts.namings), pa.int64(), mask=~waits),
        }
    )


def sides(subjects: Ints, claims: Iterable[Claim]) -> tuple[Ints, Ints]:
    """Return the places of the records of claims, all of which are there."""
    pairs = np.array([(claim.a, claim.b) for claim in claims], np.int64).reshape(-1, 2)
    return np.searchsorted(subjects, pairs[:, 0]), np.searchsorted(subjects, pairs[:, 1])


def joining(links: pa.Table, places: Ints, *, alone: bool) -> tuple[Ints, Ints]:
    """Return the identifiers that hold records together, as numbers in a lasting order, and the records."""
    joins = pc.equal(links.column("verdict"), "joins")
    if not alone:
        number = pc.is_in(links.column("kind"), pa.array(NUMBERS))
        joins = pc.and_(joins, pc.or_(number, pc.equal(links.column("ruled"), "own")))
    chosen = joins.to_numpy()
    keys = pc.rank(links.column("key").filter(joins), tiebreaker="dense").to_numpy()
    return keys.astype(np.int64), places[chosen]


def compared(subjects: Ints, pairs: pa.Table | None) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """Return the places of the records that were compared, and the weights; records not there are left out."""
    if pairs is None or not pairs.num_rows or not len(subjects):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    a, b = pairs.column("a").to_numpy(), pairs.column("b").to_numpy()
    x, y = (np.minimum(np.searchsorted(subjects, one), len(subjects) - 1) for one in (a, b))
    there = (subjects[x] == a) & (subjects[y] == b) & (a != b)
    return x[there], y[there], pairs.column("bits").to_numpy().astype(np.float64)[there]


def numbers_of(subjects: Ints, heard: Ints, group: Ints, namings: Iterable[Naming]) -> Ints:
    """Return the number of each record's customer: that of its founder, as people who split customers settled it."""
    first, last, name = ranked(subjects, heard, namings)
    order = np.lexsort((last, first, group))
    heads = np.ones(len(order), np.bool_)
    heads[1:] = group[order][1:] != group[order][:-1]
    numbers = np.empty(len(subjects), np.int64)
    numbers[order] = name[order][heads][np.cumsum(heads) - 1]
    return numbers


def founder_of(links: pa.Table, claims: Iterable[Claim], records: Iterable[int]) -> int:
    """Return the founder of some records, after whom they would be named if they were one customer."""
    subjects, heard, _ = records_in(links)
    first, last, _ = ranked(subjects, heard, claims_that_count(links, claims).namings)
    chosen = np.flatnonzero(np.isin(subjects, list(records)))
    return int(subjects[chosen[np.lexsort((last[chosen], first[chosen]))[0]]])


def records_in(links: pa.Table) -> tuple[Ints, Ints, Ints]:
    """Return the records, the instant at which each was first heard of, and the place of each link among them."""
    subjects, places = np.unique(links.column("subject").to_numpy(), return_inverse=True)
    heard = np.full(len(subjects), np.iinfo(np.int64).max)
    np.minimum.at(heard, places, links.column("first_heard_us").to_numpy())
    return subjects, heard, places


def ranked(subjects: Ints, heard: Ints, namings: Iterable[Naming]) -> tuple[Ints, Ints, Ints]:
    """Return by what records are ordered to find a founder (an instant, a number), and the number each would give."""
    first, last, name = heard.copy(), subjects.copy(), subjects.copy()
    place = {number: at for at, number in enumerate(subjects.tolist())} if (namings := list(namings)) else {}
    for naming in namings:
        keeps, yields = place.get(naming.keeps), place.get(naming.yields)
        if keeps is None or yields is None or keeps == yields:
            continue
        name[keeps], first[keeps], last[keeps] = name[yields], first[yields], last[yields]
        name[yields], first[yields] = naming.fresh, naming.since_us  # an earlier record of its part goes before it
    return first, last, name


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
        sure=float(str(row["sure"])),
    )


def folded(text: str) -> str:
    """Write a text for searching, as `customers.sql` writes it: no accents, no capitals.

    >>> folded("Zoë Weiß")
    'zoe weiss'
    """
    apart = unicodedata.normalize("NFD", text.lower().replace("ß", "ss"))
    bare = "".join(char for char in apart if not unicodedata.category(char).startswith("M"))
    return unicodedata.normalize("NFC", bare)
