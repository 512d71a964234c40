"""Households and employers found, against the truth. `python benchmarks/homes.py --identity FOLDER --census FOLDER`.

Reads labelled records: `contacts_20k.parquet` and `restaurants/` of the first folder; `census_seedN.parquet` and
`w2_seedN.parquet` (simulated people with noise, made by the PyPI package pseudopeople) of the second. Prints precision,
recall and F1 of pairs. The simple ways to do it stand beside ours: the exact address, the exact name.

The census counts a dormitory or a prison as one household. So it is scored twice: with all who share a home, and with
the places of many people left apart, as the product does.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from regulars.recognise.accounts import accounts
from regulars.recognise.cards import RAW, clean_cards
from regulars.recognise.households import homes
from regulars.recognise.linkage import average_linkage
from regulars.recognise.matching import matched
from regulars.store import Engine, Known

Ints = npt.NDArray[np.int64]

PEOPLE = {"first_name": "first_name", "last_name": "last_name"}
CENSUS = PEOPLE | {"street_number": "street_number", "street": "street_name", "unit": "unit_number", "city": "city"}
CENSUS |= {"postcode": "zipcode"}
EMPLOYER = {"company": "employer_name", "street_number": "employer_street_number", "street": "employer_street_name"}
EMPLOYER |= {"unit": "employer_unit_number", "city": "employer_city", "postcode": "employer_zipcode"}
CONTACTS = PEOPLE | {name: name for name in ("email", "phone", "street", "postcode", "city", "company")}
QUARTERS = [f"0_{number}" for number in range(6)]  # how the simulation numbers its dormitories, barracks and prisons


def main() -> None:
    """Print one line per set."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--identity", type=Path, required=True)
    arguments.add_argument("--census", type=Path, required=True)
    given = arguments.parse_args()
    print(f"{'':<58}{'P':>8}{'R':>8}{'F1':>8}{'CPU s':>8}")
    for path in sorted(given.census.glob("census_seed*.parquet")):
        census(path)
    contacts(given.identity / "contacts_20k.parquet")
    for path in sorted(given.census.glob("w2_seed*.parquet")):
        employers(path)
    restaurants(given.identity / "restaurants")


def census(path: Path) -> None:
    """Score the households of one census."""
    table = pq.read_table(path)
    cards, truth = cleaned(table, CENSUS), numbered(table.column("household_id"))
    exact = whole(cards)
    start = time.process_time()
    with engine() as bench:
        found = homes(bench, cards)
    took = time.process_time() - start
    said(f"{path.stem}: exact address", scored(exact, truth))
    said(f"{path.stem}: all who share a home", scored(found.home, truth), took)
    quarters = pc.is_in(table.column("household_id"), pa.array(QUARTERS)).to_numpy()
    said(f"{path.stem}: households only", scored(apart(found.home, found.reason != ""), apart(truth, quarters)), took)


def contacts(path: Path) -> None:
    """Score the households of contacts, with who is who unknown, matched and known, and their organisations."""
    table = pq.read_table(path)
    cards, truth = cleaned(table, CONTACTS), numbered(table.column("household_id"))
    said("contacts: exact address", scored(whole(cards), truth))
    with engine() as bench:
        compared = matched(bench, cards).pairs
    matches = average_linkage(
        len(cards), (compared["a"].to_numpy(), compared["b"].to_numpy()), compared["bits"].to_numpy()
    )
    persons = numbered(table.column("person_id"))
    for words, customer in (("cards alone", None), ("people as matched", matches), ("people known", persons)):
        start = time.process_time()
        with engine() as bench:
            found = homes(bench, cards, customer=customer)
        home = apart(found.home, found.reason != "")
        said(f"contacts: households, {words}", scored(home, truth), time.process_time() - start)
    start = time.process_time()
    with engine() as bench:
        account = accounts(bench, cards).account
    there = table.column("account_id").is_valid().to_numpy()
    organisation = numbered(table.column("account_id"))[there]
    said("contacts: accounts", scored(apart(account, account < 0)[there], organisation), time.process_time() - start)


def employers(path: Path) -> None:
    """Score the employers of one year of tax forms: over forms and over different spellings, with sites and without."""
    table = pq.read_table(path)
    truth = numbered(table.column("employer_id"))
    names = table.column("employer_name")
    said(f"{path.stem}: exact name, over forms", scored(apart(numbered(names), names.is_null().to_numpy()), truth))
    for words, columns in (("names alone", {"company": "employer_name"}), ("names and sites", EMPLOYER)):
        cards = cleaned(table, columns)
        start = time.process_time()
        with engine() as bench:
            found = accounts(bench, cards, own_sites=True).account
        took = time.process_time() - start
        label = apart(found, found < 0)
        said(f"{path.stem}: {words}, over forms", scored(label, truth), took)
        _, spelling = np.unique(numbered(names) * (truth.max() + 1) + truth, return_index=True)
        spelling = spelling[names.is_valid().to_numpy()[spelling]]
        said(f"{path.stem}: {words}, over {len(spelling)} spellings", scored(label[spelling], truth[spelling]), took)


def restaurants(folder: Path) -> None:
    """Score two lists of restaurants against each other, over the rows with a telephone."""
    lists = [list(rows(folder / f"rest{number}.csv")) for number in (1, 2)]
    both = [row for each in lists for row in each]
    raw = pa.table({"record": np.arange(len(both)), "company": [r[1] for r in both], "phone": [r[2] for r in both]})
    with engine() as bench:
        found = accounts(bench, clean_cards(raw, region="US").clean).account
    members: dict[int, tuple[list[str], list[str]]] = {}
    for place, row in enumerate(both):
        if row[1] and row[2]:
            members.setdefault(int(found[place]), ([], []))[place >= len(lists[0])].append(row[0])
    pairs = {pair for sides in members.values() for pair in product(*sides)}
    with (folder / "gt.csv").open(encoding="utf-8", newline="") as file:
        true = {(row["D1"], row["D2"]) for row in csv.DictReader(file, delimiter="|")}
    right = len(pairs & true)
    precision, recall = right / max(1, len(pairs)), right / len(true)
    said("restaurants: two lists (the truth lacks some pairs)", (precision, recall))


def rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a list of restaurants."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="|")
        next(reader)
        yield from reader


def cleaned(table: pa.Table, columns: Mapping[str, str]) -> pa.Table:
    """Return clean cards of a table; `columns` says which column is which."""
    there = {ours: table.column(theirs).cast(pa.string()) for ours, theirs in columns.items()}
    return clean_cards(pa.table({"record": np.arange(len(table)), **{n: there[n] for n in RAW if n in there}})).clean


def whole(cards: pa.Table) -> Ints:
    """Return the exact address of each card; a card without a street is alone."""
    place = [pc.fill_null(cards.column(name), "") for name in ("house", "street", "unit")]
    return apart(numbered(pc.binary_join_element_wise(*place, "|")), cards.column("street").is_null().to_numpy())


def numbered(values: pa.ChunkedArray) -> Ints:
    """Return a number for each different value."""
    codes = values.cast(pa.string()).fill_null("").combine_chunks().dictionary_encode().indices
    return codes.to_numpy().astype(np.int64)


def apart(label: Ints, alone: npt.NDArray[np.bool_]) -> Ints:
    """Return the groups with some records taken out, each alone."""
    return np.where(alone, -1 - np.arange(len(label)), label)


def scored(found: Ints, truth: Ints) -> tuple[float, float]:
    """Return precision and recall over pairs of records."""
    right, made, true = (pairs(column) for column in (np.column_stack([found, truth]), found[:, None], truth[:, None]))
    return right / max(1, made), right / max(1, true)


def pairs(groups: Ints) -> int:
    """Return how many pairs of rows are equal."""
    _, counts = np.unique(groups, axis=0, return_counts=True)
    return int((counts * (counts - 1) // 2).sum())


def said(words: str, score: tuple[float, float], seconds: float | None = None) -> None:
    """Print a line."""
    precision, recall = score
    mean = 2 * precision * recall / max(1e-9, precision + recall)
    took = "" if seconds is None else f"{seconds:8.1f}"
    print(f"{words:<58}{precision:8.4f}{recall:8.4f}{mean:8.4f}{took}", flush=True)


def engine() -> Engine:
    """Return somewhere that definitions run."""
    return Engine(Known(rows=1_000_000), as_of_us=10**18, as_of_day=0, knobs={}, spill=Path(tempfile.gettempdir()))


if __name__ == "__main__":
    main()
