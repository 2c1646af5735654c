using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.WaterFilling;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>Forward water-filling over the accounts' cash, in whole tradable units (semantics §3).</summary>
internal static class BuyEngine
{
    /// <summary>Spends core cash on underweight classes.</summary>
    /// <param name="book">The household.</param>
    /// <param name="values">Value of each class after any sale, base currency.</param>
    /// <param name="cash">Core cash by account, account currency.</param>
    /// <param name="fresh">The part of it that is not sale proceeds.</param>
    /// <param name="choices">Who may buy what.</param>
    public static Purchase Fill(Book book, decimal[] values, Money[] cash, Money[] fresh, BuyChoices choices)
    {
        var dropped = ImmutableArray.CreateBuilder<DroppedBuy>();
        while (true)
        {
            var purchase = Solve(book, values, cash, fresh, choices);
            if (Worst(book, purchase) is not { } worst)
            {
                return purchase with { Dropped = dropped.Concat(purchase.Dropped).ToImmutableArray() };
            }

            foreach (var (account, @class) in worst.Legs)
            {
                choices = choices.Without(account, @class);
                dropped.Add(new DroppedBuy(@class, worst.Reason));
            }
        }
    }

    private static Purchase Solve(Book book, decimal[] values, Money[] cash, Money[] fresh, BuyChoices choices)
    {
        var (accounts, classes) = (cash.Length, values.Length);
        var pools = choices.PoolCash(book, cash);
        var freshPools = book.Policy.Buy.Surplus == SurplusPolicy.Deploy ? choices.PoolCash(book, fresh) : [];
        var ideal = new decimal[classes];
        var levels = new decimal[classes];
        var split = new decimal[accounts * classes];
        var carried = new decimal[accounts];
        var problem = new PoolProblem<decimal>(values, book.Targets, pools, choices.Masks, freshPools);
        var result = PooledFill.Solve(problem, ideal, levels, split, carried);
        var residual = OptimalityCheck.Pooled(problem, split);

        var rounding = new BuyRounding(book, values, cash, choices);
        for (var a = 0; a < accounts; a++)
        {
            for (var c = 0; c < classes; c++)
            {
                if (split[(a * classes) + c] > 0m)
                {
                    rounding.Budget(a, c, split[(a * classes) + c]);
                }
            }
        }

        rounding.Fund();
        rounding.TopUp();
        return new Purchase(
            rounding.Legs(), rounding.Funding(), ideal, levels, result.Spent, rounding.Left(), residual, rounding.Dropped(),
            rounding.TooSmall(), choices);
    }

    /// <summary>The leg or transfer whose fixed costs take the largest share of it, when that is too large; of equals the last declared.</summary>
    private static (ImmutableArray<(int Account, int Class)> Legs, Reason Reason)? Worst(Book book, Purchase purchase)
    {
        if (purchase.TooSmall is [var small, ..])
        {
            return ([(small.Account, small.Class)], small.Reason);
        }

        var limit = book.Policy.Buy.MaximumFixedCostShare;
        var worstShare = limit;
        (ImmutableArray<(int, int)>, Reason)? worst = null;
        foreach (var leg in purchase.Legs)
        {
            Consider(leg.Option.Charges.FixedPart(leg.Value.Amount), leg.Value, [(leg.Payer, leg.Class)]);
        }

        foreach (var funding in purchase.Funding)
        {
            var from = book.IndexOf(funding.Route.From);
            Consider(funding.Route.Fee.Amount, funding.Sent, funding.Classes.Select(c => (from, c)).ToImmutableArray());
        }

        return worst;

        void Consider(decimal fixedCost, Money amount, ImmutableArray<(int, int)> legs)
        {
            var share = fixedCost / amount.Amount;
            if (share > limit && share >= worstShare)
            {
                worstShare = share;
                worst = (legs, new Reason.Uneconomic(new Money(fixedCost, amount.Currency), amount, limit));
            }
        }
    }
}
