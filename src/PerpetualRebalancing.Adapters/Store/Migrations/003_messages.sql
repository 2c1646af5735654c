-- What the program tells people, and what people tell a running service.

create table outbox (
    id         integer not null primary key,
    household  text    not null references households (id),
    created    text    not null,
    kind       text    not null,
    batch      text,
    subject    text    not null,
    body       text    not null,
    dedupe_key text    not null,
    sent_at    text,
    attempts   integer not null default 0,
    last_error text,
    unique (household, dedupe_key)
) strict;

create index outbox_waiting on outbox (household, id) where sent_at is null;

create table alerts (
    id              integer not null primary key,
    household       text    not null references households (id),
    at              text    not null,
    severity        text    not null check (severity in ('Information', 'Warning', 'Critical')),
    kind            text    not null,
    dedupe_key      text    not null,
    text            text    not null,
    acknowledged_at text,
    unique (household, dedupe_key)
) strict;

-- Commands beside a running service write what they want here; the service does it and answers.
create table intents (
    id        integer not null primary key,
    household text    not null references households (id),
    at        text    not null,
    by        text    not null,
    kind      text    not null,
    json      text    not null check (json_valid(json)),
    done_at   text,
    answer    text
) strict;

create index intents_waiting on intents (household, id) where done_at is null;
