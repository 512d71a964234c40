"""Keys: who may send us events. A key is shown once, when it is made; only a digest of it is kept."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

from ..errors import InputError, NotFound
from .catalogue import Catalogue

__all__ = ["WriteKey", "WriteKeys", "source_of"]

BYTES: Final = 24
SHOWN: Final = 8  # letters of a digest by which a key is named afterwards
LONGEST: Final = 100
SOURCE: Final = re.compile(r"[^\W_][\w .-]*")
INSERT: Final = "insert into write_key (digest, source, made_us) values (?, ?, ?)"
ALL: Final = "select digest, source, made_us, ended_us from write_key order by made_us, source"
GOOD: Final = "select digest, source from write_key where ended_us is null"
END: Final = "update write_key set ended_us = ? where digest = ? and ended_us is null"


@dataclass(frozen=True, slots=True)
class WriteKey:
    """A key that may send events of one source: the beginning of its digest, since when, and until when."""

    name: str
    source: str
    made_us: int
    ended_us: int | None


class WriteKeys:
    """The keys of a home."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def make(self, source: str, *, now_us: int) -> str:
        """Make a key for a source and return it; it cannot be read again."""
        if len(source) > LONGEST or not SOURCE.fullmatch(source):
            raise InputError(
                f"'{source[:LONGEST]}' is no name for a source.", now="Use letters, figures, spaces, dots and dashes."
            )
        key = secrets.token_urlsafe(BYTES)
        with self.catalogue.transaction() as write:
            write.change(INSERT, (digest_of(key), source, now_us))
        return key

    def all(self) -> list[WriteKey]:
        """Return all keys, the oldest first."""
        return [key_of(row) for row in self.catalogue.all(ALL)]

    def good(self) -> dict[bytes, str]:
        """Return the digests of the keys that count, each with its source."""
        return {bytes(row["digest"]): row["source"] for row in self.catalogue.all(GOOD)}

    def end(self, name: str, *, now_us: int) -> list[WriteKey]:
        """End the keys of a source, or the one whose name begins so; return them."""
        living = [row for row in self.catalogue.all(ALL) if row["ended_us"] is None]
        found = [row for row in living if row["source"] == name]
        found = found or [row for row in living if bytes(row["digest"]).hex().startswith(name.lower()) and name]
        if not found:
            raise NotFound(f"No key that counts is called '{name}'.", now="See all of them with 'regulars keys list'.")
        with self.catalogue.transaction() as write:
            write.changes(END, [(now_us, bytes(row["digest"])) for row in found])
        return [key_of(row | {"ended_us": now_us}) for row in found]


def source_of(good: dict[bytes, str], key: str) -> str:
    """Return the source that a key may send for, "" for an unknown one; all are compared, in the same time."""
    asked, source = digest_of(key), ""
    for digest, name in good.items():
        if hmac.compare_digest(digest, asked):
            source = name
    return source


def digest_of(key: str) -> bytes:
    """Return what is kept of a key."""
    return hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=20, person=b"regulars-key").digest()


def key_of(row: dict[str, Any]) -> WriteKey:
    """Make a key of its row."""
    return WriteKey(bytes(row["digest"]).hex()[:SHOWN], row["source"], row["made_us"], row["ended_us"])
