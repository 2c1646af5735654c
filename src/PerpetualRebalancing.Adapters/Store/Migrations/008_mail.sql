-- Messages to single members, with their other form and what is attached; what came in; and who has seen which alert.

-- Null for messages from before there were addresses, and where no member has one.
alter table outbox add column recipient text;
alter table outbox add column html text;
-- Random: who answers a message names it, and cannot have guessed it.
alter table outbox add column message_id text;
-- Sending is not tried before this; null for at once.
alter table outbox add column next_attempt text;
alter table outbox add column given_up_at text;

create index outbox_by_message on outbox (message_id) where message_id is not null;

create table outbox_attachments (
    message    integer not null references outbox (id),
    name       text    not null,
    media_type text    not null,
    document   text    not null references documents (sha256),
    primary key (message, name)
) strict;

alter table alerts add column told_at text;
alter table alerts add column acknowledged_by text;

-- What was told before is not told again.
update alerts set told_at = (select created from outbox o where o.household = alerts.household and o.dedupe_key = 'alert/' || alerts.id);

-- Mail as it came, until it was dealt with; afterwards what came of it.
create table inbox (
    id           integer not null primary key,
    household    text    not null references households (id),
    -- Of the raw message: a mailbox that was numbered anew shows the same ones again.
    sha256       text    not null,
    received     text    not null,
    raw          blob,
    handled_at   text,
    outcome      text,
    unique (household, sha256)
) strict;

create index inbox_waiting on inbox (household, id) where handled_at is null;

-- How far the mailbox was read.
create table inbox_cursor (
    household    text    not null primary key references households (id),
    uid_validity integer not null,
    last_uid     integer not null
) strict;
