-- Each time that we were in touch with a customer in the last ninety days, since they last came to us themselves.
with inbound as (
    select customer, max(happened_at) as last_us
    from known
    where kind in ('ordered', 'bought', 'returned', 'asked', 'complained', 'rated', 'reviewed')
    group by customer
)
select k.customer, k.day, k.channel, coalesce(k.attributes ->> '$.purpose', '') as purpose, k.happened_at, k.trace_id
from known k cross join asked a left join inbound i on i.customer = k.customer
where k.kind = 'contacted' and k.day > a.as_of_day - 90 and (i.last_us is null or k.happened_at > i.last_us)
order by k.customer, k.happened_at, k.trace_id
