using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Units of one instrument in a demat account.</summary>
/// <param name="Instrument">Which.</param>
/// <param name="Isin">Its number; null when Kite does not say.</param>
/// <param name="Owned">All of them, with what was traded today and what is not settled.</param>
/// <param name="Deliverable">What may be sold without the danger of an auction: in the demat account, not pledged, not sold today.</param>
/// <param name="Authorised">What the depository has been told to release today; counts only for an account without a standing instruction.</param>
public sealed record KiteHolding(InstrumentId Instrument, string? Isin, Quantity Owned, Quantity Deliverable, Quantity Authorised);

/// <summary>What is owned, out of Kite's holdings, which are those of the last evening, and today's trades.</summary>
internal static class KiteHoldings
{
    /// <summary>The units of the account's instruments; what the household does not know is left out.</summary>
    public static ImmutableArray<KiteHolding> Of(KiteBook book, KiteApi.Holding[] rows, KiteApi.Trade[] trades, DateOnly today)
    {
        var holdings = ImmutableArray.CreateBuilder<KiteHolding>();
        foreach (var instrument in book.Instruments.Where(i => i.Dealing == Dealing.Exchange))
        {
            var row = rows.Where(r => Names(r, instrument)).ToArray() switch
            {
                [] => null,
                [var one] => one,
                _ => throw KiteBook.Unreadable($"{instrument.Id} stands in the holdings twice"),
            };
            var traded = trades.Where(t => Names(t, instrument, row)).Sum(KiteBook.Delivered);
            if (row is null && traded == 0m)
            {
                continue;
            }

            var owned = (row is null ? 0m : Carried(row)) + traded;
            holdings.Add(new KiteHolding(
                instrument.Id, row?.Isin ?? instrument.Isin,
                KiteBook.Units(owned, $"what is left of {instrument.Id}"),
                new Quantity(row is null ? 0m : Math.Max(0m, row.RealisedQuantity - row.UsedQuantity - row.CollateralQuantity)),
                row is not null && KiteTime.DayOf(row.AuthorisedDate) == today ? KiteBook.Units(row.AuthorisedQuantity, "authorised_quantity") : Quantity.Zero));
        }

        return holdings.ToImmutable();
    }

    /// <summary>Fund units of the account's instruments, all folios together.</summary>
    public static ImmutableArray<HoldingReading> Of(KiteBook book, KiteApi.FundHolding[] rows) =>
    [
        .. book.Instruments.Where(i => i.Dealing == Dealing.Nav)
            .Select(i => new HoldingReading(i.Id, rows
                .Where(r => r.Tradingsymbol == i.Isin || (i.Symbols.TryGetValue(KiteBook.Service, out var known) && known == r.Tradingsymbol))
                .Aggregate(Quantity.Zero, (sum, r) => sum + KiteBook.Units(r.Quantity, "quantity"))))
            .Where(h => !h.Quantity.IsZero),
    ];

    // Units at the end of the last day: delivered ones and those that are on their way. Kite's documents do not say whether
    // "quantity" has those on their way, those sold today or pledged ones in it: it must fit one of these readings, or none is right.
    private static decimal Carried(KiteApi.Holding row)
    {
        foreach (var (number, field) in new[]
        {
            (row.Quantity, "quantity"), (row.T1Quantity, "t1_quantity"), (row.RealisedQuantity, "realised_quantity"), (row.UsedQuantity, "used_quantity"),
            (row.CollateralQuantity, "collateral_quantity"), (row.OpeningQuantity ?? 0m, "opening_quantity"),
        })
        {
            _ = KiteBook.Units(number, field);
        }

        var carried = row.RealisedQuantity + row.T1Quantity;
        decimal[] readings = [row.RealisedQuantity, row.RealisedQuantity - row.UsedQuantity, carried, carried - row.UsedQuantity];
        if (!readings.Contains(row.Quantity) && !readings.Contains(row.Quantity + row.CollateralQuantity))
        {
            throw KiteBook.Unreadable(
                $"{row.Exchange}:{row.Tradingsymbol} has quantity {row.Quantity}, which its realised_quantity {row.RealisedQuantity}, t1_quantity {row.T1Quantity} and used_quantity {row.UsedQuantity} do not make");
        }

        return row.OpeningQuantity is not { } opening || opening == carried ? carried
            : opening == carried + row.UsedQuantity ? opening
            : throw KiteBook.Unreadable($"{row.Exchange}:{row.Tradingsymbol} has opening_quantity {opening} and {carried} units in the account and on their way");
    }

    // One security is one line, under the symbol of either exchange.
    private static bool Names(KiteApi.Holding row, Instrument instrument) => row.Isin is { Length: > 0 } isin && instrument.Isin is { } known
        ? isin == known
        : KiteBook.Parts(instrument) == (row.Exchange, row.Tradingsymbol);

    private static bool Names(KiteApi.Trade trade, Instrument instrument, KiteApi.Holding? row) =>
        trade.Tradingsymbol == KiteBook.Parts(instrument)?.Symbol || trade.Tradingsymbol == row?.Tradingsymbol;
}
