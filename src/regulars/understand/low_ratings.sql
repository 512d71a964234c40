-- Ratings in the lowest quarter of their scale, given in the last weeks, after which nobody of us has answered or been in
-- touch, other than to sell.
with low as (
    select k.customer, k.matter, k.trace_id, k.day as since_day, k.happened_at, k.department, k.text as said
    from known k cross join asked a
    where k.kind in ('rated', 'reviewed') and k.day > a.as_of_day - a.recent_days
      and k.rating_milli <= 1000 * k.scale_low + 250 * (k.scale_high - k.scale_low)
),
heard as (
    select distinct l.trace_id
    from low l join known k on k.customer = l.customer and k.happened_at > l.happened_at
    where k.kind = 'answered'
       or (k.kind = 'contacted' and coalesce(k.attributes ->> '$.purpose', 'service') not in ('selling', 'marketing'))
)
select l.customer, 'low rating' as debt, l.matter, l.since_day, l.since_day + a.answer_within_days as due_day,
       l.department, l.trace_id, l.said
from low l cross join asked a left join heard h on h.trace_id = l.trace_id
where h.trace_id is null
order by l.customer, l.since_day, l.trace_id
