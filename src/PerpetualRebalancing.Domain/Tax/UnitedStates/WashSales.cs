using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>A loss that units bought around it may replace.</summary>
/// <param name="Member">Whose.</param>
/// <param name="On">The day of the sale.</param>
/// <param name="Instrument">What was sold.</param>
/// <param name="Lot">Out of which lot.</param>
/// <param name="Units">How many.</param>
public readonly record struct SoldAtLoss(MemberId Member, DateOnly On, Instrument Instrument, LotId Lot, decimal Units);

/// <summary>Units that may replace a loss.</summary>
/// <param name="Member">Whose.</param>
/// <param name="On">The day of the purchase.</param>
/// <param name="Instrument">What was bought.</param>
/// <param name="Lot">The lot they are of.</param>
/// <param name="Units">How many that replace nothing yet.</param>
public readonly record struct Bought(MemberId Member, DateOnly On, Instrument Instrument, LotId Lot, decimal Units);

/// <summary>Units that replace a loss.</summary>
/// <param name="Loss">Index of the loss.</param>
/// <param name="Purchase">Index of the purchase.</param>
/// <param name="Units">How many.</param>
public readonly record struct Replacement(int Loss, int Purchase, decimal Units);

/// <summary>Wash sales (s.1091; 26 CFR 1.1091-1 and -2): a loss does not count as far as substantially identical units were bought from
/// 30 days before to 30 days after it, by the seller, a spouse or a retirement account.</summary>
public static class WashSales
{
    /// <summary>Matches losses in the order of the sales with purchases in the order of acquisition, unit for unit (26 CFR
    /// 1.1091-1(b) to (d)). Units of a lot never replace a loss on the same lot.</summary>
    /// <param name="losses">Any order; equal days keep theirs.</param>
    /// <param name="purchases">Any order; equal days keep theirs.</param>
    /// <param name="ruleOf">The rule a member is under, or null.</param>
    public static ImmutableArray<Replacement> Match(
        ImmutableArray<SoldAtLoss> losses, ImmutableArray<Bought> purchases, Func<MemberId, WashSaleRule?> ruleOf)
    {
        var left = purchases.Select(p => p.Units).ToArray();
        var inOrder = purchases.Index().OrderBy(p => p.Item.On).ToArray();
        var matches = ImmutableArray.CreateBuilder<Replacement>();
        foreach (var (l, loss) in losses.Index().OrderBy(l => l.Item.On))
        {
            if (ruleOf(loss.Member) is not { } rule)
            {
                continue;
            }

            var open = loss.Units;
            foreach (var (p, bought) in inOrder)
            {
                var fits = left[p] > 0m && rule.IsWithin(loss.On, bought.On) && !bought.Lot.IsSamePurchaseAs(loss.Lot)
                    && (bought.Member == loss.Member || (rule.AnyMember && ruleOf(bought.Member) is not null))
                    && rule.IsIdentical(loss.Instrument, bought.Instrument);
                if (fits && open > 0m)
                {
                    var units = Math.Min(open, left[p]);
                    (open, left[p]) = (open - units, left[p] - units);
                    matches.Add(new Replacement(l, p, units));
                }
            }
        }

        return matches.ToImmutable();
    }

    /// <summary>What is disallowed by everything that was booked and is not matched yet, as facts in the order they
    /// must be recorded. Asked after every sale and every purchase.</summary>
    /// <param name="policy">Who owns what.</param>
    /// <param name="state">Everything that happened, the new fill included.</param>
    /// <param name="rules">The rules of the day.</param>
    /// <param name="fx">To give a disallowed loss to a lot of another currency.</param>
    public static ImmutableArray<Fact.WashSale> Open(Household policy, HouseholdState state, ITaxRules rules, FxTable fx)
    {
        if (state.OpenLosses.IsEmpty || policy.Members.All(m => rules.WashSales(m.Id) is null))
        {
            return [];
        }

        var (lots, purchases) = Purchases(policy, state, rules);
        var losses = state.OpenLosses.Select(l => new SoldAtLoss(l.Member, l.SoldOn, policy.Instrument(l.Instrument), l.Lot, l.Quantity.Units)).ToImmutableArray();
        var open = state.OpenLosses.ToArray();
        var facts = ImmutableArray.CreateBuilder<Fact.WashSale>();
        foreach (var match in Match(losses, purchases, rules.WashSales))
        {
            var (loss, lot, units) = (open[match.Loss], lots[match.Purchase], new Quantity(match.Units));
            var disallowed = loss.On(units);
            open[match.Loss] = loss with { Quantity = loss.Quantity - units, Loss = loss.Loss - disallowed };

            // In a retirement account nothing has a cost that would ever count: the loss is gone for good (Rev. Rul. 2008-5).
            var isLost = policy.Account(lot.Account).Registration == Registration.Retirement;
            facts.Add(new Fact.WashSale(
                loss.Member, loss.SoldOn, loss.Lot, loss.Bucket, new Position(lot.Account, lot.Instrument), lot.Id, units, disallowed,
                isLost ? Money.Zero(lot.CostPerUnit.Currency) : fx.Convert(disallowed, lot.CostPerUnit.Currency),
                isLost ? lot.HeldSince : Tacked(lot, loss)));
        }

        return facts.ToImmutable();
    }

    /// <summary>The lots under such a rule whose units replace nothing yet, and the same as purchases.</summary>
    internal static (ImmutableArray<TaxLot> Lots, ImmutableArray<Bought> Purchases) Purchases(Household policy, HouseholdState state, ITaxRules rules)
    {
        var lots = policy.Accounts.Where(a => rules.WashSales(a.Member) is not null)
            .SelectMany(a => policy.Instruments.Where(i => i.Accounts.Contains(a.Id)).SelectMany(i => state.Lots.GetValueOrDefault(new Position(a.Id, i.Id), [])))
            .Where(l => !l.IsReplacement).ToImmutableArray();
        return (lots, [.. lots.Select(l => new Bought(policy.Account(l.Account).Member, l.Acquired, policy.Instrument(l.Instrument), l.Id, l.Remaining.Units))]);
    }

    /// <summary>The time the sold units were held is added to the replacing ones' (s.1223(3)).</summary>
    private static DateOnly Tacked(TaxLot replacing, OpenLoss loss) =>
        replacing.HeldSince.AddDays(loss.HeldSince.DayNumber - loss.SoldOn.DayNumber);
}
