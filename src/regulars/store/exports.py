"""Exports: which copies customers were given, so that erasing a customer removes theirs too. It names nobody."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .stock import Stock
from .tombstones import record

__all__ = ["note_export"]

NOTE: Final = """
insert into kept_elsewhere (place, kind, made_us, about) values (?, 'export', ?, ?)
on conflict (place) do update set made_us = excluded.made_us, about = excluded.about
"""
AUDIT: Final = "insert into audit (happened_us, did, about) values (?, 'export', ?)"


def note_export(stock: Stock, place: Path, *, subjects: Iterable[int], now_us: int) -> None:
    """Remember where a copy is to lie, and of whom it is as keyed hashes of their records."""
    about = " ".join(sorted(stock.tombstones.digest(record(subject)).hex() for subject in subjects))
    with stock.catalogue.transaction() as write:
        write.change(NOTE, (str(place.resolve()), now_us, about))
        write.change(AUDIT, (now_us, place.name))
