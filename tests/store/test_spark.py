"""More than one machine: every definition says the same on Spark, and what was worked out there is served here."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import regulars
from regulars import loop
from regulars.cli import regulars as command
from regulars.dates import instant_us
from regulars.definition import Definition
from regulars.errors import KeepError
from regulars.listen import trace_id
from regulars.looking import open_engine
from regulars.recognise import LINKS, members_table, stitched
from regulars.settings import Settings
from regulars.store import Engine, Home, Known, Run, make_home
from regulars.store.dialect import RULES, for_spark
from regulars.store.parity import parity_hash
from regulars.store.rows import PLAIN
from regulars.store.spark import SEGMENTS_AT, SparkEngine
from regulars.town import write

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
LAST = date(2026, 10, 31)
DAY_US = 86_400_000_000
SOURCE = Path(regulars.__file__).parent
DEFINITIONS = sorted(
    f"{verb}/{path.stem}"
    for verb in ("recognise", "understand", "choose")
    for path in (SOURCE / verb).glob("*.sql")
    if not path.stem.startswith("stitch_")
)
# A small Spark of two threads, that starts quickly and speaks with nobody.
SMALL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.shuffle.partitions": "2",
}


def missing() -> str:
    """Return why Spark cannot run on this machine, "" where it can."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: nothing of Spark was tried."
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return "There is no Java here: nothing of Spark was tried."
    return ""


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """The one Spark of this module. CI has to have it; elsewhere its absence is said aloud."""
    if why := missing():
        print(why)
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("regulars tests")
    for name, value in SMALL.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@dataclass(frozen=True, slots=True)
class Turned:
    """A home whose loop was turned by one engine: the run, its tables, and what each definition said, day by day."""

    home: Home
    run: Run
    said: dict[str, list[tuple[int, str]]]

    def table(self, name: str) -> pa.Table:
        """Return a table of the run."""
        return self.home.runs.table(self.run, name)


def turned(home: Home, kind: type[Engine]) -> Turned:
    """Turn the loop with one kind of engine, and note how many rows each definition gave and their hash."""
    said: dict[str, list[tuple[int, str]]] = {}

    class Noting(kind):  # type: ignore[misc,valid-type]
        def run(self, definition: Definition, values: dict[str, Any] | None = None) -> pa.Table:
            table = super().run(definition, values)
            said.setdefault(definition.name, []).append((table.num_rows, parity_hash(table)))
            return table

    home.engine_kind = Noting
    run = loop.turn(home, as_of=LAST, now=NOW)
    with open_engine(home, LAST) as engine:  # what a turn asks only when it catches up
        engine.give("touched", home.runs.table(run, "members").select(["subject"]).slice(0, 9))
        engine.give("links", engine.run(LINKS))
        for name in sorted(set(DEFINITIONS) - set(said)):
            engine.run(regulars.definition.read_definition(name))
    return Turned(home, run, said)


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has heard a small town, in a folder whose name looks like a pattern."""
    town = write(tmp_path_factory.mktemp("place") / "town", seed=7, people=300, days=420, until=LAST)
    path = tmp_path_factory.mktemp("homes") / "our {own} shop [1]"
    home = make_home(path, Settings(currency="EUR"), now_us=instant_us(NOW))
    loop.hear(home, sorted(town.folder.glob("*.csv")), source="shop", now=NOW)
    home.close()
    return path


@pytest.fixture(scope="module")
def here(heard: Path) -> Iterator[Turned]:
    """The town, worked out by DuckDB."""
    home = Home(Path(shutil.copytree(heard, heard.with_name("here"))))
    yield turned(home, Engine)
    home.close()


@pytest.fixture(scope="module")
def there(heard: Path, spark: Any) -> Iterator[Turned]:
    """The same town, worked out by Spark."""
    home = Home(heard)
    found = turned(home, SparkEngine)
    assert spark.sparkContext.statusTracker().getJobIdsForGroup(None), "Spark itself was asked"
    yield found
    home.close()


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_says_the_same_on_both_engines(name: str, here: Turned, there: Turned) -> None:
    """Names, types, values and order of the rows are equal, on every day that the loop looks at."""
    assert here.said[name][0][0] > 0, "two empty tables show nothing"
    assert there.said[name] == here.said[name]


def test_the_same_question_is_the_same_run(here: Turned, there: Turned) -> None:
    """A run has the same name, the same tables and the same notes, whichever engine worked it out."""
    names = sorted(path.stem for path in here.run.folder.glob("*.parquet"))
    assert there.run.run_id == here.run.run_id
    assert there.run.notes == here.run.notes
    assert sorted(path.stem for path in there.run.folder.glob("*.parquet")) == names
    for name in names:
        assert parity_hash(there.table(name)) == parity_hash(here.table(name)), name
        assert there.table(name).schema == here.table(name).schema, name


def test_what_spark_worked_out_is_served_here(here: Turned, there: Turned) -> None:
    """`regulars brief` reads the run that Spark made, and prints the page that DuckDB's run prints."""
    customer = here.table("customers").column("key_list").to_pylist()[0][0]
    pages = []
    for home in (here.home, there.home):
        ran = CliRunner().invoke(command, ["brief", customer, "--home", str(home.path)])
        assert ran.exit_code == 0, ran.output
        pages.append(ran.output)
    assert pages[0] == pages[1]
    assert there.run.run_id in pages[1]


def test_the_command_asks_spark(there: Turned) -> None:
    """`regulars turn --engine spark` finds the run that Spark made: it is the same question."""
    words = ["turn", "--engine", "spark", "--as-of", LAST.isoformat(), "--home", str(there.home.path)]
    ran = CliRunner().invoke(command, words)
    assert ran.exit_code == 0, ran.output
    assert f"Run {there.run.run_id}." in ran.output


def traces(*rows: dict[str, Any]) -> pa.Table:
    """Make traces out of what matters about them here."""
    plain = {"day": 1, "source": "shop", "file_id": 1, "row": 2, "purpose": "service", "basis": "contract"}
    return pa.Table.from_pylist([{**plain, "kind": "ordered", "heard_at": DAY_US, **row} for row in rows], PLAIN)


def one(subject: int, number: str, **fields: Any) -> dict[str, Any]:
    """Return one trace of one record, at a time of its own."""
    named = {"trace_id": trace_id("shop", number, subject), "subject": subject, "source_id": number}
    return {**named, "happened_at": subject, "who": [f"customer:shop:{subject}"], **fields}


def test_corrections_the_inbox_and_the_restricted_count_alike(spark: Any, tmp_path: Path) -> None:
    """Both engines leave out replaced versions and restricted people, and hear the inbox beside older files."""
    old, new = tmp_path / "segment-1.parquet", tmp_path / "segment-2.parquet"
    first = traces(one(1, "a", amount_minor=5), one(2, "b"), one(3, "c"))
    pq.write_table(first.drop_columns(["replaces"]), old)
    pq.write_table(traces(one(1, "a", amount_minor=7, heard_at=2 * DAY_US, replaces=DAY_US)), new)
    inbox = traces(one(4, "d"), one(2, "e", who=["customer:shop:2", "email:ann@example.org"]))
    keys = tmp_path / "keys-1.parquet"
    found = first.select(["subject", "happened_at", "heard_at"])
    names = pa.array([f"customer:shop:{number}" for number in (1, 2, 3)])
    pq.write_table(found.append_column("key", names).append_column("traces", pa.array([1, 1, 1])), keys)
    everything = Definition("test/everything", "", "select * from known order by customer, heard_at, trace_id")
    hashes = []
    for corrected in (False, True):
        for kind in (Engine, SparkEngine):
            known = Known((old, new), (keys,), inbox=inbox, corrected=corrected, restricted=(3,))
            with kind(known, as_of_us=3 * DAY_US, as_of_day=3, knobs={}, spill=tmp_path) as engine:
                said = [engine.run(LINKS)]
                engine.give("members", members_table(said[0]))
                said.append(engine.run(everything))
                engine.narrow("keys_known", pa.chunked_array([[1, 2]]))
                engine.narrow("told", pa.chunked_array([[1, 2]]))
                said += [engine.run(LINKS), engine.run(everything)]
            hashes.append([parity_hash(table) for table in said])
            everybody, some = said[1].column("customer").to_pylist(), said[3].column("customer").to_pylist()
            assert everybody == [1, *([] if corrected else [1]), 2, 2, 4]
            assert some == [who for who in everybody if who < 3]
    assert hashes[0] == hashes[1]
    assert hashes[2] == hashes[3] != hashes[0]


def test_stitching_finds_the_same_components(spark: Any, tmp_path: Path) -> None:
    """The steps of stitching say the same on Spark: a chain, a star, and a node that has only itself."""
    edges = [(1, 2), (2, 3), (3, 4), (-7, 10), (-7, 11), (-7, 12), (50, 50)]
    graph = pa.table({name: [edge[at] for edge in edges] for at, name in enumerate("ab")})
    said = []
    for kind in (Engine, SparkEngine):
        with kind(Known(), as_of_us=0, as_of_day=0, knobs={}, spill=tmp_path) as engine:
            said.append(stitched(engine.connection, graph, small=0).sort_by("node").to_pydict())
    assert said[0] == said[1] == stitched(None, graph).to_pydict()


def test_every_letter_is_folded_alike(spark: Any) -> None:
    """What a search looks through is the same text on both engines, for every letter that Python knows."""
    letters = [
        chr(code) for code in range(1, sys.maxunicode + 1) if unicodedata.category(chr(code)) not in {"Cn", "Cs"}
    ]
    words = [*letters, "ΟΔΟΣ ΠΑΠΑΔΌΠΟΥΛΟΣ", "İstanbul", "Đặng Thị Hồng", "ŁÓDŹ", "Weiß", "e\u0301", "한글"]
    table = pa.table({"place": pa.array(range(len(words))), "word": words})
    folded = Definition(
        "test/folded", "", "select strip_accents(replace(lower(word), 'ß', 'ss')) as word from words order by place"
    )
    said = []
    for kind in (Engine, SparkEngine):
        with kind(Known(), as_of_us=0, as_of_day=0, knobs={}, spill=Path()) as engine:
            engine.give("words", table)
            said.append(engine.run(folded).column("word").to_pylist())
    assert [pair for pair in zip(words, *said, strict=True) if pair[1] != pair[2]] == []


def test_segments_may_lie_elsewhere(spark: Any, tmp_path: Path) -> None:
    """`spark.regulars.segments` names the folder that Spark reads instead of the home's; what is missing is named."""
    (tmp_path / "bucket").mkdir()
    pq.write_table(traces(one(1, "a")), tmp_path / "bucket" / "segment-1.parquet")
    with SparkEngine(Known(), as_of_us=0, as_of_day=0, knobs={}, spill=tmp_path) as engine:
        with pytest.raises(KeepError, match=r"(?s)Spark stopped: \[PATH_NOT_FOUND\].*segment-1.*where Spark runs"):
            engine.files("elsewhere", [tmp_path / "segment-1.parquet"], PLAIN)
        engine.connection.session.conf.set(SEGMENTS_AT, f"file://{tmp_path}/bucket/")
        engine.files("elsewhere", [tmp_path / "segment-1.parquet"], PLAIN)
        assert engine.run(Definition("test/ids", "", "select source_id from elsewhere")).to_pylist() == [
            {"source_id": "a"}
        ]


def test_without_java_one_is_told_what_to_install() -> None:
    """Where Spark cannot start, two sentences say what happened and what to do."""
    pytest.importorskip("pyspark")
    code = """
from pathlib import Path
from regulars.errors import NotReady
from regulars.store import Known
from regulars.store.spark import SparkEngine
try: SparkEngine(Known(), as_of_us=0, as_of_day=0, knobs={}, spill=Path())
except NotReady as error: print(error)
"""
    without = {**os.environ, "JAVA_HOME": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=without)
    assert done.stdout.startswith("Spark did not start ([JAVA_GATEWAY_EXITED]"), done.stdout + done.stderr
    assert "Install Java 17 or newer" in done.stdout


def test_without_pyspark_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is named."""
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(regulars.errors.NotReady, match=r"pyspark.* not installed.*pip install 'regulars\[spark\]'"):
        SparkEngine(Known(), as_of_us=0, as_of_day=0, knobs={}, spill=Path())


PAIRS = {
    "row_is_a_struct": ("select max_by(a, row(b, c)) from t", "SELECT MAX_BY(a, STRUCT(b, c)) FROM t"),
    "lists_keep_their_order": (
        "select array_agg(a order by b desc, a) from t",
        "SELECT SORT_ARRAY(COLLECT_LIST(STRUCT(-b AS by_0, a AS by_1, a AS value))).value FROM t",
    ),
    "columns_stand_in_their_order": (
        "select * from a union all by name select * from b",
        "SELECT * FROM a UNION ALL SELECT * FROM b",
    ),
    "bytes_from_a_place_on": ("select trace_id[7:] from t", "SELECT SUBSTRING(trace_id, 7) FROM t"),
    "variables_are_bound": ("select getvariable('day') from t", "SELECT :day FROM t"),
    "capitals_one_by_one": ("select lower(a) from t", "SELECT LOWER(TRANSLATE(a, 'Σİ', 'σi')) FROM t"),
}


@pytest.mark.parametrize("rule", [rule.__name__ for rule in RULES if rule.__name__ != "accents_from_a_list"])
def test_a_rule_changes_what_it_says(rule: str) -> None:
    """One query before and after each rule; the rule about accents is too long to show and is tried on every letter."""
    before, after = PAIRS[rule]
    assert for_spark(before) == after


def test_a_hash_tells_tables_apart_by_what_they_say() -> None:
    """Names, types, values, missing values and order count; how a table lies in memory does not."""
    table = pa.table({"a": pa.array([1, None, 3]), "b": pa.array(["x", "", None]), "c": pa.array([[1, 2], [], None])})
    same = [
        pa.concat_tables([table.slice(0, 1), table.slice(1)]),
        pa.concat_tables([table, table]).slice(3),
        table.set_column(1, "b", table.column("b").dictionary_encode()),
        table.cast(pa.schema([*list(table.schema)[:2], pa.field("c", pa.list_(pa.field("part", pa.int64())))])),
    ]
    other = [
        table.take([0, 2, 1]),
        table.slice(0, 2),
        table.rename_columns(["a", "b", "d"]),
        table.select(["b", "a", "c"]),
        table.set_column(0, "a", pa.array([1, 0, 3])),
        table.set_column(0, "a", pa.array([1, None, 3], pa.int32())),
        table.set_column(1, "b", pa.array(["", "x", None])),
        table.set_column(1, "b", pa.array(["x", None, None])),
        table.set_column(2, "c", pa.array([[1], [2], None])),
        table.set_column(2, "c", pa.array([[1, 2], None, None])),
    ]
    assert {parity_hash(one) for one in same} == {parity_hash(table)}
    assert len({parity_hash(one) for one in [table, *other]}) == 1 + len(other)
