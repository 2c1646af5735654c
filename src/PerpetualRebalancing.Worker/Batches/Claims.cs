using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Batches;

/// <summary>Records the claims on accounts' cash that a plan's waterfall sets.</summary>
internal static class Claims
{
    /// <summary>Sets aside what the waterfall routed out of cash that was there: tax first, then the liquidity reserve.</summary>
    public static void Route(StoreTransaction transaction, Plan plan)
    {
        foreach (var line in plan.Routing.Where(l => !l.FromProceeds && l.Amount.IsPositive))
        {
            if (Kind(line.To) is { } kind)
            {
                transaction.Append(new Fact.Earmarked(line.Account, kind, line.Amount, line.Reason.Words));
            }
        }
    }

    /// <summary>Sets aside the reserve's share of sale proceeds, as far as they arrived.</summary>
    public static void RouteProceeds(StoreTransaction transaction, Plan plan, ReviewInputs inputs)
    {
        foreach (var line in plan.Routing.Where(l => l is { FromProceeds: true, To: Destination.LiquidityReserve } && l.Amount.IsPositive))
        {
            var settled = inputs.Read.Accounts.First(a => a.Account == line.Account).Settled;
            var free = settled - transaction.State.Accounts[line.Account].Reserved;
            var amount = Money.Min(line.Amount, free);
            if (amount.IsPositive)
            {
                transaction.Append(new Fact.Earmarked(line.Account, EarmarkKind.Reserve, amount, line.Reason.Words));
            }
        }
    }

    /// <summary>Names what a review left over in each account when it closes: carried to the next scheduled one, sale proceeds apart from
    /// fresh cash. Cash that came in since it was planned was never its own: it stays free for the next review of any kind.</summary>
    /// <param name="transaction">Records the claims.</param>
    /// <param name="inputs">The accounts at the close.</param>
    /// <param name="unspentProceeds">By account: sale proceeds that no purchase used.</param>
    /// <param name="since">By account: cash that came in from outside since the review was planned.</param>
    public static void Carry(StoreTransaction transaction, ReviewInputs inputs, Func<AccountId, Money> unspentProceeds, Func<AccountId, Money> since)
    {
        foreach (var reading in inputs.Read.Accounts)
        {
            var ledger = transaction.State.Accounts[reading.Account];
            var zero = Money.Zero(reading.Settled.Currency);
            var left = Money.Max(reading.Settled - ledger.Reserved - since(reading.Account), zero);
            var proceeds = Money.Min(left, Money.Max(unspentProceeds(reading.Account), zero));
            Set(reading.Account, EarmarkKind.CarriedProceeds, proceeds - ledger.CarriedProceeds);
            Set(reading.Account, EarmarkKind.Carried, left - proceeds - ledger.Carried);
        }

        void Set(AccountId account, EarmarkKind kind, Money change)
        {
            if (!change.IsZero)
            {
                transaction.Append(new Fact.Earmarked(account, kind, change, "carried to the next review"));
            }
        }
    }

    private static EarmarkKind? Kind(Destination to) => to switch
    {
        Destination.TaxReserve => EarmarkKind.Tax,
        Destination.LiquidityReserve => EarmarkKind.Reserve,
        _ => null,
    };
}
