-- What people said of records: a verdict is said once and may be ended, never deleted; its claims are pairs of records.
create table verdict (
    number integer primary key, said text not null check (said in ('same', 'related', 'different', 'split')), because text not null,
    made_us integer not null, ended_us integer, keeps integer, yields integer, fresh integer
) strict;
create table claim (
    number integer not null references verdict, a integer not null, b integer not null,
    verdict text not null check (verdict in ('same', 'related', 'different')), primary key (number, a, b)
) strict;
create index claim_a on claim (a);
create index claim_b on claim (b);
