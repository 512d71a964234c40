-- The identifiers that any version of a person's traces has carried, whichever record that version is kept under.
with theirs as (
    select distinct t.trace_id[7:] as tail from told t join wanted w on w.subject = t.subject
),
carried as (
    select unnest(t.who) as key from traces t join theirs m on m.tail = t.trace_id[7:]
)
select distinct key from carried order by key
