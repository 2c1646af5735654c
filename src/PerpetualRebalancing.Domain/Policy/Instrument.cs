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
}
