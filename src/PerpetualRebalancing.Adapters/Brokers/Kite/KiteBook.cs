using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Kite's order book and trades in our words. Both live for a day; trades carry no tag, their orders do.</summary>
internal sealed class KiteBook(Household policy, Account account, CalendarBook calendars)
{
    /// <summary>What Kite calls the account's instruments: exchange, colon, trading symbol.</summary>
    public const string Service = "kite";

    // No order or holding of a household comes near it; what does is no number of the contract.
    private const decimal Largest = 1_000_000_000_000m;

    private static readonly HashSet<string> NotDelivered = ["MIS", "NRML", "MTF", "CO", "BO"];

    /// <summary>The account's instruments.</summary>
    public IEnumerable<Instrument> Instruments => policy.Instruments.Where(i => i.Accounts.Contains(account.Id));

    /// <summary>The instrument of a symbol; null when the household has none of it in this account.</summary>
    public Instrument? Find(string exchange, string symbol) =>
        Instruments.FirstOrDefault(i => i.Symbols.TryGetValue(Service, out var known) && known == $"{exchange}:{symbol}");

    /// <summary>Both sides of a symbol; null when it is no <c>EXCHANGE:SYMBOL</c>.</summary>
    public static (string Exchange, string Symbol)? Parts(Instrument instrument) =>
        instrument.Symbols.TryGetValue(Service, out var known) && known.Split(':') is [{ Length: > 0 } exchange, { Length: > 0 } symbol] ? (exchange, symbol) : null;

    /// <summary>An order with what it has been filled with.</summary>
    /// <exception cref="UpstreamException">A row says what no order can be.</exception>
    public BrokerOrder Order(KiteApi.Order row, IReadOnlyList<KiteApi.Trade> trades, DateTimeOffset now)
    {
        var instrument = Find(row.Exchange, row.Tradingsymbol);
        var fills = trades.Where(t => t.OrderId == row.OrderId)
            .OrderBy(t => t.FillTimestamp ?? t.ExchangeTimestamp, StringComparer.Ordinal).ThenBy(t => t.TradeId, StringComparer.Ordinal)
            .Select(t => Fill(t, instrument, now)).ToImmutableArray();
        var told = Units(row.FilledQuantity, "filled_quantity");
        var seen = fills.Aggregate(Quantity.Zero, (sum, f) => sum + f.Quantity);
        return new BrokerOrder(
            Key(row), account.Id, instrument?.Id ?? new InstrumentId($"{row.Exchange}:{row.Tradingsymbol}"), SideOf(row.TransactionType),
            State(row, seen, told), Units(row.Quantity, "quantity"), fills, Note(row, seen, told));
    }

    /// <summary>Whether an order carries a key.</summary>
    public static bool Carries(KiteApi.Order row, string key) => row.Tag == key || (row.Tags?.Contains(key) ?? false);

    /// <summary>Units that were delivered by trades of today: bought above zero, sold below.</summary>
    public static decimal Delivered(KiteApi.Trade trade)
    {
        var units = Units(trade.Quantity, "quantity").Units;
        return trade.Product switch
        {
            "CNC" => SideOf(trade.TransactionType) == Side.Buy ? units : -units,
            var other when NotDelivered.Contains(other) => 0m,
            var other => throw Unreadable($"trade {trade.TradeId} is of product '{other}', which is not known to be delivered or not"),
        };
    }

    /// <summary>A number of units.</summary>
    public static Quantity Units(decimal number, string field) =>
        number is >= 0m and <= Largest ? new Quantity(number) : throw Unreadable($"{field} is {number}, which is no number of units");

    /// <summary>A price.</summary>
    public UnitPrice Price(decimal number, string field) =>
        number is > 0m and <= Largest ? new UnitPrice(number, account.Currency) : throw Unreadable($"{field} is {number}, which is no price");

    /// <summary>An amount of cash; below zero when it is owed.</summary>
    public Money Cash(decimal number, string field) =>
        Math.Abs(number) <= Largest ? new Money(number, account.Currency) : throw Unreadable($"{field} is {number}, which is no amount of cash");

    /// <summary>What is not in the contract.</summary>
    public static UpstreamException Unreadable(string why) => new(KiteConnection.Terms.Name, UpstreamFault.Unreadable, why);

    private static string Key(KiteApi.Order row) => row.Tag is { Length: > 0 } tag ? tag : row.Tags?.FirstOrDefault(t => t is { Length: > 0 }) ?? string.Empty;

    private static Side SideOf(string transactionType) => transactionType switch
    {
        "BUY" => Side.Buy,
        "SELL" => Side.Sell,
        _ => throw Unreadable($"transaction_type is '{transactionType}'"),
    };

    // Any state that is not known may still change. The trades may be behind the order: until they are all there it has not ended.
    private static BrokerOrderState State(KiteApi.Order row, Quantity seen, Quantity told) => row.Status switch
    {
        "COMPLETE" when seen >= told && !seen.IsZero => BrokerOrderState.Filled,
        "CANCELLED" when seen >= told => BrokerOrderState.Cancelled,
        "REJECTED" when seen >= told => BrokerOrderState.Rejected,
        _ => seen.IsZero && told.IsZero ? BrokerOrderState.Open : BrokerOrderState.PartlyFilled,
    };

    private static string Note(KiteApi.Order row, Quantity seen, Quantity told) => string.Join(
        "; ", new[] { row.Status, row.StatusMessage ?? string.Empty, seen < told ? $"{told} units are filled and the trades show {seen}" : string.Empty }.Where(t => t.Length > 0));

    private BrokerFill Fill(KiteApi.Trade trade, Instrument? instrument, DateTimeOffset now)
    {
        var day = KiteTime.DayOf(trade.FillTimestamp) ?? KiteTime.DayOf(trade.ExchangeTimestamp)
            ?? throw Unreadable($"trade {trade.TradeId} has no time");
        if (day > KiteTime.Day(now) || day.Year < 2000)
        {
            throw Unreadable($"trade {trade.TradeId} is of {day:yyyy-MM-dd}");
        }

        var venue = instrument?.Venue ?? "NSE";
        var settles = calendars.Has(venue) ? calendars[venue].SettlementDate(day, instrument?.SettlementDays ?? 1) : day.AddDays(1);
        var units = Units(trade.Quantity, "quantity");
        return units.IsZero
            ? throw Unreadable($"trade {trade.TradeId} is of no units")
            : new BrokerFill($"{trade.OrderId}/{trade.TradeId}", units, Price(trade.AveragePrice, "average_price"), null, day, settles);
    }
}
