using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.FaultMatrices;

/// <summary>Plugs an adapter into the fault matrix: its fake, how to build it, and what the fake's own book says.</summary>
/// <remarks>The fake holds units of an instrument that the household knows and has cash for <see cref="Ticket"/>, which does not fill by
/// itself. Its operations are named place, cancel, list, positions, quotes and login; whatever else it is asked has another name.</remarks>
public abstract class FaultRig(FakeUpstream fake) : IAsyncDisposable
{
    private readonly Stack<IDisposable> _owned = new();

    /// <summary>The service; the matrix starts it.</summary>
    public FakeUpstream Fake => fake;

    /// <summary>The one account.</summary>
    public abstract AccountId Account { get; }

    /// <summary>Whether HTTP 200 with an error inside is how this service says no; elsewhere it is an answer out of contract.</summary>
    public virtual bool SaysNoWithSuccess => false;

    /// <summary>Whether the answer to a login has a word of a set that may grow: one that is not known is no yes.</summary>
    public virtual bool LoginHasWords => true;

    /// <summary>A new adapter of the service at an address.</summary>
    /// <param name="root">For every host that the adapter speaks to.</param>
    /// <param name="terms">What the adapter's own terms are made into: short times.</param>
    public abstract Task<IBroker> ConnectAsync(Uri root, Func<UpstreamTerms, UpstreamTerms> terms);

    /// <summary>A small order that the fake takes and leaves open.</summary>
    public abstract OrderTicket Ticket(string clientKey);

    /// <summary>How many orders of the key the fake took.</summary>
    public abstract int Orders(string clientKey);

    /// <summary>Whether the fake took the order back.</summary>
    public abstract bool IsCancelled(string clientKey);

    /// <summary>Reads prices, at least one of them.</summary>
    public virtual Task ReadQuotesAsync(IBroker broker, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Keeps something until the case is over.</summary>
    protected T Own<T>(T disposable)
        where T : IDisposable
    {
        _owned.Push(disposable);
        return disposable;
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out var disposable))
        {
            disposable.Dispose();
        }

        await fake.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
