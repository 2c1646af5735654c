using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Kite;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Adapters.Tests.FaultMatrices;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Upstreams.Kite;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

public sealed class KiteFaultMatrixTests : FaultMatrix
{
    private static readonly Household Household = KiteTown.AtKite(Written.LoadHousehold(SmallHousehold.Text).Household);
    private static readonly CalendarBook Calendars = CalendarFiles.Load(RepositoryFolder.Config("calendars"));

    protected override FaultRig Plug(TimeProvider clock) => new Rig(clock, new FakeKite(clock) { HoldsLimits = false, Demat = { new DematHolding("NSE", "NIFTYBEES", "INF204KB14I2", 20) } });

    private sealed class Rig(TimeProvider clock, FakeKite kite) : FaultRig(kite)
    {
        private readonly FakeEcho[] _echoes = [new("203.0.113.7"), new("203.0.113.7")];
        private readonly SecretVault _vault = SecretVault.InMemory(new HouseholdId("small"), clock);
        private readonly Dictionary<IBroker, KiteConnection> _connections = [];

        public override AccountId Account => KiteTown.Demat;

        public override async Task<IBroker> ConnectAsync(Uri root, Func<UpstreamTerms, UpstreamTerms> terms)
        {
            if (_connections.Count == 0)
            {
                await Task.WhenAll(_echoes.Select(e => e.StartAsync()));
            }

            var connection = Own(new KiteConnection(
                Household.Account(Account), new KiteKeys(FakeKite.ApiKey, FakeKite.ApiSecret), terms(KiteConnection.Terms with { Root = root }), _vault, clock, new KiteLimits(1_000)));
            if (connection.Token is not VaultReading.Found)
            {
                connection.Keep(kite.OpenSession());
            }

            var address = Own(new OutgoingAddressCheck(new OutgoingAddress(_echoes[0].Root, _echoes[1].Root, ["203.0.113.7"]), clock));
            var broker = new KiteBroker(Household, connection, Calendars, address);
            _connections.Add(broker, connection);
            return broker;
        }

        // Under the market: the fake takes it and leaves it open.
        public override OrderTicket Ticket(string clientKey) => KiteTown.Buy(1, 240m, clientKey);

        public override int Orders(string clientKey) => kite.Registered.Count(t => t == clientKey);

        public override bool IsCancelled(string clientKey) => kite.Book.Any(o => o.Tag == clientKey && o.Status == "CANCELLED");

        public override Task ReadQuotesAsync(IBroker broker, CancellationToken cancellationToken) =>
            new KiteQuotes(_connections[broker]).ReadAsync(Household.Instruments, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _vault.Dispose();
            foreach (var echo in _echoes)
            {
                await echo.DisposeAsync();
            }
        }
    }
}
