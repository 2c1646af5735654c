using System.Collections.Immutable;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Prices an order, charges it and books what changes hands.</summary>
internal sealed class PaperFills(PaperPages pages, PaperTerms terms)
{
    private const decimal Tick = 0.01m;

    // Half a spread in hundredths of a percent, as a fraction.
    private const decimal HalfBps = 20_000m;

    /// <summary>What an exchange asks of a buyer, or bids a seller, on a day: the day's price and half the spread, to the tick
    /// that is worse for the order.</summary>
    public UnitPrice Touch(Instrument instrument, Side side, DateOnly session)
    {
        var middle = terms.Market.PriceOn(instrument.Id, session).Amount;
        var half = middle * terms.Rules.For(instrument.Id).SpreadBps / HalfBps;
        var price = side == Side.Buy ? Math.Ceiling((middle + half) / Tick) * Tick : Math.Floor((middle - half) / Tick) * Tick;
        return new UnitPrice(Math.Max(price, Tick), instrument.Currency);
    }

    /// <summary>Whether a price is inside an order's limit.</summary>
    public static bool IsWithin(PaperOrder order, UnitPrice price) =>
        order.Limit is not { } limit || (order.Side == Side.Buy ? price.Amount <= limit : price.Amount >= limit);

    /// <summary>The charges of an order in an account's own circumstances: first sale of the day or not, age of its units.</summary>
    public ImmutableArray<ChargeLine> Charges(
        AccountId account, Instrument instrument, Side side, Quantity quantity, UnitPrice price, DateOnly tradeDate) =>
        terms.Charges.For(
            instrument, side, quantity, price, tradeDate,
            side == Side.Sell && pages.HasSold(account, instrument.Id, tradeDate),
            side == Side.Sell ? UnderExitLoad(account, instrument, quantity, tradeDate) : Quantity.Zero);

    /// <summary>What a purchase takes from the account, or a sale brings to it, at a price.</summary>
    public Money Net(AccountId account, Instrument instrument, Side side, Quantity quantity, UnitPrice price, DateOnly tradeDate)
    {
        var value = (price * quantity).Rounded;
        var charges = Sum(Charges(account, instrument, side, quantity, price, tradeDate), value.Currency);
        return side == Side.Buy ? value + charges : value - charges;
    }

    /// <summary>Fills units of an exchange order at a price.</summary>
    public PaperOrder Fill(PaperOrder order, Instrument instrument, Quantity quantity, UnitPrice price, DateOnly session) => Book(
        order, instrument, quantity, price, Charges(order.Account, instrument, order.Side, quantity, price, session), session);

    /// <summary>Allots, or redeems, the units of a fund order at the NAV of a day.</summary>
    public PaperOrder Allot(PaperOrder order, Instrument instrument, DateOnly navDate)
    {
        var nav = terms.Market.PriceOn(instrument.Id, navDate);
        if (order.Amount is not { } amount)
        {
            return Fill(order, instrument, order.Ordered, nav, navDate);
        }

        // Stamp duty is counted on the amount paid, not on what the units come to; so many units of one each are that amount.
        var gross = new Money(amount, instrument.Currency);
        var charges = Charges(order.Account, instrument, Side.Buy, new Quantity(amount), new UnitPrice(1m, gross.Currency), navDate);
        var invested = gross - Sum(charges, gross.Currency);
        var units = new Quantity(invested.Amount / nav.Amount).FlooredTo(instrument.UnitStep);
        if (units.IsZero)
        {
            return order with { State = BrokerOrderState.Rejected, Held = 0m, Note = $"{gross} buys no unit at a NAV of {nav}" };
        }

        // The fund house keeps the fraction of a unit that it does not allot: the whole amount is gone, to the last paisa.
        var residual = invested - (nav * units).Rounded;
        return Book(
            order with { Ordered = units }, instrument, units, nav,
            residual.IsPositive ? charges.Add(new ChargeLine("unit rounding", residual)) : charges, navDate);
    }

    private PaperOrder Book(
        PaperOrder order, Instrument instrument, Quantity quantity, UnitPrice price, ImmutableArray<ChargeLine> charges, DateOnly tradeDate)
    {
        var before = pages.Fills(order.Key);
        var number = before.Length + 1;
        var id = FormattableString.Invariant($"{order.Key}/{number}");
        var settles = terms.CalendarOf(instrument).SettlementDate(tradeDate, instrument.SettlementDays);
        pages.Add(order.Key, number, new BrokerFill(id, quantity, price, charges, tradeDate, settles));
        var value = (price * quantity).Rounded;
        var total = Sum(charges, value.Currency);
        if (order.Side == Side.Buy)
        {
            pages.Add(new PaperCash(order.Account, CashKind.Buy, id, -(value + total), tradeDate, string.Empty, string.Empty));
            pages.Add(new PaperLot(0, order.Account, instrument.Id, tradeDate, quantity, settles, id));
        }
        else
        {
            Take(order.Account, instrument, quantity);
            pages.Add(new PaperCash(order.Account, CashKind.Sell, id, value - total, settles, instrument.Venue, string.Empty));
        }

        var rest = order.Ordered - before.Aggregate(quantity, (sum, fill) => sum + fill.Quantity);
        return order with
        {
            State = rest.IsZero ? BrokerOrderState.Filled : BrokerOrderState.PartlyFilled,
            Waits = order.Waits && !rest.IsZero,
            Held = order.Side == Side.Buy && !rest.IsZero && order.Limit is { } limit
                ? Net(order.Account, instrument, Side.Buy, rest, new UnitPrice(limit, instrument.Currency), tradeDate).Amount
                : 0m,
        };
    }

    private void Take(AccountId account, Instrument instrument, Quantity quantity)
    {
        foreach (var (lot, taken) in Oldest(account, instrument, quantity))
        {
            pages.Keep(lot, lot.Remaining - taken);
        }
    }

    private Quantity UnderExitLoad(AccountId account, Instrument instrument, Quantity quantity, DateOnly on) =>
        instrument.ExitLoad is not { } load
            ? Quantity.Zero
            : Oldest(account, instrument, quantity).Where(pick => on.DayNumber - pick.Lot.Acquired.DayNumber < load.Days)
                .Aggregate(Quantity.Zero, (sum, pick) => sum + pick.Taken);

    private IEnumerable<(PaperLot Lot, Quantity Taken)> Oldest(AccountId account, Instrument instrument, Quantity quantity)
    {
        var left = quantity;
        foreach (var lot in pages.Lots(account).Where(lot => lot.Instrument == instrument.Id))
        {
            if (left.IsZero)
            {
                yield break;
            }

            var taken = Quantity.Min(lot.Remaining, left);
            left -= taken;
            yield return (lot, taken);
        }

        if (!left.IsZero)
        {
            throw new InvalidOperationException($"Account {account} sold {quantity} units of {instrument.Id}, {left} more than it holds.");
        }
    }

    private static Money Sum(ImmutableArray<ChargeLine> charges, Currency currency) =>
        charges.Aggregate(Money.Zero(currency), (sum, line) => sum + line.Amount);
}
