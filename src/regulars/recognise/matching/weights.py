"""Weights: how strongly levels of likeness speak for one person, learnt from the records themselves, without labels.

Assumptions.

1. A pair of records is of one person, of two people of one household, of two colleagues, or of two strangers.
2. Given which, its fields fall independently, but for two things that hang together among strangers: first name and
   surname (families and cultures share both), and mailbox and names (mailboxes are made of names).
3. Personal fields fall among household members and colleagues as among strangers (`fields.py`), but for the few who are
   named after somebody of their household; and so do the surnames of colleagues.
4. Pairs that share no block are strangers.

The weight of a pair is log2 of the odds that it is one person: P(same | levels) / P(not same | levels). Shares of
levels among strangers are counted (values that agree, exactly; the rest on random pairs), less what true pairs add to
that count; all other shares are fitted by expectation maximisation with the starting values of `fields.py` as prior
counts.

Sources: Fellegi and Sunter (1969), A theory for record linkage; Winkler (1988), EM for its weights; here with four
classes in the place of two, and shares of classes of ALL pairs, so that the weight is a probability and not a rank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ..monitor import FEWEST
from .fields import BINS, FIELDS, MISSING, Field, Level

__all__ = ["CLASSES", "Counted", "Part", "Weights", "fitted", "levels_of", "packed"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CLASSES: Final = ("same", "home", "work", "strangers")
SAME, HOME, WORK, STRANGERS = range(4)
CODES: Final = 128  # codes of levels; 7 bits each
ROUNDS: Final = 25
PRIOR: Final = 40.0  # pairs that the starting values count as
OF_STRANGERS: Final = 200.0  # the same, for what strangers have in common
FEW: Final = 20.0  # the same, for what hangs together among strangers
START: Final = (0.6, 0.3, 0.02)  # pairs per record of each class that is not strangers
START_PAIRS: Final = 3.0  # pairs that these count as
LEAST: Final = 0.1  # share of what was counted among strangers that true pairs cannot explain away
# Strangers do not share what leads to a person, but for few: at most so many pairs for each record, and so many of all
# pairs. It is not counted, since where little else is known, all who come back under their address would be strangers.
KEYS: Final = {"email": (0.001, 1e-6), "number": (0.05, 1e-5), "phone": (0.02, 2e-5)}
ONE_NAME: Final = 0.004  # of an address behind which one name is seen: people of one household or company share it
BY_MANY: Final = 3  # the code of an address or telephone that many share: for these it is counted
NAMESAKES: Final = 0.015  # of two people of one household: named after a parent
DIFFER: Final = {  # how often two records of one person give different facts, at most; else namesakes pass for them
    "given": 0.04, "birth": 0.35, "number": 0.35, "middle": 0.35, "email": 0.5, "phone": 0.5, "place": 0.5,
}  # fmt: skip
TINY: Final = 1e-12
NEVER: Final = float(np.log2(TINY))
EMAIL: Final = next(place for place, field in enumerate(FIELDS) if field.name == "email")
GIVEN, FAMILY, MIDDLE = 0, 1, 2
OTHER_NAMES: Final = [23, 24]  # the codes of first names that differ
# Groups of levels of names, for what hangs together: same, forms of one name, initial only, nearly alike, other.
GIVEN_GROUP: Final = np.full(CODES, 4)
GIVEN_GROUP[:16], GIVEN_GROUP[20], GIVEN_GROUP[21], GIVEN_GROUP[22] = 0, 1, 2, 3
FAMILY_GROUP: Final = np.full(CODES, 2)
FAMILY_GROUP[:16], FAMILY_GROUP[20] = 0, 1
TOGETHER: Final = ((0, 0), (1, 0), (2, 0), (3, 0), (0, 1))  # what the rules for candidates find all of
# How mailboxes are alike among strangers whose names agree wholly, by surname and initial, by surname, by first name.
MADE_OF_NAMES: Final = {18: 0.002, 19: 0.1, 20: 0.001, 21: 0.005, 22: 0.15}
CONTEXTS: Final = (0.0, 1.0, 0.5, 0.3, 0.3)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of the records: of each field, how often two of all pairs have a level, and a class's share."""

    records: int
    drawn: tuple[Floats, ...]  # per field: pairs drawn by lot, with each code
    agrees: Mapping[int, tuple[Ints, Floats]]  # per field, where it is exact: codes, and their share of all pairs
    shares: Mapping[int, tuple[Ints, Floats]]  # per field: codes that are classes of a level, and each one's share
    same_names: float  # pairs with the same first name and surname that were not compared


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a weight: the field it is of, its level's code, and its bits."""

    field: str
    code: int
    bits: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The fitted model. `tables` holds, per field, log2 of the share of each code in each class: shape (4, 128)."""

    tables: tuple[Floats, ...]
    classes: Floats  # log2 of the share of all pairs: same, home, work, strangers
    together: Floats  # log2: how much oftener strangers agree in both names than by chance; shape (5, 3)
    mailboxes: Floats  # log2 of the share of each code of e-mail among strangers, by context; shape (5, 128)
    pairs: tuple[float, float, float]  # how many pairs are held to be of one person, one household, one company
    most: int = FEWEST  # records that these weights may make one without a human's word (`monitor.py`)

    def bits(self, levels: Ints) -> Floats:
        """Return the weight of pairs: log2 of the odds that both are one person. `levels` has a row per pair."""
        logs = self.logs(levels)
        return np.asarray(logs[SAME] - np.logaddexp2.reduce(logs[HOME:], axis=0))

    def related(self, levels: Ints) -> Floats:
        """Return log2 of the odds that two records are of two people of one household or company, against the rest."""
        logs = self.logs(levels)
        return np.asarray(np.logaddexp2(logs[HOME], logs[WORK]) - np.logaddexp2(logs[SAME], logs[STRANGERS]))

    def logs(self, levels: Ints) -> Floats:
        """Return log2 of the share of all pairs that are of a class and have these levels; shape (4, pairs)."""
        logs = np.repeat(self.classes[:, None], len(levels), axis=1)
        for place, table in enumerate(self.tables):
            if place == EMAIL:
                logs[:STRANGERS] += table[:STRANGERS, levels[:, place]]
                logs[STRANGERS] += self.mailboxes[context(levels), levels[:, place]]
            else:
                logs += table[:, levels[:, place]]
        logs[STRANGERS] += self.together[GIVEN_GROUP[levels[:, GIVEN]], FAMILY_GROUP[levels[:, FAMILY]]]
        return logs

    def parts(self, levels: Ints) -> list[Part]:
        """Return what a weight is made of; the bits add up to the weight. `levels` are those of one pair."""
        row = levels[None, :]
        found = []
        for place, (field, table) in enumerate(zip(FIELDS, self.tables, strict=True)):
            code = int(levels[place])
            if code == MISSING:
                continue
            strangers = self.mailboxes[int(context(row)[0]), code] if place == EMAIL else table[STRANGERS, code]
            found.append(Part(field.name, code, float(table[SAME, code] - strangers)))
        names = self.together[GIVEN_GROUP[levels[GIVEN]], FAMILY_GROUP[levels[FAMILY]]]
        if names:
            found.append(Part("names", 0, -float(names)))
        logs = self.logs(row)[:, 0]
        others = np.logaddexp2.reduce(logs[HOME:])
        found.append(Part("others", 0, float(logs[STRANGERS] - others)))
        found.append(Part("anybody", 0, float(self.classes[SAME] - self.classes[STRANGERS])))
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the weights as plain values; codes that no pair can have are left out."""
        return {
            "tables": [sparse(table) for table in self.tables],
            "classes": self.classes.tolist(),
            "together": self.together.tolist(),
            "mailboxes": sparse(self.mailboxes),
            "pairs": list(self.pairs),
            "most": self.most,
        }

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Weights:
        """Return weights that were kept as plain values."""
        return cls(
            tuple(dense(table, 4) for table in kept["tables"]),
            np.array(kept["classes"], np.float64),
            np.array(kept["together"], np.float64),
            dense(kept["mailboxes"], len(CONTEXTS)),
            (kept["pairs"][0], kept["pairs"][1], kept["pairs"][2]),
            kept["most"],
        )


def sparse(table: Floats) -> dict[str, list[float]]:
    """Return the columns of a table of weights that any pair can have, by code."""
    return {
        str(code): table[:, code].tolist() for code in np.flatnonzero((table > NEVER).any(axis=0)) if code != MISSING
    }


def dense(columns: Mapping[str, list[float]], rows: int) -> Floats:
    """Return a table of weights from its columns."""
    table = np.full((rows, CODES), NEVER)
    table[:, MISSING] = 0.0
    for code, column in columns.items():
        table[:, int(code)] = column
    return table


def packed(levels: Ints) -> Ints:
    """Put the codes of each row into one whole number, 7 bits each.

    >>> rows = np.array([[3, 4, 127, 127, 127, 0, 127, 7, 127]])
    >>> levels_of(packed(rows)).tolist() == rows.tolist()
    True
    """
    codes = np.zeros(len(levels), np.int64)
    for place in range(len(FIELDS)):
        codes = codes << 7 | levels[:, place]
    return codes


def levels_of(codes: Ints) -> Ints:
    """Take codes apart again; a row per pair, a column per field."""
    shifts = 7 * np.arange(len(FIELDS) - 1, -1, -1)
    return np.asarray(codes[:, None] >> shifts & 127, np.int64)


def context(levels: Ints) -> Ints:
    """Return how far the names agree: not, wholly, surname and initial, surname, first name."""
    given, family = levels[:, GIVEN], levels[:, FAMILY]
    first, last = given <= 22, family <= 22
    return np.where(first & last, 1, np.where(last & (given == 23), 2, np.where(last, 3, np.where(first, 4, 0))))


def fitted(codes: Ints, by_mail_only: npt.NDArray[np.bool_], counted: Counted) -> Weights:
    """Fit the weights to pairs that were compared. `codes` are packed levels; pairs by a rule for e-mail are marked."""
    unique, place, count = np.unique(codes, return_inverse=True, return_counts=True)
    other_rules = np.bincount(place, weights=~by_mail_only, minlength=len(unique)).astype(np.float64)
    return Fit(levels_of(unique), count.astype(np.float64), other_rules, counted).run()


class Fit:
    """Expectation maximisation over patterns of levels, each with how many pairs have it."""

    def __init__(self, levels: Ints, count: Floats, other_rules: Floats, counted: Counted) -> None:
        self.levels, self.count, self.other_rules, self.counted = levels, count, other_rules, counted
        self.all_pairs = max(1.0, counted.records * (counted.records - 1) / 2)
        self.context = context(levels)
        self.names = GIVEN_GROUP[levels[:, GIVEN]], FAMILY_GROUP[levels[:, FAMILY]]
        self.priors = [prior_of(field, counted.shares.get(place)) for place, field in enumerate(FIELDS)]
        self.seen = [seen_of(place, counted, self.priors[place][STRANGERS]) for place in range(len(FIELDS))]
        self.tables = [prior.copy() for prior in self.priors]
        self.start = np.array([min(0.25, 2 * share / max(1, counted.records - 1)) for share in START])
        self.classes = np.array([*self.start, 1 - self.start.sum()])
        self.together = np.ones((5, 3))
        for place in range(len(FIELDS)):
            self.strangers(place)
        self.mail_prior = self.mailboxes = mailboxes_of(self.tables[EMAIL][STRANGERS])

    def run(self) -> Weights:
        """Fit, and return the weights."""
        for turn in range(ROUNDS):
            expected = self.expected()
            if turn > 1:
                self.what_hangs_together(expected[STRANGERS])
            self.maximise(expected)
        pairs = (self.count * self.expected()).sum(axis=1)
        return Weights(*self.as_logs(), (float(pairs[SAME]), float(pairs[HOME]), float(pairs[WORK])))

    def as_logs(self) -> tuple[tuple[Floats, ...], Floats, Floats, Floats]:
        """Return the shares as log2; a field that is missing speaks neither for nor against."""
        tables = []
        for table in (*self.tables, self.mailboxes):
            logs = np.log2(np.maximum(table, TINY))
            logs[:, MISSING] = 0.0
            tables.append(logs)
        return tuple(tables[:-1]), np.log2(np.maximum(self.classes, TINY**2)), np.log2(self.together), tables[-1]

    def expected(self) -> Floats:
        """Return how probable each class is for each pattern; shape (4, patterns)."""
        logs = Weights(*self.as_logs(), (0.0, 0.0, 0.0)).logs(self.levels)
        return np.asarray(np.exp2(logs - np.logaddexp2.reduce(logs, axis=0)))

    def maximise(self, expected: Floats) -> None:
        """Take the shares that make what was expected most probable."""
        weighted = self.count * expected
        for place, field in enumerate(FIELDS):
            self.strangers(place)
            for kind in kinds_of(place):
                counts = np.bincount(self.levels[:, place], weights=weighted[kind], minlength=CODES).astype(np.float64)
                counts[MISSING] = 0.0
                counts = tied(counts, field, self.counted.shares.get(place))
                share = (counts + PRIOR * self.priors[place][kind]) / (counts.sum() + PRIOR)
                if place == EMAIL and kind != SAME:
                    share[0] = min(share[0], ONE_NAME)
                if place == GIVEN and kind == SAME:  # that first names differ always speaks against one person
                    share[OTHER_NAMES] = np.minimum(share[OTHER_NAMES], self.tables[place][STRANGERS][OTHER_NAMES] / 2)
                self.tables[place][kind] = bounded(share, field) if kind == SAME else share
        held = weighted.sum(axis=1)[:STRANGERS] + START_PAIRS * self.start
        self.classes[:STRANGERS] = held / (self.all_pairs + START_PAIRS)
        self.classes[STRANGERS] = max(1 - self.classes[:STRANGERS].sum(), TINY)

    def strangers(self, place: int) -> None:
        """Take what true pairs add to a count off it: the rest is what strangers have in common."""
        seen, table = self.seen[place], self.tables[place]
        true = sum(self.classes[kind] * table[kind] for kind in kinds_of(place))
        share = np.maximum(seen - true, LEAST * seen)
        if (most := KEYS.get(FIELDS[place].name)) is not None:
            share[:BY_MANY] = np.minimum(share[:BY_MANY], min(most[0] / max(1, self.counted.records), most[1]))
        table[STRANGERS] = share / max(share.sum(), TINY)
        for kind in {HOME, WORK} - set(kinds_of(place)):
            table[kind] = table[STRANGERS]
        if place == GIVEN:
            namesakes = np.where(np.arange(CODES) < BINS, self.priors[place][SAME], 0)
            table[HOME] = (1 - NAMESAKES) * table[STRANGERS] + NAMESAKES * namesakes / max(namesakes.sum(), TINY)

    def what_hangs_together(self, strangers: Floats) -> None:
        """Count how often strangers agree in both names, and how alike their mailboxes then are."""
        weighted = self.count * strangers
        found = np.zeros((5, 3))
        np.add.at(found, self.names, weighted)
        found[0, 0] += self.counted.same_names
        given, family = (
            np.bincount(group, weights=self.tables[place][STRANGERS], minlength=size)
            for place, group, size in ((GIVEN, GIVEN_GROUP, 5), (FAMILY, FAMILY_GROUP, 3))
        )
        alone = np.outer(given, family) * self.all_pairs
        more = np.maximum(1.0, (found + FEW) / (alone + FEW))
        self.together = np.ones((5, 3))
        for pair in TOGETHER:
            self.together[pair] = more[pair]
        self.mailboxes = self.mail_prior.copy()
        share = np.divide(self.other_rules, self.count)
        for place in range(1, len(CONTEXTS)):
            here = self.context == place
            counts = np.bincount(self.levels[here, EMAIL], weights=(weighted * share)[here], minlength=CODES)
            counts[:16] = counts[MISSING] = 0.0
            self.mailboxes[place] = (counts + FEW * self.mail_prior[place]) / (counts.sum() + FEW)


def kinds_of(place: int) -> tuple[int, ...]:
    """Return the classes in which a field falls otherwise than among strangers."""
    if FIELDS[place].personal:
        return (SAME,)
    return (SAME, HOME) if place in (FAMILY, MIDDLE) else (SAME, HOME, WORK)


def prior_of(field: Field, shares: tuple[Ints, Floats] | None) -> Floats:
    """Return the starting values of a field; shape (4, 128)."""
    prior = np.zeros((4, CODES))
    for level in field.levels:
        for kind, value in enumerate(shares_of(level)):
            prior[kind, level.code : level.code + level.span] = value / level.span
    for level in field.levels:
        if level.span > 1 and shares is not None:
            of_class = spread(level.code, level.span, shares)
            for kind, value in enumerate(shares_of(level)):
                prior[kind, level.code : level.code + level.span] = value * of_class
    return np.asarray(prior / np.maximum(prior.sum(axis=1, keepdims=True), TINY))


def shares_of(level: Level) -> tuple[float, float, float, float]:
    """Return the starting values of a level, in the order of the classes."""
    return level.same, level.home, level.work, level.strangers


def spread(code: int, span: int, shares: tuple[Ints, Floats]) -> Floats:
    """Return how one level is spread over its classes."""
    of_class = np.zeros(span)
    codes, values = shares
    inside = (codes >= code) & (codes < code + span)
    of_class[codes[inside] - code] = values[inside]
    return of_class / of_class.sum() if of_class.sum() > 0 else np.full(span, 1 / span)


def tied(counts: Floats, field: Field, shares: tuple[Ints, Floats] | None) -> Floats:
    """Spread what was counted of a level over its classes of rarity: how rare a value is says nothing of who gave it.

    Of an address or telephone the classes are how many share it, and that does say something: they stay as counted.
    """
    if field.name in ("email", "phone"):
        return counts
    for level in field.levels:
        if level.span > 1 and shares is not None:
            part = slice(level.code, level.code + level.span)
            counts[part] = counts[part].sum() * spread(level.code, level.span, shares)
    return counts


def bounded(share: Floats, field: Field) -> Floats:
    """Keep the share of different facts among records of one person within reason."""
    most = DIFFER.get(field.name, 1.0)
    codes = [code for level in field.levels if level.differs for code in range(level.code, level.code + level.span)]
    differ = share[codes].sum()
    if differ <= most:
        return share
    within = share * (1 - most) / (1 - differ)
    within[codes] = share[codes] * most / differ
    return np.asarray(within)


def seen_of(place: int, counted: Counted, usual: Floats) -> Floats:
    """Return how often two of all pairs have each level: exactly where it is known, else from random pairs.

    Where there are few records, what is usual counts too.
    """
    drawn = counted.drawn[place].copy()
    drawn[MISSING] = 0.0
    seen = (drawn + OF_STRANGERS * usual) / (drawn.sum() + OF_STRANGERS)
    pairs = counted.records * (counted.records - 1) / 2
    codes, shares = counted.agrees.get(place, (np.empty(0, np.int64), np.empty(0)))
    seen[codes] = (shares * pairs + OF_STRANGERS * usual[codes]) / (pairs + OF_STRANGERS)
    return np.asarray(np.where(usual > 0, np.maximum(seen, TINY), seen) / max(seen.sum(), TINY))


def mailboxes_of(strangers: Floats) -> Floats:
    """Return how alike the mailboxes of strangers usually are, by how far their names agree; shape (5, 128)."""
    table = np.repeat(strangers[None, :], len(CONTEXTS), axis=0)
    for place, strength in enumerate(CONTEXTS):
        for code, share in MADE_OF_NAMES.items():
            table[place, code] = max(table[place, code], strength * share)
        table[place, 24] += 1 - table[place].sum()
    return np.maximum(table, 0)
