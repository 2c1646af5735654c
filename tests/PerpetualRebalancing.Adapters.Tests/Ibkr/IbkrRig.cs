using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.FaultMatrices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Upstreams.Ibkr;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

/// <summary>Plugs Interactive Brokers into the fault matrix.</summary>
internal sealed class IbkrRig(IbkrFake fake, TimeProvider clock) : FaultRig(fake)
{
    // Who was told that it asks too often is silent for ten minutes: the matrix does not wait for that.
    private static readonly IbkrPace Pace = IbkrTown.Quick with { Penalty = TimeSpan.Zero };

    private IbkrQuotes? _quotes;

    public override AccountId Account => IbkrTown.Account.Id;

    public override bool SaysNoWithSuccess => true;

    public override bool LoginHasWords => false;

    public override Task<IBroker> ConnectAsync(Uri root, Func<UpstreamTerms, UpstreamTerms> terms)
    {
        var session = Own(new IbkrSession(terms(IbkrSession.Terms(IbkrFake.GatewayAt(root), null)), Pace, clock));
        _quotes = new IbkrQuotes(session, IbkrTown.Calendars);
        return Task.FromResult<IBroker>(new IbkrBroker(IbkrTown.Household, IbkrTown.Account, session, IbkrTown.Calendars));
    }

    public override OrderTicket Ticket(string clientKey) => IbkrTown.Buy(clientKey);

    public override int Orders(string clientKey) => fake.Orders.Count(o => o.Key == clientKey);

    public override bool IsCancelled(string clientKey) => fake.Orders.Single(o => o.Key == clientKey).Status == "Cancelled";

    public override Task ReadQuotesAsync(IBroker broker, CancellationToken cancellationToken) => _quotes!.ReadAsync([IbkrTown.Ndx], cancellationToken);
}

public sealed class IbkrFaultTests : FaultMatrix
{
    protected override FaultRig Plug(TimeProvider clock) => new IbkrRig(IbkrTown.Fake(clock), clock);
}
