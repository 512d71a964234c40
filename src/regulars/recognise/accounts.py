"""Accounts: which organisation a card speaks for. A person stays one person when the employer changes.

An organisation is found by its name (`companies.py`), by what is given with it (a site, a switchboard, a domain that is
no free mail), and never by one of these alone: `account_evidence.py`. Cards without a name follow the domain or
telephone, or the site where the addresses are the organisations' own, if nearly all named cards there agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .account_evidence import Mentions, compared, weighed
from .home_writings import numbered, turns
from .households import left_on
from .linkage import average_linkage
from .mailboxes import is_free, is_role
from .matching.candidates import Skipped
from .matching.match import Bench

__all__ = ["LINKS", "Accounts", "accounts", "links"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MOST: Final = 0.9  # share of named cards behind a domain, telephone or site that must agree to speak for the others
OF_IT, SHARED_MAILBOX = "has a mailbox there", "writes from its shared mailbox"
FEW: Final = 2  # named cards that must agree
LINKS: Final = pa.schema(
    [
        *((name, pa.int64()) for name in ("account", "customer")),
        *((name, pa.int32()) for name in ("from_day", "to_day")),
        ("name", pa.string()),
        ("domain", pa.string()),
        ("role", pa.string()),
        ("why", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Accounts:
    """For each card: its organisation (the first card that names it, -1: none), and how it is known, in words."""

    account: Ints
    why: npt.NDArray[np.object_]
    names: pa.Table
    skipped: tuple[Skipped, ...]


def accounts(bench: Bench, cards: pa.Table, *, own_sites: bool = False) -> Accounts:
    """Return the organisation of each clean card. `own_sites` says that the addresses are the organisations' own.

    The column `names` of the result has each different name, its account and how many cards give it.
    """
    codes, texts = {}, {}
    for column in ("company", "domain", "phone", "house", "street"):
        encoded = cards.column(column).combine_chunks().dictionary_encode()
        codes[column] = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        texts[column] = encoded.dictionary.to_pylist()
    free = np.array([is_free(text) for text in texts["domain"]] + [True], np.bool_)
    keys = {
        "site": numbered(np.column_stack([codes["house"], codes["street"]]))[0],
        "street": codes["street"],
        "phone": codes["phone"],
        "domain": np.where(free[codes["domain"]], -1, codes["domain"]),
    }
    keys["site"] = np.where((codes["house"] < 0) | (codes["street"] < 0), -1, keys["site"])
    name = codes["company"]
    named = name >= 0
    mentions = Mentions(
        texts["company"],
        np.bincount(name[named], minlength=len(texts["company"])),
        {kind: np.column_stack([name, key])[named & (key >= 0)] for kind, key in keys.items()},
    )
    skipped: list[Skipped] = []
    group = np.empty(0, np.int64)
    if len(mentions.names):
        group = clustered(bench, mentions, skipped)
    account = np.where(named, np.append(group, -1)[name], -1)
    why = np.where(named, "names it", "").astype(object)
    for kind in ("domain", "phone", "site", "street") if own_sites else ("domain", "phone"):
        found = followed(keys[kind], np.where(named, account, -1))
        new = (account < 0) & (found >= 0)
        account[new], why[new] = found[new], f"the same {WORDS[kind]}"
    rest = (account < 0) & (keys["domain"] >= 0)
    account[rest], why[rest] = len(mentions.names) + keys["domain"][rest], "a domain of its own"
    spelt = pa.table({"name": mentions.names, "account": group, "cards": mentions.cards})
    return Accounts(founders(account), why, spelt, tuple(skipped))


WORDS: Final = {"domain": "domain", "phone": "telephone", "site": "site", "street": "street"}


def clustered(bench: Bench, mentions: Mentions, skipped: list[Skipped]) -> Ints:
    """Return the group of each name. The mean is over cards, so that one garbled name cannot outvote what all write."""
    a, b = compared(mentions, skipped)
    bits = weighed(bench, mentions, a, b)
    # Many cards of one name count, but not by the thousand: what is compared stays whole numbers of a fit size.
    weight = np.minimum(mentions.cards, 1000)
    ends = np.cumsum(weight)
    item = ends - weight
    rows = np.arange(int(ends[-1]))
    pull = bits * weight[a] * weight[b]
    group = average_linkage(len(rows), (item[a], item[b]), pull, must=(rows, np.repeat(item, weight)))
    return np.asarray(np.searchsorted(item, group[item]))


def followed(key: Ints, account: Ints) -> Ints:
    """Return for each card the account that nearly all named cards with its key have, else -1."""
    both = (key >= 0) & (account >= 0)
    found = np.full(len(key), -1)
    if not both.any():
        return found
    each, count = np.unique(np.column_stack([key, account])[both], axis=0, return_counts=True)
    total = np.bincount(each[:, 0], weights=count, minlength=int(key.max()) + 1)
    good = (count >= MOST * total[each[:, 0]]) & (count >= FEW)
    of_key = np.full(int(key.max()) + 2, -1)
    of_key[each[good, 0]] = each[good, 1]
    return np.asarray(of_key[key])


def founders(account: Ints) -> Ints:
    """Return the accounts numbered by the first card of each, -1 where there is none."""
    _, first, place = np.unique(account, return_index=True, return_inverse=True)
    return np.asarray(np.where(account < 0, -1, first[place]))


def links(found: Accounts, cards: pa.Table, *, customer: Ints, day: Ints) -> pa.Table:
    """Return who speaks for which account, from which day to which, and in what role: rows of LINKS.

    `customer` and `day` (days since 1970) are one entry per card. An account bears the number of its first record. Who
    is later known only for another account has left (`to_day` is the first day there). The role is told by the mailbox:
    somebody of the organisation, its shared mailbox, or not said.
    """
    rows = np.flatnonzero(found.account >= 0)
    if not len(rows):
        return LINKS.empty_table()
    rows = rows[np.lexsort([day[rows], customer[rows], found.account[rows]])]
    starts = np.flatnonzero(turns(np.column_stack([found.account, customer])[rows]))
    ends = np.append(starts[1:], len(rows))
    who, first, last = customer[rows[starts]], day[rows[starts]], day[rows[ends - 1]]
    mailbox, domain = (cards.column(name).to_pylist() for name in ("mailbox", "domain"))
    records, names = cards.column("record").to_numpy(), dict(common(found.account, cards.column("company").to_pylist()))
    role, domains = [], []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        at = [row for row in rows[start:end].tolist() if domain[row] and not is_free(domain[row])]
        domains.append(domain[at[-1]] if at else None)
        own = [row for row in at if not is_role(mailbox[row] or "info")]
        role.append(OF_IT if own else SHARED_MAILBOX if at else None)
    account = found.account[rows[starts]]
    columns = [
        records[account],
        who,
        first.astype(np.int32),
        pa.array(left_on(who, first, last), pa.int32()),
        pa.array([names.get(place) for place in account.tolist()], pa.string()),
        pa.array(domains, pa.string()),
        pa.array(role, pa.string()),
        found.why[rows[starts]].tolist(),
    ]
    return pa.table(columns, schema=LINKS).sort_by([("account", "ascending"), ("customer", "ascending")])


def common(account: Ints, names: list[str | None]) -> Iterator[tuple[int, str]]:
    """Yield each account and the name that most of its cards give; the first in the alphabet of equals."""
    counts: dict[int, Counter[str]] = {}
    for place, name in zip(account.tolist(), names, strict=True):
        if place >= 0 and name:
            counts.setdefault(place, Counter())[name] += 1
    for place, each in counts.items():
        yield place, min(each, key=lambda name: (-each[name], name))
