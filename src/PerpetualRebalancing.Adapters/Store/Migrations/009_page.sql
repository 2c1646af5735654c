-- Who may enter the web page by a link, and who is in. Only hashes of random names are kept: whoever reads this file cannot say them.
-- Backups leave the rows out.
create table login_links (
    hash      text not null primary key,
    household text not null references households (id),
    member    text not null,
    expires   text not null,
    used_at   text
) strict;

create table page_sessions (
    hash      text not null primary key,
    household text not null references households (id),
    member    text not null,
    began     text not null,
    seen      text not null
) strict;
