-- What each customer last decided for each channel and purpose. Of several records of one customer the strictest holds: a
-- record's later word takes the place of its own earlier one, and never of what another record withdrew. Of two decisions
-- of a record at one instant, the stricter.
with decided as (
    select customer, subject, coalesce(channel, '') as channel, coalesce(attributes ->> '$.purpose', '') as purpose,
           kind, day, happened_at, trace_id,
           row_number() over (partition by customer, subject, coalesce(channel, ''),
                                           coalesce(attributes ->> '$.purpose', '')
                              order by happened_at desc, kind desc, trace_id desc) as place
    from known
    where kind in ('consented', 'withdrew')
),
strictest as (
    select customer, channel, purpose, kind, day, trace_id,
           row_number() over (partition by customer, channel, purpose
                              order by kind desc, happened_at desc, trace_id desc) as place
    from decided
    where place = 1
)
select customer, channel, purpose, kind = 'consented' as given, day, trace_id
from strictest
where place = 1
order by customer, channel, purpose
