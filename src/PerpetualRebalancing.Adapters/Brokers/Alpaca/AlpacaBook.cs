using System.Collections.Concurrent;
using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Brokers.Alpaca;

/// <summary>Alpaca's order book in the product's words: orders joined with their fills, fills with the days they settle on.</summary>
internal sealed class AlpacaBook(Household household, Account account, AlpacaApi api, TimeProvider time) : IDisposable
{
    /// <summary>What the household file calls Alpaca's symbols.</summary>
    public const string Service = "alpaca";

    // A sale settles one settlement day later; the longest closure of the exchange is shorter than the rest of this.
    private const int LongestSettlementDays = 10;

    /// <summary>Beyond any household: what is larger is no money and no units, and would overflow where it is multiplied.</summary>
    public const decimal Largest = 1e12m;

    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private readonly ConcurrentDictionary<DateOnly, DateOnly> _settlement = new();
    private readonly ConcurrentDictionary<string, (DateOnly On, AlpacaApi.Asset Asset)> _assets = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _calendar = new(1);

    private DateOnly Today => LocalDate(time.GetUtcNow());

    public static bool HasEnded(AlpacaApi.Order order) => StateOf(order) is not (BrokerOrderState.Open or BrokerOrderState.PartlyFilled);

    public Instrument? Find(string? symbol) =>
        household.Instruments.FirstOrDefault(i => i.Currency == account.Currency && i.Symbols.GetValueOrDefault(Service) == symbol && symbol is { Length: > 0 });

    /// <summary>Why a ticket cannot become an order here; null when it can.</summary>
    public async Task<string?> WhyNotAsync(OrderTicket ticket, CancellationToken cancellationToken)
    {
        if (household.Instruments.FirstOrDefault(i => i.Id == ticket.Instrument) is not { } instrument || !instrument.Symbols.TryGetValue(Service, out var symbol))
        {
            return $"{ticket.Instrument} has no symbol here; give it one in the household file: \"symbols\": {{ \"{Service}\": ... }}";
        }

        if (ticket.Size is not OrderSize.Units { Quantity: var quantity, Limit: var limit })
        {
            return $"{ticket.Instrument} trades by units, not by an amount of money";
        }

        if (quantity.IsZero || quantity.FlooredTo(instrument.UnitStep) != quantity || decimal.Round(quantity.Units, 9) != quantity.Units)
        {
            return $"{quantity} units of {ticket.Instrument} are not a multiple of its unit step {instrument.UnitStep}";
        }

        var decimals = limit.Amount >= 1m ? 2 : 4;
        if (limit.Currency != account.Currency || decimal.Round(limit.Amount, decimals) != limit.Amount || limit.Amount % instrument.Tick != 0m)
        {
            return $"a limit of {limit} is not in whole ticks of {Canonical.Text(instrument.Tick)} {account.Currency}, with at most {decimals} decimals";
        }

        var asset = await AssetAsync(symbol, cancellationToken).ConfigureAwait(false);
        return asset switch
        {
            { Status: not "active" } or { Tradable: false } => $"{symbol} is not traded here ({asset.Status})",
            { Fractionable: false } when decimal.Truncate(quantity.Units) != quantity.Units => $"{symbol} is traded in whole units only, not {quantity}",
            _ => null,
        };
    }

    public async Task<BrokerOrder?> FindAsync(string clientKey, CancellationToken cancellationToken) =>
        await api.OrderAsync(clientKey, cancellationToken).ConfigureAwait(false) is { } order
            ? (await JoinAsync([order], cancellationToken).ConfigureAwait(false))[0]
            : null;

    public async Task<ImmutableArray<BrokerOrder>> OrdersAsync(DateOnly since, CancellationToken cancellationToken)
    {
        var midnight = since.ToDateTime(TimeOnly.MinValue);

        // Alpaca tells what came after a moment, not at it; the page before is asked to overlap for the same reason.
        var after = new DateTimeOffset(midnight, NewYork.GetUtcOffset(midnight)).AddSeconds(-1);
        var orders = ImmutableArray.CreateBuilder<AlpacaApi.Order>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var page = await api.OrdersAsync(after, cancellationToken).ConfigureAwait(false);
            var fresh = page.Where(o => known.Add(o.Id)).ToArray();
            orders.AddRange(fresh);
            if (page.Length < AlpacaApi.OrdersPerPage)
            {
                return await JoinAsync([.. orders.Where(o => LocalDate(Submitted(o)) >= since)], cancellationToken).ConfigureAwait(false);
            }

            if (fresh.Length == 0)
            {
                throw Unreadable($"more than {AlpacaApi.OrdersPerPage} orders of one second cannot be listed");
            }

            after = fresh.Max(Submitted).AddSeconds(-1);
        }
    }

    /// <summary>What sales will bring on days that have not come.</summary>
    public async Task<Money> UnsettledAsync(CancellationToken cancellationToken)
    {
        var sum = Money.Zero(account.Currency);
        var today = Today;
        foreach (var fill in await api.FillsAsync(time.GetUtcNow().AddDays(-LongestSettlementDays), cancellationToken).ConfigureAwait(false))
        {
            Check(fill);
            if (fill.Side.StartsWith("sell", StringComparison.Ordinal)
                && await SettlesOnAsync(LocalDate(fill.TransactionTime), cancellationToken).ConfigureAwait(false) > today)
            {
                sum += new Money(fill.Price * fill.Qty, account.Currency).Rounded;
            }
        }

        return sum;
    }

    /// <summary>An order with its fills. It is terminal only when the fills that it counts are all there: an order that ended may be told
    /// before its fills are.</summary>
    public BrokerOrder View(AlpacaApi.Order order, ImmutableArray<BrokerFill> fills)
    {
        Check(order);
        var state = StateOf(order);
        var told = fills.Sum(f => f.Quantity.Units);
        var isTerminal = state is not (BrokerOrderState.Open or BrokerOrderState.PartlyFilled);
        if (isTerminal && told > order.FilledQty)
        {
            throw Unreadable($"order {order.ClientOrderId} is {order.Status} with {Canonical.Text(order.FilledQty)} units, and its fills are {Canonical.Text(told)}");
        }

        var note = order.Side is "buy" or "sell" ? order.Status : $"{order.Status}; Alpaca calls its side '{order.Side}'";
        if (isTerminal && told < order.FilledQty)
        {
            (state, note) = (BrokerOrderState.PartlyFilled, $"{note}; not all of its fills are listed yet");
        }

        return new BrokerOrder(
            order.ClientOrderId, account.Id, Find(order.Symbol)?.Id ?? new InstrumentId(order.Symbol is { Length: > 0 } symbol ? symbol : order.Id),
            order.Side == "sell" ? Side.Sell : Side.Buy, state, new Quantity(order.Qty ?? 0m), fills, note);
    }

    public void Dispose() => _calendar.Dispose();

    // Whatever is not known to be the end is not the end.
    private static BrokerOrderState StateOf(AlpacaApi.Order order) => order.Status switch
    {
        "filled" => BrokerOrderState.Filled,
        "canceled" or "replaced" => BrokerOrderState.Cancelled,
        "expired" => BrokerOrderState.Expired,
        "rejected" => BrokerOrderState.Rejected,
        _ => order.FilledQty > 0m ? BrokerOrderState.PartlyFilled : BrokerOrderState.Open,
    };

    private static DateTimeOffset Submitted(AlpacaApi.Order order) => order.SubmittedAt ?? order.CreatedAt;

    private static DateOnly LocalDate(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, NewYork).DateTime);

    private async Task<ImmutableArray<BrokerOrder>> JoinAsync(ImmutableArray<AlpacaApi.Order> orders, CancellationToken cancellationToken)
    {
        foreach (var order in orders)
        {
            Check(order);
        }

        var filled = orders.Where(o => o.FilledQty > 0m).ToArray();
        var fills = new Dictionary<string, ImmutableArray<BrokerFill>>(StringComparer.Ordinal);
        if (filled.Length > 0)
        {
            var all = await api.FillsAsync(filled.Min(o => o.CreatedAt).AddDays(-1), cancellationToken).ConfigureAwait(false);
            foreach (var group in all.DistinctBy(f => f.Id).GroupBy(f => f.OrderId, StringComparer.Ordinal).Where(g => filled.Any(o => o.Id == g.Key)))
            {
                var list = ImmutableArray.CreateBuilder<BrokerFill>();
                foreach (var fill in group)
                {
                    Check(fill);
                    var day = LocalDate(fill.TransactionTime);
                    list.Add(new BrokerFill(
                        fill.Id, new Quantity(fill.Qty), new UnitPrice(fill.Price, account.Currency), null, day,
                        await SettlesOnAsync(day, cancellationToken).ConfigureAwait(false)));
                }

                fills[group.Key] = list.ToImmutable();
            }
        }

        return [.. orders.Select(o => View(o, fills.GetValueOrDefault(o.Id, [])))];
    }

    // By Alpaca's own calendar; a day it does not know is asked for once.
    private async Task<DateOnly> SettlesOnAsync(DateOnly tradeDate, CancellationToken cancellationToken)
    {
        await _calendar.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_settlement.TryGetValue(tradeDate, out var known))
            {
                return known;
            }

            var days = await api.CalendarAsync(tradeDate, tradeDate.AddDays(LongestSettlementDays), cancellationToken).ConfigureAwait(false);
            var next = days.FirstOrDefault(d => d.Date > tradeDate) ?? throw Unreadable($"its calendar has no session within {LongestSettlementDays} days after {tradeDate:yyyy-MM-dd}");
            var settles = days.FirstOrDefault(d => d.Date == tradeDate)?.SettlementDate ?? next.Date;
            return _settlement[tradeDate] = settles > tradeDate ? settles : throw Unreadable($"trades of {tradeDate:yyyy-MM-dd} would settle on {settles:yyyy-MM-dd}");
        }
        finally
        {
            _calendar.Release();
        }
    }

    private async Task<AlpacaApi.Asset> AssetAsync(string symbol, CancellationToken cancellationToken)
    {
        if (_assets.TryGetValue(symbol, out var known) && known.On == Today)
        {
            return known.Asset;
        }

        var asset = await api.AssetAsync(symbol, cancellationToken).ConfigureAwait(false);
        _assets[symbol] = (Today, asset);
        return asset;
    }

    private void Check(AlpacaApi.Order order)
    {
        if (order.Qty is < 0m or > Largest || order.FilledQty is < 0m or > Largest || !IsRecent(order.CreatedAt) || !IsRecent(Submitted(order)))
        {
            throw Unreadable($"order {order.ClientOrderId} has units or a time that cannot be");
        }
    }

    private void Check(AlpacaApi.Fill fill)
    {
        if (fill.Qty is <= 0m or > Largest || fill.Price is <= 0m or > Largest || !IsRecent(fill.TransactionTime))
        {
            throw Unreadable($"fill {fill.Id} has units, a price or a time that cannot be");
        }
    }

    private bool IsRecent(DateTimeOffset moment) => moment.Year >= 2000 && moment <= time.GetUtcNow().AddDays(1);

    private UpstreamException Unreadable(string what) => new(api.Service.Name, UpstreamFault.Unreadable, what);
}
