using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>A sale in whole tradable units, with its exact charges and lots.</summary>
/// <param name="Source">What is sold where.</param>
/// <param name="Class">Index of the class; −1 for the liquidity reserve.</param>
/// <param name="Units">How many.</param>
/// <param name="Value">At the plan's price.</param>
/// <param name="Charges">Exact lines summed, exit load included.</param>
/// <param name="Lots">What it consumes.</param>
/// <param name="Gains">The gain by bucket of each lot of <paramref name="Lots"/>, base currency.</param>
/// <param name="Tax">What it adds to the member's tax, base currency.</param>
internal sealed record SaleLeg(
    SaleSource Source, int Class, Quantity Units, Money Value, Money Charges, ImmutableArray<LotPick> Lots,
    ImmutableArray<(int Bucket, decimal Gain)> Gains, decimal Tax)
{
    /// <summary>The leg for a number of units of a source, before tax. Its lots are assessed with the charges of these units, as its
    /// fill will be.</summary>
    public static SaleLeg Of(Book book, SaleSource source, int @class, Quantity units)
    {
        var (view, today) = (book.Accounts[source.Account], book.Inputs.Read.Today);
        var taken = Taken(source, units);
        var underLoad = new Quantity(taken.Sum(t => t.Lot.UnderExitLoad ? t.Units.Units : 0m));
        var value = (source.Price * units).Rounded;
        var lines = book.Inputs.Rules.Charges.For(source.Instrument, Side.Sell, units, source.Price, today, false, underLoad);
        var charges = lines.Aggregate(Money.Zero(value.Currency), (sum, line) => sum + line.Amount);
        var terms = new SaleTerms(source.Price, view.Fx, today)
        {
            ChargesPerUnit = units.IsZero ? 0m : TradeCharges.DeductedPerUnit(book.Tax, view.Account.Id, lines, units),
        };
        var law = book.Tax.For(view.Account.Id, source.Instrument, terms);
        var picks = ImmutableArray.CreateBuilder<LotPick>(taken.Count);
        var gains = ImmutableArray.CreateBuilder<(int Bucket, decimal Gain)>(taken.Count);
        foreach (var (sellable, part) in taken)
        {
            var tax = law(sellable.Lot);
            var isReplaced = sellable.Tax.Disallowed > 0m && tax.GainPerUnit < 0m;
            gains.Add((tax.Bucket, isReplaced ? 0m : tax.GainPerUnit * part.Units));

            // Of a lot that is replaced in part both parts are sold as one.
            var isRest = picks.Count > 0 && picks[^1].Lot == sellable.Lot.Id;
            var pick = LotPick.Of(
                sellable.Lot, isRest ? picks[^1].Quantity + part : part, tax, book.Tax.Bucket(view.Account.Member, tax.Bucket), book.Policy.Base);
            if (isRest)
            {
                picks[^1] = pick;
            }
            else
            {
                picks.Add(pick);
            }
        }

        return new SaleLeg(source, @class, units, value, charges, picks.ToImmutable(), gains.MoveToImmutable(), 0m);
    }

    private static List<(SellableLot Lot, Quantity Units)> Taken(SaleSource source, Quantity units)
    {
        var taken = new List<(SellableLot Lot, Quantity Units)>();
        for (var (i, left) = (0, units); i < source.Lots.Length && !left.IsZero; i++)
        {
            var part = Quantity.Min(left, source.Lots[i].Lot.Remaining);
            left -= part;
            taken.Add((source.Lots[i], part));
        }

        return taken;
    }

    /// <summary>Adds the leg's gains to its member's, by bucket and in base currency.</summary>
    public void AddGains(Span<decimal> gains)
    {
        foreach (var (bucket, gain) in Gains)
        {
            gains[bucket] += gain;
        }
    }

    /// <summary>The gains of legs by member and bucket, base currency.</summary>
    public static decimal[] GainsOf(Book book, SaleShelf shelf, IEnumerable<SaleLeg> legs)
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
        var gains = GainsOf(book, shelf, earlier);
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
