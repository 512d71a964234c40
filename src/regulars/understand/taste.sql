-- The three things each customer bought on most days, with how often, how lately, and over how long.
with bought as (
    select customer, item, max(category) as category, count(distinct day) as days, min(day) as first_day, max(day) as last_day, max(trace_id) as trace_id
    from known
    where kind = 'bought' and item is not null
    group by customer, item
),
ranked as (
    select *, row_number() over (partition by customer order by days desc, last_day desc, item) as place
    from bought
    where days >= 2
)
select customer, item, category, days, first_day, last_day, trace_id, place
from ranked
where place <= 3
order by customer, place
