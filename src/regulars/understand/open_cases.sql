-- Complaints of the last year that nobody has answered, and questions that have waited longer than we allow ourselves.
with cases as (
    select customer, matter, max(kind) as kind, min(day) as since_day, max(department) as department,
           min(trace_id) as trace_id, max_by(text, row(happened_at, trace_id)) filter (where text is not null) as said
    from known
    where kind in ('complained', 'asked')
    group by customer, matter
),
answered as (select distinct matter from known where kind = 'answered')
select c.customer, case when c.kind = 'complained' then 'open complaint' else 'open question' end as debt, c.matter,
       c.since_day, c.since_day + a.answer_within_days as due_day, c.department, c.trace_id, c.said
from cases c cross join asked a left join answered s on s.matter = c.matter
where s.matter is null and c.since_day > a.as_of_day - 365
  and (c.kind = 'complained' or c.since_day + a.answer_within_days < a.as_of_day)
order by c.customer, c.since_day, c.trace_id
