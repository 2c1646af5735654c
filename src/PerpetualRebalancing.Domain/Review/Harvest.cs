using System.Collections.Immutable;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Domain.Review;

/// <summary>What a sale that only taxes ask for would do.</summary>
public enum HarvestKind
{
    /// <summary>Realises a gain that the year does not tax, so that later years tax less.</summary>
    TaxFreeGain,

    /// <summary>Realises a loss that saves tax now; another index takes its place.</summary>
    Loss,
}

/// <summary>A sale and a purchase that only taxes ask for. It is proposed, never made by itself.</summary>
/// <param name="Kind">What it realises.</param>
/// <param name="Account">Where.</param>
/// <param name="Sell">What is sold.</param>
/// <param name="Quantity">How many units.</param>
/// <param name="Buy">What is bought for it: the same instrument for a gain, its replacement for a loss.</param>
/// <param name="Gain">What it realises, base currency; negative for a loss.</param>
/// <param name="Cost">Charges of both orders, base currency.</param>
/// <param name="Benefit">Tax that the gain would cost at the year's next rate, or that the loss saves this year, base currency.</param>
/// <param name="How">What to do, and what to keep away from.</param>
public sealed record HarvestProposal(
    HarvestKind Kind, AccountId Account, InstrumentId Sell, Quantity Quantity, InstrumentId Buy, Money Gain, Money Cost, Money Benefit, string How);

/// <summary>Finds the harvests that are worth their costs, on top of what the plan itself sells.</summary>
internal static class Harvest
{
    /// <summary>Days before the end of a tax year in which an unused exemption is looked at: before, the year may still need it.</summary>
    private const int LastDays = 62;

    private const decimal Paisa = Currency.MinorUnit;

    /// <summary>The proposals of a review; none when the household did not ask for them.</summary>
    /// <param name="book">The household.</param>
    /// <param name="sold">What the plan itself sells: it uses the year first.</param>
    /// <param name="bought">What the plan buys.</param>
    public static ImmutableArray<HarvestProposal> Proposals(Book book, ImmutableArray<SaleLeg> sold, IReadOnlySet<InstrumentId> bought)
    {
        var policy = book.Policy.Harvest;
        if ((!policy.Gains && !policy.Losses) || book.Tax.Blocked is not null)
        {
            return [];
        }

        var shelf = new SaleShelf(book);
        var gains = SaleLeg.GainsOf(book, shelf, sold);
        var proposals = ImmutableArray.CreateBuilder<HarvestProposal>();
        foreach (var view in book.Declared.Where(a => !a.Blocked && a.Account.Registration == Registration.Taxable))
        {
            var year = book.Tax.YearOf(view.Account.Member);
            var mine = gains.AsSpan(shelf.MemberOfAccount[view.Index] * shelf.BucketCount, shelf.BucketCount);
            foreach (var instrument in book.Policy.Instruments.Where(i => i is { IsReserve: false, Tag: not InstrumentTag.Sell } && i.Accounts.Contains(view.Account.Id)))
            {
                if (sold.Any(l => l.Source.Account == view.Index && l.Source.Instrument == instrument) || bought.Contains(instrument.Id)
                    || shelf.Only(view.Account.Id, instrument) is not { } source)
                {
                    continue;
                }

                // A loss of the year, or of an earlier one, would be used up before the exemption (tax facts 0.8).
                var proposal = policy.Gains && !year.HasLosses && book.Inputs.Read.Today > year.To.AddDays(-LastDays)
                    ? TaxFreeGain(book, view, source, mine) : null;
                proposal ??= policy.Losses ? Loss(book, view, source, mine) : null;
                if (proposal is not null)
                {
                    proposals.Add(proposal);
                }
            }
        }

        return proposals.ToImmutable();
    }

    /// <summary>As many of the first long-term lots as the year does not tax; what it takes of the year is gone for those that follow.</summary>
    private static HarvestProposal? TaxFreeGain(Book book, AccountView view, SaleSource source, Span<decimal> gains)
    {
        var before = book.Tax.Tax(view.Account.Member, gains);
        var (units, gain, bucket) = (0m, 0m, -1);
        foreach (var (lot, tax, underLoad) in source.Lots)
        {
            if (tax.Term is not LotTerm.Long || tax.GainPerUnit <= 0m || underLoad || (bucket >= 0 && tax.Bucket != bucket))
            {
                break;
            }

            var free = new Quantity(FreeUnits(book, view, gains, before, tax, lot.Remaining.Units)).FlooredTo(source.Instrument.UnitStep).Units;
            gains[tax.Bucket] += free * tax.GainPerUnit;
            (units, gain, bucket) = (units + free, gain + (free * tax.GainPerUnit), tax.Bucket);
            if (free < lot.Remaining.Units)
            {
                break;
            }
        }

        if (bucket < 0 || units == 0m)
        {
            return null;
        }

        // What the same gain would have cost had the exemption been used up.
        gains[bucket] += gain;
        var rate = (book.Tax.Tax(view.Account.Member, gains) - before) / gain;
        gains[bucket] -= gain;
        var proposal = Of(
            book, view, source, HarvestKind.TaxFreeGain, new Quantity(units), source.Instrument, gain, rate * gain,
            "Sell, and buy the same back on the next trading day: bought back on the same day both orders net out to an intraday trade.");
        if (proposal is null)
        {
            gains[bucket] -= gain;
        }

        return proposal;
    }

    private static decimal FreeUnits(Book book, AccountView view, Span<decimal> gains, decimal before, LotTax tax, decimal most)
    {
        if (IsFree(book, view, gains, before, tax, most))
        {
            return most;
        }

        var (low, high) = (0m, most);
        while ((high - low) * tax.GainPerUnit > Paisa)
        {
            var middle = low + ((high - low) / 2m);
            (low, high) = IsFree(book, view, gains, before, tax, middle) ? (middle, high) : (low, middle);
        }

        return low;
    }

    private static bool IsFree(Book book, AccountView view, Span<decimal> gains, decimal before, LotTax tax, decimal units)
    {
        var now = gains[tax.Bucket];
        gains[tax.Bucket] = now + (units * tax.GainPerUnit);
        var isFree = book.Tax.Tax(view.Account.Member, gains) - before < Paisa;
        gains[tax.Bucket] = now;
        return isFree;
    }

    /// <summary>Every lot at a loss that the order of lots lets be reached, unless identical units were bought in the window.</summary>
    private static HarvestProposal? Loss(Book book, AccountView view, SaleSource source, Span<decimal> gains)
    {
        if (source.Instrument.Replacement is not { } other || book.Tax.WashSales(view.Account.Member) is not { } rule || WasBought(book, source.Instrument, rule.Days))
        {
            return null;
        }

        var before = book.Tax.Tax(view.Account.Member, gains);
        var (units, gain) = (0m, 0m);
        var with = gains.ToArray();
        foreach (var (lot, tax, _) in source.Lots)
        {
            if (tax.GainPerUnit >= 0m)
            {
                break;
            }

            units += lot.Remaining.Units;
            gain += tax.GainPerUnit * lot.Remaining.Units;
            with[tax.Bucket] += tax.GainPerUnit * lot.Remaining.Units;
        }

        var quantity = new Quantity(units).FlooredTo(source.Instrument.UnitStep);
        if (quantity.IsZero)
        {
            return null;
        }

        var free = book.Inputs.Read.Today.AddDays(rule.Days);
        var proposal = Of(
            book, view, source, HarvestKind.Loss, quantity, book.Policy.Instrument(other), gain * (quantity.Units / units),
            (before - book.Tax.Tax(view.Account.Member, with)) * (quantity.Units / units),
            $"Sell, and buy {other} for it. Buy nothing identical in any account of the family, retirement accounts too, until {free:yyyy-MM-dd}: the loss would not count.");
        if (proposal is not null)
        {
            with.CopyTo(gains);
        }

        return proposal;
    }

    private static bool WasBought(Book book, Instrument instrument, int days)
    {
        var since = book.Inputs.Read.Today.AddDays(-days);
        return book.State.Lots.Values.Any(lots => lots.Any(l => l.Acquired >= since && book.Policy.Instrument(l.Instrument).IsIdenticalTo(instrument)));
    }

    private static HarvestProposal? Of(
        Book book, AccountView view, SaleSource source, HarvestKind kind, Quantity units, Instrument buy, decimal gain, decimal benefit, string how)
    {
        var (charges, today) = (book.Inputs.Rules.Charges, book.Inputs.Read.Today);
        var price = book.QuoteOf(buy.Id).Price;
        var bought = new Quantity((source.Price * units).Amount / price.Amount).FlooredTo(buy.UnitStep);
        var cost = charges.For(source.Instrument, Side.Sell, units, source.Price, today, false, Quantity.Zero)
            .Concat(charges.For(buy, Side.Buy, bought, price, today, false, Quantity.Zero)).Sum(line => view.ToBase(line.Amount));
        return benefit > cost && source.Price * units >= source.Instrument.MinimumOrder
            ? new HarvestProposal(
                kind, view.Account.Id, source.Instrument.Id, units, buy.Id, book.Base(gain).Rounded, book.Base(cost).Rounded, book.Base(benefit).Rounded, how)
            : null;
    }
}
