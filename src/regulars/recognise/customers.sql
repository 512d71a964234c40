-- Who each customer is: what they were last called, the company and place last given, the identifiers that lead to them
-- (order numbers left out), and the first and last day we heard of them.
with named as (
    select customer,
           coalesce(max_by(attributes ->> '$.name', happened_at) filter (where attributes ->> '$.name' is not null),
                    max_by(concat_ws(' ', attributes ->> '$.first_name', attributes ->> '$.last_name'), happened_at)
                        filter (where attributes ->> '$.last_name' is not null), '') as name,
           coalesce(max_by(attributes ->> '$.company', happened_at) filter (where attributes ->> '$.company' is not null), '') as company,
           coalesce(max_by(attributes ->> '$.city', happened_at) filter (where attributes ->> '$.city' is not null), '') as city,
           min(day) as first_day,
           max(day) as last_day,
           count(*) as traces
    from known
    group by customer
),
carried as (
    select m.customer, l.key, sum(l.traces) as traces
    from links l join members m on m.subject = l.subject
    where l.kind <> 'order'
    group by m.customer, l.key
),
identifiers as (select customer, list(key order by traces desc, key) as key_list from carried group by customer),
records as (select customer, list(subject order by subject) as subject_list from members group by customer)
select n.*, r.subject_list, i.key_list,
       strip_accents(lower(concat_ws(' ', n.name, n.company, array_to_string(i.key_list, ' ')))) as search
from named n
join records r on r.customer = n.customer
left join identifiers i on i.customer = n.customer
order by n.customer
