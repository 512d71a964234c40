"""Spark: the engine for more than one machine. The same relations, the same definitions, the same rows.

Where Spark runs, and with how much, is its own configuration: `spark-submit`, `spark-defaults.conf`, or nothing at all,
which is this machine. Segments are read from the home, or from the folder named by `spark.regulars.segments`, which
holds the same files. Results come back as Arrow, in the types that DuckDB gives, so nothing above notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.types as kinds

from ..errors import KeepError, NotReady
from .engine import Engine, Known

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

__all__ = ["SEGMENTS_AT", "SparkEngine"]

SEGMENTS_AT: Final = "spark.regulars.segments"  # a setting of Spark: the folder of segments, as Spark sees it
SMALL_BYTES: Final = 8_000_000  # a table up to this size is sent to every worker whole
# What answers depend on. All else is left as it was configured.
SETTINGS: Final = {
    "spark.sql.ansi.enabled": "true",  # a number that does not fit is an error, never another number
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.useLargeVarTypes": "false",
}
PATTERN: Final = re.compile(r"[][{}*?\\]")  # what Spark would take for a pattern in the name of a folder
REASON: Final = re.compile(r"\[[A-Z_.]+\] [^\n]*")  # where Spark says what is wrong


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query, worked out when they are asked for."""

    frame: DataFrame

    def to_arrow_table(self) -> pa.Table:
        """Return the rows, in the types that DuckDB gives, where anything may be missing."""
        with explained():
            table = self.frame.toArrow()
        return table.cast(pa.schema([pa.field(column.name, given(column.type)) for column in table.schema]))


@dataclass(frozen=True, slots=True)
class Connection:
    """What an engine asks of DuckDB, answered by Spark."""

    session: SparkSession
    names: set[str] = field(default_factory=set)
    views: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    tables: list[DataFrame] = field(default_factory=list)

    def register(self, name: str, table: pa.Table) -> None:
        """Make a table known under a name."""
        schema = pa.schema([pa.field(column.name, taken(column.type)) for column in table.schema])
        frame = self.session.createDataFrame(table.cast(schema))
        self.keep(name, frame.hint("broadcast") if table.nbytes <= SMALL_BYTES else frame)

    def execute(self, statement: str, values: dict[str, Any] | None = None) -> None:
        """Make a view, a table that stays as it is now, or a variable."""
        from .dialect import statement_for_spark

        kind, name, meaning = statement_for_spark(statement)
        if kind == "VARIABLE":
            self.variables[name] = (values or {})[meaning]
            self.look_again()
            return
        with explained():
            frame = self.session.sql(meaning, args=self.variables)
            if kind == "TABLE":
                self.tables.append(frame.cache())
            else:
                self.views[name] = meaning
            self.keep(name, frame)

    def keep(self, name: str, frame: DataFrame) -> None:
        """Keep a name; where it meant something else before, the views look again."""
        frame.createOrReplaceTempView(name)
        if name in self.names:
            self.look_again()
        self.names.add(name)

    def look_again(self) -> None:
        """Make all views anew: a view of Spark goes on looking at what a name meant when it was made."""
        for view, query in self.views.items():
            self.session.sql(query, args=self.variables).createOrReplaceTempView(view)

    def sql(self, query: str, params: dict[str, Any] | None = None) -> Answer:
        """Ask a query."""
        from .dialect import for_spark

        with explained():
            return Answer(self.session.sql(for_spark(query), args={**self.variables, **(params or {})}))

    def place(self, path: Path) -> str:
        """Say where Spark finds a file of the home."""
        if folder := self.session.conf.get(SEGMENTS_AT, ""):
            return f"{folder.rstrip('/')}/{path.name}"
        return "file://" + PATTERN.sub(r"\\\g<0>", str(path.resolve()))

    def read(self, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
        """Make files known under a name, with these columns; one that a file lacks is empty there."""
        self.register(name, schema.empty_table())
        columns = self.session.table(name).schema
        with explained():
            self.keep(name, self.session.read.schema(columns).parquet(*(self.place(path) for path in paths)))


class SparkEngine(Engine):
    """The relations of `Engine`, worked out by Spark."""

    @contextmanager
    def opening(self, spill: Path, **limits: Any) -> Iterator[Connection]:
        """Open names of our own in the Spark that runs here. Its limits are its own configuration."""
        session = started().newSession()
        for setting, value in SETTINGS.items():
            session.conf.set(setting, value)
        connection = Connection(session)
        try:
            yield connection
        finally:
            for table in connection.tables:
                table.unpersist()

    def beside(self) -> Engine:
        """Return an engine on this machine to compare records on: likeness of words is not among what Spark knows."""
        return self.opened.enter_context(
            Engine(Known(rows=self.known.rows), as_of_us=0, as_of_day=0, knobs={}, spill=self.spill)
        )

    def files(self, name: str, paths: Sequence[Path], schema: pa.Schema) -> None:
        """Make files known under a name; where there are none, an empty table."""
        if paths:
            self.connection.read(name, paths, schema)
        else:
            self.give(name, schema.empty_table())


def started() -> SparkSession:
    """Return the Spark that runs here, or start it as it is configured."""
    try:
        import sqlglot  # noqa: F401 - it writes the definitions for Spark
        from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # ships no types
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise NotReady(
            f"Spark cannot be asked: {error.name} is not installed here.", now="Run: pip install 'regulars[spark]'"
        ) from error
    try:
        return SparkSession.getActiveSession() or SparkSession.builder.appName("regulars").getOrCreate()
    except (PySparkRuntimeError, Py4JError) as error:
        raise NotReady(
            f"Spark did not start ({reason(error)}).",
            now="Install Java 17 or newer and set JAVA_HOME to it; what Spark wrote above says more.",
        ) from error


@contextmanager
def explained() -> Iterator[None]:
    """Say why Spark stopped, in one line."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise KeepError(
            f"Spark stopped: {reason(error)}",
            now="Look whether the segments can be read where Spark runs; nothing was half-written.",
        ) from error


def reason(error: Exception) -> str:
    """Return the one line of Spark's error that says why."""
    text = str(error).strip()
    found = REASON.search(text)
    return found.group() if found else text.partition("\n")[0]


def taken(kind: pa.DataType) -> pa.DataType:
    """Return the type in which Spark takes a column in: words and ids written out."""
    if kinds.is_dictionary(kind):
        return taken(kind.value_type)
    return pa.binary() if kinds.is_fixed_size_binary(kind) else kind


def given(kind: pa.DataType) -> pa.DataType:
    """Return the type in which DuckDB gives a column: the parts of a list are called `l`."""
    return pa.list_(pa.field("l", kind.value_type)) if kinds.is_list(kind) else kind
