"""Claim: somebody or something says of two records that they are the same, related, or different. Never a merge.

Who customers are is worked out from claims, so ending one gives back exactly what was there before. A person's word
counts more than a shared number, and a shared number more than a likeness that a model found. Where people's own words
contradict each other, the newest are taken first and an older one only where it fits with those; what is not taken is
listed with its reason.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

__all__ = ["ORIGINS", "VERDICTS", "Claim", "Naming", "Overruled", "Settled", "settled"]

VERDICTS: Final = ("same", "related", "different")
ORIGINS: Final = ("human", "key", "model")  # the first has the most force


@dataclass(frozen=True, slots=True)
class Naming:
    """Which part keeps a customer's number where a person split them.

    `keeps` is the founder of the part that keeps the number and `yields` the record that the number came from until
    then. Where these are two, `fresh` is the number that `yields` gives to its customer from now on, unless a record in
    it was heard of before `since_us`.
    """

    keeps: int
    yields: int
    fresh: int
    since_us: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of records `a` and `b`, by whom, with which weight (bits), and from when until when (UTC
    microseconds). Claims of one `number` were said together and are taken together or not at all.
    """

    a: int
    b: int
    verdict: str
    bits: float = math.inf
    evidence: str = ""
    origin: str = "human"
    version: str = ""
    from_us: int = 0
    to_us: int | None = None
    number: int = 0
    naming: Naming | None = None

    @property
    def joins(self) -> bool:
        """Whether it says that the two are one. Two who are related are not."""
        return self.verdict == "same"

    def in_force(self, at_us: int) -> bool:
        """Tell whether it counts at an instant."""
        return self.from_us <= at_us and (self.to_us is None or at_us < self.to_us)


@dataclass(frozen=True, slots=True)
class Overruled:
    """A claim that has no effect, and why in plain words."""

    claim: Claim
    why: str


@dataclass(frozen=True, slots=True)
class Settled:
    """What counts of some claims: the pairs that are one, the pairs that are not, and what has no effect."""

    same: tuple[Claim, ...]
    apart: tuple[Claim, ...]
    overruled: tuple[Overruled, ...]

    @property
    def namings(self) -> list[Naming]:
        """Who keeps a number after a split, the oldest split first."""
        found = {one.number: one for one in self.apart if one.naming}
        ordered = sorted(found.values(), key=lambda one: (one.from_us, one.number))
        return [one.naming for one in ordered if one.naming]


class Groups:
    """Records that were said to be one, and groups that were said to be apart."""

    def __init__(self) -> None:
        self.head: dict[int, int] = {}
        self.apart: dict[int, set[int]] = defaultdict(set)

    def found(self, record: int) -> int:
        """Return the head of a record's group."""
        while (above := self.head.get(record, record)) != record:
            self.head[record] = self.head.get(above, above)
            record = above
        return record

    def take(self, a: int, b: int, *, joins: bool) -> bool:
        """Join two records or keep them apart; False where that contradicts what was taken before."""
        one, other = self.found(a), self.found(b)
        if not joins:
            self.apart[one].add(other)
            self.apart[other].add(one)
            return one != other
        if other in self.apart[one]:
            return False
        if one != other:
            head, gone = min(one, other), max(one, other)
            self.head[gone] = head
            for far in self.apart.pop(gone, ()):
                self.apart[far].discard(gone)
                self.apart[far].add(head)
                self.apart[head].add(far)
        return True

    def copied(self) -> Groups:
        """Return a copy, to try something on."""
        copy = Groups()
        copy.head = dict(self.head)
        copy.apart = defaultdict(set, {record: set(far) for record, far in self.apart.items()})
        return copy


def settled(claims: Iterable[Claim], records: Iterable[int] | None = None) -> Settled:
    """Return which claims count, whatever order they come in. `records` are those that exist, None for all.

    Those with the most force first, then the newest; what was said together is taken together, unless it contradicts
    what is taken already.

    >>> one, other = Claim(1, 2, "same", from_us=1, number=1), Claim(1, 2, "different", from_us=2, number=2)
    >>> settled([one, other]).apart == (other,), settled([one, other]).overruled[0].why
    (True, 'verdict 2 of 1 Jan 1970 says otherwise')
    """
    there = None if records is None else frozenset(records)
    alive: list[Claim] = []
    overruled: list[Overruled] = []
    for claim in sorted(claims, key=force):
        if claim.a == claim.b:
            overruled.append(Overruled(claim, "it names one record twice"))
        elif there is not None and not (claim.a in there and claim.b in there):
            overruled.append(Overruled(claim, "one of its records is not there any more, or not yet"))
        else:
            alive.append(claim)
    taken: list[Claim] = []
    for component in components(alive):
        mine, refused = taken_of(component)
        taken += mine
        overruled += refused
    taken.sort(key=force)
    same = tuple(claim for claim in taken if claim.joins)
    apart = tuple(claim for claim in taken if not claim.joins)
    return Settled(same, apart, tuple(sorted(overruled, key=lambda one: force(one.claim))))


def taken_of(claims: Sequence[Claim]) -> tuple[list[Claim], list[Overruled]]:
    """Take the claims of one component, in the order of their force."""
    if len({claim.joins for claim in claims}) == 1:  # nothing can contradict
        return list(claims), []
    groups, taken, overruled = Groups(), list[Claim](), list[Overruled]()
    for together in said_together(claims):
        tried = groups.copied()
        if all(tried.take(claim.a, claim.b, joins=claim.joins) for claim in together):
            groups = tried
            taken += together
            continue
        overruled += [Overruled(claim, contradicted(claim, together, taken)) for claim in together]
    return taken, overruled


def contradicted(claim: Claim, together: Sequence[Claim], taken: Sequence[Claim]) -> str:
    """Say what a refused claim contradicts: a verdict on the same pair, or several that lead there as a chain."""
    pairs = {frozenset((one.a, one.b)) for one in together}
    direct = [one for one in taken if frozenset((one.a, one.b)) in pairs and one.joins != claim.joins]
    if direct:
        return f"{spoken(direct[0])} says otherwise"
    chain = sorted({one.number for one in taken})
    numbers = ", ".join(map(str, chain[:5]))
    return f"newer verdicts together say otherwise ({numbers}{' and more' if len(chain) > 5 else ''})"


def spoken(claim: Claim) -> str:
    """Name a claim by its number and day."""
    day = datetime.fromtimestamp(claim.from_us / 1e6, tz=UTC)
    return f"verdict {claim.number} of {day.day} {day:%b %Y}"


def said_together(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return claims in groups that were said together, in their order."""
    groups: dict[tuple[int, int, int, int], list[Claim]] = {}
    for claim in claims:
        alone = (claim.a, claim.b) if not claim.number else (0, 0)
        groups.setdefault((ORIGINS.index(claim.origin), claim.number, *alone), []).append(claim)
    return list(groups.values())


def components(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Return claims in groups that share no record and no number with each other."""
    groups = Groups()
    first: dict[int, int] = {}
    for claim in claims:
        groups.take(claim.a, claim.b, joins=True)
        if claim.number:
            groups.take(first.setdefault(claim.number, claim.a), claim.a, joins=True)
    found: dict[int, list[Claim]] = {}
    for claim in claims:
        found.setdefault(groups.found(claim.a), []).append(claim)
    return list(found.values())


def force(claim: Claim) -> tuple[int, int, int, bool, int, int]:
    """Return the place of a claim: the most force first, then the newest."""
    low, high = sorted((claim.a, claim.b))
    return ORIGINS.index(claim.origin), -claim.from_us, -claim.number, not claim.joins, low, high
