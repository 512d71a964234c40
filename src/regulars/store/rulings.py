"""Rulings: what people said of identifiers, in the catalogue. A ruling goes before the policy of `links.sql`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .catalogue import Catalogue

__all__ = ["NEVER", "OWN", "Rulings", "forget_rulings"]

OWN: Final = "own"
NEVER: Final = "never"
ALL: Final = "select key, ruled from ruling order by key"
AGAIN: Final = "delete from ruling where key = ?"
INSERT: Final = "insert into ruling (key, ruled, made_us) values (?, ?, ?)"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'rule', ?)"


class Rulings:
    """What people said of the identifiers of a home."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def in_force(self) -> tuple[tuple[str, str], ...]:
        """Return each identifier that somebody ruled on, and what they said: own or never."""
        return tuple((row["key"], row["ruled"]) for row in self.catalogue.all(ALL))

    def rule(self, key: str, ruled: str, *, now_us: int) -> None:
        """Say that an identifier is a person's own, or never to be used; "" leaves it to the policy again."""
        with self.catalogue.transaction() as write:
            write.change(AGAIN, (key,))
            if ruled:
                write.change(INSERT, (key, ruled, now_us))
            write.change(AUDIT, (now_us, f"an identifier: {ruled or 'as the policy says'}"))


def forget_rulings(write: Catalogue, keys: Iterable[str]) -> int:
    """Take out what was said of some identifiers; return how many there were."""
    return sum(write.change(AGAIN, (key,)) for key in keys)
