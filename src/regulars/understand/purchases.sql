-- One row per customer and day on which they bought something, with the value of the goods: each order counts once, by
-- its lines where we have them, else by its total, else by what was paid. Cancelled orders do not count.
with told as (
    select customer, matter, currency, amount_minor,
           case kind when 'bought' then 1 when 'ordered' then 2 else 3 end as way
    from known
    where kind in ('bought', 'ordered', 'paid') and amount_minor is not null
),
best as (select customer, matter, min(way) as way from told group by customer, matter),
matters as (
    select t.customer, t.matter, t.currency, sum(t.amount_minor) as minor
    from told t join best b on b.customer = t.customer and b.matter = t.matter and b.way = t.way
    group by t.customer, t.matter, t.currency
),
bare as (
    select customer, matter, min(day) as day
    from known
    where kind in ('bought', 'ordered')
    group by customer, matter
),
cancelled as (select distinct matter from known where kind = 'cancelled')
select b.customer, b.day,
       coalesce(m.currency, 'XXX') as currency,
       count(*) as orders,
       cast(sum(coalesce(m.minor, 0)) as bigint) as minor,
       cast(sum(case when m.matter is null then 0 else 1 end) as bigint) as valued
from bare b
left join matters m on m.customer = b.customer and m.matter = b.matter
left join cancelled c on c.matter = b.matter
where c.matter is null
group by b.customer, b.day, coalesce(m.currency, 'XXX')
order by b.customer, b.day, 3
