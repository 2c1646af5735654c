using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>The orders of today's session and the trades of seven days, in the product's words.</summary>
internal sealed class IbkrBook(Household household, Account account, string number, CalendarBook calendars, IbkrSession session)
{
    /// <summary>What the household file calls the contract's number.</summary>
    public const string Service = "ibkr";

    /// <summary>Beyond any household: what is larger is no money and no units, and would overflow where it is multiplied.</summary>
    public const decimal Largest = 1e12m;

    // The first asking only starts the fetching of the orders.
    private const int Looks = 3;

    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <summary>An order as the book has it.</summary>
    /// <param name="OrderId">The service's identity; null when only trades tell of the order.</param>
    /// <param name="Order">In our words.</param>
    internal sealed record Entry(long? OrderId, BrokerOrder Order);

    public Instrument? Find(long conid) => household.Instruments.FirstOrDefault(
        i => i.Currency == account.Currency && Conid(i) == conid);

    public static long? Conid(Instrument instrument) =>
        instrument.Symbols.TryGetValue(Service, out var text) && long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var conid) && conid > 0 ? conid : null;

    /// <summary>Everything the book shows, oldest first: what trades alone tell of, then today's orders.</summary>
    public Task<ImmutableArray<Entry>> EntriesAsync(CancellationToken cancellationToken) => session.InBookAsync(
        number,
        async () =>
        {
            // Trades after orders: what is filled in between shows as partly filled, and never as ended with trades missing.
            var rows = await RowsAsync(cancellationToken).ConfigureAwait(false);
            var trades = await TradesAsync(cancellationToken).ConfigureAwait(false);
            var alone = trades.Where(t => !rows.Any(r => Belongs(t, r))).GroupBy(t => t.OrderRef is { Length: > 0 } key ? key : $"#{t.OrderId} {t.Conid} {t.Side}", StringComparer.Ordinal);
            var entries = ImmutableArray.CreateBuilder<Entry>();
            foreach (var group in alone.OrderBy(g => g.Min(t => t.Time)))
            {
                entries.Add(await AloneAsync([.. group], cancellationToken).ConfigureAwait(false));
            }

            entries.AddRange(rows.OrderBy(r => r.OrderId).Select(r => new Entry(r.OrderId, OrderOf(r, [.. trades.Where(t => Belongs(t, r))]))));
            return entries.ToImmutable();
        },
        cancellationToken);

    /// <summary>The order of a key; null when neither orders nor trades show it.</summary>
    public async Task<Entry?> FindAsync(string clientKey, CancellationToken cancellationToken) =>
        (await EntriesAsync(cancellationToken).ConfigureAwait(false)).Where(e => e.Order.ClientKey == clientKey).ToArray() switch
        {
            [] => null,
            [var one] => one,
            var several => throw Unreadable(
                $"{several.Length} orders carry the key {clientKey} ({string.Join(", ", several.Select(s => s.OrderId))}); a person must look which of them is ours"),
        };

    /// <summary>The order that a placement was answered with.</summary>
    public BrokerOrder Placed(OrderTicket ticket, string status) => new(
        ticket.ClientKey, account.Id, ticket.Instrument, ticket.Side, StateOf(status, Quantity.Zero, Quantity.Zero), ((OrderSize.Units)ticket.Size).Quantity, [], status);

    private async Task<ImmutableArray<IbkrApi.Order>> RowsAsync(CancellationToken cancellationToken)
    {
        for (var look = 1; ; look++)
        {
            var list = await session.Api.OrdersAsync(number, cancellationToken).ConfigureAwait(false);
            if (list.Snapshot || list.Orders.Length > 0)
            {
                return [.. list.Orders.Where(o => o.Acct == number).DistinctBy(o => o.OrderId)];
            }

            if (look == Looks)
            {
                throw Unreadable($"after {Looks} times it still says that its list of orders is not complete; ask again in a minute");
            }

            await Task.Delay(session.Pace.Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<ImmutableArray<IbkrApi.Trade>> TradesAsync(CancellationToken cancellationToken) =>
        [.. (await session.Api.TradesAsync(cancellationToken).ConfigureAwait(false)).Where(t => t.Account is null || t.Account == number).DistinctBy(t => t.ExecutionId)];

    // Where both name our key it decides; the number of an order is not the same in every answer.
    private static bool Belongs(IbkrApi.Trade trade, IbkrApi.Order order) =>
        order.OrderRef is { Length: > 0 } key ? trade.OrderRef == key : trade.OrderRef is not { Length: > 0 } && trade.OrderId == order.OrderId;

    private BrokerOrder OrderOf(IbkrApi.Order row, ImmutableArray<IbkrApi.Trade> trades)
    {
        var told = Units(row.FilledQuantity, "filledQuantity");
        var fills = Fills(trades);
        var seen = Sum(fills);
        var state = StateOf(row.Status, seen, told);
        var note = seen < told ? $"{row.Status}; {told} units are filled and the trades show {seen}" : row.Status;
        return new BrokerOrder(
            row.OrderRef ?? string.Empty, account.Id, NameOf(row.Conid), SideOf(row.Side), state, Units(row.TotalSize ?? 0m, "totalSize"), fills, note);
    }

    // Orders live for a day; what trades of earlier days tell has ended.
    private async Task<Entry> AloneAsync(ImmutableArray<IbkrApi.Trade> trades, CancellationToken cancellationToken)
    {
        var first = trades[0];
        var fills = Fills(trades);
        var isToday = fills.Any(f => f.TradeDate >= DayOf(session.Time.GetUtcNow(), first.Conid));
        var order = new BrokerOrder(
            first.OrderRef ?? string.Empty, account.Id, NameOf(first.Conid), SideOf(first.Side),
            isToday ? BrokerOrderState.PartlyFilled : BrokerOrderState.Expired, Sum(fills), fills, "known by its trades only");
        if (!isToday || first.OrderId is not { } id)
        {
            return new Entry(first.OrderId, order);
        }

        try
        {
            var status = await session.Api.OrderStatusAsync(id, cancellationToken).ConfigureAwait(false);
            var ordered = Units(status.TotalSize ?? 0m, "total_size");
            return status.Conid == first.Conid && ordered >= order.Filled
                ? new Entry(id, order with { Ordered = ordered, State = StateOf(status.Status, order.Filled, status.Status == "Filled" ? ordered : order.Filled), Note = status.Status })
                : new Entry(id, order);
        }
        catch (UpstreamException e) when (e.Fault is UpstreamFault.Failing or UpstreamFault.Refused)
        {
            // Not in its cache any more.
            return new Entry(id, order);
        }
    }

    // Whatever is not known to be the end is not the end; nor is an end whose trades are not all told yet.
    private static BrokerOrderState StateOf(string status, Quantity seen, Quantity told) => status switch
    {
        "Filled" when seen >= told && !seen.IsZero => BrokerOrderState.Filled,
        "Cancelled" when seen >= told => BrokerOrderState.Cancelled,
        "Inactive" when seen >= told => BrokerOrderState.Rejected,
        _ => seen.IsZero && told.IsZero ? BrokerOrderState.Open : BrokerOrderState.PartlyFilled,
    };

    private ImmutableArray<BrokerFill> Fills(ImmutableArray<IbkrApi.Trade> trades) =>
        [.. trades.OrderBy(t => t.Time).ThenBy(t => t.ExecutionId, StringComparer.Ordinal).Select(Fill)];

    private BrokerFill Fill(IbkrApi.Trade trade)
    {
        var now = session.Time.GetUtcNow();
        if (trade.Time is not { } time || time < 946_684_800_000 || time > now.AddDays(1).ToUnixTimeMilliseconds())
        {
            throw Unreadable($"trade {trade.ExecutionId} has no time that can be");
        }

        if (trade.Size is <= 0m or > Largest || trade.Price is <= 0m or > Largest)
        {
            throw Unreadable($"trade {trade.ExecutionId} has units or a price that cannot be");
        }

        // It tells a commission without its currency, and no taxes: the charge schedule says what they come to.
        var day = DayOf(DateTimeOffset.FromUnixTimeMilliseconds(time), trade.Conid);
        var instrument = Find(trade.Conid);
        var settles = instrument is { } known && calendars.Has(known.Venue) ? calendars[known.Venue].SettlementDate(day, known.SettlementDays) : day.AddDays(2);
        return new BrokerFill(trade.ExecutionId, new Quantity(trade.Size), new UnitPrice(trade.Price, account.Currency), null, day, settles);
    }

    private DateOnly DayOf(DateTimeOffset moment, long conid) => Find(conid) is { } instrument && calendars.Has(instrument.Venue)
        ? calendars[instrument.Venue].LocalDate(moment)
        : DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, NewYork).DateTime);

    private InstrumentId NameOf(long conid) => Find(conid)?.Id ?? new InstrumentId(conid.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private Side SideOf(string side) => side switch
    {
        "BUY" or "B" or "BOT" => Side.Buy,
        "SELL" or "S" or "SLD" => Side.Sell,
        _ => throw Unreadable($"the side of an order is '{side}'"),
    };

    private Quantity Units(decimal number, string field) =>
        number is >= 0m and <= Largest ? new Quantity(number) : throw Unreadable($"{field} is {Canonical.Text(number)}, which is no number of units");

    private static Quantity Sum(ImmutableArray<BrokerFill> fills) => fills.Aggregate(Quantity.Zero, (sum, f) => sum + f.Quantity);

    private UpstreamException Unreadable(string what) => new(session.Name, UpstreamFault.Unreadable, what);
}
