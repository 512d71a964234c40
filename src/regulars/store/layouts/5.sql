-- What people said of identifiers: a person's own whatever the policy says, or never to be used.
create table ruling (
    key text primary key, ruled text not null check (ruled in ('own', 'never')), made_us integer not null
) strict;
