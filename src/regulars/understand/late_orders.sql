-- Orders past the day they were promised for, within the last year, that we have no record of having come.
with open_orders as (
    select customer, matter, min(day) as since_day, min(due_day) as due_day, max(department) as department,
           min(trace_id) as trace_id
    from known
    where kind = 'ordered' and due_day is not null
    group by customer, matter
),
settled as (select distinct matter from known where kind in ('delivered', 'cancelled', 'returned'))
select o.customer, 'late order' as debt, o.matter, o.since_day, o.due_day, o.department, o.trace_id,
       cast(null as varchar) as said
from open_orders o cross join asked a left join settled s on s.matter = o.matter
where s.matter is null and o.due_day + a.grace_days < a.as_of_day and o.due_day > a.as_of_day - 365
order by o.customer, o.due_day, o.trace_id
