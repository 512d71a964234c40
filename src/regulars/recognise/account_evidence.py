"""Evidence of one organisation: how strongly two names, and what was given with them, speak for one account.

Each different name is compared once, with everything that was ever given with it: sites, telephones, domains. The
weight is log2 of the odds. A name that somebody garbled belongs to any one card's organisation, so the odds to begin
with are the share of cards of the more frequent of the two names. Shares among strangers are counted here, from the
names and cards themselves. No single thing is enough: groups and agencies share a domain, towers a site, chains a word.

A slip of a key makes a word that nobody else writes. Where two names differ in words that both occur elsewhere (North
and South, Garage and Bakery), it is not taken for a slip.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .home_evidence import LIKENESS
from .home_writings import met
from .matching.candidates import Rule, Skipped, pairs_of
from .matching.match import SALTS, Bench, scattered

__all__ = ["KINDS", "Mentions", "compared", "weighed"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

KINDS: Final = ("site", "street", "phone", "domain")
CAP: Final = 60
# How often two spellings of one organisation are: the same words, a slip away, several, one within the other, apart.
WORDS, SLIP, SLIPS, WITHIN, APART = range(5)
NAME: Final = (0.25, 0.35, 0.20, 0.12, 0.08)
# How often two names that chance brought together are so at most: in a short list the true pairs would count as chance.
BY_CHANCE: Final = (1e-6, 2e-5, 1e-3, 2e-4, 1.0)
# How often what was given with two spellings of one organisation is alike, and how often different.
GIVEN_TWICE: Final = {
    "site": (0.7, 0.3),
    "street": (0.7, 0.3),
    "phone": (0.6, 0.4),
    "domain": (0.8, 0.2),
}  # alike and different, of one account
ALIKE: Final = 0.65  # share of letters that a slip leaves in place: family and famlly 0.83, north and south 0.6
RANDOM_PAIRS: Final = 200_000
RULES: Final = (
    Rule("words of the name", ("words",), of_a_key=True),
    Rule("a word of the name", ("word",), ("word_next",), of_a_key=True),
    Rule("beginning of a word", ("word_4",), ("start", "length")),
    Rule("end of a word", ("word_end",), ("start", "length")),
    Rule("beginning and length", ("start", "length")),
)
SHARED: Final = Rule("site, telephone or domain", ("key",), of_a_key=True)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Names of organisations, how many cards give each, and rows (name, code) of each kind of thing given with it."""

    names: list[str]
    cards: Ints
    given: dict[str, Ints]

    @property
    def words(self) -> list[list[str]]:
        """The words of each name."""
        return [name.split() for name in self.names]


def compared(mentions: Mentions, skipped: list[Skipped]) -> tuple[Ints, Ints]:
    """Return pairs of names that are worth comparing."""
    total = len(mentions.names)
    rows = [
        (place, word, words[at + 1] if at + 1 < len(words) else "", mentions.names[place])
        for place, words in enumerate(mentions.words)
        for at, word in enumerate(words)
    ]
    of = np.array([row[0] for row in rows], np.int64)
    parts = {
        "words": coded([" ".join(sorted(row[3].split())) for row in rows]),
        "word": coded([row[1] if len(row[1]) > 2 else "" for row in rows]),
        "word_next": coded([row[2] for row in rows]),
        "word_4": coded([row[1][:4] if len(row[1]) > 3 else "" for row in rows]),
        "word_end": coded([row[1][-4:] if len(row[1]) > 4 else "" for row in rows]),
        "start": coded([row[3][:3] for row in rows]),
        "length": coded([str(len(row[3]) // 3) for row in rows]),
    }
    parts["names"] = parts["words"]
    found = [np.empty(0, np.int64)]

    def take(rule: Rule, of_rows: dict[str, npt.NDArray[np.uint64]], name: Ints) -> None:
        """Add the pairs of names that one rule makes."""
        for made in pairs_of(rule, of_rows, CAP, skipped):
            x, y = name[made // len(name)], name[made % len(name)]
            found.append((np.minimum(x, y) * total + np.maximum(x, y))[x != y])

    for rule in RULES:
        take(rule, parts, of)
    for kind in KINDS:
        given = np.unique(mentions.given[kind], axis=0)
        if len(given):
            key = (given[:, 1] + 1).astype(np.uint64)
            take(SHARED, {"key": key, "names": key}, given[:, 0])
    pairs = np.unique(np.concatenate(found))
    return pairs // max(1, total), pairs % max(1, total)


def coded(texts: list[str]) -> npt.NDArray[np.uint64]:
    """Return a number for each text, 0 for an empty one."""
    column = pa.array(texts, pa.string()).dictionary_encode()
    codes = column.indices.to_numpy(zero_copy_only=False).astype(np.uint64) + np.uint64(1)
    empty = np.array([not text for text in column.dictionary.to_pylist()], np.bool_)
    return np.where(empty[codes.astype(np.int64) - 1], 0, codes).astype(np.uint64) if len(texts) else codes


def weighed(bench: Bench, mentions: Mentions, a: Ints, b: Ints) -> Floats:
    """Return for each pair of names the log2 of the odds that they are of one organisation."""
    cards = mentions.cards
    everything = max(2, int(cards.sum()))
    level = likeness(bench, mentions, a, b)
    total = len(mentions.names)
    x, y = (scattered(min(RANDOM_PAIRS, 20 * total), salt) % total for salt in SALTS)
    by_chance = np.bincount(likeness(bench, mentions, x[x != y], y[x != y]), minlength=5) + 0.05
    by_chance = np.minimum(by_chance / by_chance.sum(), BY_CHANCE)
    bits = np.log2(np.maximum(cards[a], cards[b]) / everything)
    bits += np.log2(np.array(NAME) / by_chance)[level]
    # Who only garbled a name did so once or twice. Two names that many write are two names.
    fewer = np.minimum(cards[a], cards[b])
    bits -= np.where(level >= SLIPS, np.log2(fewer), 0.0)
    found = {kind: in_common(mentions.given[kind], kind, a, b) for kind in KINDS}
    # A site is a house in a street: one of the two speaks, not both.
    place = np.where(found["site"] > 0, found["site"], np.where(found["street"] > 0, found["street"], found["site"]))
    return np.asarray(bits + place + found["phone"] + found["domain"])


def likeness(bench: Bench, mentions: Mentions, a: Ints, b: Ints) -> Ints:
    """Return how alike pairs of names are."""
    level = np.full(len(a), APART)
    if not len(a):
        return level
    words = mentions.words
    alike, slips = letters(bench, mentions.names, a, b)
    # The words may stand in another order on each side.
    in_order = letters(bench, [" ".join(sorted(name)) for name in words], a, b)
    alike, slips = np.maximum(alike, in_order[0]), np.minimum(slips, in_order[1])
    length = np.array([len(name) for name in mentions.names])
    longest = np.maximum(length[a], length[b])
    written: Counter[str] = Counter()
    for name, number in zip(words, mentions.cards.tolist(), strict=True):
        written.update(dict.fromkeys(name, number))
    near = np.flatnonzero((slips <= 0.4 * longest) | (alike >= 0.85))
    for at in near.tolist():
        one, other = words[a[at]], words[b[at]]
        if sorted(one) == sorted(other) or "".join(one) == "".join(other):
            level[at] = WORDS
        elif is_slip(one, other, written):
            close = slips[at] <= max(1, 0.2 * longest[at]) and word_by_word(one, other)
            level[at] = SLIP if close else SLIPS
    for at in np.flatnonzero(level == APART).tolist():
        one, other = words[a[at]], words[b[at]]
        if sorted(one) == sorted(other):
            level[at] = WORDS
        elif within(one, other) or within(other, one):
            level[at] = WITHIN
    return level


def letters(bench: Bench, names: list[str], a: Ints, b: Ints) -> tuple[Floats, Ints]:
    """Return how alike pairs of names are letter by letter, and how many slips lie between."""
    texts = pa.array(names, pa.string())
    bench.give("writings", pa.table({"pair": np.arange(len(a)), "one": texts.take(a), "other": texts.take(b)}))
    found = bench.run(LIKENESS)
    return found.column("alike").to_numpy(), found.column("slips").to_numpy()


def is_slip(one: list[str], other: list[str], written: Counter[str]) -> bool:
    """Tell whether two names can differ by slips of a key alone: of each two odd words, nobody else writes one.

    >>> seen = Counter({"smith": 9, "north": 5, "south": 7, "smiht": 1})
    >>> is_slip(["smith", "north"], ["smith", "south"], seen), is_slip(["smith", "north"], ["smiht", "north"], seen)
    (False, True)
    """
    mine, theirs = sorted(set(one) - set(other)), sorted(set(other) - set(one))
    return bool(mine or theirs) and told_apart(mine, theirs, written) and told_apart(theirs, mine, written)


def told_apart(mine: list[str], theirs: list[str], written: Counter[str]) -> bool:
    """Tell whether of each word and the one most like it on the other side, one is rare enough to be a slip."""
    for word in mine:
        partner = max(theirs, key=lambda other: SequenceMatcher(None, word, other).ratio(), default="")
        if not rare(word, {partner}, written) and not rare(partner, {word}, written):
            return False
    return True


def word_by_word(one: list[str], other: list[str]) -> bool:
    """Tell whether each word that differs has one much like it on the other side.

    >>> word_by_word(["family", "practice"], ["famlly", "prqctice"]), word_by_word(["north"], ["south"])
    (True, False)
    """
    mine, theirs = [w for w in one if w not in other], [w for w in other if w not in one]
    return len(mine) == len(theirs) and all(
        max(SequenceMatcher(None, word, partner).ratio() for partner in theirs) >= ALIKE for word in mine
    )


def rare(word: str, others: set[str], written: Counter[str]) -> bool:
    """Tell whether a word is rare enough to be a slip for one of some others."""
    return bool(word) and written[word] <= max(1.0, 0.02 * max((written[other] for other in others), default=0))


def within(one: list[str], other: list[str]) -> bool:
    """Tell whether a name is another's beginning, or its initials.

    >>> within(["brown", "garage"], ["brown", "garage", "leeds"]), within(["abc"], ["allied", "brick", "company"])
    (True, True)
    """
    if len(one) == 1 and 2 < len(one[0]) == len(other):
        return one[0] == "".join(word[0] for word in other)
    return 1 < len(one) < len(other) and other[: len(one)] == one


def in_common(given: Ints, kind: str, a: Ints, b: Ints) -> Floats:
    """Return what a site, a telephone or a domain says that was given with both names; or different ones."""
    bits = np.zeros(len(a))
    if not len(given):
        return bits
    each, count = np.unique(given, axis=0, return_counts=True)
    behind = np.bincount(each[:, 1], weights=count)
    total = float(count.sum())
    usual = float((np.bincount(each[:, 1]) - 1).clip(0).mean()) + 0.5
    alike, different = GIVEN_TWICE[kind]
    known = np.zeros(int(max(each[:, 0].max(), a.max(initial=0), b.max(initial=0))) + 1, np.bool_)
    known[each[:, 0]] = True
    bits[known[a] & known[b]] = np.log2(different)
    pair, mine, theirs = met(each, a, b)
    others = np.full(len(a), np.inf)
    np.minimum.at(others, pair, behind[each[mine, 1]] - count[mine] - count[theirs])
    shared = np.isfinite(others)
    bits[shared] = np.log2(alike * total / (others[shared] + usual))
    return bits
