-- What each customer last decided for each channel and purpose; of two decisions at one instant, the stricter.
with decided as (
    select customer, coalesce(channel, '') as channel, coalesce(attributes ->> '$.purpose', '') as purpose,
           kind, day, trace_id,
           row_number() over (partition by customer, coalesce(channel, ''), coalesce(attributes ->> '$.purpose', '')
                              order by happened_at desc, kind desc, trace_id desc) as place
    from known
    where kind in ('consented', 'withdrew')
)
select customer, channel, purpose, kind = 'consented' as given, day, trace_id
from decided
where place = 1
order by customer, channel, purpose
