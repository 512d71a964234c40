-- What each record says of its owner: for each fact the last one given, and of its e-mail addresses and telephones the
-- one that most traces carry (of equals the first in the alphabet). What is never heard stays empty.
with ranked as (
    select subject, attributes, row_number() over (partition by subject order by happened_at, trace_id) as place
    from told
    where attributes is not null
),
given as (
    select subject, place, attributes ->> '$.name' as name, attributes ->> '$.first_name' as first_name,
           attributes ->> '$.last_name' as last_name, attributes ->> '$.company' as company,
           attributes ->> '$.street' as street, attributes ->> '$.postcode' as postcode, attributes ->> '$.city' as city
    from ranked
),
said as (
    select subject,
           max_by(name, place) filter (where name is not null) as name,
           max_by(first_name, place) filter (where first_name is not null) as first_name,
           max_by(last_name, place) filter (where last_name is not null) as last_name,
           max_by(company, place) filter (where company is not null) as company,
           max_by(street, place) filter (where street is not null) as street,
           max_by(postcode, place) filter (where postcode is not null) as postcode,
           max_by(city, place) filter (where city is not null) as city
    from given
    group by subject
),
carried as (
    select subject, split_part(key, ':', 1) as kind, substr(key, strpos(key, ':') + 1) as value,
           row_number() over (partition by subject, split_part(key, ':', 1) order by traces desc, key) as place
    from keys_known
),
reached as (
    select subject,
           max(case when kind = 'email' and place = 1 then value end) as email,
           max(case when kind = 'phone' and place = 1 then value end) as phone
    from carried
    group by subject
)
select r.subject as record, s.name, s.first_name, cast(null as varchar) as middle_name, s.last_name,
       cast(null as varchar) as birth_date, r.email, r.phone, s.street, cast(null as varchar) as street_number,
       cast(null as varchar) as unit, s.postcode, s.city, cast(null as varchar) as region, s.company,
       cast(null as varchar) as person_number
from reached r left join said s on s.subject = r.subject
order by r.subject
