using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Policy;

/// <summary>What the household owned on the day it was first recorded: the first facts its ledger is a fold over (semantics §1).
/// A new investor's book is empty, and that is no error.</summary>
/// <param name="AsOf">The day, after its last trade.</param>
/// <param name="Cash">Settled cash, exactly once per account of the household and in its order, not negative; what the liquidity
/// reserve claims of it is <see cref="ReservePolicy.OpeningCash"/>, which lies inside this amount.</param>
/// <param name="Lots">By account, instrument (both in declared order) and day: the order a sale consumes them in.</param>
/// <param name="TaxDue">Taxes already caused and not yet paid, at most once per member.</param>
public sealed record OpeningBook(
    DateOnly AsOf,
    ImmutableArray<ReserveCash> Cash,
    ImmutableArray<TaxLot> Lots,
    ImmutableArray<OpeningTax> TaxDue)
{
    /// <summary>Gains and losses made in the current tax year up to <see cref="AsOf"/>, none of them after it.</summary>
    public ImmutableArray<GainEntry> Gains { get; init; } = [];

    /// <summary>Unused capital losses of earlier tax years.</summary>
    public ImmutableArray<BroughtForwardLoss> Losses { get; init; } = [];

    /// <summary>The name of a lot that was recorded at the opening: account, instrument and day, for example
    /// <c>asha-demat/NIFTYBEES/2022-03-14</c>; the second lot of one day ends in <c>#2</c>.</summary>
    /// <param name="account">Where the units lie.</param>
    /// <param name="instrument">What they are units of.</param>
    /// <param name="acquired">The day the holding period starts.</param>
    /// <param name="ordinal">1 for the first lot of that day, counted in the order they were written.</param>
    public static LotId LotIdOf(AccountId account, InstrumentId instrument, DateOnly acquired, int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ordinal, 1);
        var day = acquired.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return new LotId(FormattableString.Invariant($"{account}/{instrument}/{day}{(ordinal == 1 ? "" : $"#{ordinal}")}"));
    }
}

/// <summary>Tax that a member owes at the opening.</summary>
/// <param name="Member">The taxpayer.</param>
/// <param name="Amount">Not negative, in the household's base currency.</param>
public sealed record OpeningTax(MemberId Member, Money Amount);
