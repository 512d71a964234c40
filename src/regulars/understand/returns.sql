-- What each customer gave back in all, per currency.
select customer, currency, count(*) as times, cast(sum(amount_minor) as bigint) as minor
from known
where kind = 'returned' and amount_minor is not null
group by customer, currency
order by customer, currency
