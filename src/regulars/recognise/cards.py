"""Cards: what each record says of its owner, raw and clean. The clean card is what records are compared by.

Every column is cleaned over its different values only, and each value that meant nothing is listed with its reason.
The result does not depend on the order of the records. Two things are told by a whole column and not by one value: in
which order dates write day and month, and a day of birth that too many families share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..definition import read_definition
from .addresses import clean_places, clean_postcodes, clean_streets, house_numbers
from .births import clean_births
from .companies import clean_companies
from .mailboxes import clean_emails, is_role
from .person_names import clean_family_names, clean_given_names, clean_names
from .phones import clean_phones
from .placeholders import placeholder_reasons
from .spelling import in_plain_letters, texts_of

__all__ = ["CARDS", "CLEAN", "NULLED", "RAW", "Cards", "clean_cards"]

CARDS: Final = read_definition("recognise/cards")
RAW: Final = (
    "name", "first_name", "middle_name", "last_name", "birth_date", "email", "phone", "street", "street_number", "unit",
    "postcode", "city", "region", "company", "person_number",
)  # fmt: skip
CLEAN: Final = pa.schema(
    [
        ("record", pa.int64()),
        *((name, pa.string()) for name in ("given", "middle", "family", "generation")),
        ("birth", pa.int32()),
        *(
            (name, pa.string())
            for name in (
                "email", "mailbox", "domain", "phone", "phone_kind", "house", "unit", "street", "postcode", "city",
                "region", "company", "number",
            )
        ),
    ]
)  # fmt: skip
NULLED: Final = pa.schema(
    [("record", pa.int64()), ("field", pa.string()), ("value", pa.string()), ("reason", pa.string())]
)
FAMILIES: Final = 20  # different family names behind one day of birth, from which it may be a placeholder
SHARE: Final = 0.01  # share of all days of birth, from which it is one
CROWDED: Final = "a day of birth that too many families share"
Cleaner = Callable[[pa.Array], dict[str, pa.Array]]


@dataclass(frozen=True, slots=True)
class Cards:
    """Clean cards in the order they came in, and every value that became null, with its reason."""

    clean: pa.Table
    nulled: pa.Table


def clean_cards(raw: pa.Table, *, region: str | None = None) -> Cards:
    """Clean a table of raw cards. Columns that are missing count as empty; `region` is where telephones are at home.

    >>> raw = pa.table({"record": [1, 2], "name": ["Smith, John", "n/a"], "birth_date": ["02.01.1990", "1900-01-01"]})
    >>> cards = clean_cards(raw)
    >>> cards.clean.select(["given", "family", "birth"]).to_pylist()[0]
    {'given': 'john', 'family': 'smith', 'birth': 19900102}
    >>> [(row["record"], row["field"], row["reason"]) for row in cards.nulled.to_pylist()]
    [(2, 'birth_date', 'the first day of many programs'), (2, 'name', 'a word that stands for nothing')]
    """
    record = raw.column("record").combine_chunks().cast(pa.int64())
    columns = {name: texts_of(raw.column(name) if name in raw.column_names else None, length=len(raw)) for name in RAW}
    cleaners = CLEANERS | {"phone": partial(clean_phones, region=region)}
    notes: list[pa.Table] = []

    def cleaned(field: str) -> dict[str, pa.Array]:
        """Clean one column over its different values, and note what became null."""
        encoded = columns[field].dictionary_encode()
        if not len(encoded.dictionary):
            return {name: pa.nulls(len(record), kind) for name, kind in parts_of(field).items()}
        parts = cleaners[field](encoded.dictionary)
        if parts["reason"].null_count < len(parts["reason"]):
            notes.append(noted(record, field, columns[field], parts["reason"].take(encoded.indices)))
        return {name: part.take(encoded.indices) for name, part in parts.items() if name != "reason"}

    names = together(cleaned("first_name"), cleaned("last_name"), cleaned("middle_name"), cleaned("name"))
    birth = cleaned("birth_date")["birth"]
    crowded = crowded_births(birth, names["family"])
    if pc.any(crowded, min_count=0).as_py():
        reasons = pc.if_else(crowded, CROWDED, None)
        notes.append(noted(record, "birth_date", columns["birth_date"], reasons))
        birth = pc.if_else(crowded, None, birth)
    email = of_people(cleaned("email"))
    phone = cleaned("phone")
    street = cleaned("street")
    clean = {
        "record": record,
        **names,
        "birth": birth,
        **email,
        **phone,
        "house": pc.coalesce(cleaned("street_number")["value"], street["house"]),
        "unit": pc.coalesce(cleaned("unit")["value"], street["unit"]),
        "street": street["street"],
        "postcode": cleaned("postcode")["postcode"],
        "city": cleaned("city")["place"],
        "region": cleaned("region")["place"],
        "company": cleaned("company")["company"],
        "number": cleaned("person_number")["value"],
    }
    table = pa.table([clean[name] for name in CLEAN.names], schema=CLEAN)
    nulled = pa.concat_tables([NULLED.empty_table(), *notes]).sort_by(
        [(name, "ascending") for name in ("record", "field", "value", "reason")]
    )
    return Cards(table, nulled)


def of_people(email: dict[str, pa.Array]) -> dict[str, pa.Array]:
    """Leave out the addresses of organisations (info@): they say for whom somebody writes, as the domain does.

    >>> parts = {"email": pa.array(["info@x.org", "ann@x.org"]), "mailbox": pa.array(["info", "ann"])}
    >>> of_people(parts | {"domain": pa.array(["x.org", "x.org"])})["email"].to_pylist()
    [None, 'ann@x.org']
    """
    mailboxes = pc.unique(email["mailbox"]).drop_null()
    roles = pa.array([mailbox for mailbox in mailboxes.to_pylist() if is_role(mailbox)], pa.string())
    role = pc.is_in(email["mailbox"], roles)
    return email | {name: pc.if_else(role, None, email[name]) for name in ("email", "mailbox")}


def noted(record: pa.Array, field: str, values: pa.Array, reasons: pa.Array) -> pa.Table:
    """Return the rows of one field that became null."""
    table = pa.table({"record": record, "value": values, "reason": reasons}).filter(pc.is_valid(reasons))
    return table.add_column(1, "field", pa.array([field] * len(table), pa.string()))


def together(
    first: dict[str, pa.Array], last: dict[str, pa.Array], middle: dict[str, pa.Array], whole: dict[str, pa.Array]
) -> dict[str, pa.Array]:
    """Return the name that several fields tell: each part from its own field, else from the name in one field."""
    between = pc.coalesce(pc.binary_join_element_wise(middle["given"], middle["middle"], " "), middle["given"])
    return {
        "given": pc.coalesce(first["given"], whole["given"]),
        "middle": pc.coalesce(between, first["middle"], whole["middle"]),
        "family": pc.coalesce(last["family"], first["family"], whole["family"]),
        "generation": pc.coalesce(last["generation"], first["generation"], whole["generation"]),
    }


def own_column(values: pa.Array) -> dict[str, pa.Array]:
    """Clean house and flat numbers that have a column of their own."""
    return {"value": house_numbers(values), "reason": placeholder_reasons(values, field="place")}


def person_numbers(values: pa.Array) -> dict[str, pa.Array]:
    """Clean numbers by which a register knows a person: capitals, no blanks, no marks, no `.0`."""
    low = in_plain_letters(values)
    reason = placeholder_reasons(low, field="number", spelt=True)
    bare = pc.replace_substring_regex(pc.replace_substring_regex(low, r"\.0+$", ""), "[^a-z0-9]+", "")
    good = pc.and_(pc.is_null(reason), pc.not_equal(bare, ""))
    return {"value": pc.if_else(good, pc.ascii_upper(bare), None), "reason": reason}


def crowded_births(birth: pa.Array, family: pa.Array) -> pa.Array:
    """Tell which days of birth are a form's own: more than one in a hundred records, of more than twenty families."""
    counts = pc.value_counts(birth.drop_null())
    many = counts.filter(pc.greater(counts.field("counts"), max(FAMILIES, SHARE * (len(birth) - birth.null_count))))
    if not len(many):
        return pa.array(np.zeros(len(birth), np.bool_))
    known = pa.table({"birth": birth, "family": family}).filter(pc.is_in(birth, many.field("values")))
    groups = known.group_by("birth").aggregate([("family", "count_distinct")])
    too_many = groups.filter(pc.greater(groups.column("family_count_distinct"), FAMILIES)).column("birth")
    return pc.fill_null(pc.is_in(birth, too_many.combine_chunks()), False)


CLEANERS: Final[dict[str, Cleaner]] = {
    "name": clean_names,
    "first_name": clean_given_names,
    "middle_name": clean_given_names,
    "last_name": clean_family_names,
    "birth_date": clean_births,
    "email": clean_emails,
    "phone": clean_phones,
    "street": clean_streets,
    "street_number": own_column,
    "unit": own_column,
    "postcode": clean_postcodes,
    "city": clean_places,
    "region": clean_places,
    "company": clean_companies,
    "person_number": person_numbers,
}


@cache
def parts_of(field: str) -> dict[str, pa.DataType]:
    """Return into which parts a field is taken, for a column that is empty."""
    parts = CLEANERS[field](pa.array([], pa.string()))
    return {name: part.type for name, part in parts.items() if name != "reason"}
