-- Which customer each identifier leads to, through which record, and whether it may join records.
select m.customer, l.key, l.subject, l.verdict, l.traces
from links l join members m on m.subject = l.subject
order by m.customer, l.key, l.subject
