using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Lots;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>A sale in whole tradable units, with its exact charges and lots.</summary>
/// <param name="Source">What is sold where.</param>
/// <param name="Class">Index of the class; −1 for the liquidity reserve.</param>
/// <param name="Units">How many.</param>
/// <param name="Value">At the plan's price.</param>
/// <param name="Charges">Exact lines summed, exit load included.</param>
/// <param name="Lots">What it consumes.</param>
/// <param name="Tax">What it adds to the member's tax, base currency.</param>
internal sealed record SaleLeg(
    SaleSource Source, int Class, Quantity Units, Money Value, Money Charges, ImmutableArray<LotPick> Lots, decimal Tax)
{
    /// <summary>The leg for a number of units of a source, before tax.</summary>
    public static SaleLeg Of(Book book, SaleSource source, int @class, Quantity units)
    {
        var member = book.Accounts[source.Account].Account.Member;
        var picks = ImmutableArray.CreateBuilder<LotPick>();
        var left = units;
        var underLoad = Quantity.Zero;
        foreach (var (lot, tax, load) in source.Lots)
        {
            if (left.IsZero)
            {
                break;
            }

            var taken = Quantity.Min(left, lot.Remaining);
            left -= taken;
            underLoad += load ? taken : Quantity.Zero;
            picks.Add(LotPick.Of(lot, taken, tax, book.Tax.Bucket(member, tax.Bucket), book.Policy.Base));
        }

        var value = (source.Price * units).Rounded;
        var lines = book.Inputs.Rules.Charges.For(source.Instrument, Side.Sell, units, source.Price, book.Inputs.Read.Today, false, underLoad);
        var charges = lines.Aggregate(Money.Zero(value.Currency), (sum, line) => sum + line.Amount);
        return new SaleLeg(source, @class, units, value, charges, picks.ToImmutable(), 0m);
    }

    /// <summary>Adds the leg's gains to its member's, by bucket and in base currency.</summary>
    public void AddGains(Span<decimal> gains)
    {
        var left = Units.Units;
        foreach (var (lot, tax, _) in Source.Lots)
        {
            if (left <= 0m)
            {
                break;
            }

            var taken = Math.Min(left, lot.Remaining.Units);
            left -= taken;
            gains[tax.Bucket] += tax.GainPerUnit * taken;
        }
    }

    /// <summary>The gains of legs by member and bucket, base currency.</summary>
    public static decimal[] Gains(Book book, SaleShelf shelf, IEnumerable<SaleLeg> legs)
    {
        var gains = new decimal[shelf.Members.Length * shelf.BucketCount];
        foreach (var leg in legs)
        {
            leg.AddGains(gains.AsSpan(shelf.MemberOfAccount[leg.Source.Account] * shelf.BucketCount, shelf.BucketCount));
        }

        return gains;
    }

    /// <summary>Gives each leg the tax it adds on top of the legs before it, member by member.</summary>
    /// <param name="book">The household.</param>
    /// <param name="shelf">What can be sold.</param>
    /// <param name="earlier">Sales of the same review that were taxed before.</param>
    /// <param name="legs">The legs to tax, in order.</param>
    public static ImmutableArray<SaleLeg> WithTax(Book book, SaleShelf shelf, IEnumerable<SaleLeg> earlier, IEnumerable<SaleLeg> legs)
    {
        var gains = Gains(book, shelf, earlier);
        var soFar = shelf.Tax(gains);
        var taxed = ImmutableArray.CreateBuilder<SaleLeg>();
        foreach (var leg in legs)
        {
            var member = shelf.MemberOfAccount[leg.Source.Account];
            var mine = gains.AsSpan(member * shelf.BucketCount, shelf.BucketCount);
            leg.AddGains(mine);
            var tax = book.Tax.Tax(shelf.Members[member], mine);
            taxed.Add(leg with { Tax = tax - soFar[member] });
            soFar[member] = tax;
        }

        return taxed.ToImmutable();
    }
}
