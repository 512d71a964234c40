-- Promises and orders that fall due within the next seven days and have not been kept yet. An order is not late before
-- the days of grace are over.
with made as (
    select customer, matter, max(kind) as kind, min(day) as since_day, min(due_day) as due_day,
           max(department) as department, min(trace_id) as trace_id,
           max_by(text, row(happened_at, trace_id)) filter (where text is not null) as said
    from known
    where kind in ('promised', 'ordered') and due_day is not null
    group by customer, matter
),
settled as (select distinct matter from known where kind in ('kept', 'delivered', 'cancelled', 'returned'))
select m.customer, 'due soon' as debt, m.matter, m.since_day, m.due_day, m.department, m.trace_id, m.said
from made m cross join asked a left join settled s on s.matter = m.matter
where s.matter is null and m.due_day <= a.as_of_day + 7
  and m.due_day + (case when m.kind = 'ordered' then a.grace_days else 0 end) >= a.as_of_day
order by m.customer, m.due_day, m.trace_id
