-- How alike two records are, field by field, as the code of a level. What one of the two does not give has no level.
-- Names that are given in the other order are turned round first.
with both_sides as (
    select p.pair, x.given as given, y.given as given_2, x.family as family, y.family as family_2,
           x.middle as middle, y.middle as middle_2, x.birth as birth, y.birth as birth_2, x.number as number, y.number as number_2,
           x.email as email, y.email as email_2, x.mailbox as mailbox, y.mailbox as mailbox_2, x.phone as phone, y.phone as phone_2,
           x.house as house, y.house as house_2, x.unit as unit, y.unit as unit_2, x.street as street, y.street as street_2,
           x.postcode as postcode, y.postcode as postcode_2, x.city as city, y.city as city_2, x.company as company, y.company as company_2,
           x.figures as figures, y.figures as figures_2,
           x.given_class, x.family_class, x.email_class, x.phone_class, x.postcode_class, x.city_class, x.company_class,
           y.family_class as family_class_2
    from pairs p join compared x on x.row = p.a join compared y on y.row = p.b
),
turned as (
    select *, given <> given_2 and family <> family_2 and coalesce(
               (given = family_2 and jaro_winkler_similarity(family, given_2) > 0.7)
               or (family = given_2 and jaro_winkler_similarity(given, family_2) > 0.7)
               or (jaro_winkler_similarity(given, family_2) > 0.9 and jaro_winkler_similarity(family, given_2) > 0.9), false)
           and jaro_winkler_similarity(given, family_2) + jaro_winkler_similarity(family, given_2)
               > jaro_winkler_similarity(given, given_2) + jaro_winkler_similarity(family, family_2) + 0.4 as is_turned
    from both_sides
),
named as (
    select *, case when is_turned then family_2 else given_2 end as given_b,
           case when is_turned then given_2 else family_2 end as family_b
    from turned
)
select n.pair,
    case when given is null or given_b is null then 127
         when length(given) = 1 or length(given_b) = 1 then case when left(given, 1) = left(given_b, 1) then 21 else 24 end
         when given = given_b then given_class
         when f.one is not null then 20
         when starts_with(given, given_b || ' ') or starts_with(given_b, given || ' ') then 22
         when jaro_winkler_similarity(given, given_b) >= 0.88 then 22
         when length(given) > 3 and damerau_levenshtein(given, given_b) <= 1 then 22
         when left(given, 1) = left(given_b, 1) then 23
         else 24 end as given,
    case when family is null or family_b is null then 127
         when family = family_b then case when length(family) = 1 then 21 else family_class end
         when length(family) = 1 or length(family_b) = 1 then case when left(family, 1) = left(family_b, 1) then 21 else 24 end
         when jaro_winkler_similarity(family, family_b) >= 0.9 then 20
         when length(family) > 3 and damerau_levenshtein(family, family_b) <= 1 then 20
         when (contains(family, ' ') or contains(family_b, ' '))
              and list_has_any(string_split(family, ' '), string_split(family_b, ' ')) then 22
         else 24 end as family,
    case when middle is null or middle_2 is null then 127 when left(middle, 1) = left(middle_2, 1) then 0 else 24 end as middle,
    case when birth is null or birth_2 is null then 127
         when birth = birth_2 then 0
         when birth // 10000 = birth_2 // 10000 and birth // 100 % 100 = birth_2 % 100 and birth_2 // 100 % 100 = birth % 100 then 20
         when damerau_levenshtein(cast(birth as varchar), cast(birth_2 as varchar)) <= 1 then 20
         when (case when birth // 10000 = birth_2 // 10000 then 1 else 0 end)
              + (case when birth // 100 % 100 = birth_2 // 100 % 100 then 1 else 0 end)
              + (case when birth % 100 = birth_2 % 100 then 1 else 0 end) = 2 then 21
         when abs(birth // 10000 - birth_2 // 10000) >= 10 then 24
         else 23 end as birth,
    case when number is null or number_2 is null then 127 when number = number_2 then 0
         when damerau_levenshtein(number, number_2) <= 1 then 20 else 24 end as number,
    case when email is null or email_2 is null then 127
         when email = email_2 then email_class
         when mailbox = mailbox_2 then case when figures is not null then 18 else 19 end
         when figures = figures_2 and damerau_levenshtein(mailbox, mailbox_2) <= 2 then 20
         when figures is null and figures_2 is null and length(mailbox) >= 6 and damerau_levenshtein(mailbox, mailbox_2) <= 1 then 21
         when jaro_winkler_similarity(mailbox, mailbox_2) >= 0.92 then 22
         else 24 end as email,
    case when phone is null or phone_2 is null then 127 when phone = phone_2 then phone_class
         when damerau_levenshtein(phone, phone_2) <= 1 then 20 else 24 end as phone,
    case when street is null or street_2 is null then
             case when postcode is null or postcode_2 is null then
                      case when city is null or city_2 is null then 127 when city = city_2 then 32 + city_class else 7 end
                  when postcode = postcode_2 then 48 + postcode_class
                  when damerau_levenshtein(postcode, postcode_2) <= 1 then 6
                  when city = city_2 then 32 + city_class
                  else 7 end
         when street = street_2 and house = house_2 and coalesce(unit = unit_2, true) then
             case when coalesce(postcode = postcode_2, true) or coalesce(city = city_2, false) then 0 else 1 end
         when street = street_2 and house = house_2 then 2
         when house = house_2 and (jaro_winkler_similarity(street, street_2) >= 0.9 or damerau_levenshtein(street, street_2) <= 2) then 3
         when street = street_2 and (house is null or house_2 is null or damerau_levenshtein(house, house_2) <= 1) then 4
         when postcode = postcode_2 and postcode_class > 2 then 48 + postcode_class
         when street = street_2 or jaro_winkler_similarity(street, street_2) >= 0.93 then 5
         when city = city_2 then 32 + city_class
         else 7 end as place,
    case when company is null or company_2 is null then 127 when company = company_2 then company_class
         when jaro_winkler_similarity(company, company_2) >= 0.92 then 20 else 24 end as company
from named n left join forms f on f.one = n.given and f.other = n.given_b
order by n.pair
