using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Brokers.Paper;

/// <summary>What the book says an account has at a moment.</summary>
internal sealed class PaperAccounts(PaperPages pages, PaperTerms terms, DateTimeOffset now)
{
    /// <summary>Cash and units as a caller reads them.</summary>
    public AccountReading Read(Account account)
    {
        var (settled, unsettled) = Cash(account);
        var units = pages.Lots(account.Id).GroupBy(lot => lot.Instrument)
            .ToDictionary(g => g.Key, g => g.Aggregate(Quantity.Zero, (sum, lot) => sum + lot.Remaining));
        return new AccountReading(
            account.Id, settled, unsettled,
            [.. terms.Household.Instruments.Where(i => units.ContainsKey(i.Id)).Select(i => new HoldingReading(i.Id, units[i.Id]))]);
    }

    /// <summary>Settled cash that no open purchase holds.</summary>
    public Money Spendable(Account account)
    {
        var held = pages.OpenOrders().Where(order => order.Account == account.Id).Sum(order => order.Held);
        return Cash(account).Settled - new Money(held, account.Currency);
    }

    /// <summary>Settled units that no open sale holds.</summary>
    public Quantity Sellable(Account account, Instrument instrument)
    {
        var today = terms.CalendarOf(instrument).LocalDate(now);
        var settled = pages.Lots(account.Id).Where(lot => lot.Instrument == instrument.Id && lot.AvailableOn <= today)
            .Sum(lot => lot.Remaining.Units);
        var held = pages.OpenOrders()
            .Where(order => order.Account == account.Id && order.Instrument == instrument.Id && order.Side == Side.Sell)
            .Sum(order => order.Ordered.Units - pages.Fills(order.Key).Sum(fill => fill.Quantity.Units));
        return new Quantity(settled - held);
    }

    private (Money Settled, Money Unsettled) Cash(Account account)
    {
        var (settled, unsettled) = (Money.Zero(account.Currency), Money.Zero(account.Currency));
        foreach (var cash in pages.Cash(account.Id))
        {
            // What goes out is gone at once, so that nothing is spent twice while a purchase settles.
            var isThere = cash.Amount.IsNegative || cash.Venue.Length == 0
                || cash.AvailableOn <= terms.Calendars[cash.Venue].LocalDate(now);
            (settled, unsettled) = isThere ? (settled + cash.Amount, unsettled) : (settled, unsettled + cash.Amount);
        }

        return (settled, unsettled);
    }
}
