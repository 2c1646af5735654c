using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Domain.Tax.UnitedStates;

namespace PerpetualRebalancing.Domain.Tax;

/// <summary>What the law makes of a trade that was done. What is due stays what the law makes of the ledger, whatever the order of gains,
/// losses and purchases.</summary>
public static class TaxBooking
{
    /// <summary>The facts of a sale: the sale with the tax it adds to the member's years, then the wash sales it makes, whose effect that
    /// tax already knows, then what they change for others.</summary>
    /// <param name="policy">Who is taxed under which law.</param>
    /// <param name="before">Everything that happened before it.</param>
    /// <param name="inputs">The rules and rates.</param>
    /// <param name="sale">The sale, without its tax.</param>
    public static ImmutableArray<Fact> Sale(Household policy, HouseholdState before, ReviewInputs inputs, Fact.LegFilled sale)
    {
        var law = inputs.Rules.Tax;
        var member = sale.Member ?? throw new InvalidOperationException($"Fill {sale.FillId} causes tax but names no taxpayer.");
        var state = before.Apply(sale);
        var washSales = WashSales.Open(policy, state, law.Open(policy, state, sale.TradeDate), inputs.Read.Fx);
        state = washSales.Aggregate(state, (s, wash) => s.Apply(wash));

        // The difference of two rounded sums: many fills add up to the minor unit that the year owes.
        var taxed = sale with
        {
            Tax = law.Liability(policy, state, member, sale.TradeDate) - law.Liability(policy, before, member, sale.TradeDate),
        };
        state = washSales.Aggregate(before.Apply(taxed), (s, wash) => s.Apply(wash));
        return [taxed, .. washSales, .. washSales.IsEmpty ? [] : TaxReassessment.Of(policy, state, law, sale.TradeDate)];
    }

    /// <summary>The facts that follow a purchase: the wash sales it makes of losses before it, and the tax that comes back with them.</summary>
    /// <param name="policy">Who is taxed under which law.</param>
    /// <param name="state">Everything that happened, the purchase included.</param>
    /// <param name="inputs">The rules and rates.</param>
    /// <param name="on">Trade date of the purchase.</param>
    public static ImmutableArray<Fact> Purchase(Household policy, HouseholdState state, ReviewInputs inputs, DateOnly on) =>
        Purchase(policy, state, inputs.Rules.Tax, inputs.Read.Fx, on);

    /// <summary>The facts that follow purchases which nobody has matched with losses yet, a statement's too.</summary>
    /// <param name="policy">Who is taxed under which law.</param>
    /// <param name="state">Everything that happened, the purchases included.</param>
    /// <param name="law">The law.</param>
    /// <param name="fx">To give a disallowed loss to a lot of another currency.</param>
    /// <param name="on">Today.</param>
    public static ImmutableArray<Fact> Purchase(Household policy, HouseholdState state, ITaxBook law, FxTable fx, DateOnly on)
    {
        var washSales = WashSales.Open(policy, state, law.Open(policy, state, on), fx);
        var after = washSales.Aggregate(state, (s, wash) => s.Apply(wash));
        return washSales.IsEmpty ? [] : [.. washSales, .. TaxReassessment.Of(policy, after, law, on)];
    }
}
