-- Promises and orders that fall due within the next seven days and have not been kept yet.
with made as (
    select customer, matter, min(day) as since_day, min(due_day) as due_day, max(department) as department, min(trace_id) as trace_id,
           max_by(text, happened_at) as said
    from known
    where kind in ('promised', 'ordered') and due_day is not null
    group by customer, matter
),
settled as (select distinct matter from known where kind in ('kept', 'delivered', 'cancelled', 'returned'))
select m.customer, 'due soon' as debt, m.matter, m.since_day, m.due_day, m.department, m.trace_id, m.said
from made m cross join asked a left join settled s on s.matter = m.matter
where s.matter is null and m.due_day >= a.as_of_day - a.grace_days and m.due_day <= a.as_of_day + 7
order by m.customer, m.due_day, m.trace_id
