-- The identifiers that do not join the records that carry them, each with the reason, the most crowded first.
with told as (
    select key, kind, subject, verdict, traces, first_us from links where verdict not in ('alone', 'joins')
),
numbers as (select subject, key as number from links where kind = 'customer'),
behind as (
    select t.key, count(distinct n.number) as numbers from told t join numbers n on n.subject = t.subject and n.number <> t.key
    group by t.key
)
select t.key, min(t.kind) as kind, max(t.verdict) as verdict, count(*) as records, coalesce(max(b.numbers), 0) as people,
       cast(sum(t.traces) as bigint) as traces, min(t.first_us) as since_us
from told t left join behind b on b.key = t.key
group by t.key
order by records desc, t.key
