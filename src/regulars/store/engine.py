"""Engine: runs definitions over all traces that were known on a date. In memory, and thrown away afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from uuid import uuid4

import pyarrow as pa

from ..definition import Definition
from ..listen.trace import SCHEMA
from .staging import connect

__all__ = ["Engine"]

KNOWN: Final = """
create view known as
select m.customer, s.*, coalesce(s.about, s.source_id) as matter
from segments s join members m on m.subject = s.subject cross join asked a
where s.happened_at <= a.as_of_us and s.heard_at <= a.as_of_us
"""
KEYS_KNOWN: Final = """
create view keys_known as
select k.key, k.subject, cast(sum(k.traces) as bigint) as traces, min(k.happened_at) as first_us
from keys k cross join asked a
where k.happened_at <= a.as_of_us and k.heard_at <= a.as_of_us
group by k.key, k.subject
"""
EMPTY_KEYS: Final = pa.schema(
    [("key", pa.string()), *((name, pa.int64()) for name in ("subject", "happened_at", "heard_at", "traces"))]
)


class Engine:
    """All traces known at `as_of_us`, as the relations `known`, `keys_known` and `asked`, for definitions to read."""

    def __init__(
        self,
        segments: Sequence[Path],
        keys: Sequence[Path],
        *,
        as_of_us: int,
        as_of_day: int,
        knobs: dict[str, int],
        spill: Path,
    ) -> None:
        self.opened = ExitStack()
        # A folder of its own: engines that share one would remove each other's files. It is made when it is needed.
        self.connection = self.opened.enter_context(connect(spill / f"engine-{uuid4().hex}"))
        asked = {"as_of_us": as_of_us, "as_of_day": as_of_day, **knobs}
        self.give("asked", pa.table({name: pa.array([value], pa.int64()) for name, value in asked.items()}))
        self.files("segments", segments, SCHEMA)
        self.files("keys", keys, EMPTY_KEYS)
        self.connection.execute(KEYS_KNOWN)

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.opened.__exit__(kind, error, trace)

    def files(self, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
        """Make files known under a name; where there are none, an empty table."""
        if paths:
            self.connection.read_parquet([str(path) for path in paths]).create_view(name)
        else:
            self.give(name, schema.empty_table())

    def give(self, name: str, table: pa.Table) -> None:
        """Make a table known under a name."""
        self.connection.register(name, table)
        if name == "members":
            self.connection.execute(KNOWN)

    def run(self, definition: Definition, values: dict[str, Any] | None = None) -> pa.Table:
        """Run a definition and return its rows."""
        return self.connection.sql(definition.sql, params=values).to_arrow_table()
