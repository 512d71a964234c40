"""Understood: what the columns of a file mean. By the mapping that its source was heard with before, else by a guess.

A file that fits a kept mapping is read as before. One that plainly is that file, changed, is not read: its changes are
named. Any other kind of file, such as reviews beside orders, is guessed anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..errors import MappingError
from .drift import Change, akin, changes, gone, new_columns, placed, stem
from .guess import draft_mapping
from .looks import looks, seen
from .mapping import Mapping
from .questions import closed
from .sensitive import sensitive_header
from .source_file import SourceFile

__all__ = ["Understood", "as_given", "openly_understood", "understood", "unlike"]


@dataclass(frozen=True, slots=True)
class Understood:
    """What a file's columns mean, which of them its source did not have before, and what has changed in the others."""

    file: SourceFile
    mapping: Mapping
    new_columns: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    guessed: bool = False  # not as a person, or an earlier file of the source, has it

    @property
    def changed(self) -> str:
        """What has changed, as a sentence; "" where nothing has."""
        named = "; ".join(map(str, self.changes))
        return f"{self.file.name} {unlike(self.mapping.shape)}: {named}." if named else ""


def unlike(shape: str) -> str:
    """Say that a file of a shape has changed; by these words it is known again."""
    return f"does not look as {shape} of this source did"


def understood(file: SourceFile, kept: Sequence[Mapping], *, reason: str, zone: str, currency: str) -> Understood:
    """Say what a file's columns mean; `kept` are the mappings of its source, `reason` says whence they are.

    Where a question is open that has to be answered, MappingError is raised; see `openly_understood`.
    """
    found = openly_understood(file, kept, reason=reason, zone=zone, currency=currency)
    closed(file, found.mapping)
    return found


def openly_understood(
    file: SourceFile, kept: Sequence[Mapping], *, reason: str, zone: str, currency: str
) -> Understood:
    """Say what a file's columns mean, and leave open what has to be asked."""
    kept = [known for known in kept if file.shape in ("", known.shape)]
    fitting = [(known, own) for known in kept if (own := placed(known, file.headers))]
    known, own = max(fitting, key=lambda pair: nearness(pair[0], file), default=(None, None))
    new = new_columns(known, file.headers) if known else ()
    if known and own and not (new and stem(known.file) != stem(file.name)):
        return as_before(file, own, new, reason)
    try:
        guessed = draft_mapping(file, zone=zone, currency=currency)
    except MappingError:
        guessed = None
    if known and own and (guessed is None or guessed.shape == known.shape):
        return as_before(file, own, new, reason)
    shape = guessed.shape if guessed else ""
    lacking = [
        Understood(file, mapping, changes=missing)
        for mapping in kept
        if akin(mapping, name=file.name, headers=file.headers, shape=shape)
        and (missing := tuple(gone(mapping, file.headers)))
    ]
    if lacking and not known:
        return min(lacking, key=lambda found: len(found.changes))
    given = as_given(file, guessed or draft_mapping(file, zone=zone, currency=currency))
    return replace(given, guessed=True)


def nearness(known: Mapping, file: SourceFile) -> tuple[bool, bool, int]:
    """Return how well a mapping that fits suits a file: by its name, then by how much of it is read."""
    return known.file == file.name, stem(known.file) == stem(file.name), len(known.used)


def as_before(file: SourceFile, mapping: Mapping, new: tuple[str, ...], reason: str) -> Understood:
    """Read a file as its source was read before; what has changed in its values is named."""
    found = seen(file, mapping)
    fresh = looks(mapping, found)
    fuller = {
        header: old for header, old in mapping.looks.items() if old.rows > fresh[header].rows or header in file.lacking
    }
    left_out = tuple(header for header in file.headers if header not in mapping.used)
    reasons = (reason, *file.notes)
    sensitive = tuple(header for header in left_out if header in mapping.sensitive or sensitive_header(header))
    own = replace(
        mapping, file=file.name, left_out=left_out, sensitive=sensitive, reasons=reasons, looks=fresh | fuller
    )
    changed = tuple(change for change in changes(mapping, found) if change.column not in file.lacking)
    return Understood(file, own, new, changed)


def as_given(file: SourceFile, mapping: Mapping) -> Understood:
    """Take a mapping as it is given or guessed, and look at the columns for the first time."""
    return Understood(file, replace(mapping, looks=looks(mapping, seen(file, mapping))))
