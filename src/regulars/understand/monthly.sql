-- What happened with each customer in each of the last 24 stretches of thirty days, the latest counted as 0: days with a
-- purchase, money in the currency they use most, problems, and ratings.
with used as (
    select customer, currency,
           row_number() over (partition by customer
                              order by sum(case when minor > 0 then 1 else 0 end) desc, count(*) desc, currency) as place
    from purchases
    group by customer, currency
),
bought as (
    select p.customer, p.day, 1 as visits, sum(case when u.currency = p.currency then p.minor else 0 end) as minor
    from purchases p join used u on u.customer = p.customer and u.place = 1
    group by p.customer, p.day
),
happened as (
    select customer, day, visits, minor, 0 as problems, 0 as rating_milli, 0 as ratings
    from bought
    union all
    select k.customer, k.day, 0, 0,
           case when k.kind = 'complained' or (k.kind = 'delivered' and k.day > k.due_day + a.grace_days) then 1 else 0 end,
           coalesce(k.rating_milli, 0),
           case when k.rating_milli is null then 0 else 1 end
    from known k cross join asked a
    where k.kind in ('complained', 'delivered', 'rated', 'reviewed')
)
select h.customer, (a.as_of_day - h.day) // 30 as stretch,
       cast(sum(h.visits) as bigint) as visits, cast(sum(h.minor) as bigint) as minor,
       cast(sum(h.problems) as bigint) as problems,
       cast(sum(h.rating_milli) as bigint) as rating_milli, cast(sum(h.ratings) as bigint) as ratings
from happened h cross join asked a
where h.day > a.as_of_day - 720 and h.day <= a.as_of_day
group by h.customer, (a.as_of_day - h.day) // 30
order by h.customer, 2
