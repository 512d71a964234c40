-- An identifier joins the records that carry it, unless it is shared: an order or customer number always joins; an e-mail
-- address joins up to three records and never when it is a role address such as info@; a telephone joins only when all
-- its records together carry at most one customer number and one e-mail address, and never when it is one digit repeated.
with kinds as (
    select key, subject, traces, first_us, split_part(key, ':', 1) as kind from keys_known
),
carried as (
    select subject,
           sum(case when kind = 'customer' then 1 else 0 end) as numbers,
           sum(case when kind = 'email' then 1 else 0 end) as emails
    from kinds
    group by subject
),
shared as (
    select k.key, k.kind, split_part(split_part(k.key, ':', 2), '@', 1) as mailbox,
           count(*) as records, sum(c.numbers) as numbers, sum(c.emails) as emails
    from kinds k join carried c on c.subject = k.subject
    group by k.key, k.kind
),
judged as (
    select key,
           case when records = 1 then 'alone'
                when kind in ('customer', 'order') then 'joins'
                when kind = 'email' and mailbox in (
                    'info', 'office', 'sales', 'contact', 'admin', 'hello', 'mail', 'team', 'support', 'service', 'help',
                    'accounts', 'billing', 'invoices', 'orders', 'shop', 'reception', 'enquiries', 'bookings',
                    'na', 'none', 'noreply', 'no-reply', 'test', 'unknown') then 'role address'
                when kind = 'email' and records > 3 then 'shared by many'
                when kind = 'email' then 'joins'
                when replace(key, right(key, 1), '') = 'phone:' then 'no telephone'
                when numbers > 1 or emails > 1 then 'shared telephone'
                else 'joins' end as verdict
    from shared
)
select k.key, k.subject, k.kind, k.traces, k.first_us, j.verdict
from kinds k join judged j on j.key = k.key
order by k.key, k.subject
