namespace PerpetualRebalancing.Domain.Tax.UnitedStates;

/// <summary>Capital gains and losses of a year netted against each other (Schedule D parts I to III; s.1222, s.1(h), s.1211(b),
/// s.1212(b)). Amounts are USD.</summary>
/// <param name="Short">Net short-term gain, negative for a loss, after short-term losses carried in.</param>
/// <param name="Long">Net long-term gain, collectibles included, after long-term losses carried in.</param>
/// <param name="Collectible">Of the net capital gain, what is taxed as collectibles gain, at least 0.</param>
/// <param name="Limit">The most that a net loss reduces other income by.</param>
public readonly record struct CapitalNetting(decimal Short, decimal Long, decimal Collectible, decimal Limit)
{
    /// <summary>Everything together.</summary>
    public decimal Net => Short + Long;

    /// <summary>Net capital gain: what the long-term rates apply to (s.1222(11)).</summary>
    public decimal LongTaxed => Math.Max(0m, Math.Min(Long, Net));

    /// <summary>What is taxed like ordinary income.</summary>
    public decimal ShortTaxed => Math.Max(0m, Net) - LongTaxed;

    /// <summary>By how much a net loss reduces other income (s.1211(b)).</summary>
    public decimal Deduction => Math.Min(Limit, Math.Max(0m, -Net));

    /// <summary>Nets a year.</summary>
    /// <param name="short">Short-term gains less losses of the year.</param>
    /// <param name="long">Long-term gains less losses, without collectibles.</param>
    /// <param name="collectible">Long-term gains less losses on collectibles.</param>
    /// <param name="shortCarried">Short-term loss of earlier years, at least 0.</param>
    /// <param name="longCarried">Long-term loss of earlier years, at least 0.</param>
    /// <param name="limit">The yearly limit.</param>
    public static CapitalNetting Of(
        decimal @short, decimal @long, decimal collectible, decimal shortCarried, decimal longCarried, decimal limit)
    {
        var netShort = @short - shortCarried;
        var netLong = @long + collectible - longCarried;

        // Long-term carryovers and a net short-term loss reduce the collectibles gain before the rest (s.1(h)(5)(B), worksheet to
        // Schedule D line 18); a loss on everything else reduces it last, since no more than the net capital gain is taxed at all.
        var rate28 = Math.Max(0m, collectible - longCarried + Math.Min(0m, netShort));
        var taxed = Math.Max(0m, Math.Min(netLong, netShort + netLong));
        return new CapitalNetting(netShort, netLong, Math.Min(rate28, taxed), limit);
    }

    /// <summary>What the next year may still use, by character: the short-term loss is used up first (s.1212(b)(2)).</summary>
    /// <param name="income">Taxable income without the loss, at least 0: a deduction that finds no income is not used up.</param>
    public (decimal Short, decimal Long) Carried(decimal income)
    {
        if (Net >= 0m)
        {
            return (0m, 0m);
        }

        var used = Math.Min(Deduction, Math.Max(0m, income));
        var shortLoss = Math.Max(0m, Short < 0m ? -Short - Math.Max(0m, Long) : 0m);
        var longLoss = Math.Max(0m, Long < 0m ? -Long - Math.Max(0m, Short) : 0m);
        var fromShort = Math.Min(used, shortLoss);
        return (shortLoss - fromShort, longLoss - (used - fromShort));
    }
}
