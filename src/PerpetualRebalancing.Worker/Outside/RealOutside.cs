using System.Collections.Immutable;
using System.Security.Cryptography;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Alpaca;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Brokers.Kite;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Costs;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>The real world: each account's broker, public prices and rates, and a person who moves the money.</summary>
internal sealed class RealOutside : IOutside
{
    /// <summary>Prices and rates count this long, so that the legs of one step are judged on the same ones and nobody is asked twice.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Household _policy;
    private readonly TimeProvider _time;
    private readonly List<IDisposable> _opened = [];
    private readonly Dictionary<AccountId, IBroker> _brokers = [];
    private readonly Dictionary<AccountId, BrokerLogin> _logins = [];
    private readonly Dictionary<AccountId, KiteFunds> _funds = [];
    private readonly PriceSources _sources;
    private readonly PriceDesk _prices;
    private readonly FxDesk _fx;
    private (DateTimeOffset At, ImmutableArray<Quote> Quotes)? _quotes;
    private (DateTimeOffset At, FxTable Rates)? _rates;
    private IbkrSession? _gateway;
    private SecretVault? _vault;
    private OutgoingAddressCheck? _address;
    private DateTimeOffset _keptAt = DateTimeOffset.MinValue;

    private RealOutside(Settings settings, Household policy, CalendarBook calendars, TimeProvider time)
    {
        (_policy, _time) = (policy, time);
        var services = ServicesFile.Load(settings.ServicesFile);
        var quotes = ImmutableArray.CreateBuilder<IQuoteSource>();
        try
        {
            foreach (var account in policy.Accounts)
            {
                switch (account.Broker)
                {
                    case BrokerNames.Alpaca:
                        quotes.Add(OpenAlpaca(settings, services, account));
                        break;
                    case BrokerNames.Kite:
                        quotes.Add(OpenKite(settings, services, account, calendars));
                        break;
                    case BrokerNames.Ibkr:
                        OpenIbkr(services, account, calendars, quotes);
                        break;
                    case BrokerNames.ByHand:
                        break;
                    default:
                        throw new ConfigurationException($"household.json: account {account.Id}: broker: is '{account.Broker}'; allowed: {string.Join(", ", BrokerNames.All)}");
                }
            }

            _sources = Open(new PriceSources(services, time));
        }
        catch
        {
            Dispose();
            throw;
        }

        _prices = new PriceDesk([_sources.Amfi, _sources.Mfapi], [.. quotes, _sources.Yahoo], policy.Limits, calendars, time) { SeeksReferences = true };
        _fx = new FxDesk([_sources.Frankfurter, _sources.FrankfurterBlend, _sources.Yahoo], policy.Limits.StaleFxDays);
    }

    /// <inheritdoc/>
    public TimeSpan Pace => TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public PaperBank? Bank => null;

    /// <summary>Opens the world; asks nobody yet.</summary>
    /// <exception cref="ConfigurationException">A key is missing, or the file of services is wrong.</exception>
    public static RealOutside Open(Settings settings, Household policy, CalendarBook calendars, TimeProvider time) => new(settings, policy, calendars, time);

    /// <inheritdoc/>
    public IBroker? BrokerOf(AccountId account) => _brokers.GetValueOrDefault(account);

    /// <inheritdoc/>
    public BrokerLogin? LoginOf(AccountId account) => _logins.GetValueOrDefault(account);

    /// <inheritdoc/>
    public bool IsByHand(AccountId account, Instrument instrument) => instrument.Dealing == Dealing.Nav || !_brokers.ContainsKey(account);

    /// <inheritdoc/>
    public async Task<ImmutableArray<Quote>> QuotesAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (_quotes is { } last && now - last.At < Fresh)
        {
            return last.Quotes;
        }

        var quotes = await _prices.ReadAsync(_policy.Instruments, cancellationToken);
        quotes = await WithNavsAsync(quotes, cancellationToken);
        _quotes = (now, quotes);
        return quotes;
    }

    /// <inheritdoc/>
    public async Task<FxTable> FxAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        if (_rates is { } last && now - last.At < Fresh)
        {
            return last.Rates;
        }

        var rates = await _fx.ReadAsync(
            _policy.Accounts.Select(a => a.Currency).Concat(_policy.Instruments.Select(i => i.Currency)), _policy.Base,
            DateOnly.FromDateTime(now.UtcDateTime), cancellationToken);
        _rates = (now, rates);
        return rates;
    }

    /// <inheritdoc/>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        // The gateway forgets a login that is silent for five minutes.
        if (_gateway is { } gateway && _time.GetUtcNow() - _keptAt >= Silence)
        {
            _keptAt = _time.GetUtcNow();
            await gateway.SessionAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<HandDeal>> HandDealsAsync(AccountId account, CancellationToken cancellationToken) =>
        _funds.TryGetValue(account, out var funds) ? [.. (await funds.OrdersAsync(cancellationToken)).Select(DealOf).OfType<HandDeal>()] : [];

    /// <inheritdoc/>
    public async Task<VolatilityReading?> VolatilityAsync(VolatilityIndex index, CancellationToken cancellationToken) => await new VolatilityDesk(
        [_sources.Cboe, _sources.Fred, _sources.Yahoo.Volatility(VolatilityIndex.Vix), _sources.Yahoo.Volatility(VolatilityIndex.IndiaVix)])
        .ReadAsync(index, DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime), cancellationToken);

    /// <inheritdoc/>
    public FxTable? KnownFxOn(DateOnly day) => null;

    /// <inheritdoc/>
    public UnitPrice? KnownPriceOn(InstrumentId instrument, DateOnly day) => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _opened.Count - 1; i >= 0; i--)
        {
            _opened[i].Dispose();
        }
    }

    /// <summary>The quotes with the registrars' NAVs of Indian funds that trade on an exchange, for their premium; where they cannot be
    /// read, with why, so that nobody takes a premium that is not known for none.</summary>
    private async Task<ImmutableArray<Quote>> WithNavsAsync(ImmutableArray<Quote> quotes, CancellationToken cancellationToken)
    {
        var traded = _policy.Instruments.Where(i => i.Dealing == Dealing.Exchange && i.Currency == Currency.Inr && (i.Symbols.ContainsKey("amfi") || i.Isin?.StartsWith("INF", StringComparison.Ordinal) == true)).ToImmutableArray();
        if (traded.IsEmpty)
        {
            return quotes;
        }

        try
        {
            var navs = (await _sources.Amfi.ReadAsync(traded, cancellationToken)).ToDictionary(q => q.Instrument, q => q.Price);
            return [.. quotes.Select(q => navs.TryGetValue(q.Instrument, out var nav) ? q with { Nav = nav } : q with { NavFault = FaultOf(q, "amfi does not list it") })];
        }
        catch (UpstreamException e)
        {
            return [.. quotes.Select(q => q with { NavFault = FaultOf(q, e.Message) })];
        }

        string? FaultOf(Quote quote, string why) => traded.Any(i => i.Id == quote.Instrument) ? why : null;
    }

    /// <summary>A fund order that was done, of a fund of the household; null for any other.</summary>
    private HandDeal? DealOf(KiteFundOrder order) => order is { Status: KiteFunds.Completed, Units: { IsZero: false } units, Price: { } price, PlacedOn: { } on }
        && _policy.Instruments.FirstOrDefault(i => i.Dealing == Dealing.Nav && (i.Isin == order.Isin || i.Symbols.GetValueOrDefault("kite") == order.Isin)) is { } fund
            ? new HandDeal($"kite-fund/{order.OrderId}", fund.Id, order.IsPurchase ? Side.Buy : Side.Sell, units, price, order.Amount, on)
            : null;

    private void OpenIbkr(Services services, Account account, CalendarBook calendars, ImmutableArray<IQuoteSource>.Builder quotes)
    {
        // One gateway, one login: all accounts of it share the session.
        if (_gateway is null)
        {
            _gateway = Open(new IbkrSession(services.Ibkr.Gateway, services.Ibkr.CertificateSha256, _time));
            quotes.Add(new IbkrQuotes(_gateway, calendars));
        }

        _brokers[account.Id] = new IbkrBroker(_policy, account, _gateway, calendars);
    }

    private AlpacaQuotes OpenAlpaca(Settings settings, Services services, Account account)
    {
        var isPaper = account.Mode == AccountMode.Paper;
        var (key, secret) = (settings.Secrets.Require(account.Id, "API_KEY_ID", "the key id"), settings.Secrets.Require(account.Id, "API_SECRET", "the secret key"));
        var terms = isPaper ? AlpacaHosts.Paper(services.Alpaca) : AlpacaHosts.Live(services.Alpaca);
        _brokers[account.Id] = Open(new AlpacaBroker(_policy, account, Open(new Upstream(terms, _time)), key, secret, _time));
        return Open(new AlpacaQuotes(Open(new Upstream(AlpacaHosts.Data(services.Alpaca), _time)), key, secret, _time));
    }

    private KiteQuotes OpenKite(Settings settings, Services services, Account account, CalendarBook calendars)
    {
        // One vault and one outgoing address, however many accounts.
        var vault = _vault ??= Open(SecretVault.Open(settings.Database, _policy.Id, settings.RuntimeKey, _time, RandomNumberGenerator.Fill));
        var address = _address ??= Open(new OutgoingAddressCheck(services.OutgoingAddress, _time));
        var connection = Open(new KiteConnection(account, KiteKeys.From(settings.Secrets, account.Id), KiteConnection.Terms with { Root = services.Kite.Api }, vault, _time, services.Kite.Login));
        _brokers[account.Id] = new KiteBroker(_policy, connection, calendars, address, settings.Secrets.Find(account.Id, "ALGO_ID"));
        _funds[account.Id] = new KiteFunds(connection);
        var login = new KiteLogin(connection, RandomNumberGenerator.Fill);
        _logins[account.Id] = new BrokerLogin(() => login.Begin(KiteLogin.UsualLife).Address, async (address, token) =>
        {
            return await login.CompleteAsync(address, token) switch
            {
                LoginOutcome.LoggedIn done => new LoginAnswer(true, $"{account.Id} is logged in until {done.Until:yyyy-MM-dd HH:mm} UTC."),
                LoginOutcome.Failed failed => new LoginAnswer(false, failed.Why),
                LoginOutcome.SomebodyElse other => new LoginAnswer(false, $"{account.Id} belongs to {other.Expected}, and {other.Found} logged in. The session was discarded; log in as {other.Expected}.", IsSomebodyElse: true),
                var unknown => throw new InvalidOperationException($"{unknown} is no outcome of a login."),
            };
        });
        return new KiteQuotes(connection);
    }

    private T Open<T>(T opened) where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
