-- The paper broker's own book: what a real broker and bank would keep. Decimals and dates are text.
pragma application_id = 1347571778; -- "PRPB"

create table opening (
    id integer primary key check (id = 1),
    as_of text not null
) strict;

-- Every amount that ever moved; an account's cash is the sum. What comes in is available from a day of its venue on (at once
-- without a venue); what goes out is gone at once.
create table cash (
    number integer primary key,
    account text not null,
    kind text not null check (kind in ('Opening', 'Deposit', 'Withdrawal', 'Buy', 'Sell', 'Sent', 'Fee', 'Arrived')),
    reference text not null,
    amount text not null,
    currency text not null,
    available_on text not null,
    venue text not null,
    note text not null,
    unique (kind, reference)
) strict;

create index cash_by_account on cash (account);

-- Units by the day they were acquired: exit loads and sales go by it, oldest first.
create table lots (
    number integer primary key,
    account text not null,
    instrument text not null,
    acquired text not null,
    remaining text not null,
    available_on text not null,
    source text not null unique
) strict;

create index lots_by_account on lots (account, instrument);

create table orders (
    number integer primary key,
    client_key text not null unique,
    account text not null,
    instrument text not null,
    side text not null check (side in ('Buy', 'Sell')),
    state text not null check (state in ('Open', 'PartlyFilled', 'Filled', 'Cancelled', 'Rejected', 'Expired')),
    ordered text not null,
    limit_price text,
    amount text,
    placed_on text not null,
    -- The session it lives in, or the day whose NAV it gets.
    session text not null,
    -- 1 while it waits for that session to open.
    waits integer not null check (waits in (0, 1)),
    -- Cash held for what may still be bought.
    held text not null,
    note text not null
) strict;

create index orders_open on orders (state) where state in ('Open', 'PartlyFilled');

create table fills (
    fill_id text primary key,
    client_key text not null references orders (client_key),
    number integer not null,
    quantity text not null,
    price text not null,
    currency text not null,
    trade_date text not null,
    settles_on text not null,
    unique (client_key, number)
) strict;

create table charges (
    fill_id text not null references fills (fill_id),
    line integer not null,
    name text not null,
    amount text not null,
    primary key (fill_id, line)
) strict;

create table transfers (
    number integer primary key,
    reference text not null unique,
    from_account text not null,
    to_account text not null,
    sent text not null,
    sent_currency text not null,
    fee text not null,
    sent_on text not null,
    due_on text not null,
    short_percent text not null,
    is_lost integer not null check (is_lost in (0, 1)),
    state text not null check (state in ('InTransit', 'Arrived', 'Lost')),
    arrived text,
    arrived_currency text not null,
    rate text
) strict;
