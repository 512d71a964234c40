"""The shop's customer register: what it wrote down, and which entries are really the same person.

Households share an address and a landline, companies a switchboard and an info@ address, and some people are
registered twice. E-mail addresses use domains, and telephones use numbers, that belong to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .names import Name, draw_names, plain
from .people import Habits

__all__ = ["Register", "draw_register"]

Ints = NDArray[np.int64]

HOUSEHOLD_SHARE = 0.14  # of people, living in twos and threes
PEOPLE_PER_COMPANY = 120
TWICE_SHARE = 0.045  # of people, registered twice
EMAIL_LOST = 0.12
PHONE_LOST = 0.10

DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "post.example", "inbox.example")
STREETS = (
    "Harbour Street",
    "Quay Road",
    "Ropewalk",
    "Chandler's Row",
    "Lighthouse Lane",
    "Mill Bank",
    "Saltmarsh Way",
    "Church Hill",
    "Fishers' Yard",
    "Orchard Close",
    "Customs House Square",
    "Herring Lane",
    "Upper Green",
    "Station Road",
    "Weavers' Court",
)
CITIES = ("Harbour Town", "Harbour Town", "Harbour Town", "Saltmarsh", "Upper Quay", "Millbank")
COMPANY_WORDS = (
    "Tidewater",
    "Ropewalk",
    "Northquay",
    "Lantern",
    "Millbank",
    "Gullwing",
    "Saltmarsh",
    "Anchor",
)
COMPANY_KINDS = ("Architects", "Boatyard", "Dental Practice", "Books", "Surveyors", "Guest House", "Printers")


@dataclass(frozen=True, slots=True)
class Register:
    """Entries as columns (in order of joining), and the truth about who is who."""

    customer_id: list[str]
    full_name: list[str]
    email: list[str]
    phone: list[str]
    street: list[str]
    postcode: list[str]
    city: list[str]
    company: list[str]
    joined_day: Ints
    person: Ints  # whose entry it is
    first_entry: Ints  # per person
    second_entry: Ints  # per person; -1 when registered once
    second_day: Ints  # per person; the day of the second entry
    household: Ints  # per person; -1 when alone
    employer: Ints  # per person; -1 when private
    language: list[str]  # per person


@dataclass(slots=True)
class _Cards:
    """One card per person, before anybody is registered twice."""

    name: list[Name]
    email: list[str]
    digits: list[str]  # national telephone number without the leading 0
    address: list[tuple[str, str, str]]
    company: list[str]


def draw_register(rng: np.random.Generator, habits: Habits, *, days: int) -> Register:
    """Write the register for people with these habits."""
    n = habits.count
    names = draw_names(rng, n)
    cards = _Cards(
        name=names,
        email=_emails(rng, names),
        digits=_phones(rng, n),
        address=_addresses(rng, n),
        company=[""] * n,
    )
    order = rng.permutation(n).tolist()
    employer = _companies(rng, cards, order, count=max(1, n // PEOPLE_PER_COMPANY))
    household = _households(rng, cards, order, employer)
    return _entries(rng, cards, habits, days=days, employer=employer, household=household)


def _emails(rng: np.random.Generator, names: list[Name]) -> list[str]:
    seen: dict[str, int] = {}
    emails: list[str] = []
    lost = rng.random(len(names)) < EMAIL_LOST
    luck = rng.integers(0, 600, len(names)).tolist()
    for name, draw, gone in zip(names, luck, lost.tolist(), strict=True):
        parts = (name.given, name.family) if name.family else (name.given,)
        base = ("." if draw % 3 else "").join(parts) or "customer"
        seen[base] = seen.get(base, 0) + 1
        suffix = str(seen[base]) if seen[base] > 1 else ""
        emails.append("" if gone else f"{base}{suffix}@{DOMAINS[draw % len(DOMAINS)]}")
    return emails


def _phones(rng: np.random.Generator, n: int) -> list[str]:
    """Numbers set aside for fiction first, then the unused area code 01632."""
    lost = (rng.random(n) < PHONE_LOST).tolist()
    mobile = (rng.random(n) < 0.6).tolist()
    numbers: list[str] = []
    mobiles = landlines = others = 0
    for gone, moves in zip(lost, mobile, strict=True):
        if gone:
            numbers.append("")
        elif moves and mobiles < 1000:
            numbers.append(f"7700900{mobiles:03d}")
            mobiles += 1
        elif not moves and landlines < 1000:
            numbers.append(f"2079460{landlines:03d}")
            landlines += 1
        else:
            numbers.append(f"1632{others:06d}")
            others += 1
    return numbers


def _addresses(rng: np.random.Generator, n: int) -> list[tuple[str, str, str]]:
    luck = rng.integers(0, 2**31, size=(n, 3)).tolist()
    found: list[tuple[str, str, str]] = []
    for a, b, c in luck:
        place = c % len(CITIES)
        code = f"HB{place + 1} {1 + a % 9}{'ABDEFGHJLN'[b % 10]}{'PQRSTUWXYZ'[c // 7 % 10]}"
        found.append((f"{1 + b % 140} {STREETS[a % len(STREETS)]}", code, CITIES[place]))
    return found


def _companies(rng: np.random.Generator, cards: _Cards, order: list[int], *, count: int) -> Ints:
    """Three contacts each: two with an address of their own, the third behind info@; one switchboard."""
    employer = np.full(len(order), -1, dtype=np.int64)
    shift = int(rng.integers(0, 56))
    for company in range(count):
        staff = order[3 * company : 3 * company + 3]
        if len(staff) < 3:
            break
        pick = company + shift
        word, kind = COMPANY_WORDS[pick % 8], COMPANY_KINDS[pick % 7]
        number = str(company // 56 + 1) if company >= 56 else ""
        title = f"{word} {kind} {number}".strip()
        domain = f"{plain(word)}-{plain(kind)}{number}.example"
        for place, person in enumerate(staff):
            employer[person] = company
            name = cards.name[person]
            own = f"{name.given}.{name.family}".strip(".") + f"@{domain}"
            cards.email[person] = own if place < 2 else f"info@{domain}"
            cards.digits[person] = f"1632{900000 + company % 100000:06d}"
            cards.address[person] = cards.address[staff[0]]
            cards.company[person] = title
    return employer


def _households(rng: np.random.Generator, cards: _Cards, order: list[int], employer: Ints) -> Ints:
    """Twos and threes at one address with one landline; mostly one family name, each their own e-mail."""
    household = np.full(len(order), -1, dtype=np.int64)
    free = [person for person in order if employer[person] < 0]
    still = round(len(order) * HOUSEHOLD_SHARE)
    at = number = landlines = 0
    while still >= 2 and at + 3 <= len(free):
        size = 3 if still != 4 and rng.random() < 0.35 else 2
        members = free[at : at + size]
        line = f"1632{700000 + landlines % 200000:06d}"
        head = cards.name[members[0]]
        same_name = rng.random() < 0.8
        for person in members:
            household[person] = number
            cards.digits[person] = line
            cards.address[person] = cards.address[members[0]]
            name = cards.name[person]
            if same_name and person != members[0] and head.family and name.family:
                surname = head.full.split(" ", 1)[-1] if " " in head.full else head.family.title()
                given = name.full.split(" ", 1)[0] if " " in name.full else name.given.title()
                cards.name[person] = Name(f"{given} {surname}", name.given, head.family, name.language)
        at += size
        still -= size
        number += 1
        landlines += 1
    return household


def _entries(
    rng: np.random.Generator, cards: _Cards, habits: Habits, *, days: int, employer: Ints, household: Ints
) -> Register:
    """Turn cards into register entries; some people, and each company's first contact, come in twice."""
    n = habits.count
    twice = (rng.random(n) < TWICE_SHARE) & (employer < 0)
    seen: set[int] = set()
    for person in np.flatnonzero(employer >= 0).tolist():
        twice[person] = int(employer[person]) not in seen and not cards.email[person].startswith("info@")
        if twice[person]:
            seen.add(int(employer[person]))
    earliest = np.maximum(habits.join_day, -300) + 20
    twice &= earliest < days - 2
    second_day = np.where(twice, rng.integers(np.minimum(earliest, days - 2), days - 1), 2**31)
    people = np.concatenate([np.arange(n), np.flatnonzero(twice)])
    again = np.concatenate([np.zeros(n, dtype=bool), np.ones(int(twice.sum()), dtype=bool)])
    joined = np.where(again, second_day[people], habits.join_day[people])
    sort = np.argsort(joined, kind="stable")
    people, again, joined = people[sort], again[sort], joined[sort]
    first_entry, second_entry = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    places = np.arange(people.size)
    first_entry[people[~again]] = places[~again]
    second_entry[people[again]] = places[again]
    luck = rng.integers(0, 2**31, people.size).tolist()
    who = people.tolist()
    full_name, email, digits = [], [], []
    for person, repeated, draw in zip(who, again.tolist(), luck, strict=True):
        name, mail = cards.name[person].full, cards.email[person]
        if repeated:
            name, mail = _second_card(name, mail, bool(cards.company[person]), draw)
        elif mail and draw % 17 == 0:
            mail = mail[0].upper() + mail[1:]
        full_name.append(name)
        email.append(mail)
        digits.append(cards.digits[person])
    return Register(
        customer_id=[f"C{place + 1:06d}" for place in places.tolist()],
        full_name=full_name,
        email=email,
        phone=[_dialled(number, draw // 64) for number, draw in zip(digits, luck, strict=True)],
        street=[cards.address[person][0] for person in who],
        postcode=[cards.address[person][1] for person in who],
        city=[cards.address[person][2] for person in who],
        company=[cards.company[person] for person in who],
        joined_day=joined,
        person=people,
        first_entry=first_entry,
        second_entry=second_entry,
        second_day=second_day,
        household=household,
        employer=employer,
        language=[name.language for name in cards.name],
    )


def _second_card(name: str, mail: str, company: bool, draw: int) -> tuple[str, str]:
    """How the same person comes to be written down twice: a slip, another spelling, a lost e-mail."""
    if company:
        return name, "info@" + mail.partition("@")[2]
    way = draw % 5
    if way == 0 and len(name) > 5:
        at = 1 + draw // 5 % (len(name) - 3)
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :], mail
    if way == 1:
        return name, mail.upper()
    if way == 2:
        return name, ""
    if way == 3 and " " in name:
        given, _, rest = name.partition(" ")
        return f"{given[0]}. {rest}", mail
    return name, mail.replace("@", ".home@") if mail else ""


def _dialled(digits: str, draw: int) -> str:
    """Write one telephone number in one of the ways people write them."""
    if not digits:
        return ""
    cut = 2 if digits.startswith("2") else 4
    area, rest = digits[:cut], digits[cut:]
    spaced = f"{rest[:-4]} {rest[-4:]}" if cut == 2 else rest
    ways = (f"+44 {area} {spaced}", f"0{area} {spaced}", f"(0{area}) {spaced}", f"+44{digits}", f"0{digits}")
    return (*ways, f"0044 {area} {spaced}")[draw % 6]
