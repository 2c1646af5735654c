-- What logins leave behind: tokens and the states of logins under way. Every value is encrypted under a key that is in no file of
-- ours; backups leave the rows out. A login may come before the household's first review, so no household is required here.
create table vault (
    household text not null,
    name      text not null,
    expires   text not null,
    nonce     blob not null,
    tag       blob not null,
    sealed    blob not null,
    primary key (household, name)
) strict;
