using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>Makes happen in the book what time brings: sessions that open and close, NAVs that are published, money that arrives.
/// Every call of the broker or the bank begins with it. What happened does not depend on when it is called, only on the days.</summary>
internal sealed class PaperDays(PaperPages pages, PaperTerms terms, DateTimeOffset now)
{
    private readonly PaperFills _fills = new(pages, terms);

    /// <summary>The last moment, by the venue's clock, at which a fund order still gets the day's NAV: SEBI's uniform cut-off for
    /// purchases and redemptions (tax facts, mutual funds). The stand-in uses it for liquid funds too, which stop buying at 13:30.</summary>
    public static readonly TimeOnly NavCutOff = new(15, 0);

    /// <summary>Brings the book up to now.</summary>
    public void Advance()
    {
        foreach (var order in pages.OpenOrders())
        {
            if (terms.Find(order.Instrument) is not { } instrument)
            {
                throw new InvalidOperationException(
                    $"The paper broker has an open order {order.Key} of {order.Instrument}, which the household no longer lists; "
                    + "put it back until the order has ended.");
            }

            var after = instrument.Dealing == Dealing.Nav ? Allotted(order, instrument) : Traded(order, instrument);
            if (after != order)
            {
                pages.Update(after);
            }
        }

        foreach (var (transfer, shortPercent, isLost) in pages.Transfers())
        {
            if (transfer.State == PaperTransferState.InTransit && transfer.DueOn <= Today)
            {
                Finish(transfer, shortPercent, isLost);
            }
        }
    }

    /// <summary>The bank's day.</summary>
    public DateOnly Today => DateOnly.FromDateTime(now.UtcDateTime);

    private PaperOrder Allotted(PaperOrder order, Instrument instrument)
    {
        var calendar = terms.CalendarOf(instrument);

        // A holiday may have been declared since the order was taken.
        var navDate = calendar.BusinessDaysAfter(order.Session, 0);
        return calendar.LocalDate(now) < calendar.BusinessDaysAfter(navDate, 1) ? order : _fills.Allot(order, instrument, navDate);
    }

    private PaperOrder Traded(PaperOrder order, Instrument instrument)
    {
        var calendar = terms.CalendarOf(instrument);
        if (order.Waits)
        {
            var date = calendar.BusinessDaysAfter(order.Session, 0);
            if (now < calendar.SessionOn(date)!.Open)
            {
                return order;
            }

            order = order with { Session = date, Waits = false };
            var price = _fills.Touch(instrument, order.Side, date);
            if (PaperFills.IsWithin(order, price))
            {
                return _fills.Fill(order, instrument, Rest(order), price, date);
            }
        }

        var isOver = calendar.SessionOn(order.Session) is not { } session || session.Close <= now;
        return isOver
            ? order with
            {
                State = BrokerOrderState.Expired,
                Held = 0m,
                Note = $"{Rest(order)} of {order.Ordered} units were not filled when the session closed",
            }
            : order;
    }

    private Quantity Rest(PaperOrder order) =>
        order.Ordered - pages.Fills(order.Key).Aggregate(Quantity.Zero, (sum, fill) => sum + fill.Quantity);

    private void Finish(PaperTransfer transfer, decimal shortPercent, bool isLost)
    {
        if (isLost)
        {
            pages.Update(transfer with { State = PaperTransferState.Lost });
            return;
        }

        var to = terms.Household.Account(transfer.To);
        var rate = terms.Market.FxOn(transfer.DueOn).Rate(transfer.Sent.Currency, to.Currency);
        var arrived = new Money(transfer.Sent.Amount * rate * (1m - (shortPercent / 100m)), to.Currency).Rounded;
        pages.Update(transfer with { State = PaperTransferState.Arrived, Arrived = arrived, Rate = rate });
        pages.Add(new PaperCash(to.Id, CashKind.Arrived, transfer.Reference, arrived, transfer.DueOn, string.Empty, $"from {transfer.From}"));
    }
}
