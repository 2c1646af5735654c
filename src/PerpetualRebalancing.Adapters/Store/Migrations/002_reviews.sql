-- What a review read, what it decided, and which slots are taken.

-- Inputs by content: household file, charges, tax table, calendars, broker answers as they came, and the validated snapshot.
create table documents (
    sha256     text not null primary key check (length(sha256) = 64),
    bytes      blob not null,
    first_seen text not null
) strict;

create trigger documents_are_never_changed before update on documents
begin
    select raise(abort, 'documents are named by their content: save a new one instead');
end;

-- A row starts with its raw documents and gets the validated one when they pass: a review that died in between shows what it saw.
create table snapshots (
    id        integer not null primary key,
    household text    not null references households (id),
    at        text    not null,
    slot      text    not null,
    validated text    references documents (sha256)
) strict;

create table snapshot_inputs (
    snapshot integer not null references snapshots (id),
    name     text    not null,
    document text    not null references documents (sha256),
    primary key (snapshot, name)
) strict;

create trigger snapshots_are_validated_once before update on snapshots when old.validated is not null
begin
    select raise(abort, 'a snapshot is validated once');
end;

create table plans (
    hash       text    not null primary key check (length(hash) = 64),
    household  text    not null references households (id),
    slot       text    not null,
    kind       text    not null check (kind in ('Scheduled', 'AdHoc')),
    at         text    not null,
    -- The canonical form, byte by byte what the hash was taken of.
    json       text    not null check (json_valid(json)),
    policy     text    not null references documents (sha256),
    decided_on integer not null,
    snapshot   integer references snapshots (id),
    verdict    text    not null check (json_valid(verdict))
) strict;

create index plans_by_time on plans (household, at);

create trigger plans_are_never_changed before update on plans
begin
    select raise(abort, 'a plan is bound to its hash: save a new one instead');
end;

create trigger plans_are_never_removed before delete on plans
begin
    select raise(abort, 'an approval may point at this plan: plans are kept');
end;

-- One review per household and slot: whoever inserts the row runs it.
create table slot_claims (
    household   text not null references households (id),
    slot        text not null,
    claimed_at  text not null,
    by          text not null,
    finished_at text,
    outcome     text,
    primary key (household, slot)
) strict;
