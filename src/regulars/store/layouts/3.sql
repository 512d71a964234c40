-- Feeds and how far they have come, keys that may write, senders and the letters that wait for a word on them, rows to mend.
alter table source add column every_us integer;
alter table refused add column cells text not null default '';
alter table refused add column mended_us integer;
create table feed (
    name text primary key, bookmark text not null default '', tried_us integer, reached_us integer, failures integer not null default 0,
    next_us integer not null default 0, fault text not null default ''
) strict;
create table write_key (
    digest blob primary key, source text not null, made_us integer not null, ended_us integer
) strict;
create table sender (
    address text primary key, judged text not null, why text not null, judged_by text not null, judged_us integer not null
) strict;
create table waiting (
    seq integer primary key, sender text not null, source text not null, source_id text not null, happened_us integer not null,
    received_us integer not null, body text not null, unique (source, source_id)
) strict;
create index waiting_sender on waiting (sender);
