-- How many of each customer's deliveries had a promised day, and how many of those came after it.
with met as (
    select customer, matter, min(day) as day, min(due_day) as due_day
    from known
    where kind = 'delivered' and due_day is not null
    group by customer, matter
)
select m.customer, count(*) as promised, max(m.day) as last_day,
       cast(sum(case when m.day > m.due_day + a.grace_days then 1 else 0 end) as bigint) as late
from met m cross join asked a
group by m.customer
order by m.customer
