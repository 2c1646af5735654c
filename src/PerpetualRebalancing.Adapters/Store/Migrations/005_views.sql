-- The facts as tables, for people and reports. Nothing here is stored. Amounts stay text such as '123.45 INR': see 001_facts.sql.

create view batches as
select p.household,
       json_extract(p.json, '$.batch')         as batch,
       json_extract(p.json, '$.planHash')      as plan_hash,
       json_extract(p.json, '$.slot')          as slot,
       json_extract(p.json, '$.kind')          as kind,
       p.at                                    as planned_at,
       json_extract(p.json, '$.needsApproval') as needs_approval,
       a.at                                    as approved_at,
       json_extract(a.json, '$.by')            as approved_by,
       json_extract(p.json, '$.expires')       as expires,
       json_extract(p.json, '$.lastDay')       as last_day,
       c.at                                    as closed_at,
       json_extract(c.json, '$.outcome')       as outcome,
       json_extract(c.json, '$.why')           as why
from facts p
left join facts a on a.household = p.household and a.kind = 'batchApproved'
    and json_extract(a.json, '$.batch') = json_extract(p.json, '$.batch')
left join facts c on c.household = p.household and c.kind = 'batchClosed'
    and json_extract(c.json, '$.batch') = json_extract(p.json, '$.batch')
where p.kind = 'batchPlanned';

create view leg_states as
select household, seq, at, by,
       json_extract(json, '$.batch')     as batch,
       json_extract(json, '$.leg')       as leg,
       json_extract(json, '$.state')     as state,
       json_extract(json, '$.ordered')   as ordered,
       json_extract(json, '$.clientKey') as client_key,
       json_extract(json, '$.note')      as note
from facts
where kind = 'legMoved';

create view legs as
select p.household,
       json_extract(p.json, '$.batch')          as batch,
       json_extract(l.value, '$.id')            as leg,
       json_extract(l.value, '$.purpose')       as purpose,
       json_extract(l.value, '$.account')       as account,
       json_extract(l.value, '$.instrument')    as instrument,
       json_extract(l.value, '$.class')         as class,
       json_extract(l.value, '$.quantity')      as planned_quantity,
       json_extract(l.value, '$.price')         as planned_price,
       json_extract(l.value, '$.value')         as planned_value,
       json_extract(l.value, '$.to')            as to_account,
       coalesce(
           (select s.state from leg_states s
            where s.household = p.household and s.batch = json_extract(p.json, '$.batch') and s.leg = json_extract(l.value, '$.id')
            order by s.seq desc limit 1),
           iif(json_extract(p.json, '$.needsApproval'), 'AwaitingApproval', 'Planned')) as state
from facts p, json_each(p.json, '$.legs') l
where p.kind = 'batchPlanned';

create view fills as
select household, seq, at,
       json_extract(json, '$.batch')      as batch,
       json_extract(json, '$.leg')        as leg,
       json_extract(json, '$.fillId')     as fill,
       json_extract(json, '$.account')    as account,
       json_extract(json, '$.instrument') as instrument,
       json_extract(json, '$.side')       as side,
       json_extract(json, '$.quantity')   as quantity,
       json_extract(json, '$.price')      as price,
       json_extract(json, '$.tradeDate')  as trade_date,
       json_extract(json, '$.settlesOn')  as settles_on,
       json_extract(json, '$.tax')        as tax
from facts
where kind = 'legFilled';

create view lot_events as
select f.household, f.seq, f.at, 'opened' as event,
       json_extract(l.value, '$.id')         as lot,
       json_extract(l.value, '$.account')    as account,
       json_extract(l.value, '$.instrument') as instrument,
       json_extract(l.value, '$.acquired')   as acquired,
       json_extract(l.value, '$.remaining')  as quantity,
       null                                  as term,
       null                                  as gain
from facts f, json_each(f.json, '$.lots') l
where f.kind = 'opened'
union all
select household, seq, at, 'bought',
       json_extract(json, '$.newLot'),
       json_extract(json, '$.account'),
       json_extract(json, '$.instrument'),
       json_extract(json, '$.tradeDate'),
       json_extract(json, '$.quantity'),
       null,
       null
from facts
where kind = 'legFilled' and json_extract(json, '$.side') = 'Buy'
union all
select f.household, f.seq, f.at, 'sold',
       json_extract(l.value, '$.lot'),
       json_extract(f.json, '$.account'),
       json_extract(f.json, '$.instrument'),
       json_extract(l.value, '$.acquired'),
       json_extract(l.value, '$.quantity'),
       json_extract(l.value, '$.term.term'),
       json_extract(l.value, '$.gain')
from facts f, json_each(f.json, '$.lots') l
where f.kind = 'legFilled';

-- What moved an account's cash or a claim on it. A trade's gross is quantity times price; its charges stand line by line.
create view ledger as
select f.household, f.seq, f.at, 'opening' as entry,
       json_extract(c.value, '$.account') as account, json_extract(c.value, '$.amount') as amount, null as quantity, null as price, null as note
from facts f, json_each(f.json, '$.cash') c
where f.kind = 'opened'
union all
select f.household, f.seq, f.at, 'earmark Reserve', json_extract(c.value, '$.account'), json_extract(c.value, '$.amount'), null, null, null
from facts f, json_each(f.json, '$.reserveCash') c
where f.kind = 'opened'
union all
select household, seq, at, 'income ' || json_extract(json, '$.kind'), json_extract(json, '$.account'), json_extract(json, '$.amount'), null, null,
       json_extract(json, '$.note')
from facts where kind = 'cashReceived'
union all
select household, seq, at, 'left', json_extract(json, '$.account'), json_extract(json, '$.amount'), null, null, json_extract(json, '$.note')
from facts where kind = 'cashLeft'
union all
select household, seq, at, 'tax paid', json_extract(json, '$.account'), json_extract(json, '$.amount'), null, null, json_extract(json, '$.reference')
from facts where kind = 'taxPaid'
union all
select household, seq, at, 'earmark ' || json_extract(json, '$.kind'), json_extract(json, '$.account'), json_extract(json, '$.change'), null, null,
       json_extract(json, '$.why')
from facts where kind = 'earmarked'
union all
select household, seq, at, iif(json_extract(json, '$.side') = 'Sell', 'proceeds', 'purchase'), json_extract(json, '$.account'), null,
       json_extract(json, '$.quantity'), json_extract(json, '$.price'), json_extract(json, '$.instrument')
from facts where kind = 'legFilled'
union all
select f.household, f.seq, f.at, 'charge', json_extract(f.json, '$.account'), json_extract(c.value, '$.amount'), null, null,
       json_extract(c.value, '$.name')
from facts f, json_each(f.json, '$.charges') c
where f.kind = 'legFilled'
union all
select household, seq, at, 'sent', json_extract(json, '$.from'), json_extract(json, '$.amount'), null, null, json_extract(json, '$.leg')
from facts where kind = 'moneySent'
union all
select household, seq, at, 'charge', json_extract(json, '$.from'), json_extract(json, '$.fee'), null, null, json_extract(json, '$.leg')
from facts where kind = 'moneySent'
union all
select household, seq, at, 'arrived', json_extract(json, '$.to'), json_extract(json, '$.amount'), null, null, json_extract(json, '$.leg')
from facts where kind = 'moneyArrived'
union all
select household, seq, at, 'withdrawn', json_extract(json, '$.account'), json_extract(json, '$.amount'), null, null, json_extract(json, '$.leg')
from facts where kind = 'withdrawn';

create view sell_program as
select household, seq, at,
       json_extract(json, '$.slot')              as slot,
       json_extract(json, '$.kind')              as kind,
       json_extract(json, '$.program.step')      as step,
       json_extract(json, '$.program.month')     as month,
       json_extract(json, '$.program.ceiling')   as ceiling,
       json_extract(json, '$.program.projected') as projected,
       json_extract(json, '$.after')             as drift_after,
       json_extract(json, '$.next.program')      as next,
       json_extract(json, '$.next.month')        as next_month,
       json_extract(json, '$.end')               as ended
from facts
where kind = 'reviewClosed';
