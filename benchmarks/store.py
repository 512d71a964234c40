"""Keeping at size: a gigabyte of CSV, features, look-ups, single traces, turns, undo. `python benchmarks/store.py`.

Traces are made in the engine and written by the house's own sorting; customers' sizes follow a power law, as in real
shops. Each measurement runs in a process of its own. Nothing is compared with a time: read the table, and compare runs
on one machine.

    --traces 10000000     how many
    --home DIR            keep the home there, and use it again
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from measure import machine, measured

if TYPE_CHECKING:
    from regulars.store import Home

NOW: Final = datetime(2026, 10, 31, 12, tzinfo=UTC)
DAY: Final = date(2026, 10, 31)
DAY_US: Final = 86_400_000_000
LAST_DAY: Final = 20_757  # 31 October 2026
BLOCK: Final = 10_000_000

# One trace a row: an order, a line of it, a delivery, a rating or a web visit; some have words, a third have money.
MAKE: Final = """
create or replace view fresh as
with drawn as (
    select range as n, hash(range) as h, hash(range + 77777777777) as g, hash(range * 31 + 5) as f
    from range($first, $last)
),
placed as (
    select n, cast(floor(pow((h % 1000003) / 1000003.0, 3) * $customers) as bigint) as person,
           cast(g % 1461 as integer) as back, f % 10 as die, g, f
    from drawn
)
select unhex(printf('%012x%020x', (20757 - back) * 86400000::bigint + (f % 86400000)::bigint, n)) as trace_id,
       cast(hash(person) >> 1 as bigint) - 4611686018427387904 as subject,
       case when die < 3 then 'ordered' when die < 6 then 'bought' when die = 6 then 'delivered'
            when die = 7 then 'rated'
            when die = 8 then 'viewed' else 'contacted' end as kind,
       (20757 - back) * 86400000000::bigint + (f % 86400000)::bigint * 1000 as happened_at,
       (20757 - back) * 86400000000::bigint + (f % 86400000)::bigint * 1000 as heard_at,
       20757 - back as day, 'shop' as source, concat('T', n) as source_id, 1 as file_id, n as row,
       [concat('customer:shop:', person)] as who,
       case when die < 7 then concat('order:shop:', person, '-', back) end as about,
       case when die in (3, 4, 5) then concat('Item ', f % 400) end as item,
       case when die in (3, 4, 5) then concat('Category ', f % 12) end as category,
       case when die in (3, 4, 5) then 1000::bigint end as quantity_milli,
       case when die in (3, 4, 5) then cast(100 + g % 9000 as bigint) end as amount_minor,
       case when die in (3, 4, 5) then 'EUR' end as currency,
       case when die = 7 then cast(1000 + 1000 * (g % 5) as bigint) end as rating_milli,
       case when die = 7 then 1::integer end as scale_low, case when die = 7 then 5::integer end as scale_high,
       case when die = 7 and f % 3 = 0 then concat('It was as I had hoped, number ', f % 5000) end as text,
       null::varchar as language, null::bigint as due_at,
       case when die in (0, 6) then cast(20757 - back + 3 as integer) end as due_day,
       'web' as channel, 'sales' as department, 'service' as purpose, 'contract' as basis, null::varchar as attributes,
       null::bigint as replaces
from placed
"""
# What the field calls features of a customer: eighteen aggregates, with the gaps between visits and the last 90 days.
FEATURES: Final = """
with placed as (
    select subject, day, kind, due_day, amount_minor, rating_milli,
           day - lag(day) over (partition by subject order by day) as gap
    from told
)
select subject, cast(sum(case when gap = 0 then 0 else 1 end) as bigint) as days, count(*) as traces,
       min(day) as first_day, max(day) as last_day,
       cast(sum(coalesce(amount_minor, 0)) as bigint) as minor, count(case when kind = 'ordered' then 1 end) as orders,
       count(case when kind = 'bought' then 1 end) as lines, count(case when kind = 'viewed' then 1 end) as visits,
       count(case when kind = 'delivered' then 1 end) as deliveries,
       count(case when kind = 'delivered' and day > due_day then 1 end) as late,
       count(rating_milli) as ratings, cast(sum(coalesce(rating_milli, 0)) as bigint) as rated,
       cast(sum(nullif(gap, 0)) as bigint) as gaps, cast(sum(nullif(gap * gap, 0)) as bigint) as squares,
       case when max(gap) > 0 then max(gap) end as longest,
       count(case when day > 20667 and kind = 'ordered' then 1 end) as orders_90,
       cast(sum(case when day > 20667 then coalesce(amount_minor, 0) else 0 end) as bigint) as minor_90,
       count(case when day > 20667 and kind = 'viewed' then 1 end) as visits_90
from placed group by subject order by subject
"""


def make(home_path: Path, traces: int) -> None:
    """Make a home with so many traces, twenty a customer."""
    from regulars.settings import Settings
    from regulars.store import make_home
    from regulars.store.rewrite import workplace
    from regulars.store.sorting import connect, write_sorted

    home = make_home(home_path, Settings(currency="EUR"), now_us=1)
    for first in range(0, traces, BLOCK):
        last = min(first + BLOCK, traces)
        with workplace(home.staging) as folder:
            with connect(folder / "spill", memory="2GB") as engine:
                text = MAKE
                for name, value in (("first", first), ("last", last), ("customers", traces // 20)):
                    text = text.replace(f"${name}", str(value))
                engine.execute(text)
                files = write_sorted(engine, folder, last - first)
            with home.catalogue.transaction() as write:
                home.stock.segments.add(write, files)
    print(f"{traces:,} traces")


def features(home_path: Path) -> None:
    """Work out the features of all customers."""
    from regulars.definition import Definition
    from regulars.store import open_home

    home = open_home(home_path)
    with home.engine(as_of_us=(LAST_DAY + 1) * DAY_US, as_of_day=LAST_DAY) as engine:
        start = time.process_time()
        found = engine.run(Definition("benchmark/features", "Features of all customers.", FEATURES))
        busy = time.process_time() - start
    print(f"{found.num_rows:,} customers; {busy:.2f} CPU s without starting the program")


def lookups(home_path: Path) -> None:
    """Fetch a page of the timeline of random customers, and keep single traces for good."""
    import pyarrow.parquet as pq

    from regulars.store import open_home

    home = open_home(home_path)
    first = home.stock.segments.paths()[0]
    subjects = np.unique(pq.read_table(first, columns=["subject"]).column("subject").to_numpy())
    chosen = np.random.default_rng(7).choice(subjects, 1000)
    for subject in chosen[:200]:
        home.timeline.fetch((int(subject),), as_of_us=1 << 60, newest=50)
    timed(
        "timeline",
        [lambda s=int(subject): home.timeline.fetch((s,), as_of_us=1 << 60, newest=50) for subject in chosen],
    )
    some = home.timeline.fetch((int(chosen[0]),), as_of_us=1 << 60, newest=1).to_pylist()[0]
    timed("keep", [lambda n=n: home.keep(one_trace(some, n), now_us=int(time.time() * 1e6)) for n in range(500)])


def one_trace(like: dict[str, object], number: int) -> object:
    """Return one new trace of a customer, as a feed would bring it."""
    import pyarrow as pa

    from regulars.listen.trace import trace_id
    from regulars.store.rows import PLAIN

    at = int(time.time() * 1e6)
    told = {"trace_id": trace_id("feed", f"{at}-{number}", at), "source_id": f"{at}-{number}", "source": "feed"}
    return pa.Table.from_pylist([{**like, **told, "happened_at": at, "heard_at": at}], schema=PLAIN)


def timed(name: str, calls: list[Callable[[], object]]) -> None:
    """Say what some calls took, one by one."""
    took = []
    busy = time.process_time()
    for call in calls:
        start = time.perf_counter()
        call()
        took.append((time.perf_counter() - start) * 1000)
    busy = (time.process_time() - busy) * 1000 / len(calls)
    low, high = np.quantile(took, [0.5, 0.95])
    print(f"{name} p50 {low:.2f} ms, p95 {high:.2f} ms, most {max(took):.1f} ms, {busy:.2f} CPU ms each;", end=" ")


def bulk() -> None:
    """Hear order lines from a CSV of a gigabyte, into traces that count."""
    from regulars.intake import hear
    from regulars.settings import Settings
    from regulars.store import make_home

    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "lines.csv"
        rows = write_csv(path, megabytes=1000)
        home = make_home(Path(place) / "home", Settings(currency="EUR"), now_us=1)
        start = time.process_time()
        (heard,) = hear(home, [path], source="till", now=NOW)
        busy = time.process_time() - start
        if heard.new != rows:
            raise SystemExit(f"{heard.new:,} traces of {rows:,} rows.")
        size = path.stat().st_size / 1e6
    print(f"{size:,.0f} MB, {rows:,} rows: {rows / busy:,.0f} rows a CPU second")


def undone() -> None:
    """Take one of two batches back whose traces lie in the same files."""
    from regulars.intake import hear
    from regulars.settings import Settings
    from regulars.store import make_home
    from regulars.store.compact import merged
    from regulars.store.rewrite import workplace

    with tempfile.TemporaryDirectory() as place:
        home = make_home(Path(place) / "home", Settings(currency="EUR"), now_us=1)
        path = Path(place) / "sales.csv"
        rows, before = write_csv(path, megabytes=200), ""
        for source in ("till", "shop"):
            before, _ = home.content(), hear(home, [path], source=source, now=NOW)
        (again,) = hear(home, [path], source="till", now=NOW)
        if again.new:
            raise SystemExit(f"{again.new:,} traces of a file that was heard before are new.")
        with workplace(home.staging) as folder:
            seen, lives = home.stock.segments.edition(), home.stock.segments.live()
            files = merged(lives, folder)
            home.stock.exchange(seen, gone=[live.path for live in lives], come=files, also=lambda write: None)
        start, busy = time.perf_counter(), time.process_time()
        gone = home.undo(2, now_us=2)
        took, busy = time.perf_counter() - start, time.process_time() - busy
        if gone.traces != rows:
            raise SystemExit(f"{gone.traces:,} traces of {rows:,} were taken back.")
        if home.content() != before:
            raise SystemExit("What is kept is not what was kept before.")
    print(f"{rows:,} of {2 * rows:,} traces taken back: {rows / took * 60:,.0f} a minute, {busy:.2f} CPU s")


def write_csv(path: Path, *, megabytes: int) -> int:
    """Write order lines of about a hundred bytes, in the order of their days; return how many."""
    rows = 0
    with path.open("w", encoding="utf-8") as out:
        out.write("invoice,line,customer_id,email,invoice_date,product,quantity,unit_price\n")
        while out.tell() < megabytes * 1_000_000:
            for number in range(rows, rows + 100_000):
                who, day = number * 2_654_435_761 % 400_000, number // 11_000 % 1_000
                month = f"{2024 + day // 360}-{day % 360 // 30 + 1:02}"
                at = f"{month}-{day % 28 + 1:02} {number % 24:02}:{number % 60:02}"
                whose = f"C{who:06},customer.{who:06}@example.org"
                out.write(f"INV-{number // 4:08},{number % 4 + 1},{whose},{at},Item {number % 997} from the shelf,")
                out.write(f"{number % 5 + 1},{number % 90}.50\n")
            rows += 100_000
    return rows


def turns(home_path: Path) -> None:
    """Turn fully, bring 1% new, and turn again: both in CPU seconds."""
    from regulars.loop import turn
    from regulars.store import open_home

    home = open_home(home_path)
    start = time.process_time()
    full = turn(home, as_of=DAY, now=NOW)
    whole = time.process_time() - start
    bring(home, share=0.01)
    start = time.process_time()
    again = turn(home, as_of=DAY, now=NOW)
    part = time.process_time() - start
    if again.notes["models_of"] != full.run_id:
        raise SystemExit("Everything was worked out afresh: there is nothing to compare.")
    print(f"full {whole:.2f} CPU s; after 1% new {part:.2f} CPU s = {part / whole:.1%}")


def bring(home: Home, *, share: float) -> None:
    """Keep new traces of the last day: bundles of five for some customers, as a day's orders would be."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from regulars.listen.trace import again_id
    from regulars.store.rewrite import workplace
    from regulars.store.rows import joined
    from regulars.store.sorting import connect, write_sorted

    paths = home.stock.segments.paths()
    total = sum(live.rows for live in home.stock.segments.live())
    wanted = int(total * share)
    tables, found = [], 0
    for path in paths:
        table = (
            joined([pq.ParquetFile(path).read_row_groups(list(range(0, 400, 8)))])
            if total > 20_000_000
            else joined([pq.read_table(path)])
        )
        subject = table.column("subject").to_numpy()
        heads = np.flatnonzero(np.r_[True, subject[1:] != subject[:-1]])
        sizes = np.diff(np.r_[heads, len(subject)])
        some = np.random.default_rng(3).permutation(np.flatnonzero(sizes >= 5))[: max(1, wanted // 5 // len(paths))]
        rows = np.sort((heads[some][:, None] + np.arange(5)).ravel())
        tables.append(table.take(pa.array(rows)))
        found += len(rows)
    rows = joined(tables).to_pylist()
    for n, row in enumerate(rows):
        row |= {"trace_id": again_id(row["trace_id"], "more", str(n)), "source_id": f"more-{n}", "file_id": 2, "row": n}
        row |= {"about": f"order:shop:more-{n // 5}" if row["about"] else None, "day": LAST_DAY}
        row |= {"happened_at": LAST_DAY * DAY_US + n, "heard_at": LAST_DAY * DAY_US + n}
    with workplace(home.staging) as folder:
        with connect(folder / "spill") as engine:
            engine.register("fresh", pa.Table.from_pylist(rows, schema=joined([]).schema))
            files = write_sorted(engine, folder, len(rows))
        with home.catalogue.transaction() as write:
            home.stock.segments.add(write, files)


def main() -> None:
    """Measure each in a process of its own and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--traces", type=int, default=10_000_000)
    arguments.add_argument("--home", type=Path)
    arguments.add_argument("--only", nargs="*", default=["bulk", "make", "features", "lookups", "turns", "undo"])
    arguments.add_argument("--step")
    given = arguments.parse_args()
    if given.step:
        steps: dict[str, Callable[[], None]] = {
            "bulk": bulk,
            "make": lambda: make(given.home, given.traces),
            "features": lambda: features(given.home),
            "lookups": lambda: lookups(given.home),
            "turns": lambda: turns(given.home),
            "undo": undone,
        }
        steps[given.step]()
        return
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        home = given.home or Path(place) / "home"
        for step in given.only:
            if step == "make" and (home / "catalogue.sqlite").exists():
                continue
            cost, said = measured(__file__, "--step", step, "--home", str(home), "--traces", str(given.traces))
            print(f"{step:<10}{cost}   {said.strip()}")
        size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) / 1e6
        print(json.dumps({"traces": given.traces, "megabytes": round(size)}))


if __name__ == "__main__":
    sys.exit(main())
