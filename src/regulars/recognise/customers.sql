-- Who each customer is: what they were last called, the company and place last given, the identifiers that lead to them
-- (order numbers left out), the first and last day we heard of them, and how sure it is that all of it is one person.
with given as (
    select customer, happened_at, trace_id, day, attributes ->> '$.company' as company, attributes ->> '$.city' as city,
           coalesce(attributes ->> '$.name', case when attributes ->> '$.last_name' is not null
               then concat_ws(' ', attributes ->> '$.first_name', attributes ->> '$.last_name') end) as name
    from everyone
),
named as (
    select customer,
           coalesce(max_by(name, row(happened_at, trace_id)) filter (where name is not null), '') as name,
           coalesce(max_by(company, row(happened_at, trace_id)) filter (where company is not null), '') as company,
           coalesce(max_by(city, row(happened_at, trace_id)) filter (where city is not null), '') as city,
           min(day) as first_day,
           max(day) as last_day,
           count(*) as traces
    from given
    group by customer
),
carried as (
    select m.customer, l.key, sum(l.traces) as traces
    from links l join members m on m.subject = l.subject
    where l.kind <> 'order'
    group by m.customer, l.key
),
identifiers as (select customer, array_agg(key order by traces desc, key) as key_list from carried group by customer),
records as (
    select customer, array_agg(subject order by subject) as subject_list, cast(min(sure) as double) as sure
    from members group by customer
)
select n.*, r.subject_list, r.sure, i.key_list,
       strip_accents(replace(lower(concat_ws(' ', n.name, n.company, array_to_string(i.key_list, ' '))), 'ß', 'ss')) as search
from named n
join records r on r.customer = n.customer
left join identifiers i on i.customer = n.customer
order by n.customer
