-- Which kinds of trace this home has heard at all, how many of each, and until which day.
select kind, count(*) as traces, max(day) as last_day
from known
group by kind
order by kind
