"""Tombstones: what keeps an erased person from coming back with the next import.

Nothing of the person is kept, only a keyed hash (BLAKE2b under the home's own secret) of each identifier that led to
them. Whoever holds the catalogue without the secret cannot try names against it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import HomeError
from .catalogue import Catalogue
from .files import flushed

__all__ = ["FILE_NAME", "Tombstones", "leading", "make_secret", "read_secret", "record"]

FILE_NAME: Final = "secret"
INSERT: Final = "insert into tombstone (digest, receipt, erased_us) values (?, ?, ?) on conflict (digest) do nothing"


class Tombstones:
    """The keyed hashes of identifiers whose people were erased."""

    def __init__(self, catalogue: Catalogue, secret: bytes) -> None:
        self.catalogue, self.secret = catalogue, secret

    def digests(self) -> frozenset[bytes]:
        """Return all of them."""
        return frozenset(row["digest"] for row in self.catalogue.all("select digest from tombstone"))

    def count(self) -> int:
        """Return how many there are."""
        return int(self.catalogue.one("select count(*) as n from tombstone")["n"])

    def put(self, write: Catalogue, keys: Iterable[str], *, receipt: str, now_us: int) -> list[bytes]:
        """Set a stone for each identifier, inside a transaction."""
        digests = sorted({self.digest(key) for key in keys})
        write.changes(INSERT, [(digest, receipt, now_us) for digest in digests])
        return digests

    def lift(self, write: Catalogue, key: str) -> int:
        """Take away all stones that were set together with the one of an identifier; return how many."""
        receipts = self.receipts_of(key)
        return sum(write.change("delete from tombstone where receipt = ?", (receipt,)) for receipt in receipts)

    def receipts_of(self, key: str) -> list[str]:
        """Return the receipts of the erasures that set a stone for an identifier."""
        asked = "select receipt from tombstone where digest = ?"
        stones = (self.digest(key), self.digest(leading(key)))
        return sorted({row["receipt"] for stone in stones for row in self.catalogue.all(asked, (stone,))})

    def erased_us(self, key: str) -> int | None:
        """Return when the person of an identifier was erased, None where nobody of it was."""
        asked = "select erased_us from tombstone where digest = ?"
        return max((row["erased_us"] for row in self.catalogue.all(asked, (self.digest(key),))), default=None)

    def erased(self, who: pa.ChunkedArray, digests: frozenset[bytes]) -> pa.ChunkedArray:
        """Tell for each list of identifiers whether one of them is an erased person's, or the first their record's."""
        known = pc.unique(pc.list_flatten(who))
        gone = known.filter(pa.array([self.digest(key) in digests for key in known.to_pylist()], pa.bool_()))
        rows = pc.list_parent_indices(who).filter(pc.is_in(pc.list_flatten(who), gone))
        strongest = pc.list_element(who, 0)
        firsts = [key for key in pc.unique(strongest).to_pylist() if self.digest(leading(key)) in digests]
        return pc.or_(
            pc.is_in(pa.array(range(len(who)), pa.int64()), rows),
            pc.is_in(strongest, pa.array(firsts, pa.string())),
        )

    def meant(self, who: Sequence[str], digests: Collection[bytes]) -> bool:
        """Tell whether a list of identifiers, the strongest first, leads to somebody who was erased."""
        if not who or not digests:
            return False
        return self.digest(leading(who[0])) in digests or any(self.digest(key) in digests for key in who)

    def among(self, keys: Iterable[str]) -> set[str]:
        """Return those of a few identifiers that are an erased person's, without reading all stones."""
        asked = "select digest from tombstone where digest = ?"
        return {key for key in keys if self.catalogue.all(asked, (self.digest(key),))}

    def digest(self, key: str) -> bytes:
        """Return the keyed hash of an identifier."""
        return hashlib.blake2b(key.encode(), key=self.secret, digest_size=16).digest()

    def signature(self, text: str) -> str:
        """Sign a receipt, so that it can be told from one that somebody else wrote."""
        return hmac.new(self.secret, text.encode(), "sha256").hexdigest()

    def check(self) -> str:
        """Return what ties a catalogue to this home's secret."""
        return self.signature("the secret of this home")[:32]


def leading(key: str) -> str:
    """Name the record that an identifier leads to when it is the strongest one given, even where others share it."""
    return f"first {key}"


def record(subject: int) -> str:
    """Name a record by its number, so that it is found again in an older backup."""
    return f"record {subject}"


def read_secret(home: Path) -> bytes:
    """Read the home's secret."""
    path = home / FILE_NAME
    try:
        return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise HomeError(
            f"{path} cannot be read ({error}): without it nobody can tell who asked to be erased.",
            now="Put it back from a backup of this home.",
        ) from error


def make_secret(home: Path) -> None:
    """Make the home's secret, where it has none yet; only its owner may read it."""
    draft = home / f".{FILE_NAME}.{secrets.token_hex(4)}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
        opened.write(secrets.token_hex(32) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    with suppress(FileExistsError):  # another program may have made it meanwhile
        os.link(draft, home / FILE_NAME)
    draft.unlink()
    flushed(home)
