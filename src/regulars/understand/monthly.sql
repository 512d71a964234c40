-- What happened with each customer in each of the last 24 stretches of thirty days, the latest counted as 0.
with happened as (
    select customer, day, 1 as visits, minor, 0 as problems, 0 as rating_milli, 0 as ratings
    from purchases
    union all
    select k.customer, k.day, 0, 0,
           case when k.kind = 'complained' or (k.kind = 'delivered' and k.day > k.due_day + a.grace_days) then 1 else 0 end,
           coalesce(k.rating_milli, 0),
           case when k.rating_milli is null then 0 else 1 end
    from known k cross join asked a
    where k.kind in ('complained', 'delivered', 'rated', 'reviewed')
)
select h.customer, (a.as_of_day - h.day) // 30 as stretch,
       cast(sum(h.visits) as bigint) as visits, cast(sum(h.minor) as bigint) as minor, cast(sum(h.problems) as bigint) as problems,
       cast(sum(h.rating_milli) as bigint) as rating_milli, cast(sum(h.ratings) as bigint) as ratings
from happened h cross join asked a
where h.day > a.as_of_day - 720 and h.day <= a.as_of_day
group by h.customer, (a.as_of_day - h.day) // 30
order by h.customer, 2
