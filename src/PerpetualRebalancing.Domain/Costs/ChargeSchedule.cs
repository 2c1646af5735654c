using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Costs;

/// <summary>One line of the contract note through time.</summary>
/// <param name="Name">What the contract note calls it.</param>
/// <param name="Side">The side it is charged on; null for both.</param>
/// <param name="Rates">Its rates, of which at most one covers a date. A time without the charge is a rate of zero: a date
/// that no rate covers stops the calculation.</param>
public sealed record DatedCharge(string Name, Side? Side, ImmutableArray<ChargeRate> Rates)
{
    /// <summary>The rate on a trade date; null when none covers it.</summary>
    public ChargeRate? On(DateOnly date)
    {
        foreach (var rate in Rates)
        {
            if (rate.Covers(date))
            {
                return rate;
            }
        }

        return null;
    }
}

/// <summary>Everything one broker and the law charge for trading one kind of instrument.</summary>
/// <param name="Id">What <see cref="Policy.Instrument.Charges"/> names.</param>
/// <param name="Currency">Of every amount in it.</param>
/// <param name="Charges">In the order of the contract note; a charge on other lines stands after them. None at all is a free schedule.</param>
public sealed record ChargeSchedule(string Id, Currency Currency, ImmutableArray<DatedCharge> Charges);
