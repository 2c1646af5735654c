using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Policy;

/// <summary>What may be done with an instrument (semantics §1).</summary>
public enum InstrumentTag
{
    /// <summary>Bought; of several, the first in declared order that the pool can buy.</summary>
    Buy,

    /// <summary>Never bought; sold only after the instruments tagged <see cref="Sell"/>.</summary>
    Hold,

    /// <summary>Never bought; sold first in any sale.</summary>
    Sell,
}

/// <summary>How an instrument is dealt in.</summary>
public enum Dealing
{
    /// <summary>On an exchange: whole or fractional units at a limit, during its session.</summary>
    Exchange,

    /// <summary>By the fund house at the day's NAV: bought by amount, redeemed by units, no slippage.</summary>
    Nav,
}

/// <summary>A fee for redeeming early.</summary>
/// <param name="Rate">Fraction of the proceeds, 0 to 1.</param>
/// <param name="Days">Charged on units held for fewer days than this.</param>
public sealed record ExitLoad(decimal Rate, int Days);

/// <summary>What is traded. Belongs to one asset class, or to the liquidity reserve.</summary>
/// <param name="Id">Names the instrument.</param>
/// <param name="Name">For people.</param>
/// <param name="Class">Its asset class, or null for a reserve instrument.</param>
/// <param name="Tag">Buy, Hold or Sell.</param>
/// <param name="Dealing">On an exchange or at NAV.</param>
/// <param name="Venue">The exchange calendar whose sessions and business days count for it: NSE, NYSE or LSE.</param>
/// <param name="Currency">It is priced in; every account that trades it has this currency.</param>
/// <param name="UnitStep">The smallest tradable part: 1 for whole shares, 0.001 for fund units.</param>
/// <param name="MinimumOrder">The smallest order, in its currency; zero when there is none.</param>
/// <param name="OrderMultiple">Order amounts are rounded down to a multiple of this; zero when any amount will do. For NAV dealing only.</param>
/// <param name="SettlementDays">Business days of the venue until cash and units are really there: 1 for T+1.</param>
/// <param name="TaxClass">The key of its rules in the tax table.</param>
/// <param name="Charges">The key of its charge schedule.</param>
/// <param name="ExitLoad">The early-redemption fee, when it has one.</param>
/// <param name="Accounts">The accounts that can trade it.</param>
public sealed record Instrument(
    InstrumentId Id,
    string Name,
    ClassId? Class,
    InstrumentTag Tag,
    Dealing Dealing,
    string Venue,
    Currency Currency,
    Quantity UnitStep,
    Money MinimumOrder,
    Money OrderMultiple,
    int SettlementDays,
    string TaxClass,
    string Charges,
    ExitLoad? ExitLoad,
    ImmutableArray<AccountId> Accounts)
{
    /// <summary>True for an instrument of the liquidity reserve.</summary>
    public bool IsReserve => Class is null;

    /// <summary>International securities identification number, by which statements name it; null when unknown.</summary>
    public string? Isin { get; init; }

    /// <summary>The index it tracks: two instruments on one index count as substantially identical (tax facts 0.6); null when it
    /// tracks none, and then it is identical to itself only.</summary>
    public string? Index { get; init; }

    /// <summary>What takes its place when a loss is harvested: an instrument of its class on another index; null when there is none.</summary>
    public InstrumentId? Replacement { get; init; }

    /// <summary>What each service calls it, by the service's short name: <c>kite</c> NSE:NIFTYBEES, <c>alpaca</c> VOO, <c>ibkr</c> the
    /// contract's number, <c>amfi</c> the scheme code, <c>yahoo</c> NIFTYBEES.NS.</summary>
    public ImmutableSortedDictionary<string, string> Symbols { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Limits are multiples of this, in its currency; above zero.</summary>
    public decimal Tick { get; init; } = 0.01m;

    /// <summary>Fair market value of one unit on 31 January 2018, for grandfathering (s.112A; from April 2026 s.198); null when unknown.</summary>
    public Money? FairValue2018 { get; init; }

    /// <summary>The exit load of units sold on a day, as a fraction of the proceeds.</summary>
    /// <param name="acquired">When the units were acquired.</param>
    /// <param name="sold">The day of the sale.</param>
    public decimal LoadRate(DateOnly acquired, DateOnly sold) => ExitLoad is { } load && sold < acquired.AddDays(load.Days) ? load.Rate : 0m;

    /// <summary>Whether buying one after a loss on the other is a wash sale: the same instrument, or the same index.</summary>
    public bool IsIdenticalTo(Instrument other) => Id == other.Id || (Index is not null && Index == other.Index);
}
