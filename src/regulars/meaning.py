"""Meaning: what the columns of some files mean, before a row of them is heard.

By a mapping that is given, by one that a person has made for the file, by one that is kept for its source, or by a
guess; and what none of them tells is asked, once for all files of a source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import InputError, MappingError
from .listen import Carrier, Mapping, SourceFile, open_files, read_mappings
from .listen.drift import placed
from .listen.looked_at import is_sheet
from .listen.lookups import joined
from .listen.questions import Question, answered, answers_of, closed, questions_of
from .listen.readings import readings
from .listen.understood import Understood, as_given, openly_understood
from .store import Home

__all__ = ["Ask", "Draft", "Heardable", "drafts", "kept", "understood_all"]

Ask = Callable[[Question], str]
Heardable = Path | Carrier | SourceFile  # a file, bytes in memory, or a table that somebody has opened already


@dataclass(frozen=True, slots=True)
class Draft:
    """A table that could be heard: what its columns seem to mean, or why that cannot be told."""

    file: SourceFile
    understood: Understood | None
    why: str = ""


def understood_all(
    home: Home,
    given: Sequence[Heardable],
    *,
    source: str,
    map_path: Path | None = None,
    matched: Sequence[Mapping] = (),
    answers: Dict[str, str] | None = None,
    ask: Ask | None = None,
) -> list[Understood]:
    """Say what the columns of all tables in some files mean, or raise MappingError where that cannot be told."""
    tables = tables_among(home, given, source, map_path)
    told = [as_matched(file, matched) or meant(file, home, source, map_path) for file in tables]
    return settled(told, kept(home, source), dict(answers or {}), ask)


def drafts(home: Home, given: Sequence[Heardable], *, source: str) -> list[Draft]:
    """Say of every table in some files what its columns mean, as far as that can be told; nothing is heard."""
    return [drafted(file, home, source) for file in tables_among(home, given, source, None)]


def drafted(file: SourceFile, home: Home, source: str) -> Draft:
    """Say what the columns of one table mean, or why that cannot be told."""
    try:
        return Draft(file, meant(file, home, source, None))
    except MappingError as error:
        return Draft(file, None, error.what)


def tables_among(home: Home, given: Sequence[Heardable], source: str, map_path: Path | None) -> list[SourceFile]:
    """Return all tables in some files, each as what its rows are, and with what other files lend it."""
    before = told_before(home, source, map_path)
    shapes = [mapping.shape for mapping in before] if map_path else []
    opened = [file for one in given for table in tables_of(one) for file in readings(table, shapes)]
    for file in filter(is_sheet, opened):
        raise MappingError(f"{file.name} is a sheet of rows that need a look.", now=f"Run 'regulars hear {file.name}'.")
    return joined(opened, before)


def tables_of(given: Heardable) -> list[SourceFile]:
    """Open a file and return its tables; what is a table already is itself one. Post goes through the sieve instead."""
    tables = [given] if isinstance(given, SourceFile) else open_files(given)
    for table in tables:
        if table.post:
            raise InputError(
                f"{table.name} holds {table.post.form.several}, which are no table: strangers would become customers.",
                now="Hear it with 'regulars hear', which judges every sender first.",
            )
    return tables


def as_matched(file: SourceFile, matched: Sequence[Mapping]) -> Understood | None:
    """Return the mapping that a person has made for a file, None where there is none."""
    fitting = (one for one in matched if one.file == file.name and file.shape in ("", one.shape))
    return next((as_given(file, one) for one in fitting), None)


def meant(file: SourceFile, home: Home, source: str, map_path: Path | None) -> Understood:
    """Say what a file's columns mean: by the mapping given, by one kept for this source, or by a guess."""
    zone, currency = home.settings.zone, home.settings.currency
    if map_path is None and file.means is not None:
        return Understood(file, replace(file.means, file=file.name, reasons=(*file.means.reasons, *file.notes)))
    if map_path is None:
        reason = f"as written in {home.mapping_path(source).name}"
        return openly_understood(file, kept(home, source), reason=reason, zone=zone, currency=currency)
    given = [placed(mapping, file.headers) for mapping in read_mappings(map_path, zone=zone, currency=currency)]
    fitting = [mapping for mapping in given if mapping and file.shape in ("", mapping.shape)]
    if not fitting:
        raise MappingError(
            f"No table of {map_path} fits {file.name}: it has the columns {', '.join(file.headers)}.",
            now="Name columns that the file has.",
        )
    best = max(fitting, key=lambda mapping: (mapping.file == file.name, len(mapping.used)))
    left_out = tuple(header for header in file.headers if header not in best.used)
    reasons = (f"as written in {map_path.name}", *file.notes)
    return as_given(file, replace(best, file=file.name, left_out=left_out, reasons=reasons))


def settled(
    told: Sequence[Understood], before: Sequence[Mapping], answers: dict[str, str], ask: Ask | None
) -> list[Understood]:
    """Answer what is open: by the answers given, by those of earlier files of the source, or by asking, once each."""
    given, known, found = dict(answers), answers_of(before) | answers, list[Understood]()
    for one in told:
        mapping = answered(one.mapping, known if one.guessed else given)
        for question in questions_of(one.file, mapping) if one.guessed and ask else ():
            if ask and question.key not in known and (question.must or not before):
                known[question.key] = ask(question)
                mapping = answered(mapping, {question.key: known[question.key]})
        found.append(replace(one, mapping=closed(one.file, mapping)))
    return found


def told_before(home: Home, source: str, map_path: Path | None) -> list[Mapping]:
    """Return the mappings that say which columns lookups lend: those given, else those of the source."""
    if map_path is None:
        return kept(home, source)
    return read_mappings(map_path, zone=home.settings.zone, currency=home.settings.currency)


def kept(home: Home, source: str) -> list[Mapping]:
    """Return the mappings that a source was heard with so far."""
    path = home.mapping_path(source)
    return read_mappings(path, zone=home.settings.zone, currency=home.settings.currency) if path.exists() else []
