-- Orders that came after their promised day in the last weeks, and nothing since then shows that it was put right: no call
-- or letter other than to sell, no answer, nothing of it given back, no good rating.
with late as (
    select d.customer, d.matter, min(d.day) as since_day, min(d.due_day) as due_day, max(d.department) as department,
           min(d.trace_id) as trace_id
    from known d cross join asked a
    where d.kind = 'delivered' and d.due_day is not null and d.day > d.due_day + a.grace_days
      and d.day > a.as_of_day - a.recent_days
    group by d.customer, d.matter
),
mended as (
    select distinct l.matter
    from late l join known k on k.customer = l.customer and k.day >= l.since_day
    where (k.kind = 'contacted' and coalesce(k.attributes ->> '$.purpose', 'service') not in ('selling', 'marketing'))
       or k.kind = 'answered'
       or (k.kind = 'returned' and k.matter = l.matter)
       or (k.kind in ('rated', 'reviewed') and k.rating_milli >= 1000 * k.scale_low + 750 * (k.scale_high - k.scale_low))
)
select l.customer, 'came late' as debt, l.matter, l.since_day, l.due_day, l.department, l.trace_id,
       cast(null as varchar) as said
from late l left join mended m on m.matter = l.matter
where m.matter is null
order by l.customer, l.due_day, l.trace_id
