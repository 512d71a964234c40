"""Evidence: which traces, and which query, stand behind a statement."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a statement rests on.

    `definition` names the query (or the rule) that any reader can run again, `count` is how many traces it read,
    and `traces` are the ids (32 hexadecimal digits) of the newest of them, newest first.
    """

    definition: str
    count: int
    traces: tuple[str, ...] = ()
    since_day: int | None = None
    until_day: int | None = None
