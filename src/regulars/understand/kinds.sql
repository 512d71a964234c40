-- Which kinds of trace this home has heard at all, how many, from how many sources, and until when.
select kind, count(*) as traces, max(day) as last_day
from known
group by kind
order by kind
