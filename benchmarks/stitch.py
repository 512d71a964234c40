"""Stitching at size: ten million events, with and without the guard, beside SciPy and Splink.

Events carry a cookie and sometimes a user, an e-mail address or a telephone. One in a hundred comes from a family's
tablet, two in a thousand from fifty kiosks, one in a thousand has an info@ address, one in two
thousand a placeholder.
Each measurement runs in a process of its own. Nothing is compared with a time: read the table.

    --events 10000000     how many
    --hubs                instead: a hundred planted hubs among a hundred thousand people, and blocks of equal values
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from measure import machine, measured

MADE: Final = """
copy (
    with drawn as (
        select range as n, hash(range * 7 + 1) as h, hash(range * 7 + 2) as g, hash(range * 7 + 3) as f,
               hash(range * 7 + 4) as e, cast(hash(range * 7 + 5) % $people as bigint) as person
        from range($events)
    )
    select case when h % 1000 < 10 then concat('tablet-', person // 4)
                when h % 1000 < 12 then concat('kiosk-', g % 50)
                else concat('cookie-', person, '-', g % 3) end as cookie,
           case when f % 2000 = 0 then ['-1', 'null', 'anonymous', '00000000'][1 + cast(g % 4 as integer)]
                when f % 100 < 60 then concat('u', person) end as user,
           case when e % 1000 = 0 then concat('info@firm', person % 2000, '.example')
                when e % 2000 = 1 then ['na@na.com', 'test@test.com'][1 + cast(g % 2 as integer)]
                when e % 100 < 25 then concat('p', person, '@mail.example') end as email,
           case when (e >> 20) % 100 < 10 then concat('2', lpad(cast(person as varchar), 8, '0')) end as phone
    from drawn
) to $file (format parquet)
"""
# Identifiers become numbers; a number is the hash of the text, as a record's own number is.
TIES: Final = """
create table ties as
with said as (
    select hash(cookie) as c, user, email, phone from read_parquet($file)
),
apart as (
    select distinct c, sort, word from (
        select c, 1 as sort, user as word from said where user is not null
        union all select c, 2, email from said where email is not null
        union all select c, 3, phone from said where phone is not null)
)
select cast(c >> 1 as bigint) as a, cast(hash(word, sort) >> 1 as bigint) as b, sort,
       sort = 1 and (word in ('-1', 'null', 'anonymous') or translate(word, '0-', '') = '')
       or sort = 2 and (word[:5] = 'info@' or word in ('na@na.com', 'test@test.com')) as blank
from apart
"""
PLAIN: Final = "create view edges as select distinct a, b from ties"
# The rule of `links.sql`, on numbers: placeholders and roles; devices of several people; forty partners of an address.
GUARD: Final = """
create view edges as
with devices as (
    select a from (select a, sort, count(distinct b) as many from ties where not blank group by a, sort)
    where sort < 3 and many > $limit group by a
),
hubs as (select b from ties where sort > 1 and not blank group by b having count(distinct a) > 40)
select distinct t.a, t.b from ties t left join devices d on d.a = t.a left join hubs h on h.b = t.b
where not t.blank and d.a is null and h.b is null
"""
TRUTH: Final = """
with own as (
    select distinct cast(hash(cookie) >> 1 as bigint) as node, split_part(cookie, '-', 2) as person
    from read_parquet($file) where cookie like 'cookie-%'
    union all select distinct cast(hash(user, 1) >> 1 as bigint), user[2:] from read_parquet($file) where user like 'u%'
    union all select distinct cast(hash(email, 2) >> 1 as bigint), split_part(email, '@', 1)[2:]
              from read_parquet($file) where email like '%@mail.example'
    union all select distinct cast(hash(phone, 3) >> 1 as bigint), cast(cast(phone[2:] as bigint) as varchar)
              from read_parquet($file) where phone is not null
),
placed as (select o.node, o.person, coalesce(f.component, o.node) as part from own o
           left join found f on f.node = o.node),
cells as (select part, person, count(*) as n from placed group by part, person),
parts as (select part, sum(n) as n from cells group by part),
people as (select person, sum(n) as n from cells group by person)
select (select sum(n * (n - 1) / 2) from cells) / (select sum(n * (n - 1) / 2) from parts) as precision,
       (select sum(n * (n - 1) / 2) from cells) / (select sum(n * (n - 1) / 2) from people) as recall,
       (select max(n) from parts) as largest, (select count(*) from own) as nodes
"""


def opened(folder: Path) -> Any:
    """Open DuckDB as the engine does: two threads, bounded memory, spilling into a folder."""
    return duckdb.connect(
        config={
            "memory_limit": "1800MB",
            "threads": 2,
            "temp_directory": str(folder),
            "preserve_insertion_order": False,
        }
    )


def stitch(way: str, file: str, limit: int) -> None:
    """Stitch the events of a file in one way, and write what came out beside it."""
    connection = opened(Path(file).parent)
    begun = time.perf_counter()
    connection.execute(TIES.replace("$file", quoted(file)))
    guard = GUARD if limit else PLAIN
    connection.execute(guard.replace("$limit", str(limit)))
    made = time.perf_counter()
    from regulars.recognise.stitch import SMALL, counted, stitched

    if way == "scipy":
        found = counted(connection.sql("select a, b from edges").to_arrow_table())
    elif way == "splink":
        found = clustered(connection)
    else:
        found = stitched(connection, small=0 if way == "sql" else SMALL)
    done = time.perf_counter()
    print(f"edges {made - begun:.1f} s, components {done - made:.1f} s")
    if way == "regulars":
        connection.register("got", found)
        connection.execute(f"copy got to {quoted(file + f'.{limit}')} (format parquet)")


def clustered(connection: Any) -> pa.Table:
    """Let Splink cluster the same edges."""
    from splink import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    connection.execute("create table nodes as select a as node from edges union select b from edges")
    connection.execute("create table pairs as select a as node_l, b as node_r from edges")
    found = cluster_pairwise_predictions_at_threshold(
        connection.table("nodes"), connection.table("pairs"), db_api=DuckDBAPI(connection), node_id_column_name="node",
        edge_id_column_name_left="node_l", edge_id_column_name_right="node_r",
    )  # fmt: skip
    return found.as_duckdbpyrelation().to_arrow_table()


def hubs() -> None:
    """Plant a hundred hubs among a hundred thousand people, a telephone of 10,000 and an address that all have."""
    from regulars.recognise import LINKS, members_table
    from regulars.store import Engine, Known

    people = 100_000
    planted = [
        word.replace("*", f"{number:02}")
        for number in range(20)
        for word in ("phone:2055501*", "email:lees*@mail.example", "email:info@firm*.example",
                     "customer:shop:anonymous:kiosk*", "email:na@na*.example")
    ]  # fmt: skip
    rows = [
        (key, n)
        for n in range(1, people + 1)
        for key in (
            f"customer:shop:C{n}", f"email:p{n}@mail.example", planted[n % 100], "email:all@mall.example",
            *(["phone:205550999"] if n <= 10_000 else []),
        )
    ]  # fmt: skip
    table = {"key": [key for key, _ in rows], "subject": [n for _, n in rows]}
    table |= {"happened_at": table["subject"], "heard_at": table["subject"], "traces": [1] * len(rows)}
    begun = time.process_time()
    with (
        tempfile.TemporaryDirectory() as folder,
        Engine(Known(rows=len(rows)), as_of_us=10**12, as_of_day=0, knobs={}, spill=Path(folder)) as engine,
    ):
        engine.give("segment_keys", pa.table(table))
        links = engine.run(LINKS)
        members = members_table(links)
    customers = len(set(members.column("customer").to_pylist()))
    told = {row["key"] for row in links.to_pylist() if row["verdict"] == "joins"}
    print(
        f"{people - customers:,} merges among {people:,} people; {len(told)} of {len(planted) + 2} hubs join; "
        f"{time.process_time() - begun:.1f} CPU s for {links.num_rows:,} links"
    )


def quoted(text: str) -> str:
    """Write a path of our own as SQL."""
    return "'" + text.replace("'", "''") + "'"


def judge(file: str, limit: int) -> str:
    """Compare components with the people who made the events."""
    connection = opened(Path(file).parent)
    connection.execute(f"create view found as select * from read_parquet({quoted(file + f'.{limit}')})")
    row = connection.sql(TRUTH.replace("$file", quoted(file))).fetchall()[0]
    return f"pair precision {row[0]:.4f}, recall {row[1]:.4f}, largest {row[2]:,} of {row[3]:,} identifiers"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--ways", default="regulars,sql,scipy,splink")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--judge", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--hubs", action="store_true")
    asked = parser.parse_args()
    if asked.hubs:
        hubs()
        return
    if asked.one:
        stitch(asked.one[0], asked.one[1], int(asked.one[2]))
        return
    if asked.judge:
        print(judge(asked.judge[0], int(asked.judge[1])))
        return
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "events.parquet")
        numbers = {"$events": str(asked.events), "$people": str(asked.events // 5), "$file": quoted(file)}
        text = MADE
        for name, value in numbers.items():
            text = text.replace(name, value)
        opened(Path(folder)).execute(text)
        ways = asked.ways.split(",")
        for limit in (0, 5, 1):
            for way in ways if limit == 5 else ["regulars"]:
                cost, said = measured(__file__, "--one", way, file, str(limit))
                print(f"{way:9} guard {limit or 'off':>3} {cost}  {said.strip()}", flush=True)
            print(" ", measured(__file__, "--judge", file, str(limit))[1].strip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
