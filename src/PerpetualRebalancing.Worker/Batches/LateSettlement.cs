using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Outside;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Compares what legs traded with what their accounts show, once it should be there.</summary>
internal sealed class LateSettlement(Desk desk)
{
    /// <summary>Charges are estimates until the contract note: a leg's cash is missing when this much of it is.</summary>
    private const decimal NearlyAll = 0.99m;

    private readonly HashSet<(BatchId, LegId)> _seen = [];

    /// <summary>Warns of each leg whose cash or units are not there a business day after they should be. An account is not read again for
    /// legs that were seen there, or told of.</summary>
    public async Task ChaseAsync(BatchId id, CancellationToken cancellationToken)
    {
        var calendars = desk.ReadRules().Books.Calendars;
        var due = desk.Store.State.Batch(id)?.Legs.Where(l => !_seen.Contains((id, l.Plan.Id)) && IsOverdue(l, calendars)).ToArray() ?? [];
        if (due.Length == 0)
        {
            return;
        }

        var told = desk.Store.Alerts().Select(a => a.DedupeKey).ToHashSet(StringComparer.Ordinal);
        foreach (var account in due.Where(l => !told.Contains(Key(id, l))).GroupBy(l => l.Plan.Account))
        {
            AccountReading reading;
            try
            {
                reading = await desk.ReadAsync(account.Key, cancellationToken);
            }
            catch (AccountUnreadException e)
            {
                // Nothing is known of it, which is told by its own name.
                Outages.Tell(desk, e);
                continue;
            }

            if (Observation.IsMoving(desk.Store.State, account.Key))
            {
                continue;
            }

            var missing = Missing(reading);
            foreach (var leg in account)
            {
                if (missing.Contains((id, leg.Plan.Id)))
                {
                    desk.Store.Transact("service", t => t.Raise(new Alert(Severity.Warning, "settlement", Key(id, leg), Sentence(id, leg, CalendarOf(leg, calendars)))));
                }
                else
                {
                    _seen.Add((id, leg.Plan.Id));
                }
            }
        }
    }

    /// <summary>Whether what a batch traded is not there, and not yet so late that a person was told: it stays open until then.</summary>
    /// <exception cref="AccountUnreadException">One of its accounts cannot be read now.</exception>
    public async Task<bool> IsAwaitedAsync(Batch batch, CancellationToken cancellationToken)
    {
        var calendars = desk.ReadRules().Books.Calendars;
        foreach (var account in batch.Legs.Where(l => IsTraded(l) && !IsOverdue(l, calendars)).GroupBy(l => l.Plan.Account))
        {
            var missing = Missing(await desk.ReadAsync(account.Key, cancellationToken));
            if (account.Any(l => missing.Contains((batch.Id, l.Plan.Id))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The legs that an account lacks the proceeds or units of, the latest to settle first, as the earlier ones came first.</summary>
    private HashSet<(BatchId, LegId)> Missing(AccountReading reading)
    {
        var state = desk.Store.State;
        var traded = state.Batches.SelectMany(b => b.Legs.Where(l => l.Plan.Account == reading.Account && IsTraded(l)).Select(l => (Batch: b.Id, Leg: l)))
            .OrderByDescending(t => t.Leg.SettlesOn).ToLookup(t => desk.IsSettled(t.Leg));
        var found = new HashSet<(BatchId, LegId)>();
        var expected = traded[false].Where(t => t.Leg.Plan.IsSale).Aggregate(state.Accounts[reading.Account].Cash, (sum, t) => sum - Proceeds(t.Leg));
        Take(traded[true].Where(t => t.Leg.Plan.IsSale), (expected - reading.Settled).Amount, l => Proceeds(l).Amount);
        foreach (var bought in traded[true].Where(t => t.Leg.Plan.IsPurchase).GroupBy(t => t.Leg.Plan.Instrument!))
        {
            var there = reading.Holdings.FirstOrDefault(h => h.Instrument == bought.Key)?.Quantity ?? Quantity.Zero;
            Take(bought, (state.Held(reading.Account, bought.Key) - there).Units, l => l.Filled.Units);
        }

        return found;

        void Take(IEnumerable<(BatchId Batch, Leg Leg)> legs, decimal missing, Func<Leg, decimal> brought)
        {
            foreach (var (batch, leg) in legs)
            {
                if (brought(leg) is var amount and > 0m && missing >= amount * NearlyAll)
                {
                    found.Add((batch, leg.Plan.Id));
                    missing -= amount;
                }
            }
        }
    }

    private string Sentence(BatchId id, Leg leg, ExchangeCalendar calendar)
    {
        var what = leg.Plan.IsSale ? $"the {Proceeds(leg)} that leg {leg.Plan.Id} of batch {id} sold for" : $"the {leg.Filled} units of {leg.Plan.Instrument} that leg {leg.Plan.Id} of batch {id} bought";
        return $"Settlement is late: {what} should have been in {leg.Plan.Account} on {leg.SettlesOn:yyyy-MM-dd}, and on {calendar.LocalDate(desk.Time.GetUtcNow()):yyyy-MM-dd} it is not. "
            + "Ask the broker when it settles; if somebody took it out of the account, nothing is late.";
    }

    private bool IsOverdue(Leg leg, CalendarBook calendars) => IsTraded(leg)
        && CalendarOf(leg, calendars) is var calendar && calendar.LocalDate(desk.Time.GetUtcNow()) >= calendar.BusinessDaysAfter(leg.SettlesOn!.Value, 1);

    private ExchangeCalendar CalendarOf(Leg leg, CalendarBook calendars) => calendars[desk.Policy.Instrument(leg.Plan.Instrument!).Venue];

    private static bool IsTraded(Leg leg) => leg is { SettlesOn: not null, Plan.Instrument: not null, Filled.IsZero: false };

    private static Money Proceeds(Leg leg) => leg.Moved - leg.Charges;

    private static string Key(BatchId id, Leg leg) => $"{id}/{leg.Plan.Id}/settlement";
}
