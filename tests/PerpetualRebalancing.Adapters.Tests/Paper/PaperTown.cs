using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Lots;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

/// <summary>A small household at the paper broker, with the product's own calendars and charges, prices that stand still and no
/// spread, so that every expected number can be worked out by hand.</summary>
internal sealed class PaperTown : IDisposable
{
    public const string Prices = """
        date,instrument,price
        2026-10-01,NIFTY,250
        2026-10-01,GOLD,100
        2026-10-01,NDX,50
        2026-10-01,GILT,20.1234
        2026-10-01,USDINR,90
        2027-06-30,NIFTY,250
        2027-06-30,GOLD,100
        2027-06-30,NDX,50
        2027-06-30,GILT,20.1234
        2027-06-30,USDINR,90
        """;

    public static readonly AccountId Demat = new("demat");
    public static readonly AccountId Global = new("global");
    public static readonly InstrumentId Nifty = new("NIFTY");
    public static readonly InstrumentId Gold = new("GOLD");
    public static readonly InstrumentId Ndx = new("NDX");

    /// <summary>Dealt in at NAV, T+1, 1 % exit load under 365 days.</summary>
    public static readonly InstrumentId Gilt = new("GILT");

    private readonly TemporaryFolder _folder = new();

    public PaperTown(string? prices = null)
    {
        Household = Written.LoadHousehold(SmallHousehold.Text
            .Replace("\"charges\": \"nse\"", "\"charges\": \"nse-equity-etf\"", StringComparison.Ordinal)
            .Replace("\"charges\": \"lse\"", "\"charges\": \"lse-etf\"", StringComparison.Ordinal)
            .Replace("\"charges\": \"fund\"", "\"charges\": \"in-other-fund\"", StringComparison.Ordinal)).Household;
        Calendars = CalendarFiles.Load(RepositoryFolder.Config("calendars"));
        Charges = ChargeFiles.Load(RepositoryFolder.Config("charges"));
        Market = new PaperMarket(PriceFile.Load(_folder.Write("prices.csv", prices ?? Prices), Household), Household, Calendars);
        Book = PaperBook.Open(BookFile);
    }

    public Household Household { get; }

    public CalendarBook Calendars { get; }

    public ChargeBook Charges { get; }

    public PaperMarket Market { get; }

    public PaperBook Book { get; private set; }

    public string BookFile => _folder.PathTo("paper.db");

    public ManualTime Clock { get; } = new(Ist("2026-11-06 10:00"));

    public PaperRules Rules { get; set; } = PaperRules.Standard with { Default = PaperRules.Standard.Default with { SpreadBps = 0m } };

    public PaperTerms Terms => new(Household, Calendars, Market, Charges, Rules, Clock);

    public PaperBroker Broker => new(Book, Terms);

    public PaperBank Bank => new(Book, Terms);

    public static DateTimeOffset Ist(string local) => new(
        DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), TimeSpan.FromMinutes(330));

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static Money Inr(decimal amount) => new(amount, Currency.Inr);

    public static Money Usd(decimal amount) => new(amount, Currency.Usd);

    public PaperTown At(string local)
    {
        Clock.Pass(Ist(local) - Clock.GetUtcNow());
        return this;
    }

    public PaperTown With(InstrumentId instrument, Func<PaperRule, PaperRule> change)
    {
        Rules = Rules.With(instrument, change(Rules.For(instrument)));
        return this;
    }

    /// <summary>Cash in both accounts, and lots of (instrument, acquired, units).</summary>
    public PaperTown Open(decimal rupees, decimal dollars, params (InstrumentId Instrument, string Acquired, decimal Units)[] lots)
    {
        var asOf = Day("2026-10-01");
        var opened = Broker.OpenWith(new OpeningBook(
            asOf,
            [new ReserveCash(Demat, Inr(rupees)), new ReserveCash(Global, Usd(dollars))],
            [
                .. lots.Select((lot, index) => new TaxLot(
                    new LotId($"lot-{index}"), Household.Instrument(lot.Instrument).Accounts[0], lot.Instrument, Day(lot.Acquired),
                    new Quantity(lot.Units), Money.Zero(Household.Instrument(lot.Instrument).Currency))),
            ],
            []));
        Assert.True(opened);
        return this;
    }

    /// <summary>The process ends and another one starts.</summary>
    public PaperTown Restart()
    {
        Book.Dispose();
        Book = PaperBook.Open(BookFile);
        return this;
    }

    public OrderTicket Ticket(string key, Side side, InstrumentId id, decimal units, decimal limit)
    {
        var instrument = Household.Instrument(id);
        return new OrderTicket(
            key, instrument.Accounts[0], id, side, new OrderSize.Units(new Quantity(units), new UnitPrice(limit, instrument.Currency)));
    }

    public OrderTicket Invest(string key, decimal amount) => new(key, Demat, Gilt, Side.Buy, new OrderSize.Amount(Inr(amount)));

    public Task<PlacementOutcome> PlaceAsync(OrderTicket ticket) => Broker.PlaceAsync(ticket, TestContext.Current.CancellationToken);

    public Task<PlacementOutcome> BuyAsync(string key, InstrumentId id, decimal units, decimal limit) => PlaceAsync(Ticket(key, Side.Buy, id, units, limit));

    public Task<PlacementOutcome> SellAsync(string key, InstrumentId id, decimal units, decimal limit) => PlaceAsync(Ticket(key, Side.Sell, id, units, limit));

    public Task<AccountReading> ReadAsync(AccountId account) => Broker.ReadAsync(account, TestContext.Current.CancellationToken);

    public async Task<BrokerOrder> OrderAsync(string key, AccountId? account = null)
    {
        var order = await Broker.FindAsync(account ?? Demat, key, TestContext.Current.CancellationToken);
        Assert.NotNull(order);
        return order;
    }

    public async Task<decimal> UnitsAsync(InstrumentId id)
    {
        var reading = await ReadAsync(Household.Instrument(id).Accounts[0]);
        return reading.Holdings.FirstOrDefault(h => h.Instrument == id)?.Quantity.Units ?? 0m;
    }

    public static BrokerOrder Acknowledged(PlacementOutcome outcome) => Assert.IsType<PlacementOutcome.Acknowledged>(outcome).Order;

    public static string Rejected(PlacementOutcome outcome) => Assert.IsType<PlacementOutcome.Rejected>(outcome).Why;

    public static ImmutableArray<string> Lines(BrokerFill fill) =>
        [.. fill.Charges!.Value.Select(c => $"{c.Name} {Canonical.Text(c.Amount.Amount)}")];

    /// <summary>Everything a broker says of an order, as text to compare.</summary>
    public static string Picture(BrokerOrder order) => string.Join('\n',
    [
        $"{order.ClientKey} {order.Account} {order.Instrument} {order.Side} {order.State} {order.Ordered} {order.Note}",
        .. order.Fills.Select(f => $"{f.FillId} {f.Quantity} {f.Price} {f.TradeDate:O} {f.SettlesOn:O} {string.Join(", ", Lines(f))}"),
    ]);

    /// <summary>Everything an account reports, as text to compare.</summary>
    public static string Picture(AccountReading reading) =>
        $"{reading.Account} {reading.Settled} {reading.Unsettled} {string.Join(", ", reading.Holdings.Select(h => $"{h.Instrument} {h.Quantity}"))}";

    public void Dispose()
    {
        Book.Dispose();
        _folder.Dispose();
    }
}
