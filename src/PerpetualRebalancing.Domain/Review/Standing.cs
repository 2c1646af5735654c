using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>A class as it stands.</summary>
/// <param name="Class">Which class.</param>
/// <param name="Target">Its target.</param>
/// <param name="Value">Base currency.</param>
/// <param name="Drift">How far it is off.</param>
public sealed record ClassStanding(ClassId Class, Weight Target, Money Value, Drift Drift);

/// <summary>How a household stands right now, with what is in transit. All money is base currency.</summary>
/// <param name="Core">Value of the core portfolio.</param>
/// <param name="Drift">How far it is off.</param>
/// <param name="Classes">In declared order.</param>
/// <param name="Liquidity">Value of the liquidity reserve.</param>
/// <param name="LiquidityTarget">What it should be.</param>
/// <param name="TaxSetAside">Set aside for taxes.</param>
/// <param name="TaxDue">Taxes caused and not paid.</param>
public sealed record Standing(
    Money Core, DriftSummary Drift, ImmutableArray<ClassStanding> Classes, Money Liquidity, Money LiquidityTarget, Money TaxSetAside, Money TaxDue)
{
    /// <summary>Measures a household.</summary>
    /// <exception cref="KeyNotFoundException">A price, rate or reading is missing.</exception>
    public static Standing Of(Household policy, HouseholdState state, ReviewInputs inputs)
    {
        var book = new Book(policy, state, inputs);
        return new Standing(
            book.Base(book.Total).Rounded,
            Decision.Summarise(book, book.Values),
            policy.Classes.Select((c, i) => new ClassStanding(
                c.Id, c.Target, book.Base(book.Values[i]).Rounded, book.DriftOf(i))).ToImmutableArray(),
            book.Base(book.ReserveValue).Rounded,
            book.Base(Waterfall.Target(book)).Rounded,
            book.Base(book.Accounts.Sum(a => a.ToBase(a.Ledger.Tax))).Rounded,
            book.Base(state.TaxDue.Values.Sum(m => m.Amount)).Rounded);
    }
}
