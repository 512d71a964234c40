"""Made contacts with the truth beside them, of any size and seed. `python benchmarks/contacts.py OUT --contacts N`.

Five sources tell of the same people in their own ways: short names, slips of the hand, movers, mailboxes and landlines
a household shares, switchboards and info@ of companies, recycled numbers, senior and junior, twins, swapped names,
initials, both names in one field, married names, and words that stand for nothing. The shares follow contacts_20k.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from contact_names import CULTURES, SHORT, families, givens

__all__ = ["made", "write"]

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rng = np.random.Generator

SOURCES: Final = np.array(["crm", "newsletter", "shop", "support", "web"])
# By source: the share of records without a day of birth, a mailbox, a telephone, an address.
MISSING: Final = {
    "dob": np.array([0.0, 0.74, 0.49, 0.51, 0.72]),
    "email": np.array([0.32, 0.06, 0.32, 0.32, 0.07]),
    "phone": np.array([0.35, 0.75, 0.34, 0.33, 0.35]),
    "street": np.array([0.30, 1.0, 0.30, 0.30, 0.31]),
}
PER_PERSON: Final = np.array([5968, 2541, 1143, 497, 239, 114, 81, 75, 32, 7, 5, 4, 2], float)
PER_HOME: Final = np.array([1651, 1604, 714, 628, 239], float)
MEAN: Final = 20_000 / 10_708
PART: Final = 1_000_000  # contacts made at a time: it bounds the memory
DOMAINS: Final = ["gmail.com", "orange.fr", "outlook.com", "gmx.de", "icloud.com", "yahoo.com", "hotmail.com", "wp.pl"]
NOBODY: Final = ["noemail@shop.example", "na@na.com", "none@none.com", "a@a.com", "test@test.com"]
NO_PHONE: Final = ["07000000000", "123456789", "1111111111", "0000000000"]
ROADS: Final = [
    "Abbey",
    "Albert",
    "Alma",
    "Ash",
    "Beech",
    "Birch",
    "Bridge",
    "Brook",
    "Canal",
    "Castle",
    "Cedar",
    "Chapel",
    "Church",
    "Cliff",
    "Dale",
    "East",
    "Elm",
    "Farm",
    "Ferry",
    "Field",
    "Forest",
    "Garden",
    "Green",
    "Grove",
    "Hawthorn",
    "Heath",
    "High",
    "Hill",
    "Holly",
    "Kiln",
    "Lake",
    "Lime",
    "Main",
    "Manor",
    "Maple",
    "Market",
    "Meadow",
    "Mill",
    "Moor",
    "North",
    "Oak",
    "Orchard",
    "Park",
    "Pine",
    "Pond",
    "Poplar",
    "Priory",
    "Quarry",
    "Queen",
    "River",
    "Rose",
    "School",
    "South",
    "Spring",
    "Station",
    "Tower",
    "Victoria",
    "Water",
    "Well",
    "West",
    "Willow",
    "Windsor",
    "Wood",
    "York",
]
WAYS: Final = ["Street", "Road", "Lane", "Avenue", "Close", "Drive", "Way", "Court"]
TRADES: Final = ["Garage", "Group", "Foods", "Systems", "Consulting", "Logistics"]
FORMS: Final = ["Ltd", "Limited", "LLP", "Inc", "GmbH"]
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
SLIPS: Final = "abcdefghijklmnoprstuvwy"


def plain(text: str) -> str:
    """Return a name as it stands in a mailbox.

    >>> plain("Márquez Prat")
    'marquezprat'
    """
    kept = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("ı", "i").replace("đ", "d"))
    return "".join(letter for letter in kept if letter.isascii() and letter.isalnum())


def slip(text: str, at: float, kind: int) -> str:
    """Return a text with one slip of the hand: two letters swapped, one lost, doubled or exchanged.

    >>> [slip("Fisher", 0.0, kind) for kind in range(4)]
    ['iFsher', 'isher', 'FFisher', 'aisher']
    """
    if len(text) < 3:
        return text
    n = int(at * (len(text) - 1))
    return text[:n] + (text[n + 1] + text[n] + text[n + 2 :], text[n + 1 :], text[n] + text[n:],
                       SLIPS[int(at * 1e6) % len(SLIPS)] + text[n + 1 :])[kind]  # fmt: skip


def zipf(rng: Rng, size: int, count: int) -> Ints:
    """Draw ranks of names: the second most usual about half as often as the first."""
    weight = 1 / (np.arange(size) + 4.0)
    return rng.choice(size, count, p=weight / weight.sum())


def homes_of(rng: Rng, people: int) -> Ints:
    """Return the household of each person."""
    sizes = rng.choice(5, people, p=PER_HOME / PER_HOME.sum()) + 1
    return np.repeat(np.arange(people), sizes)[:people]


def addresses(rng: Rng, count: int) -> list[tuple[str, str, str]]:
    """Return streets with their numbers, postcodes and cities. A postcode belongs to one city."""
    towns = [
        a + b
        for b in ["ton", "mouth", "field", "chester", "ham", "bury", "ford", "ley", "by", "wick"]
        for a in families(0)[:60]
    ]
    area = zipf(rng, len(towns), count)
    house, road, way = rng.integers(1, 221, count), rng.integers(0, len(ROADS), count), rng.integers(0, 8, count)
    part, end = rng.integers(1, 30, count), rng.integers(0, 9 * 24 * 24, count)
    found = []
    for t, h, r, w, p, e in zip(*(x.tolist() for x in (area, house, road, way, part, end)), strict=True):
        code = f"{LETTERS[t // 24 % 24]}{LETTERS[t % 24]}{p} {e // 576 + 1}{LETTERS[e // 24 % 24]}{LETTERS[e % 24]}"
        found.append((f"{h} {ROADS[r]} {WAYS[w]}", code, towns[t]))
    return found


def written(number: int, way: int) -> str:
    """Return a telephone number in one of six ways of writing.

    >>> [written(7123456789, way) for way in (0, 1, 3)]
    ['07123456789', '+447123456789', '+44 (0)7123456789']
    """
    text = str(number)
    area, rest = text[:4], text[4:]
    return ("0" + text, "+44" + text, f"0{area} {rest}", f"+44 (0){text}", "0044" + text, f"+44 {area} {rest}",
            f"0{area}-{rest[:3]}-{rest[3:]}")[way]  # fmt: skip


def made(count: int, *, seed: int, part: int = 0) -> pa.Table:  # noqa: PLR0912, PLR0915 - one record after another
    """Return so many contacts, in no order, with the person, household and account of each.

    Parts of one seed have nobody in common.
    """
    rng = np.random.default_rng((seed, part))
    offset = part * PART
    people = int(count / MEAN * 1.015) + 20
    home = homes_of(rng, people)
    culture = rng.choice(10, people, p=np.array([c[3] for c in CULTURES]) / sum(c[3] for c in CULTURES))[home]
    lists = [(givens(c), families(c)) for c in range(10)]
    first, last, maiden = np.empty(people, object), np.empty(people, object), np.empty(people, object)
    for c, (given_names, family_names) in enumerate(lists):
        own = np.flatnonzero(culture == c)
        first[own] = np.array(given_names, object)[zipf(rng, len(given_names), len(own))]
        names = np.array(family_names, object)
        of_home = names[zipf(rng, len(names), people)]
        alone = rng.random(len(own)) < 0.12
        last[own] = np.where(alone, names[zipf(rng, len(names), len(own))], of_home[home[own]])
        maiden[own] = names[zipf(rng, len(names), len(own))]
    born = rng.integers(-11_000, 13_500, people)  # days since 1970: 1939 to 2006
    same_home = np.r_[False, home[1:] == home[:-1]]
    twin = same_home & (rng.random(people) < 0.02)
    junior = same_home & ~twin & (rng.random(people) < 0.02)
    for flag in (twin, junior):
        last[flag] = last[np.flatnonzero(flag) - 1]
    born[twin] = born[np.flatnonzero(twin) - 1]
    first[junior] = first[np.flatnonzero(junior) - 1]
    born[junior] = born[np.flatnonzero(junior) - 1] + rng.integers(8_000, 12_000, int(junior.sum()))

    firms = max(3, count // 160)
    firm = np.where(rng.random(people) < 0.15, zipf(rng, firms, people), -1)
    mobile = 7_000_000_000 + rng.integers(10**6, 10**9, people)
    recycled = rng.random(people) < 0.004
    mobile[recycled] = mobile[rng.integers(0, people, int(recycled.sum()))]
    landline = 1_000_000_000 + rng.integers(10**8, 10**9, people)
    board = 1_000_000_000 + rng.integers(10**8, 10**9, firms)
    where, before, seat = addresses(rng, int(home[-1]) + 1), addresses(rng, people), addresses(rng, firms)
    boss = np.array(families(0), object)[zipf(rng, len(families(0)), firms)]

    times = rng.choice(13, people, p=PER_PERSON / PER_PERSON.sum()) + 1
    of = np.repeat(np.arange(people), times)
    of = of[rng.permutation(len(of))[:count]] if len(of) >= count else rng.choice(of, count)
    source = rng.integers(0, 5, count)
    lost = {name: rng.random(count) < share[source] for name, share in MISSING.items()}

    def chance(share: float) -> list[bool]:
        return list((rng.random(count) < share).tolist())

    at_work = chance(0.62)
    draws = {
        "switchboard": 0.55, "role_email": 0.12, "hh_email": 0.12, "hh_phone": 0.335, "initial": 0.122, "nick": 0.138,
        "typo": 0.15, "email_typo": 0.055, "dob_err": 0.031, "swap": 0.013, "onefield": 0.0118, "placeholder": 0.0127,
    }  # fmt: skip
    drawn = {name: chance(share) for name, share in draws.items()}
    moved_person, married_person = rng.random(people) < 0.19, rng.random(people) < 0.026
    earlier = rng.random(count) < 0.5
    where_at, kind = rng.random((count, 3)).tolist(), rng.integers(0, 4, (count, 3)).tolist()
    way, letters, style = (rng.integers(0, n, count).tolist() for n in (7, 7, 6))
    box = rng.integers(0, 6, people).tolist()
    provider = rng.choice(8, (people, 2), p=[0.3, *[0.1] * 7]).tolist()
    second = (rng.random(count) < 0.15).astype(int).tolist()
    stamp = (np.datetime64("2019-01-01") + rng.integers(0, 2_000, count)).astype(str).tolist()
    birthday = (np.datetime64("1970-01-01") + born).astype(str).tolist()
    columns = ("first_name", "last_name", "dob", "email", "phone", "street", "postcode", "city", "company", "hard")
    out: dict[str, list[object]] = {name: [] for name in columns}
    taken: dict[tuple[str, str], int] = {}
    for n, who in enumerate(of.tolist()):
        hard: list[str] = []

        def told(name: str, *, n: int = n, hard: list[str] = hard) -> bool:
            if drawn[name][n]:
                hard.append(name)
            return drawn[name][n]

        given, family, place, job = str(first[who]), str(last[who]), int(home[who]), int(firm[who])
        mail_given, mail_family, year = plain(given), plain(family), birthday[who][2:4]
        work = job >= 0 and at_work[n]
        address = seat[job] if work and where_at[n][0] < 0.3 else where[place]
        if moved_person[who] and earlier[n]:
            hard.append("moved")
            address = before[who]
        if married_person[who] and earlier[n]:
            hard.append("married")
            family = str(maiden[who])
        company = f"{boss[job]} {TRADES[job % 6]}" if work else None
        email: str | None = None
        if not lost["email"][n]:
            host = DOMAINS[provider[who][second[n]]]
            b = (box[who] + second[n]) % 6
            local = (f"{mail_given}.{mail_family}", f"{mail_given}{mail_family}", f"{mail_given}{year}",
                     f"{mail_given}_{mail_family}{year}", f"{mail_family}{mail_given[:1]}{who % 997}",
                     f"{mail_given[:1]}{mail_family}{who % 89 or ''}")[b]  # fmt: skip
            if work:
                host = f"{plain(str(boss[job]))}{job + offset}.co.uk"
                local = "info" if told("role_email") else f"{mail_given}.{mail_family}"
            elif told("hh_email"):
                local, host = f"family{plain(str(last[who]))}{place + offset}", DOMAINS[place % 8]
            elif taken.setdefault((local, host), who) != who:  # no provider gives one mailbox to two people
                local = f"{local}{who + offset}"
            email = f"{slip(local, where_at[n][1], kind[n][1]) if told('email_typo') else local}@{host}"
            email = (email, email, email, email, email.title(), email.upper(), email)[letters[n]]
        phone: str | None = None
        if not lost["phone"][n]:
            number = int(mobile[who])
            if work and told("switchboard"):
                number = int(board[job])
            elif told("hh_phone"):
                number = int(landline[place])
            phone = written(number, way[n])
        if told("placeholder"):
            email, phone = (NOBODY[style[n] % 5], phone) if letters[n] < 4 else (email, NO_PHONE[style[n] % 4])
        if given in SHORT and told("nick"):
            given = SHORT[given]
        if told("initial"):
            given = given[0]
        if told("typo"):
            slips = (where_at[n][2], kind[n][2])
            given, family = (slip(given, *slips), family) if kind[n][0] < 2 else (given, slip(family, *slips))
        dob: str | None = None if lost["dob"][n] else birthday[who]
        if dob and told("dob_err"):
            other_day = f"{dob[:8]}{style[n] * 4 + 1:02}" if style[n] < 4 else f"{dob[:5]}01-01"
            dob = "1900-01-01" if style[n] < 2 else other_day
        if told("swap"):
            given, family = family, given
        if told("onefield"):
            given, family = f"{given} {family}", ""
        if letters[n] > 4:
            given, family = (given.upper(), family.upper()) if letters[n] == 5 else (given.lower(), family.lower())
        street, code, town = address if not lost["street"][n] else (None, None, None)
        if code and style[n] == 0:
            code = code.replace(" ", "")
        if company:
            company = f"{company} {FORMS[job % 5 if style[n] else (job + 1) % 5]}"
        row = (given, family or None, dob, email, phone, street, code, town, company, ";".join(hard))
        for values, value in zip(out.values(), row, strict=True):
            values.append(value)
    account = np.where([value is not None for value in out["company"]], firm[of], -1)
    told_of = {name: pa.array(out.pop(name), pa.string()) for name in list(out)}
    hard_words = told_of.pop("hard")
    return pa.table(
        {
            "rec_id": pa.array([f"r{n + offset}" for n in range(count)]),
            "source": pa.array(SOURCES[source]),
            "created_at": pa.array(stamp),
            **told_of,
            "person_id": of + offset,
            "household_id": home[of] + offset,
            "account_id": pa.array(account + offset, mask=account < 0),
            "hard": hard_words,
        }
    )


def write(path: Path, *, contacts: int, seed: int) -> None:
    """Write so many made contacts as Parquet."""
    first = made(min(contacts, PART), seed=seed)
    with pq.ParquetWriter(path, first.schema, compression="zstd") as out:
        out.write_table(first)
        del first
        for part in range(1, -(-contacts // PART)):
            out.write_table(made(min(PART, contacts - part * PART), seed=seed, part=part))


def main() -> None:
    """Write the file that was asked for."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("path", type=Path)
    arguments.add_argument("--contacts", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=11)
    given = arguments.parse_args()
    write(given.path, contacts=given.contacts, seed=given.seed)
    print(f"{given.contacts:,} contacts of seed {given.seed} in {given.path}")


if __name__ == "__main__":
    sys.exit(main())
