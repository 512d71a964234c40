"""Restrict: leave one customer alone at their request. What is held stays, but is neither scored nor briefed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .catalogue import Catalogue

__all__ = ["lift_restriction", "restrict", "restricted_since", "restricted_subjects"]

INSERT: Final = "insert into restricted (subject, since_us, receipt) values (?, ?, ?) on conflict (subject) do nothing"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, ?, ?)"


def restricted_subjects(catalogue: Catalogue) -> tuple[int, ...]:
    """Return the records of all customers who asked to be left alone."""
    return tuple(row["subject"] for row in catalogue.all("select subject from restricted order by subject"))


def restricted_since(catalogue: Catalogue, subjects: Sequence[int]) -> int | None:
    """Return since when a customer of these records is to be left alone, None where they are not."""
    asked = "select since_us from restricted where subject = ?"
    found = [row["since_us"] for subject in subjects for row in catalogue.all(asked, (subject,))]
    return min(found, default=None)


def restrict(catalogue: Catalogue, subjects: Sequence[int], *, receipt: str, now_us: int) -> None:
    """Leave a customer of these records alone from now on."""
    with catalogue.transaction() as write:
        write.changes(INSERT, [(subject, now_us, receipt) for subject in subjects])
        write.change(AUDIT, (now_us, "restrict", receipt))


def lift_restriction(catalogue: Catalogue, subjects: Sequence[int], *, now_us: int) -> int:
    """Let a customer count again; return how many of their records were restricted."""
    with catalogue.transaction() as write:
        count = write.changes("delete from restricted where subject = ?", [(subject,) for subject in subjects])
        write.change(AUDIT, (now_us, "lift restriction", f"{count} records"))
    return count
