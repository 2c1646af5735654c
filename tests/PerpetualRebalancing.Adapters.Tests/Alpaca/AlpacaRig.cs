using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Alpaca;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.FaultMatrices;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Upstreams.Alpaca;

namespace PerpetualRebalancing.Adapters.Tests.Alpaca;

/// <summary>Plugs Alpaca into the fault matrix.</summary>
internal sealed class AlpacaRig(AlpacaFake fake, TimeProvider clock) : FaultRig(fake)
{
    private AlpacaQuotes? _quotes;

    public override AccountId Account => AlpacaTown.Account.Id;

    public override Task<IBroker> ConnectAsync(Uri root, Func<UpstreamTerms, UpstreamTerms> terms)
    {
        _quotes = Own(new AlpacaQuotes(Own(new Upstream(terms(AlpacaHosts.Data(AlpacaTown.Roots(root))), clock)), AlpacaFake.KeyId, AlpacaFake.Secret, clock));
        return Task.FromResult<IBroker>(Own(AlpacaTown.Broker(Own(new Upstream(terms(AlpacaHosts.Paper(AlpacaTown.Roots(root))), clock)), clock)));
    }

    public override OrderTicket Ticket(string clientKey) => AlpacaTown.Buy(clientKey, 2m, 500m);

    public override int Orders(string clientKey) => fake.Orders.Count(o => o.Key == clientKey);

    public override bool IsCancelled(string clientKey) => fake.Orders.Single(o => o.Key == clientKey).Status == "canceled";

    public override Task ReadQuotesAsync(IBroker broker, CancellationToken cancellationToken) =>
        _quotes!.ReadAsync([AlpacaTown.Voo], cancellationToken);
}

public sealed class AlpacaFaultTests : FaultMatrix
{
    protected override FaultRig Plug(TimeProvider clock) => new AlpacaRig(AlpacaTown.Fake(clock), clock);
}
