"""Recognising customers: how right, how fast, how steady. `python benchmarks/recognise.py --only accuracy`.

    --only accuracy   every labelled set: pairs, B-cubed, largest group, CPU seconds and peak memory
    --only speed      a million made contacts, cold: at most 40 CPU seconds and 1.5 GB
    --only churn      numbers of customers after 5% new records (at most 0.3% change), and in another order

Nothing is told the truth, and no threshold is chosen with it. Each set is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from clusters_score import Labels, scored
from contacts import write
from identity_data import CONTACTS, SETS, contact_cards, loaded, raw
from measure import machine, measured

from regulars.recognise import Weights, clean_cards, matched
from regulars.recognise.linkage import average_linkage
from regulars.recognise.monitor import held_back
from regulars.store import Engine, Known

PARTS: Final = ("accuracy", "speed", "churn")


def found_in(cards: pa.Table, weights: Weights | None = None) -> tuple[Labels, Weights]:
    """Recognise: the group of each card in the order of their numbers 0, 1, 2 ...; and the weights, fitted or given."""
    size = len(cards)
    clean = clean_cards(cards).clean
    del cards
    spill = Path(tempfile.gettempdir())
    with Engine(Known(rows=size), as_of_us=10**18, as_of_day=0, knobs={}, spill=spill) as engine:
        evidence = matched(engine, clean, weights=weights)
    pairs = evidence.pairs
    a, b, bits = (pairs.column(name).to_numpy() for name in ("a", "b", "bits"))
    alike = average_linkage(size, (a, b), bits)
    return held_back(alike, np.arange(size), evidence.weights.most), evidence.weights


def one(name: str) -> None:
    """Recognise one set and print its score."""
    for _, known in loaded([name]):
        groups, _ = found_in(known.cards)
        print(f"{len(groups):8,d} {len(np.unique(known.person)):8,d} {scored(groups, known.person)}")


def accuracy() -> None:
    """Print the line of every set, each in a process of its own."""
    print(f"{'':20}{'records':>8} {'people':>8} {'P':>6} {'R':>6} {'F1':>6} {'B3':>6} {'large':>5}")
    for name in SETS:
        cost, said = measured(__file__, "--only", "one", "--set", name)
        if said.strip():
            print(f"{name:20}{said.rstrip()} {cost}", flush=True)


def many(path: Path) -> None:
    """Recognise the contacts of a file, and print the score."""
    groups, _ = found_in(raw(pq.read_table(path, columns=list(CONTACTS.values())), CONTACTS))
    true = pq.read_table(path, columns=["person_id"]).column("person_id").to_numpy()
    print(scored(groups, true))


def speed(contacts: int, seed: int) -> None:
    """Make contacts in one process, recognise them in another."""
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "contacts.parquet"
        write(path, contacts=contacts, seed=seed)
        cost, said = measured(__file__, "--only", "many", "--file", str(path))
    print(f"{contacts:,} contacts {cost}   {said.strip()}")


def churn(contacts: int, seed: int) -> None:
    """Print what share of old records has another customer's number after 5% new ones came, and how many wrongly.

    A customer's number is the number of its first record. Old records are numbered first, so none may change its number
    unless two customers became one (or one became two). A change is true where the old and the new first record are
    the same person.
    """
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "contacts.parquet"
        write(path, contacts=contacts, seed=seed)
        made = contact_cards(pq.read_table(path))
    _, (given,) = zip(*loaded(["contacts 20k"]), strict=True)
    for name, known in (("made contacts", made), ("contacts 20k", given)):
        size = len(known.cards)
        old = size * 20 // 21
        before, weights = found_in(known.cards.slice(0, old))
        for how, kept in (("with the weights of before", weights), ("with weights fitted again", None)):
            after, _ = found_in(known.cards, kept)
            changed = np.flatnonzero(before != after[:old])
            wrong = known.person[before[changed]] != known.person[after[changed]]
            print(f"{name}, {how}: {len(changed) / old:.2%} of {old:,} changed, {int(wrong.sum())} of them wrongly")
        order = np.random.default_rng(seed).permutation(size)
        again, _ = found_in(known.cards.take(pa.array(order)))
        print(f"{name}, in another order: {'the same' if np.array_equal(after, again) else 'NOT the same'}")


def main() -> None:
    """Print the tables that were asked for."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", choices=[*PARTS, "one", "many"])
    arguments.add_argument("--set", choices=list(SETS), default="contacts 20k")
    arguments.add_argument("--file", type=Path)
    arguments.add_argument("--contacts", type=int)
    arguments.add_argument("--seed", type=int, default=11)
    given = arguments.parse_args()
    if given.only == "one":
        one(given.set)
        return
    if given.only == "many":
        many(given.file)
        return
    print(machine(), flush=True)
    for part in (given.only,) if given.only else PARTS:
        if part == "accuracy":
            accuracy()
        elif part == "speed":
            speed(given.contacts or 1_000_000, given.seed)
        else:
            churn(given.contacts or 20_000, given.seed)


if __name__ == "__main__":
    sys.exit(main())
