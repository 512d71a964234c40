-- An identifier joins the records that carry it, unless several people stand behind it or it says nothing: placeholders
-- and role addresses such as info@ never join; an order or customer number does; an e-mail address does up to three
-- customer numbers of one source and one given name; a telephone or device up to one customer number and one e-mail
-- address; none that is behind more than forty records. What is counted is what came in any one year.
with kinds as (
    select key, subject, traces, first_us, first_heard_us, split_part(key, ':', 1) as kind,
           split_part(key, ':', 2) as place, split_part(key, ':', 3) as part,
           case when split_part(key, ':', 1) = 'customer' and split_part(key, ':', 3) = 'anonymous'
                     and split_part(key, ':', 4) <> '' then 'device'
                else split_part(key, ':', 1) end as sort
    from keys_known
),
worded as (
    select *,
           case when sort = 'device' then split_part(key, ':', 4)
                when sort = 'email' then split_part(split_part(place, '@', 1), '+', 1)
                when sort = 'phone' then place
                else part end as word,
           case when sort = 'email' then split_part(place, '@', 2) else '' end as domain
    from kinds
),
read as (
    select *,
           case when sort in ('customer', 'order', 'device')
                     and (lower(word) in (
                         '', '-1', 'null', 'nil', 'none', 'nan', 'na', 'n/a', 'undefined', 'unknown', 'anonymous', 'guest', 'test',
                         'true', 'false', 'void', 'default', '[object object]', 'not set', '(not set)', 'not provided')
                         or translate(word, '0-', '') = ''
                         or length(word) >= 8 and replace(word, right(word, 1), '') = ''
                         or word in ('12345678', '123456789', '1234567890', '0123456789', '987654321')) then 'placeholder'
                when sort = 'email'
                     and (word in (
                         'na', 'n.a', 'none', 'nil', 'null', 'test', 'tester', 'testing', 'unknown', 'noemail', 'no-email', 'no.email',
                         'nomail', 'no-mail', 'nobody', 'anonymous', 'asdf', 'qwerty', 'abc', 'xyz', 'fake', 'dummy', 'notprovided',
                         'not.provided', 'keine', 'keinemail', 'aucun', 'geen', 'sinemail', 'sincorreo', 'ninguno', 'brak')
                         or domain in ('na.com', 'none.com', 'test.com', 'noemail.com', 'nomail.com', 'null.com', 'fake.com',
                                       'email.invalid')
                         or replace(word, right(word, 1), '') = '' and length(word) >= 2
                         or word in ('1234', '12345', '123456', '1234567', '12345678', '123456789', '1234567890'))
                     then 'placeholder'
                when sort = 'email' and word in (
                    'info', 'infos', 'office', 'sales', 'contact', 'admin', 'administrator', 'hello', 'hi', 'mail', 'email', 'team',
                    'support', 'service', 'services', 'help', 'helpdesk', 'accounts', 'accounting', 'billing', 'finance', 'invoice',
                    'invoices', 'order', 'orders', 'shop', 'store', 'reception', 'frontdesk', 'enquiries', 'inquiries', 'booking',
                    'bookings', 'reservations', 'hr', 'jobs', 'careers', 'marketing', 'press', 'media', 'legal', 'privacy',
                    'webmaster', 'postmaster', 'hostmaster', 'abuse', 'security', 'purchasing', 'procurement', 'warehouse',
                    'customerservice', 'customer.service', 'noreply', 'no-reply', 'no.reply', 'donotreply', 'do-not-reply',
                    'buero', 'büro', 'kontakt', 'verkauf', 'vertrieb', 'rechnung', 'rechnungen', 'buchhaltung', 'einkauf',
                    'bestellung', 'bestellungen', 'empfang', 'zentrale', 'sekretariat', 'praxis', 'kundenservice', 'kundendienst',
                    'bureau', 'ventes', 'commercial', 'commande', 'commandes', 'comptabilite', 'comptabilité', 'facturation',
                    'accueil', 'bonjour', 'achats', 'contacto', 'ventas', 'pedidos', 'facturacion', 'facturación', 'oficina',
                    'compras', 'administracion', 'administración', 'hola', 'atencionalcliente', 'contatto', 'contatti', 'vendite',
                    'ordini', 'amministrazione', 'ufficio', 'segreteria', 'acquisti', 'contato', 'vendas', 'financeiro',
                    'escritorio', 'verkoop', 'bestellingen', 'administratie', 'boekhouding', 'klantenservice', 'receptie',
                    'inkoop', 'biuro', 'sprzedaz', 'sprzedaż', 'zamowienia', 'zamówienia', 'faktury', 'sekretariat',
                    'ksiegowosc', 'obchod', 'objednavky', 'salg', 'post', 'firmapost', 'ordre', 'bestilling', 'forsaljning',
                    'kundtjanst', 'ekonomi', 'myynti', 'toimisto', 'satis', 'satış', 'iletisim', 'muhasebe', 'destek')
                     then 'role address'
                when sort = 'phone' and (replace(word, right(word, 1), '') = ''
                     or word in ('123456789', '234567890', '012345678', '987654321', '876543210')) then 'no telephone'
                else '' end as blank
    from worded
),
telling as (
    select key, subject, sort, first_us, case when sort = 'customer' then place else '' end as place
    from read
    where sort in ('customer', 'email') and blank = ''
),
loads as (
    select subject, sort,
           count(*) over (partition by subject, sort, place order by first_us
                          range between 31536000000000 preceding and current row) as many
    from telling
),
crowded as (
    select l.subject, 1 as crowd from loads l cross join limits m
    where l.many > m.identifiers_per_record
    group by l.subject
),
counted as (select key, count(*) as records from read group by key),
shared as (select r.* from read r join counted c on c.key = r.key where c.records > 1),
seen as (
    select s.key, t.sort, t.place, t.key as other, min(greatest(s.first_us, t.first_us)) as first_us
    from shared s join telling t on t.subject = s.subject
    where s.sort <> 'order' and t.key <> s.key and s.blank = ''
    group by s.key, t.sort, t.place, t.key
),
yearly as (
    select key, sort,
           count(*) over (partition by key, sort, place order by first_us
                          range between 31536000000000 preceding and current row) as many,
           count(*) over (partition by key, sort) as ever
    from seen
),
behind as (
    select key,
           max(case when sort = 'customer' then many else 0 end) as numbers,
           max(case when sort = 'customer' then ever else 0 end) as numbers_ever,
           max(case when sort = 'email' then many else 0 end) as emails,
           max(case when sort = 'email' then ever else 0 end) as emails_ever
    from yearly
    group by key
),
flocks as (
    select key, max(many) as records
    from (select key, count(*) over (partition by key order by first_us
                                     range between 31536000000000 preceding and current row) as many
          from shared where sort in ('email', 'phone', 'device')) one
    group by key
),
called as (
    select s.key, count(distinct left(n.given, 1)) as initials, count(distinct n.family) as families
    from shared s join names n on n.record = s.subject
    group by s.key
),
judged as (
    select s.key, s.subject, r.ruled,
           case when r.ruled = 'own' then 'joins'
                when r.ruled = 'never' then 'never used'
                when s.blank <> '' then s.blank
                when s.sort = 'order' then 'joins'
                when c.crowd is not null then 'crowded record'
                when s.sort = 'customer' then
                    case when n.initials > 1 and n.families > 1 then 'several people' else 'joins' end
                when f.records > m.records_per_identifier then 'shared by many'
                when s.sort = 'email' and b.numbers > m.numbers_per_email then 'shared by many'
                when s.sort = 'email' and n.initials > 1 then 'shared mailbox'
                when s.sort = 'phone' and (b.numbers_ever > 1 or b.emails_ever > 1 or n.initials > 1) then 'shared telephone'
                when s.sort = 'device' and (b.numbers > m.people_per_device or b.emails > m.people_per_device
                     or n.initials > 1) then 'shared device'
                else 'joins' end as verdict
    from shared s cross join limits m
    left join rulings r on r.key = s.key
    left join crowded c on c.subject = s.subject
    left join behind b on b.key = s.key
    left join flocks f on f.key = s.key
    left join called n on n.key = s.key
)
select r.key, r.subject, r.kind, r.traces, r.first_us, r.first_heard_us, coalesce(j.verdict, 'alone') as verdict,
       coalesce(j.ruled, '') as ruled
from read r left join judged j on j.key = r.key and j.subject = r.subject
order by r.key, r.subject
