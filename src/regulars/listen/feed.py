"""Feed: a source that is listened to again and again, and how far it has been heard.

A feed is asked for what came after its bookmark, and answers with tables that are heard like any file, and a bookmark
for the next time. Nothing is kept here: where the bookmark stands is noted when what came before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .source_file import SourceFile

__all__ = ["Feed", "Fetch", "Fetched"]


@dataclass(frozen=True, slots=True)
class Feed:
    """A source that is listened to: its name, its kind, how often something is expected, and what its kind needs."""

    name: str
    kind: str
    every_seconds: int = 86_400  # a feed that is silent for longer is named on every page
    knobs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a feed brought since its bookmark: tables, the bookmark after them, and whether there is more already."""

    files: tuple[SourceFile, ...]
    bookmark: str
    more: bool = False
    notes: tuple[str, ...] = ()


Fetch = Callable[[Feed, str], Fetched]  # of a feed and its bookmark, "" at first; InputError where it cannot be reached
