-- What happened.
--
-- `facts` is the one truth: append-only, and chained by hash, so that a changed or missing row shows. The household's state is a fold
-- over it, done by the program. Whatever a person may want to look at as a table (batches, legs, fills, lots, ledger, sell program) is
-- a VIEW over the facts, in 005_views.sql, so nothing is stored twice and nothing can disagree. The other tables hold what is not a
-- fact about the household: its inputs, its plans, its messages, and who is at work.
--
-- Times are ISO 8601 in UTC with seven decimals, so that text order is time order. Money, prices, quantities and weights are TEXT:
-- never add, compare or order them in SQL, which would turn them into floating point.
pragma application_id = 1347568210;

create table households (
    id         text not null primary key,
    name       text not null,
    first_seen text not null
) strict;

create table facts (
    household text    not null references households (id),
    seq       integer not null check (seq > 0),
    at        text    not null,
    by        text    not null,
    kind      text    generated always as (json_extract(json, '$.fact')) virtual,
    json      text    not null check (json_valid(json)),
    prev_hash text    not null,
    -- SHA-256, hex, of prev_hash, seq, at, by and json, one per line. The first prev_hash is the SHA-256 of the household's id.
    hash      text    not null,
    primary key (household, seq)
) strict;

-- Where each chain ends. Without it, rows removed from the end would leave a shorter chain that is whole.
create table chain_heads (
    household text    not null primary key references households (id),
    seq       integer not null,
    hash      text    not null
) strict;

create trigger facts_continue_the_chain before insert on facts
begin
    select raise(abort, 'a fact must continue the chain of its household')
    where new.seq <> 1 + coalesce((select seq from chain_heads where household = new.household), 0)
       or new.prev_hash <> coalesce((select hash from chain_heads where household = new.household), new.prev_hash);
end;

create trigger facts_move_the_head after insert on facts
begin
    insert into chain_heads (household, seq, hash) values (new.household, new.seq, new.hash)
    on conflict (household) do update set seq = excluded.seq, hash = excluded.hash;
end;

create trigger facts_are_never_changed before update on facts
begin
    select raise(abort, 'facts are append-only: record a new fact instead');
end;

create trigger facts_are_never_removed before delete on facts
begin
    select raise(abort, 'facts are append-only: record a new fact instead');
end;
