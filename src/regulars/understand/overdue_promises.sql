-- Promises that we made to a customer, whose day has passed within the last year, and that we have no record of keeping.
with made as (
    select customer, matter, min(day) as since_day, min(due_day) as due_day, max(department) as department,
           min(trace_id) as trace_id, max_by(text, row(happened_at, trace_id)) filter (where text is not null) as said
    from known
    where kind = 'promised' and due_day is not null
    group by customer, matter
),
kept as (select distinct matter from known where kind = 'kept')
select m.customer, 'overdue promise' as debt, m.matter, m.since_day, m.due_day, m.department, m.trace_id, m.said
from made m cross join asked a left join kept k on k.matter = m.matter
where k.matter is null and m.due_day < a.as_of_day and m.due_day > a.as_of_day - 365
order by m.customer, m.due_day, m.trace_id
