-- Which customer each identifier leads to, through which record, whether it may join records, and since when we know it.
select m.customer, l.key, l.subject, l.verdict, l.traces, l.first_us
from links l join members m on m.subject = l.subject
order by m.customer, l.key, l.subject
