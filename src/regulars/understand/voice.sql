-- The last thing each customer said in each way (rating, review, complaint, question), and what a colleague last noted.
with said as (
    select customer, kind, day, happened_at, rating_milli, scale_low, scale_high, text, trace_id, department, matter,
           count(*) over (partition by customer, kind) as times,
           row_number() over (partition by customer, kind order by happened_at desc, trace_id desc) as place
    from known
    where kind in ('rated', 'reviewed', 'complained', 'asked', 'noted')
)
select customer, kind, day, rating_milli, scale_low, scale_high, text, trace_id, department, matter, times
from said
where place = 1
order by customer, kind
