-- The three things each customer bought on most days, on two days at least: on how many, when first and when last. What
-- they ordered and cancelled does not count.
with cancelled as (select distinct matter from known where kind = 'cancelled'),
bought as (
    select k.customer, k.item, max(k.category) as category, count(distinct k.day) as days, min(k.day) as first_day,
           max(k.day) as last_day, max(k.trace_id) as trace_id
    from known k left join cancelled c on c.matter = k.matter
    where k.kind = 'bought' and k.item is not null and c.matter is null
    group by k.customer, k.item
),
ranked as (
    select *, cast(row_number() over (partition by customer order by days desc, last_day desc, item) as bigint) as place
    from bought
    where days >= 2
)
select customer, item, category, days, first_day, last_day, trace_id, place
from ranked
where place <= 3
order by customer, place
