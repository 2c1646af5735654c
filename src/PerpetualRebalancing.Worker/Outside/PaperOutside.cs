using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>The paper world: the embedded broker and bank, and prices by day from a file.</summary>
internal sealed class PaperOutside(PaperBook book, PaperTerms terms) : IOutside
{
    /// <summary>Where the paper broker's book lies.</summary>
    public static string BookOf(Settings settings) => Path.Combine(settings.DataFolder, "paper.db");

    /// <summary>Reads what the paper world goes by; writes nothing.</summary>
    /// <exception cref="ConfigurationException">A file is missing or wrong, or a new household could not be valued today.</exception>
    public static PaperTerms Terms(Settings settings, Household policy, RuleBooks books, TimeProvider time)
    {
        var folder = Path.Combine(settings.ConfigFolder, "paper");
        var market = new PaperMarket(PriceFile.Load(Path.Combine(folder, "prices.csv"), policy), policy, books.Calendars);
        if (!File.Exists(settings.Database))
        {
            // A household that cannot be valued today is not begun: the fault is told before anything is written.
            market.Quotes(policy.Instruments.Select(i => i.Id), time.GetUtcNow());
            market.Fx(time.GetUtcNow());
        }

        return new PaperTerms(policy, books.Calendars, market, books.Charges, PaperRulesFile.Load(Path.Combine(folder, "rules.json"), policy), time);
    }

    /// <summary>Opens the book; makes it when there is none.</summary>
    /// <exception cref="Adapters.Store.StoreException">The file cannot be used.</exception>
    public static PaperOutside Open(Settings settings, PaperTerms terms) => new(PaperBook.Open(BookOf(settings)), terms);

    /// <summary>The broker of every account.</summary>
    public PaperBroker Broker { get; } = new(book, terms);

    /// <inheritdoc/>
    public PaperBank Bank { get; } = new(book, terms);

    /// <inheritdoc/>
    public TimeSpan Pace => TimeSpan.Zero;

    /// <inheritdoc/>
    public Task KeepAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    PaperBank? IOutside.Bank => Bank;

    /// <inheritdoc/>
    public IBroker BrokerOf(AccountId account) => Broker;

    /// <inheritdoc/>
    public BrokerLogin? LoginOf(AccountId account) => null;

    /// <inheritdoc/>
    public bool IsByHand(AccountId account, Instrument instrument) => false;

    /// <inheritdoc/>
    public Task<ImmutableArray<Quote>> QuotesAsync(CancellationToken cancellationToken) =>
        Task.FromResult(terms.Market.Quotes(terms.Household.Instruments.Select(i => i.Id), terms.Clock.GetUtcNow()));

    /// <summary>Whether a household is of the paper world: all of its accounts are, or none.</summary>
    public static bool IsWorldOf(Household policy) => policy.Accounts[0].Broker == BrokerNames.Paper;

    /// <inheritdoc/>
    public Task<FxTable> FxAsync(CancellationToken cancellationToken) => Task.FromResult(terms.Market.Fx(terms.Clock.GetUtcNow()));

    /// <inheritdoc/>
    public Task<ImmutableArray<HandDeal>> HandDealsAsync(AccountId account, CancellationToken cancellationToken) => Task.FromResult(ImmutableArray<HandDeal>.Empty);

    /// <inheritdoc/>
    public Task<VolatilityReading?> VolatilityAsync(VolatilityIndex index, CancellationToken cancellationToken) => Task.FromResult<VolatilityReading?>(null);

    /// <inheritdoc/>
    public FxTable? KnownFxOn(DateOnly day)
    {
        try
        {
            return terms.Market.FxOn(day);
        }
        catch (ConfigurationException)
        {
            // The file does not reach the day: that is an answer, and the caller says what follows from it.
            return null;
        }
    }

    /// <inheritdoc/>
    public UnitPrice? KnownPriceOn(InstrumentId instrument, DateOnly day) => terms.Market.PriceOn(instrument, day);

    /// <inheritdoc/>
    public void Dispose() => book.Dispose();
}
