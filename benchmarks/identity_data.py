"""Developers' sets for recognising customers: raw cards and who is who, as tables.

They lie in the data folder (the environment variable REGULARS_DATA, else ../shared/data). Files of pseudopeople are
made on demand by an environment of their own and kept in a cache folder (REGULARS_CACHE, else one for temporary
files).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from contacts import made
from pyarrow import csv

__all__ = ["SETS", "LabelledCards", "contact_cards", "loaded"]

Labels = npt.NDArray[np.int64]
# What we call it, and what the set calls it.
FEBRL: Final = {
    "first_name": "given_name", "last_name": "surname", "birth_date": "date_of_birth", "unit": "address_2",
    "street_number": "street_number", "street": "address_1", "postcode": "postcode", "city": "suburb",
    "region": "state", "person_number": "soc_sec_id",
}  # fmt: skip
FAKE: Final = {
    "first_name": "first_name",
    "last_name": "surname",
    "birth_date": "dob",
    "email": "email",
    "city": "city",
}
CONTACTS: Final = {
    "first_name": "first_name", "last_name": "last_name", "birth_date": "dob", "email": "email", "phone": "phone",
    "street": "street", "postcode": "postcode", "city": "city", "company": "company",
}  # fmt: skip
CENSUS: Final = {
    "first_name": "first_name", "middle_name": "middle_initial", "last_name": "last_name",
    "birth_date": "date_of_birth", "street_number": "street_number", "street": "street_name", "unit": "unit_number",
    "city": "city", "region": "state", "postcode": "zipcode", "person_number": "ssn", "company": "employer_name",
}  # fmt: skip
MAILING: Final = ("street_number", "street_name", "unit_number", "city", "state", "zipcode")
PSEUDOPEOPLE: Final = """
import sys
import pseudopeople as pp
folder, seed = sys.argv[1], int(sys.argv[2])
census = pp.generate_decennial_census(seed=seed, year=2020)
w2 = pp.generate_taxes_w2_and_1099(seed=seed, year=2019 + seed)
for name, table in (("census", census), ("w2", w2)):
    table.astype(str).replace({"nan": None, "<NA>": None}).to_parquet(f"{folder}/{name}_seed{seed}.parquet")
"""


@dataclass(frozen=True, slots=True)
class LabelledCards:
    """Raw cards, the person of each, and where it is known the household and the company (-1: none)."""

    cards: pa.Table
    person: Labels
    household: Labels | None = None
    company: Labels | None = None


def data() -> Path:
    """Return the folder of the sets."""
    return Path(os.environ.get("REGULARS_DATA", "../shared/data")) / "identity"


def raw(table: pa.Table, names: dict[str, str]) -> pa.Table:
    """Return the columns of a set as raw cards, numbered from 0."""
    columns = {ours: table.column(theirs).cast(pa.string()) for ours, theirs in names.items()}
    return pa.table({"record": np.arange(len(table)), **columns})


def labels(values: pa.ChunkedArray) -> Labels:
    """Return each value as a number: the same value, the same number; no value, -1."""
    codes = values.combine_chunks().dictionary_encode().indices
    return np.asarray(pc.fill_null(codes, -1)).astype(np.int64)


def text_csv(path: Path, delimiter: str = ",") -> pa.Table:
    """Read a CSV with every column as text; blanks around it go, nothing is null."""
    with path.open(encoding="utf-8") as lines:
        names = [name.strip() for name in lines.readline().rstrip("\r\n").split(delimiter)]
    read = csv.ReadOptions(column_names=names, skip_rows=1)
    kept = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    table = csv.read_csv(
        path, read_options=read, parse_options=csv.ParseOptions(delimiter=delimiter), convert_options=kept
    )
    trimmed = [pc.utf8_trim_whitespace(column) for column in table.columns]
    return pa.table([pc.if_else(pc.equal(column, ""), None, column) for column in trimmed], names=names)


def febrl(number: int, *, with_number: bool = True) -> LabelledCards:
    """Load FEBRL 1, 2 or 3; without the person's number it is the harder set."""
    table = text_csv(data() / f"dataset{number}.csv")
    names = FEBRL if with_number else {ours: theirs for ours, theirs in FEBRL.items() if ours != "person_number"}
    person = pc.struct_field(pc.extract_regex(table.column("rec_id"), r"rec-(?P<n>\d+)-"), "n")
    return LabelledCards(raw(table, names), labels(person))


def fake() -> LabelledCards:
    """Load the thousand made people of Splink's own examples."""
    table = text_csv(data() / "fake_1000.csv")
    return LabelledCards(raw(table, FAKE), labels(table.column("cluster")))


def contact_cards(table: pa.Table) -> LabelledCards:
    """Return contacts, as the file or `contacts.py` has them."""
    truth = (labels(table.column(name)) for name in ("person_id", "household_id", "account_id"))
    return LabelledCards(raw(table, CONTACTS), *truth)


def pseudopeople(seed: int) -> LabelledCards:
    """Load a census and tax forms of simulated people."""
    folder = made_people(seed)
    census, w2 = (pq.read_table(folder / f"{name}_seed{seed}.parquet") for name in ("census", "w2"))
    w2 = w2.rename_columns([name.removeprefix("mailing_address_") if name.removeprefix("mailing_address_") in MAILING
                            else name for name in w2.column_names])  # fmt: skip
    table = pa.concat_tables([census, w2], promote_options="permissive")
    truth = (labels(table.column(name)) for name in ("simulant_id", "household_id", "employer_id"))
    return LabelledCards(raw(table, CENSUS), *truth)


def made_people(seed: int) -> Path:
    """Return the folder with the files of this seed; make them where they are not there yet."""
    folder = Path(os.environ.get("REGULARS_CACHE", Path(tempfile.gettempdir()) / "regulars-pseudopeople"))
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / f"w2_seed{seed}.parquet").exists():
        place = folder / "environment"
        python = place / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "pseudopeople==1.3.1"], check=True)
        subprocess.run([str(python), "-c", PSEUDOPEOPLE, str(folder), str(seed)], check=True)
    return folder


def restaurants() -> LabelledCards:
    """Load two lists of restaurants: names, telephones and streets of companies, not of people."""
    tables = [text_csv(data() / "restaurants" / f"rest{n}.csv", "|") for n in (1, 2)]
    tables = [table.rename_columns([name.split("#")[-1] for name in table.column_names]) for table in tables]
    truth = text_csv(data() / "restaurants" / "gt.csv", "|")
    first = {value: n for n, value in enumerate(tables[0].column("id").to_pylist())}
    second = {value: n + len(first) for n, value in enumerate(tables[1].column("id").to_pylist())}
    person = np.arange(len(first) + len(second))
    for one, other in zip(truth.column("D1").to_pylist(), truth.column("D2").to_pylist(), strict=True):
        person[second[other]] = first[one]
    cards = raw(pa.concat_tables(tables), {"company": "name", "phone": "phone_number", "street": "street"})
    return LabelledCards(cards, person)


SETS: Final[dict[str, Callable[[], LabelledCards]]] = {
    "febrl 1": lambda: febrl(1),
    "febrl 2": lambda: febrl(2),
    "febrl 3": lambda: febrl(3),
    "febrl 3, no number": lambda: febrl(3, with_number=False),
    "fake 1000": fake,
    "contacts 20k": lambda: contact_cards(pq.read_table(data() / "contacts_20k.parquet")),
    "pseudopeople 1": lambda: pseudopeople(1),
    "pseudopeople 2": lambda: pseudopeople(2),
    "made contacts": lambda: contact_cards(made(20_000, seed=11)),
    "restaurants": restaurants,
}


def loaded(names: list[str]) -> Iterator[tuple[str, LabelledCards]]:
    """Load sets one by one; say aloud which cannot be had, and go on."""
    for name in names:
        try:
            found = SETS[name]()
        except (OSError, subprocess.CalledProcessError) as problem:
            print(f"{name}: skipped, it cannot be had here: {problem}", file=sys.stderr)
            continue
        yield name, found
