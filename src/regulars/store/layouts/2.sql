-- An inbox for what is small, segments that are merged, batches that are undone, people who are erased or left alone.
alter table home add column key_check text not null default '';
alter table home add column edition integer not null default 0;
alter table home add column rewritten integer not null default 0;
alter table source add column paused_us integer;
alter table source add column paused_why text not null default '';
alter table batch add column holder text not null default '';
alter table batch add column undone_us integer;
alter table batch add column mapping_before text;
alter table batch add column mapping_after text;
alter table file add column changed integer not null default 0;
alter table file add column held_back integer not null default 0;
alter table refused add column start_byte integer not null default 0;
create table part (
    segment_id integer primary key, name text not null unique, rows integer not null, bytes integer not null, versions integer not null,
    first_id blob not null, last_id blob not null, first_us integer not null, last_us integer not null,
    first_subject integer not null, last_subject integer not null, content text not null, sha256 text not null, keys_sha256 text not null
) strict;
insert into part
select segment_id, name, rows, bytes, 0, first_id, last_id, first_us, last_us, -9223372036854775807, 9223372036854775807, '', sha256, keys_sha256
from segment;
drop table segment;
alter table part rename to segment;
create table inbox (
    seq integer primary key, trace_id blob not null, replaces integer not null, subject integer not null, file_id integer not null,
    happened_us integer not null, body text not null, body_sum text not null, unique (trace_id, replaces)
) strict;
create index inbox_subject on inbox (subject);
create table lease (
    name text primary key, holder text not null, until_us integer not null
) strict;
create table tombstone (
    digest blob primary key, receipt text not null, erased_us integer not null
) strict;
create table receipt (
    receipt text primary key, done_us integer not null, did text not null, places text not null, signature text not null
) strict;
create table restricted (
    subject integer primary key, since_us integer not null, receipt text not null
) strict;
create table kept_elsewhere (
    place text primary key, kind text not null, made_us integer not null, about text not null
) strict;
