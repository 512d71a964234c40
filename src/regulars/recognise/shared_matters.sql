-- How many orders, cases and needs carry traces of more than one customer.
with matters as (
    select about, min(customer) as one, max(customer) as other from known where about is not null group by about
)
select cast(sum(case when one <> other then 1 else 0 end) as bigint) as matters
from matters
order by matters
