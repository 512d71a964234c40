-- What blocks are made of: for each record a number for each part of its card, and 0 where the card does not give it.
-- Two records with the same numbers are worth comparing.
select record,
       case when email is null then 0 else hash(email) end as email,
       case when length(mailbox) >= 6 then hash(mailbox) else 0 end as mailbox,
       case when phone is null then 0 else hash(phone) end as phone,
       case when number is null then 0 else hash(number) end as number,
       case when birth is null then 0 else hash(birth) end as birth,
       case when birth is null then 0 else hash(birth // 10000) end as birth_year,
       case when birth is null then 0 else hash(birth // 100) end as birth_month,
       case when length(given) > 1 then hash(given) else 0 end as given,
       case when given is null then 0 else hash(left(given, 1)) end as given_1,
       case when given is null then 0 else hash(left(given, 2)) end as given_2,
       case when length(given) > 2 then hash(left(given, 3)) else 0 end as given_3,
       case when length(family) > 1 then hash(family) else 0 end as family,
       case when family is null then 0 else hash(left(family, 1)) end as family_1,
       case when family is null then 0 else hash(left(family, 2)) end as family_2,
       case when family is null then 0 else hash(left(family, 4)) end as family_4,
       case when length(family) > 2 then hash(left(family, 1) || replace(replace(replace(replace(replace(replace(replace(
           replace(substring(family, 2), 'a', ''), 'e', ''), 'i', ''), 'o', ''), 'u', ''), 'y', ''), 'h', ''), ' ', ''))
           else 0 end as skeleton,
       case when length(given) > 1 and family is not null then hash(least(given, family) || ' ' || greatest(given, family))
           else 0 end as names,
       case when postcode is null then 0 else hash(postcode) end as postcode,
       case when postcode is null then 0 else hash(left(postcode, 3)) end as area,
       case when coalesce(city, postcode) is null then 0 else hash(coalesce(city, postcode)) end as town,
       case when house is null then 0 else hash(house) end as house,
       case when street is null then 0 else hash(street) end as street,
       case when street is null then 0 else hash(left(street, 4)) end as street_4
from cards
order by record
