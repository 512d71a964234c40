-- The records that share an identifier with those that something new was heard of.
select distinct o.subject
from keys k join touched t on t.subject = k.subject join keys o on o.key = k.key
order by o.subject
