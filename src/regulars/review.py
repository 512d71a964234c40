"""Review: the pairs of records that are most worth a human's word, and how often the model had said the same.

In question are the weakest link of every customer that is not quite sure, and pairs of customers that may well be one.
They are ordered by the cost of being wrong: the chance of it, times what would stand on the wrong page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .errors import NotReady
from .likeness import Likeness, likeness
from .recognise import BAR_BITS, FACTS, Golden, Link, chance_of, golden, spanning
from .recognition import weights_of
from .respond.briefing import SURE
from .restriction import left_alone
from .store import Home, Run, traces
from .understand import wilson

__all__ = ["ENOUGH", "Agreement", "Question", "Side", "agreement", "questions", "sides"]

FEWEST_BITS: Final = -2.0  # log2 of the odds: one in five that two customers are one
SURE_BITS: Final = log2(SURE / (1 - SURE))
OWED: Final = 2  # times what is at stake where something is owed
ENOUGH: Final = 60  # judgements, from which the share in which the model agreed says something
Z95: Final = 1.96  # 19 times in 20
SAID: Final = ("same", "different", "related")


@dataclass(frozen=True, slots=True)
class Question:
    """Two records that may be wrongly one, or wrongly two: what is held now, how sure, and the cost of being wrong.

    The cost is the chance of being wrong, times one more than the traces of the record that has fewer, times two where
    either customer is owed something.
    """

    a: int
    b: int
    one: bool  # held to be one person now
    bits: float
    cost: float

    @property
    def wrong(self) -> float:
        """The chance that what is held now is wrong."""
        return 1 - chance_of(self.bits) if self.one else chance_of(self.bits)

    @property
    def doubt(self) -> str:
        """Say how sure that is. Two whom other records keep apart are not said to be wrong by their own likeness."""
        if not self.one and self.bits > BAR_BITS:
            return f"by themselves they would be one at {self.wrong:.0%}, what else is known keeps them apart"
        return f"{self.wrong:.0%} that this is wrong"


@dataclass(frozen=True, slots=True)
class Side:
    """What one record says of its owner: its facts, its sources, its first and last day, and how many traces."""

    record: int
    customer: int
    facts: tuple[Golden, ...]
    sources: tuple[str, ...]
    first_day: int
    last_day: int
    traces: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many pairs were judged, of how many the model had said the same, and between which shares that may lie."""

    judged: int
    agreed: int
    low: float
    high: float

    @property
    def said(self) -> str:
        """Say it plainly."""
        if not self.judged:
            return f"Nobody has judged a pair yet; {ENOUGH} to 100 judgements tell how far the model can be trusted."
        pairs = "pair" if self.judged == 1 else "pairs"
        start = f"You judged {self.judged} {pairs}; the model had said the same of {self.agreed}"
        if self.judged < ENOUGH:
            return f"{start}. From {ENOUGH} judgements on, that says something."
        return f"{start}: between {self.low:.0%} and {self.high:.0%} of such doubtful pairs (19 times in 20)."


def questions(home: Home) -> list[Question]:
    """Return the pairs that are worth a word, the most costly first; those that somebody ruled on are left out."""
    run = home.runs.current()
    if weights_of(run) is None:
        return []
    members, debts = home.runs.table(run, "members"), home.runs.table(run, "debts", ["customer"])
    shown = members.filter(pc.invert(pc.is_in(members.column("customer"), left_alone(home, run))))
    stakes, owed = stakes_of(home, run), set(debts.column("customer").to_pylist())
    ruled = {frozenset((claim.a, claim.b)) for claim in home.verdicts.in_force()}
    found = [
        asked(pair, stakes=stakes, owed=owed)
        for pair in doubtful(home.runs.table(run, "pairs", ["a", "b", "bits"]), shown)
        if frozenset((pair.a, pair.b)) not in ruled
    ]
    return sorted(found, key=lambda question: (-question.cost, question.a, question.b))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records, their customers, and their weight."""

    a: int
    b: int
    one: int
    other: int
    bits: float


def asked(pair: Pair, *, stakes: Mapping[int, int], owed: set[int]) -> Question:
    """Return a question with its cost."""
    one = pair.one == pair.other
    wrong = 1 - chance_of(pair.bits) if one else chance_of(pair.bits)
    stake = 1 + min(stakes.get(pair.a, 0), stakes.get(pair.b, 0))
    cost = wrong * stake * (OWED if owed & {pair.one, pair.other} else 1)
    return Question(pair.a, pair.b, one, pair.bits, cost)


def doubtful(pairs: pa.Table, members: pa.Table) -> list[Pair]:
    """Return the weakest link of each customer that likeness holds and that is not quite sure, and of every two
    customers who may be one the two records that are most alike.
    """
    subjects, customers = (members.column(name).to_numpy() for name in ("subject", "customer"))
    unsure = pc.and_(pc.less(members.column("sure"), SURE), pc.equal(members.column("held"), "model"))
    asked_of = members.filter(unsure).column("customer").to_numpy()
    near = pairs.filter(
        pc.and_(
            pc.greater(pairs.column("bits"), FEWEST_BITS),
            pc.and_(*(pc.is_in(pairs.column(side), members.column("subject")) for side in ("a", "b"))),
        )
    )
    a, b, bits = (near.column(name).to_numpy() for name in ("a", "b", "bits"))
    one, other = (customers[np.searchsorted(subjects, side)] for side in (a, b))
    chosen = (one != other) | ((bits > BAR_BITS) & np.isin(one, asked_of))
    rows = zip(*(column[chosen].tolist() for column in (a, b, one, other, bits)), strict=True)
    found: dict[tuple[int, int], list[Pair]] = {}
    for pair in (Pair(*row) for row in rows):
        found.setdefault((min(pair.one, pair.other), max(pair.one, pair.other)), []).append(pair)
    best = [
        weakest(several) if one == other else max(several, key=lambda pair: (pair.bits, -pair.a, -pair.b))
        for (one, other), several in sorted(found.items())
    ]
    return [pair for pair in best if pair.one != pair.other or pair.bits < SURE_BITS]


def weakest(pairs: Sequence[Pair]) -> Pair:
    """Return the weakest of the links that hold a customer together."""
    last = spanning(Link(pair.a, pair.b, "model", pair.bits) for pair in pairs)[-1]
    return next(pair for pair in pairs if (pair.a, pair.b) == (last.a, last.b))


def stakes_of(home: Home, run: Run) -> dict[int, int]:
    """Return for each record the traces of the identifier that most of them carry."""
    keys = home.runs.table(run, "keys", ["subject", "traces"])
    most = keys.group_by("subject").aggregate([("traces", "max")])
    return dict(zip(most.column("subject").to_pylist(), most.column("traces_max").to_pylist(), strict=True))


def sides(home: Home, question: Question) -> tuple[Likeness, Side, Side]:
    """Return why the two records of a question are alike, and what each says of its owner."""
    run = home.runs.current()
    one, other = (side_of(home, run, record) for record in (question.a, question.b))
    return likeness(home, run, question.a, question.b), one, other


def side_of(home: Home, run: Run, record: int) -> Side:
    """Return what one record says of its owner."""
    members = home.runs.table(run, "members", ["subject", "customer"])
    mine = members.filter(pc.equal(members.column("subject"), record)).column("customer").to_pylist()
    timeline = home.timeline.fetch((record,), as_of_us=run.as_of_us)
    days = pc.min_max(timeline.column("day")).as_py()
    return Side(
        record,
        mine[0],
        tuple(fact for fact in golden(traces(timeline)) if fact.field in FACTS),
        tuple(sorted(set(timeline.column("source").to_pylist()))),
        int(days["min"] or 0),
        int(days["max"] or 0),
        timeline.num_rows,
    )


def agreement(home: Home) -> Agreement:
    """Return how often the model had said of two records what people then said, of all pairs that were judged."""
    run = home.runs.current()
    judged = agreed = 0
    for verdict in home.verdicts.all():
        if verdict.ended_us is not None or verdict.said not in SAID or len(verdict.claims) != 1:
            continue
        (claim,) = verdict.claims
        try:
            alike = likeness(home, run, claim.a, claim.b).bits > BAR_BITS
        except NotReady:  # a record that this run did not know
            continue
        judged += 1
        agreed += alike == claim.joins
    low, high = wilson(np.array([agreed]), np.array([judged]), z=Z95)
    return Agreement(judged, agreed, float(low[0]), float(high[0]))
