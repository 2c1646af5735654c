-- Statements of brokers and registrars, as they came. What they lead to is in the facts (lotsSet, gainRecorded); the files are read
-- again whenever another one comes or goes, so nothing they say is stored twice.

create table imports (
    id           integer not null primary key,
    household    text    not null references households (id),
    account      text    not null,
    kind         text    not null,
    file         text    not null,
    document     text    not null references documents (sha256),
    -- Corporate actions that came beside it.
    actions_file text,
    actions      text    references documents (sha256),
    covers_from  text    not null,
    covers_to    text    not null,
    -- Whose statement it says it is, to tell the statement of another person.
    holder       text,
    tax_number   text,
    broker_id    text,
    at           text    not null,
    by           text    not null,
    undone_at    text,
    undone_by    text
) strict;

create index imports_by_account on imports (household, account, id);

-- The same file counts once for an account until it is undone.
create unique index imports_count_once on imports (household, account, document, coalesce(actions, '')) where undone_at is null;

create trigger imports_are_undone_once before update on imports when old.undone_at is not null
begin
    select raise(abort, 'an import is undone once: import the file again instead');
end;

create trigger imports_are_never_removed before delete on imports
begin
    select raise(abort, 'imports are kept: undo one instead');
end;

-- The facts that an import, or its undoing, led to.
create table import_facts (
    import    integer not null references imports (id),
    household text    not null,
    seq       integer not null,
    primary key (household, seq),
    foreign key (household, seq) references facts (household, seq)
) strict;
