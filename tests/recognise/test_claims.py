"""What people say of who is who: what counts, what it does to customers, and that ending it leaves no mark."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from regulars.choose import CONSENTS
from regulars.recognise import CUSTOMERS, Claim, Naming, founder_of, members_table, settled
from regulars.store import Engine, Known

from ..faults.scale import scaled
from ..understand.tiny import DAY_US, TODAY, trace
from .test_join import ANN, BEA, MAIL, PHONE, links_of

PEOPLE = 12
SEQUENCES = 1_000
PURPOSES = ("marketing", "service")
NOBODY = pa.table(
    {name: pa.array([], kind) for name, kind in (("a", pa.int64()), ("b", pa.int64()), ("bits", pa.float64()))}
)


def said(a: int, b: int, verdict: str, at: int, number: int | None = None) -> Claim:
    """Return what somebody says at an instant, which is its number too."""
    return Claim(a, b, verdict, from_us=at, number=at if number is None else number)


def grouped(links: pa.Table, claims: Sequence[Claim] = (), pairs: pa.Table | None = None) -> list[list[int]]:
    """Return the records of each customer."""
    found: dict[int, list[int]] = {}
    for row in members_table(links, pairs, claims).to_pylist():
        found.setdefault(row["customer"], []).append(row["subject"])
    return sorted(found.values())


def test_a_person_says_more_than_a_shared_number() -> None:
    """ "Different" cuts a customer number, an order and an address; a third record stays with the first heard of."""
    links = links_of({1: (1, (ANN, MAIL)), 2: (2, (ANN, MAIL)), 3: (3, (ANN,))})
    assert grouped(links) == [[1, 2, 3]]
    assert grouped(links, [said(1, 2, "different", 1)]) == [[1, 3], [2]]
    assert grouped(links, [said(2, 1, "related", 1)]) == [[1, 3], [2]]
    assert grouped(links, [said(1, 3, "different", 1), said(2, 3, "same", 2)]) == [[1], [2, 3]]


def test_same_joins_what_shares_nothing() -> None:
    """Two who share no identifier are one, named after the one heard of first; each says what holds it."""
    links = links_of({5: (2, (ANN,)), 3: (9, (BEA,)), 7: (4, (PHONE,))})
    members = members_table(links, claims=[said(3, 5, "same", 1)]).to_pylist()
    assert [(row["subject"], row["customer"], row["held"], row["sure"]) for row in members] == [
        (3, 5, "human", 1.0),
        (5, 5, "human", 1.0),
        (7, 7, "alone", 1.0),
    ]


def test_of_two_verdicts_on_a_pair_the_newest_counts() -> None:
    """The older is listed with the reason, whatever order they are read in."""
    old, new = said(1, 2, "same", 1), said(2, 1, "different", 2)
    for claims in ([old, new], [new, old]):
        found = settled(claims)
        assert (found.same, found.apart) == ((), (new,))
        assert [(one.claim, one.why) for one in found.overruled] == [(old, "verdict 2 of 1 Jan 1970 says otherwise")]


def test_a_chain_that_contradicts_itself_is_settled_the_newest_first() -> None:
    """a = b, b = c, a is not c: whichever is the oldest gives way, and says to what."""
    pairs = {"ab": (1, 2, "same"), "bc": (2, 3, "same"), "ac": (1, 3, "different")}
    for oldest in pairs:
        order = [oldest, *(name for name in pairs if name != oldest)]
        claims = [said(*pairs[name], at) for at, name in enumerate(order, start=1)]
        found = settled(claims)
        assert [one.claim for one in found.overruled] == [claims[0]]
        assert found.overruled[0].why == "newer verdicts together say otherwise (2, 3)"


def test_what_was_said_together_is_taken_together() -> None:
    """A split of which one pair is contradicted later has no effect at all."""
    split = [said(1, 3, "different", 1), said(1, 4, "different", 1)]
    assert {one.claim.number for one in settled([*split, said(3, 1, "same", 2)]).overruled} == {1}
    assert settled([*split, said(5, 1, "same", 2)]).overruled == ()


def test_a_claim_on_a_record_that_is_gone_has_no_effect() -> None:
    """It is listed so, and counts again when the record is back."""
    claim = said(1, 2, "same", 1)
    links = links_of({1: (1, (ANN,))})
    assert grouped(links, [claim]) == [[1]]
    assert settled([claim], [1]).overruled[0].why == "one of its records is not there any more, or not yet"
    assert grouped(links_of({1: (1, (ANN,)), 2: (2, (BEA,))}), [claim]) == [[1, 2]]


def test_force_is_human_then_key_then_model() -> None:
    """An older word of a person overrules a newer one of a model."""
    human, model = said(1, 2, "different", 1), replace(said(1, 2, "same", 9), origin="model")
    assert settled([model, human]).overruled[0].claim == model


def test_likeness_holds_and_says_how_sure_it_is() -> None:
    """Seven bits are 0.992; where a number holds records together too, these are as sure as their part."""
    links = links_of({1: (1, (ANN,)), 2: (2, (BEA,)), 3: (3, (BEA,)), 4: (4, (PHONE,))})
    pairs = pa.table({"a": [1, 1], "b": [2, 3], "bits": [7.0, 7.0]})
    rows = members_table(links, pairs).to_pylist()
    assert [(row["customer"], row["held"]) for row in rows] == [(1, "model")] * 3 + [(4, "alone")]
    assert [round(row["sure"], 4) for row in rows] == [0.9922] * 3 + [1.0]
    assert [row["bits"] for row in rows] == [7.0, 7.0, 7.0, None]
    told = members_table(links, pairs, [said(1, 2, "same", 1)]).to_pylist()
    assert [row["sure"] for row in told] == [1.0] * 4
    assert grouped(links, [said(1, 3, "different", 1)], pairs) == [[1], [2, 3], [4]]


def test_once_likeness_is_weighed_only_numbers_hold_by_themselves() -> None:
    """A shared address is evidence then, and no proof."""
    links = links_of({1: (1, (ANN, MAIL)), 2: (2, (MAIL,)), 3: (3, (ANN,))})
    assert grouped(links) == [[1, 2, 3]]
    assert grouped(links, pairs=NOBODY) == [[1, 3], [2]]


def split(links: pa.Table, claims: Sequence[Claim], off: Sequence[int], rest: Sequence[int], at: int) -> list[Claim]:
    """Return the claims of a split, the larger part keeping the number."""
    yields = founder_of(links, claims, [*off, *rest])
    founding, other = (off, rest) if yields in off else (rest, off)
    keeps = founder_of(links, claims, other) if len(other) > len(founding) else yields
    naming = Naming(keeps, yields, 10**6 + at, at)
    pairs = [(off[0], one, "same") for one in off[1:]] + [(off[0], one, "different") for one in rest]
    return [replace(said(*pair, at), naming=naming) for pair in pairs]


def test_the_larger_part_of_a_split_keeps_the_number() -> None:
    """The founder alone is given a new number, which a newcomer does not take; ending it gives the old one back."""
    records = {n: (n, (ANN,)) for n in (1, 2, 3)}
    claims = split(links_of(records), [], [2, 3], [1], 100)
    numbers = {row["subject"]: row["customer"] for row in members_table(links_of(records), claims=claims).to_pylist()}
    assert numbers == {1: 1_000_100, 2: 1, 3: 1}
    more = links_of(records | {4: (200, (BEA,))})
    with_newcomer = members_table(more, claims=[*claims, said(1, 4, "same", 300)]).to_pylist()
    assert {row["subject"]: row["customer"] for row in with_newcomer} == numbers | {4: 1_000_100}
    equal = split(links_of({1: (1, (ANN,)), 2: (2, (ANN,))}), [], [1], [2], 100)
    assert equal[0].naming == Naming(1, 1, 1_000_100, 100)


def test_the_order_of_claims_and_links_changes_nothing() -> None:
    """Shuffled, everything gives the same table, byte for byte."""
    luck = random.Random(5)  # noqa: S311
    for _ in range(scaled(300)):
        links, claims = town(luck)
        members = members_table(links, claims=claims)
        mixed = links.take(pa.array(luck.sample(range(links.num_rows), links.num_rows)))
        assert members_table(mixed, claims=luck.sample(claims, len(claims))).equals(members)


def town(luck: random.Random) -> tuple[pa.Table, list[Claim]]:
    """Return some records with identifiers that some share, and what people said of them."""
    keys = [f"customer:shop:{n}" for n in range(PEOPLE - 4)] + [f"email:p{n}@example.org" for n in range(4)]
    links = links_of({n: (luck.randint(1, 4), tuple(luck.sample(keys, 2))) for n in range(1, PEOPLE + 1)})
    pairs = [(*luck.sample(range(1, PEOPLE + 1), 2), luck.choice(["same", "different"])) for _ in range(6)]
    return links, [said(*pair, at) for at, pair in enumerate(pairs, start=1)]


@pytest.fixture(scope="module")
def asked() -> Engine:
    """An engine over some records with consents and names."""
    luck = random.Random(11)  # noqa: S311
    rows = []
    for subject in range(1, PEOPLE + 1):
        for _ in range(3):
            kind, day = luck.choice(["consented", "withdrew"]), TODAY - luck.randint(0, 40)
            told = f'{{"purpose": "{luck.choice(PURPOSES)}", "name": "P{subject}"}}'
            rows.append(
                trace(kind, day, channel="mail", attributes=told, hour=luck.randint(0, 23)) | {"subject": subject}
            )
    unique = {row["trace_id"]: row for row in rows}
    made = Engine(Known(), as_of_us=(TODAY + 1) * DAY_US, as_of_day=TODAY, knobs={}, spill=Path(tempfile.gettempdir()))
    made.give("segments", pa.Table.from_pylist(list(unique.values()), schema=made.known.inbox.schema))
    return made


def test_verdicts_made_and_ended_in_any_order_leave_no_mark(asked: Engine) -> None:
    """Members, customers and consents are bit for bit what they were; no consent is widened; no number is reused."""
    luck, links = random.Random(3), town(random.Random(8))[0]  # noqa: S311
    before = worked_out(asked, links, [])
    alone = strictest(asked, links, split_all(links))
    for sequence in range(scaled(SEQUENCES)):
        living: list[list[Claim]] = []
        for at in range(1, 5):
            claims = [claim for verdict in living for claim in verdict]
            groups = [group for group in grouped(links, claims) if len(group) > 1]
            if groups and luck.random() < 0.5:
                group = luck.choice(groups)
                off = luck.sample(group, luck.randint(1, len(group) - 1))
                living.append(split(links, claims, off, [one for one in group if one not in off], 1000 * sequence + at))
            else:
                living.append([said(*luck.sample(range(1, PEOPLE + 1), 2), "same", 1000 * sequence + at)])
            if luck.random() < 0.3:
                living.pop(luck.randrange(len(living)))
        claims = [claim for verdict in living for claim in verdict]
        never_reused(members_table(links, claims=claims).to_pylist(), claims)
        assert grouped(links, claims) == grouped(links, [replace(claim, naming=None) for claim in claims])
        if sequence % 10 == 0:
            never_widened(asked, links, claims, alone)
    after = worked_out(asked, links, [])
    assert all(one.equals(other) for one, other in zip(before, after, strict=True))


def worked_out(engine: Engine, links: pa.Table, claims: Sequence[Claim]) -> list[pa.Table]:
    """Return members, customers and consents."""
    members = members_table(links, claims=claims)
    engine.give("links", links)
    engine.give("members", members)
    return [members, engine.run(CUSTOMERS), engine.run(CONSENTS)]


def split_all(links: pa.Table) -> list[Claim]:
    """Keep every record by itself."""
    records = sorted(set(links.column("subject").to_pylist()))
    pairs = [(a, b) for a in records for b in records if a < b]
    return [said(a, b, "different", 1, number) for number, (a, b) in enumerate(pairs, start=1)]


def strictest(engine: Engine, links: pa.Table, claims: Sequence[Claim]) -> dict[tuple[int, str], bool]:
    """Return what each customer agreed to."""
    return {(row["customer"], row["purpose"]): row["given"] for row in worked_out(engine, links, claims)[2].to_pylist()}


def never_widened(engine: Engine, links: pa.Table, claims: Sequence[Claim], alone: dict[tuple[int, str], bool]) -> None:
    """What one of the records withdrew, its customer has withdrawn."""
    given = strictest(engine, links, claims)
    for row in members_table(links, claims=claims).to_pylist():
        for purpose in PURPOSES:
            if alone.get((row["subject"], purpose)) is False:
                assert given[row["customer"], purpose] is False


def never_reused(rows: Sequence[dict[str, int]], claims: Sequence[Claim]) -> None:
    """A customer bears the number of a record of its own, or one that a split in force gave it."""
    groups: dict[int, set[int]] = {}
    for row in rows:
        groups.setdefault(row["customer"], set()).add(row["subject"])
    given = {number for claim in claims if claim.naming for number in (claim.naming.fresh, claim.naming.yields)}
    assert all(number in group or number in given for number, group in groups.items())
