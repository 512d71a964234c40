"""Recognition: who is who on a date, from all that was known then. What the loop asks of `recognise`, in one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .errors import NotReady
from .recognise import CARDS, LINKS, Claim, Evidence, Figures, Weights, clean_cards, matched, members_table
from .store import Engine, Home, Run

__all__ = ["Recognised", "figures_of", "grown", "judged", "monitored", "recognised", "weights_of", "weights_shown"]

TELLS: Final = ("alone", "joins", "shared mailbox", "shared telephone")  # how many share these, likeness weighs itself
RISE: Final = 0.05  # of the share of records that are with another, from one run to the next


@dataclass(frozen=True, slots=True)
class Recognised:
    """Which identifier each record carries and what it proves, how alike records are, and whose record each is."""

    links: pa.Table
    members: pa.Table
    evidence: Evidence


def recognised(engine: Engine, claims: Iterable[Claim] | None = None, *, weights: Weights | None = None) -> Recognised:
    """Judge all identifiers, compare all records, and say which customer each belongs to, by the claims that count.

    `claims` takes the place of those that count; `weights` that were fitted before are used as they are.
    """
    links, cards = judged(engine)
    evidence = matched(engine.beside(), cards, weights=weights)
    counting = engine.known.claims if claims is None else claims
    members = members_table(links, evidence.pairs, counting, most=evidence.weights.most)
    return Recognised(links, members, evidence)


def weights_shown(home: Home) -> Weights | None:
    """Return how strongly likeness speaks in the run that pages show; None where there is no run yet."""
    try:
        return weights_of(home.runs.current())
    except NotReady:
        return None


def weights_of(run: Run) -> Weights | None:
    """Return how strongly likeness spoke in a run; None where it compared nobody."""
    kept = run.notes["models"].get("likeness") if "models" in run.notes else None
    return Weights.from_dict(kept) if kept else None


def monitored(home: Home) -> Figures | None:
    """Return what tells whether too much was made one in the run that pages show; None where it did not say."""
    try:
        return figures_of(home.runs.current())
    except NotReady:
        return None


def grown(home: Home) -> str:
    """Say that many more records were made one than in the run before; "" where that is not so."""
    now, before = monitored(home), home.runs.before_current()
    then = figures_of(before) if before else None
    if now is None or then is None or now.joined - then.joined <= RISE:
        return ""
    return f"recognition: {now.joined:.1%} of the records are with another; in the run before, {then.joined:.1%} were"


def figures_of(run: Run) -> Figures | None:
    """Return what a run noted of how much it made one."""
    kept = run.notes.get("recognition")
    return Figures(**kept) if kept else None


def judged(engine: Engine) -> tuple[pa.Table, pa.Table]:
    """Return the links and the clean cards of the records an engine knows.

    How many people stand behind an identifier shows in the names on the cards; and what an address or telephone on a
    card is worth, in how it was judged: the cards say so in two more columns.
    """
    raw = engine.run(CARDS)
    cards = clean_cards(raw).clean
    engine.give("names", cards.select(["record", "given", "family"]))
    links = engine.run(LINKS)
    many = pc.unique(links.column("key").filter(pc.invert(pc.is_in(links.column("verdict"), pa.array(TELLS)))))
    for kind in ("email", "phone"):
        keys = pc.binary_join_element_wise(kind, raw.column(kind), ":")
        cards = cards.append_column(f"{kind}_shared", pc.fill_null(pc.is_in(keys, many), False))
    return links, cards
