-- One row per customer and day on which they bought something, with the value of the goods: each order counts once, by
-- its lines where we have them, else by its total, else by what was paid. Cancelled orders do not count.
with matters as (
    select customer, matter, currency,
           coalesce(min(case when kind in ('ordered', 'bought') then day end), min(day)) as day,
           sum(case when kind = 'bought' then amount_minor end) as lines_minor,
           sum(case when kind = 'ordered' then amount_minor end) as total_minor,
           sum(case when kind = 'paid' then amount_minor end) as paid_minor
    from known
    where kind in ('bought', 'ordered', 'paid') and amount_minor is not null
    group by customer, matter, currency
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
       cast(sum(coalesce(m.lines_minor, m.total_minor, m.paid_minor, 0)) as bigint) as minor,
       cast(sum(case when m.matter is null then 0 else 1 end) as bigint) as valued
from bare b
left join matters m on m.customer = b.customer and m.matter = b.matter
left join cancelled c on c.matter = b.matter
where c.matter is null
group by b.customer, b.day, coalesce(m.currency, 'XXX')
order by b.customer, b.day, 3
