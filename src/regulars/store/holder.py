"""Holder: which program does something, so that others can say who is at work and tell whether it is still alive."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .catalogue import Catalogue

__all__ = ["LEASE_US", "alive", "lease", "me"]

LEASE_US: Final = 15 * 60 * 1_000_000  # after so long without a word a lease on another computer may be taken
TAKE: Final = """
insert into lease (name, holder, until_us) values (?, ?, ?)
on conflict (name) do update set holder = excluded.holder, until_us = excluded.until_us where lease.holder = ?
"""

AT_WORK: Final[set[tuple[str, str]]] = set()  # leases held within this program, whose threads do not share them
TAKING: Final = Lock()


def me() -> str:
    """Return the name of this program: its computer and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def alive(holder: str) -> bool:
    """Tell whether a program may still be running; of another computer nobody here knows, so it may."""
    computer, _, process = holder.rpartition(":")
    if not process.isdigit():
        return False
    if computer != socket.gethostname():
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def lease(catalogue: Catalogue, name: str, *, now_us: int) -> Iterator[bool]:
    """Do something that only one program may do at a time, and one thread of it; yields whether it is ours to do."""
    with TAKING:
        busy = (catalogue.place, name) in AT_WORK
        AT_WORK.add((catalogue.place, name))
    if busy:
        yield False
        return
    try:
        with leased(catalogue, name, now_us=now_us) as ours:
            yield ours
    finally:
        AT_WORK.discard((catalogue.place, name))


@contextmanager
def leased(catalogue: Catalogue, name: str, *, now_us: int) -> Iterator[bool]:
    """Do what lease() does, where no other thread of this program does it."""
    holder = me()
    with catalogue.transaction() as write:
        held = write.all("select holder, until_us from lease where name = ?", (name,))
        there = held[0]["holder"] if held else holder
        ours = there == holder or not alive(there) or held[0]["until_us"] < now_us
        if ours:
            write.change(TAKE, (name, holder, now_us + LEASE_US, there))
    try:
        yield ours
    finally:
        if ours:
            with catalogue.transaction() as write:
                write.change("delete from lease where name = ? and holder = ?", (name, holder))
