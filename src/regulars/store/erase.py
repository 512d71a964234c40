"""Erase: one customer leaves, from every place in the home that could hold anything of them. Each place is receipted.

First the log says that it will be done; then one transaction takes the traces out of segments and inbox, drops what was
worked out, and sets the stones that keep the person from coming back; then the files go. A program killed half-way is
finished by whoever opens the home next.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import Busy
from . import erasures
from .catalogue import Catalogue
from .claims import forget_claims
from .erasures import Erasure
from .holder import alive, me
from .rewrite import without, workplace
from .rulings import forget_rulings
from .segments import keys_of
from .stock import Stock
from .sweep import remove
from .theirs import keys_in, named_by, refused_about, strongest, tails_of, traces_of
from .tombstones import Tombstones, leading, record

__all__ = ["Place", "Receipt", "erase", "finish_erasures"]

OPEN: Final = "select b.holder, f.name from batch b join file f using (batch_id) where b.state = 'open'"
ABOUT: Final = "delete from refused where file_id = ? and row = ?"
OF_TAIL: Final = "delete from inbox where substr(trace_id, 7) = ?"
RECEIPT: Final = "insert into receipt (receipt, done_us, did, places, signature) values (?, ?, 'erase', ?, ?)"
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'erase', ?)"
CLAIMED: Final = "select a as subject from claim union select b as subject from claim order by subject"
COPIES: Final = "select place, kind, made_us, about from kept_elsewhere order by place"


@dataclass(frozen=True, slots=True)
class Place:
    """One place where something of the customer could have been, and what was done there."""

    place: str
    done: str
    clean: bool = True  # False where somebody still has something to do


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an erasure came to, place by place, signed with the home's secret. It names nobody."""

    receipt: str
    done_us: int
    places: tuple[Place, ...]
    signature: str


def erase(
    home: Path, stock: Stock, *, subjects: Sequence[int], keys: Iterable[str], texts: Iterable[str], now_us: int
) -> Receipt:
    """Erase the customer of some records: `keys` led to them alone, `texts` are names they went by."""
    busy(stock.catalogue)
    stones = {*keys, *map(record, subjects), *map(leading, strongest(traces_of(stock, subjects)))}
    digests = tuple(sorted(stock.tombstones.digest(key).hex() for key in stones))
    entry = Erasure(token_hex(8), now_us, digests)
    erasures.append(home, [entry])
    return done(home, stock, entry, subjects, texts, now_us=now_us)


def finish_erasures(home: Path, stock: Stock, *, now_us: int) -> list[Receipt]:
    """Do what the log names and the catalogue does not yet know of, before anything is served."""
    receipts = []
    lift(home, stock.catalogue)
    for entry in erasures.pending(home, stock.catalogue):
        subjects = subjects_of(stock, frozenset(bytes.fromhex(digest) for digest in entry.digests))
        receipts.append(done(home, stock, entry, subjects, (), now_us=now_us))
    return receipts


def subjects_of(stock: Stock, digests: frozenset[bytes]) -> list[int]:
    """Return the records to which identifiers lead, of which only the keyed hashes are known."""
    subjects: set[int] = set()
    heard = stock.heard()
    tables = [pq.read_table(keys_of(path), columns=["key", "subject"]) for path in heard.paths]
    flat = pc.list_flatten(heard.inbox.column("who"))
    parents = heard.inbox.column("subject").take(pc.list_parent_indices(heard.inbox.column("who")))
    tables.append(pa.table({"key": flat, "subject": parents}))
    for table in tables:
        known = pc.unique(table.column("key"))
        gone = known.filter(
            pa.array([stock.tombstones.digest(key) in digests for key in known.to_pylist()], pa.bool_())
        )
        subjects.update(table.filter(pc.is_in(table.column("key"), gone)).column("subject").to_pylist())
        records = pc.unique(table.column("subject")).to_pylist()
        subjects.update(number for number in records if stock.tombstones.digest(record(number)) in digests)
    return sorted(subjects)


def lift(home: Path, catalogue: Catalogue) -> None:
    """Take away the stones that the log says are lifted, where the catalogue comes from a time before that."""
    for entry in erasures.read_log(home / erasures.FILE_NAME):
        if entry.lifted and catalogue.all("select digest from tombstone where receipt = ?", (entry.receipt,)):
            with catalogue.transaction() as write:
                write.change("delete from tombstone where receipt = ?", (entry.receipt,))


def done(
    home: Path, stock: Stock, entry: Erasure, subjects: Sequence[int], texts: Iterable[str], *, now_us: int
) -> Receipt:
    """Erase, and write the receipt."""
    places = taken_out(home, stock, entry, subjects, texts)
    places += [leftovers(home), *copies(home, stock.catalogue, entry)]
    stock.catalogue.scrub()
    places.append(Place("the catalogue's own file", "written anew without what was deleted"))
    told = json.dumps([[place.place, place.done, place.clean] for place in places])
    signature = stock.tombstones.signature(f"{entry.receipt}\n{now_us}\n{told}")
    with stock.catalogue.transaction() as write:
        write.change("delete from receipt where receipt = ?", (entry.receipt,))
        write.change(RECEIPT, (entry.receipt, now_us, told, signature))
        write.change(AUDIT, (now_us, f"receipt {entry.receipt}"))
    return Receipt(entry.receipt, now_us, tuple(places), signature)


def taken_out(home: Path, stock: Stock, entry: Erasure, subjects: Sequence[int], texts: Iterable[str]) -> list[Place]:
    """Take the traces of some records, in all their versions, out of everything that counts, in one transaction."""
    counts: dict[str, int] = {}
    traces = traces_of(stock, subjects)
    own = [key for key in keys_in(traces) if stock.tombstones.digest(key).hex() in entry.digests]
    named, tails = named_by(traces, texts, own), tails_of(stock, traces)
    digests = {bytes.fromhex(digest) for digest in entry.digests}

    def also(write: Catalogue) -> None:
        rows = [(subject,) for subject in subjects]
        counts["inbox"] = max(0, write.changes("delete from inbox where subject = ?", rows)) if rows else 0
        counts["inbox"] += max(0, write.changes(OF_TAIL, [(tail,) for tail in tails])) if tails else 0
        about = refused_about(write, named, stock.tombstones, digests)
        counts["refused"] = max(0, write.changes(ABOUT, about)) if about else 0
        letters = sorted({key.removeprefix("email:") for key in own if key.startswith("email:")})
        for statement in ("delete from waiting where sender = ?", "delete from sender where address = ?"):
            counts["letters"] = counts.get("letters", 0) + sum(write.change(statement, (one,)) for one in letters)
        counts["restricted"] = max(0, write.changes("delete from restricted where subject = ?", rows)) if rows else 0
        counts["claims"] = forget_claims(write, {*subjects, *claimed_about(write, stock.tombstones, digests)})
        forget_rulings(write, own)
        wanted = () if entry.lifted else entry.digests
        stones = [(bytes.fromhex(digest), entry.receipt, entry.erased_us) for digest in wanted]
        write.changes("delete from tombstone where digest = ?", [stone[:1] for stone in stones])
        write.changes("insert into tombstone (digest, receipt, erased_us) values (?, ?, ?)", stones)
        write.change("delete from current_run")
        counts["runs"] = write.change("delete from run")
        write.change("update home set rewritten = rewritten + 1")

    with workplace(home / "staging") as folder:
        for attempt in range(100):
            seen = stock.segments.edition()
            place = folder / str(attempt)
            place.mkdir()
            less = without(stock.segments.live(), place, subjects=subjects, tails=tails) if subjects else None
            gone, come = (less.gone, less.come) if less else ((), ())
            if stock.exchange(seen, gone=gone, come=come, also=also):
                break
    files_of_nothing(home, stock)
    return [
        Place("segments", f"{less.left_out if less else 0} traces taken out, {len(gone)} files written anew"),
        Place("inbox", f"{counts['inbox']} traces taken out"),
        Place("refused rows", f"{counts['refused']} rows that named them taken out"),
        Place("letters that wait", f"{counts['letters']} taken out, with what was decided on their sender"),
        Place("verdicts", f"{counts['claims']} pairs taken out that people had said something of"),
        Place("runs", f"all {counts['runs']} dropped, since totals were made of everybody; turn anew"),
        Place("tombstones", f"{len(entry.digests)} keyed hashes keep them from coming back with an import"),
    ]


def claimed_about(write: Catalogue, tombstones: Tombstones, digests: set[bytes]) -> list[int]:
    """Return the records that people said something of and that were erased, also where no trace of them is left."""
    named = [row["subject"] for row in write.all(CLAIMED)]
    return [subject for subject in named if tombstones.digest(record(subject)) in digests]


def files_of_nothing(home: Path, stock: Stock) -> None:
    """Remove the files that count no longer; only after the commit, so that whoever dies before has lost nothing."""
    with stock.catalogue.transaction() as write:  # nobody is about to name one
        named = {name for path in stock.segments.paths() for name in (path.name, keys_of(path).name)}
        runs = {row["run_id"] for row in write.all("select run_id from run")}
        for path in stock.segments.folder.iterdir():
            if path.name not in named:
                path.unlink()
        for path in (home / "runs").iterdir():
            if path.name not in runs:
                remove(path)


def leftovers(home: Path) -> Place:
    """Remove what programs have left in staging, and copies put aside before a new layout."""
    own = list((home / "staging").iterdir())
    old = list(home.glob("before-layout-*.jsonl"))
    for path in (*own, *old):
        remove(path)
    return Place("staging and old layouts", f"{len(own) + len(old)} leftovers removed")


def copies(home: Path, catalogue: Catalogue, entry: Erasure) -> list[Place]:
    """Remove their exports, and tell every backup that they are erased."""
    places, gone = [], []
    for copy in catalogue.all(COPIES):
        path = Path(copy["place"])
        if copy["kind"] == "export" and not set(copy["about"].split()).isdisjoint(entry.digests):
            there = path.exists()
            path.unlink(missing_ok=True)
            gone.append((copy["place"],))
            places.append(Place("an export", "removed" if there else "was not there any more", clean=there))
        elif copy["kind"] == "backup":
            places.append(told_backup(home, path))
    with catalogue.transaction() as write:
        write.changes("delete from kept_elsewhere where place = ?", gone)
    return places


def told_backup(home: Path, path: Path) -> Place:
    """Write the log into a backup, so that whoever restores it erases them again."""
    name = f"the backup in {path}"
    if not path.is_dir():
        return Place(
            name, f"cannot be reached: put {erasures.FILE_NAME} beside it, and delete it when it is old", clean=False
        )
    erasures.log_into(home, path)
    return Place(name, "still holds them; restoring it erases them again before anything is served")


def busy(catalogue: Catalogue) -> None:
    """Refuse while files are being heard: what is on its way in could hold the person."""
    for row in catalogue.all(OPEN):
        if alive(row["holder"]) and row["holder"] != me():
            raise Busy(
                f"{row['name']} is being heard by {row['holder']}, and could hold the customer.",
                now="Let it finish, then try again.",
            )
