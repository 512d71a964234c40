-- The catalogue: everything that changes. Times are UTC microseconds. A home is made by all layouts in their order, and an
-- older home is brought forward by the ones it has not seen; `sqlite.py` and `postgres.py` write the types their own way.
create table home (
    one integer primary key check (one = 1), layout integer not null, made_us integer not null, version integer not null
) strict;
create table source (
    name text primary key, since_us integer not null, last_us integer not null
) strict;
create table batch (
    batch_id integer primary key, source text not null, received_us integer not null, state text not null check (state in ('open', 'kept'))
) strict;
create table file (
    file_id integer primary key, batch_id integer not null references batch, name text not null, digest text not null, shape text not null,
    rows integer not null default 0, kept integer not null default 0, same integer not null default 0, refused integer not null default 0
) strict;
create table segment (
    segment_id integer primary key, batch_id integer not null references batch, name text not null unique, rows integer not null, bytes integer not null,
    first_id blob not null, last_id blob not null, first_us integer not null, last_us integer not null, sha256 text not null, keys_sha256 text not null
) strict;
create table refused (
    file_id integer not null references file, row integer not null, header text not null, value text not null, reason text not null, suggestion text not null
) strict;
create table run (
    run_id text primary key, as_of_us integer not null, made_us integer not null, code text not null, settings text not null, segments text not null,
    customers integer not null, notes text not null
) strict;
create table current_run (
    one integer primary key check (one = 1), run_id text not null references run
) strict;
create table audit (
    seq integer primary key, happened_us integer not null, did text not null, about text not null
) strict;
