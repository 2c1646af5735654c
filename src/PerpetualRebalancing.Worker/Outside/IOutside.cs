using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Prices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Worker.Outside;

/// <summary>The world outside: brokers, prices, exchange rates, the bank. There is a paper one and the real one; a household lives in
/// one of them.</summary>
internal interface IOutside : IDisposable
{
    /// <summary>Who holds an account and can be asked; null for an account that a person keeps by hand.</summary>
    IBroker? BrokerOf(AccountId account);

    /// <summary>How a person logs in at an account's broker; null where no login of ours is needed.</summary>
    BrokerLogin? LoginOf(AccountId account);

    /// <summary>Whether orders of an instrument at an account are placed by a person: there is no order API for them.</summary>
    bool IsByHand(AccountId account, Instrument instrument);

    /// <summary>How long to leave the brokers alone between two looks at open batches.</summary>
    TimeSpan Pace { get; }

    /// <summary>Keeps logins alive that lapse in silence; called every few seconds.</summary>
    Task KeepAsync(CancellationToken cancellationToken);

    /// <summary>The embedded bank; null where a person moves the money and says so.</summary>
    PaperBank? Bank { get; }

    /// <summary>A price for every instrument of the household.</summary>
    /// <exception cref="UpstreamException">One of them has no price now.</exception>
    Task<ImmutableArray<Quote>> QuotesAsync(CancellationToken cancellationToken);

    /// <summary>The rates between the household's currencies.</summary>
    /// <exception cref="UpstreamException">One of them is not known now.</exception>
    Task<FxTable> FxAsync(CancellationToken cancellationToken);

    /// <summary>Fund units that a person bought or redeemed at an account's broker in the last days; none where the broker does not tell.</summary>
    /// <exception cref="UpstreamException">They cannot be read now.</exception>
    Task<ImmutableArray<HandDeal>> HandDealsAsync(AccountId account, CancellationToken cancellationToken);

    /// <summary>The last level of a volatility index, for a person to see; null where there is none. No rule decides by it.</summary>
    /// <exception cref="UpstreamException">Nobody tells it now.</exception>
    Task<VolatilityReading?> VolatilityAsync(VolatilityIndex index, CancellationToken cancellationToken);

    /// <summary>The rates of a day, where they are known without asking anybody; null where they are not.</summary>
    FxTable? KnownFxOn(DateOnly day);

    /// <summary>The price of a day, where it is known without asking anybody; null where it is not.</summary>
    UnitPrice? KnownPriceOn(InstrumentId instrument, DateOnly day);
}
