"""Identity: what people say of who is who. Same, related, different, split; each can be tried out first, and ended.

Nothing is merged or taken apart here: a verdict is kept (`store/claims.py`), and the next turn works everybody out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .dates import date_of, instant_us
from .errors import InputError, NotFound
from .finding import now_called, resolve
from .listen import email_key, phone_key
from .looking import open_engine
from .recognise import LINKS, Claim, Naming, Overruled, claims_that_count, code_of, founder_of, number_of
from .store import Home, Run
from .store.claims import Pair, Verdict

__all__ = [
    "Ruling",
    "carriers",
    "customers_of",
    "ended",
    "keep",
    "names_of",
    "overruled",
    "ruled",
    "ruled_of_waiting",
    "split",
]

LONGEST_REASON: Final = 500
MOST: Final = 10_000  # pairs of records that one split may take
NAMED: Final = 5
NUMBERED: Final = 2  # a number and its source


@dataclass(frozen=True, slots=True)
class Ruling:
    """What somebody is about to say: same, related, different or split, of which pairs of records, and why."""

    said: str
    pairs: tuple[Pair, ...]
    because: str = ""
    naming: Naming | None = None

    def claims(self, *, now_us: int, number: int) -> tuple[Claim, ...]:
        """Return its claims as they would count from an instant on."""
        return tuple(
            Claim(a, b, verdict, evidence=self.because, from_us=now_us, number=number, naming=self.naming)
            for a, b, verdict in self.pairs
        )


def ruled(home: Home, said: str, one: str, other: str, *, because: str = "") -> Ruling:
    """Say of two people or records that they are the same, related or different."""
    run = home.runs.current()
    a, b = record_of(home, run, one), record_of(home, run, other)
    if a == b:
        raise InputError(
            f"{one[:60]!r} and {other[:60]!r} lead to the same record.",
            now="See the records of a customer with 'regulars who CUSTOMER', and name two of them.",
        )
    return Ruling(said, ((a, b, said),), reason(because))


def ruled_of_waiting(home: Home, text: str, *, because: str = "") -> Ruling:
    """Say that a record and all that wait with it for a human's word are the same person."""
    run = home.runs.current()
    members = home.runs.table(run, "members")
    waiting = members.filter(pc.is_valid(members.column("waits")))
    mine = pc.is_in(waiting.column("subject"), pa.array(resolve(home, run, text).subjects, pa.int64()))
    founders = waiting.filter(mine).column("waits").to_pylist()
    if not founders:
        raise NotFound(
            f"{text[:60]!r} waits for nobody's word.",
            now="See whom it may be one with: regulars review; say it of two: regulars same ONE OTHER.",
        )
    together = waiting.filter(pc.equal(waiting.column("waits"), founders[0])).column("subject").to_pylist()
    return Ruling("same", tuple((together[0], record, "same") for record in together[1:]), reason(because))


def split(home: Home, customer: str, records: Sequence[str], *, because: str = "", now: datetime) -> Ruling:
    """Say that some records of a customer are another person. The larger part keeps the code."""
    run = home.runs.current()
    found = resolve(home, run, customer)
    off = sorted({record for text in records for record in records_of(home, run, text, found.subjects)})
    rest = sorted(set(found.subjects) - set(off))
    if not off or not rest:
        which = "all of them" if off else "none"
        raise InputError(
            f"{found.label} has {len(found.subjects)} records, and {which} would be split off.",
            now=f"See them with 'regulars who {found.code}', and name some of them.",
        )
    if len(off) + len(rest) > MOST:
        raise InputError(
            f"{found.label} has {len(found.subjects)} records; at most {MOST:,} can be split at once.",
            now="Find the identifier that they share with 'regulars who', and look why so many carry it.",
        )
    together: list[Pair] = [(off[0], record, "same") for record in off[1:]]
    apart: list[Pair] = [(off[0], record, "different") for record in rest]
    naming = naming_of(home, run, off, rest, now_us=instant_us(now))
    return Ruling("split", (*together, *apart), reason(because), naming)


def naming_of(home: Home, run: Run, off: Sequence[int], rest: Sequence[int], *, now_us: int) -> Naming:
    """Settle which part keeps the number: that with most records, and of two alike that of the founder."""
    with open_engine(home, date_of(run.as_of_us, home.settings.zoneinfo)) as engine:
        links, claims = engine.run(LINKS), engine.known.claims
    yields = founder_of(links, claims, [*off, *rest])
    founding, other = (off, rest) if yields in off else (rest, off)
    keeps = founder_of(links, claims, other) if len(other) > len(founding) else yields
    fresh = hashlib.blake2b(f"split {yields} {keeps} {now_us}".encode(), digest_size=8).digest()
    return Naming(keeps, yields, int.from_bytes(fresh, "big", signed=True), now_us)


def keep(home: Home, ruling: Ruling, *, now: datetime) -> Verdict:
    """Keep what somebody says; it counts from the next turn on, and until it is ended."""
    return home.verdicts.make(
        ruling.said, ruling.pairs, because=ruling.because, naming=ruling.naming, now_us=instant_us(now)
    )


def ended(home: Home, said: str, one: str, other: str) -> Verdict:
    """Return the newest verdict of a kind on two records that counts still, to be ended."""
    run = home.runs.current()
    pair = {record_of(home, run, one), record_of(home, run, other)}
    for verdict in reversed(home.verdicts.all()):
        if verdict.ended_us is None and verdict.said == said and pair <= set(verdict.records):
            return verdict
    raise NotFound(
        f"Nobody has said {said!r} of {one[:60]!r} and {other[:60]!r}, or it has ended.",
        now="See everything that was said with 'regulars verdicts'.",
    )


def overruled(home: Home) -> dict[int, Overruled]:
    """Return the verdicts in force that have no effect, or not on all their records, by number."""
    run = home.runs.current()
    records = home.runs.table(run, "members", ["subject"])
    return {one.claim.number: one for one in claims_that_count(records, home.verdicts.in_force()).overruled}


def record_of(home: Home, run: Run, text: str) -> int:
    """Return the one record that a text means: by an identifier of its own, its code, or as its customer's founder."""
    found = carriers(home, run, text)
    if len(found) == 1:
        return found[0]
    number = number_of(text)
    if number is not None and number in set(found):
        return number
    if found and len(customers := customers_of(home, run, found)) == 1:
        named = "; ".join(names_of(home, run, found)[:NAMED])
        raise NotFound(
            f"{text[:60]!r} leads to {len(found)} records of customer {code_of(customers[0])}: {named}.",
            now="Name one of them by its own identifier, or by its code.",
        )
    customer = resolve(home, run, text)
    return customer.number if customer.number in customer.subjects else min(customer.subjects)


def records_of(home: Home, run: Run, text: str, among: Collection[int]) -> list[int]:
    """Return the records of a customer that a text means: all that carry an identifier, or the one of a code."""
    number = number_of(text)
    found = (
        [number]
        if number is not None and number in among
        else [one for one in carriers(home, run, text) if one in among]
    )
    if not found:
        named = "; ".join(names_of(home, run, sorted(among))[:NAMED])
        raise NotFound(f"{text[:60]!r} is no record of this customer.", now=f"Name some of these: {named}.")
    return found


def carriers(home: Home, run: Run, text: str) -> list[int]:
    """Return the records that carry an identifier, or the one whose code a text is."""
    bare = text.strip()
    number = number_of(bare)
    if number is not None and (present := now_called(home, run, number)) is not None:
        members = home.runs.table(run, "members", ["subject", "customer"])
        mine = members.filter(pc.equal(members.column("customer"), present)).column("subject").to_pylist()
        return [record for record in (number, home.verdicts.gave(number)) if record is not None and record in mine][:1]
    keys = home.runs.table(run, "keys", ["key", "subject"])
    whole = pa.array([bare, *(key for key in (email_key(bare), phone_key(bare)) if key)], pa.string())
    hits = pc.or_(pc.ends_with(keys.column("key"), pattern=f":{bare}"), pc.is_in(keys.column("key"), whole))
    return sorted(set(keys.filter(hits).column("subject").to_pylist())) if bare else []


def customers_of(home: Home, run: Run, records: Iterable[int]) -> list[int]:
    """Return the customers of some records."""
    members = home.runs.table(run, "members", ["subject", "customer"])
    mine = members.filter(pc.is_in(members.column("subject"), pa.array(list(records), pa.int64())))
    return sorted(set(mine.column("customer").to_pylist()))


def names_of(home: Home, run: Run, records: Sequence[int]) -> list[str]:
    """Name records by an identifier of their own, or else by their code."""
    keys = home.runs.table(run, "keys", ["key", "subject"])
    mine = keys.filter(pc.is_in(keys.column("subject"), pa.array(list(records), pa.int64())))
    best: dict[int, str] = {}
    for key, subject in sorted(zip(mine.column("key").to_pylist(), mine.column("subject").to_pylist(), strict=True)):
        bare = key.partition(":")[2]
        if key.startswith(("customer:", "email:")) or subject not in best:
            best.setdefault(subject, bare.rpartition(":")[2] if key.startswith("customer:") else bare)
    return [f"{best[record]} ({code_of(record)})" if record in best else code_of(record) for record in records]


def reason(text: str) -> str:
    """Return a reason as it is kept."""
    if len(text.strip()) > LONGEST_REASON:
        raise InputError(f"A reason of {len(text)} characters is too long.", now=f"Write up to {LONGEST_REASON}.")
    return text.strip()
