"""Claims: what people said of records, in the catalogue. A verdict is made and may be ended; it is never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ..errors import NotFound
from ..recognise.claim import Claim, Naming
from .catalogue import Catalogue

__all__ = ["Verdict", "Verdicts", "forget_claims"]

Pair = tuple[int, int, str]  # two records, and what is said of them

NEXT: Final = "select coalesce(max(number), 0) + 1 as number from verdict"
INSERT: Final = """
insert into verdict (number, said, because, made_us, ended_us, keeps, yields, fresh) values (?, ?, ?, ?, null, ?, ?, ?)
"""
PAIR: Final = "insert into claim (number, a, b, verdict) values (?, ?, ?, ?)"
ALL: Final = """
select v.number, v.said, v.because, v.made_us, v.ended_us, v.keeps, v.yields, v.fresh, c.a, c.b, c.verdict
from verdict v join claim c on c.number = v.number order by v.number, c.a, c.b
"""
END: Final = "update verdict set ended_us = ? where number = ? and ended_us is null"
ONE: Final = "select ended_us from verdict where number = ?"
SPLITS: Final = """
select v.keeps, c.a, c.b from verdict v join claim c on c.number = v.number
where v.said = 'split' and v.ended_us is null and v.keeps is not null order by v.number desc, c.a, c.b
"""
GAVE: Final = "select yields from verdict where fresh = ? order by number desc"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, ?, ?)"
OF_RECORD: Final = "select number from claim where a = ? or b = ?"
FORGET: Final = "delete from claim where a = ? or b = ?"
UNNAME: Final = "update verdict set keeps = null, yields = null, fresh = null where keeps = ? or yields = ?"
BLANK: Final = "update verdict set because = '' where number = ?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody said once: same, related, different or split, of which pairs, why, and from when until when."""

    number: int
    said: str
    because: str
    made_us: int
    ended_us: int | None
    claims: tuple[Claim, ...]

    @property
    def records(self) -> tuple[int, ...]:
        """The records it is about."""
        return tuple(sorted({record for claim in self.claims for record in (claim.a, claim.b)}))


class Verdicts:
    """What people said of the records of a home."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def make(
        self, said: str, pairs: Iterable[Pair], *, because: str = "", naming: Naming | None = None, now_us: int
    ) -> Verdict:
        """Keep what somebody says of some pairs of records, from now on, as one verdict."""
        with self.catalogue.transaction() as write:
            number = int(write.one(NEXT)["number"])
            names = (naming.keeps, naming.yields, naming.fresh) if naming else (None, None, None)
            write.change(INSERT, (number, said, because, now_us, *names))
            write.changes(PAIR, [(number, *pair) for pair in pairs])
            write.change(AUDIT, (now_us, said, f"verdict {number}"))
        return self.named(number)

    def end(self, number: int, *, now_us: int) -> Verdict:
        """End a verdict: from now on it is as if it had never been said. It stays in the list."""
        with self.catalogue.transaction() as write:
            found = write.all(ONE, (number,))
            if not found:
                raise NotFound(f"There is no verdict {number}.", now="See all of them with 'regulars verdicts'.")
            if not write.change(END, (now_us, number)):
                raise NotFound(f"Verdict {number} has ended already.", now="There is nothing left to end.")
            write.change(AUDIT, (now_us, "end verdict", f"verdict {number}"))
        return self.named(number)

    def all(self) -> list[Verdict]:
        """Return everything that was said, ended or not, the oldest first."""
        rows: dict[int, list[dict[str, Any]]] = {}
        for row in self.catalogue.all(ALL):
            rows.setdefault(row["number"], []).append(row)
        return [verdict_of(found) for found in rows.values()]

    def named(self, number: int) -> Verdict:
        """Return a verdict by its number."""
        found = [one for one in self.all() if one.number == number]
        if not found:
            raise NotFound(f"There is no verdict {number}.", now="See all of them with 'regulars verdicts'.")
        return found[0]

    def in_force(self, at_us: int | None = None) -> tuple[Claim, ...]:
        """Return the claims that count: those not ended, or those that counted at an instant."""
        return tuple(
            claim
            for verdict in self.all()
            for claim in verdict.claims
            if (verdict.ended_us is None if at_us is None else claim.in_force(at_us))
        )

    def split_off(self, subjects: Iterable[int]) -> list[int]:
        """Return for the splits of some records the record that kept the number, the newest split first."""
        mine = set(subjects)
        found = [row["keeps"] for row in self.catalogue.all(SPLITS) if not mine.isdisjoint((row["a"], row["b"]))]
        return list(dict.fromkeys(found))

    def gave(self, fresh: int) -> int | None:
        """Return the record that a number was given to by a split, ended or not; None where it never was."""
        found = self.catalogue.all(GAVE, (fresh,))
        return found[0]["yields"] if found else None


def verdict_of(rows: Sequence[dict[str, Any]]) -> Verdict:
    """Make a verdict of its rows, one for each pair."""
    one = rows[0]
    naming = None
    if one["keeps"] is not None:
        naming = Naming(one["keeps"], one["yields"], one["fresh"], one["made_us"])
    claims = tuple(
        Claim(
            row["a"],
            row["b"],
            row["verdict"],
            evidence=one["because"],
            from_us=one["made_us"],
            to_us=one["ended_us"],
            number=one["number"],
            naming=naming,
        )
        for row in rows
    )
    return Verdict(one["number"], one["said"], one["because"], one["made_us"], one["ended_us"], claims)


def forget_claims(write: Catalogue, subjects: Iterable[int]) -> int:
    """Delete what was said of records that are erased, inside a transaction; return how many pairs that were.

    Words that somebody gave as a reason could name them, so these go too. A verdict's number is not given again.
    """
    gone = 0
    for subject in subjects:
        about = [(row["number"],) for row in write.all(OF_RECORD, (subject, subject))]
        if about:
            write.changes(BLANK, about)
        gone += max(0, write.change(FORGET, (subject, subject)))
        write.change(UNNAME, (subject, subject))
    return gone
