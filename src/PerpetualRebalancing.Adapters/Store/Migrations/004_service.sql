-- Who is at work, and what ran when.

-- Only the placing role is exclusive. A row whose heartbeat is older than a minute may be taken over.
create table lease (
    household  text    not null references households (id),
    role       text    not null,
    token      text    not null,
    process_id integer not null,
    host       text    not null,
    acquired   text    not null,
    heartbeat  text    not null,
    primary key (household, role)
) strict;

create table runs (
    id        integer not null primary key,
    household text    not null references households (id),
    kind      text    not null,
    by        text    not null,
    started   text    not null,
    finished  text    not null,
    outcome   text    not null,
    summary   text    not null
) strict;
