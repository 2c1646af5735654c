using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Kite;
using PerpetualRebalancing.Adapters.Vault;
using PerpetualRebalancing.Upstreams;
using static PerpetualRebalancing.Adapters.Tests.Kite.KiteTown;

namespace PerpetualRebalancing.Adapters.Tests.Kite;

public sealed class KiteLoginFaultTests
{
    public static TheoryData<WireFault, bool> Faults =>
        [.. Enum.GetValues<WireFault>().Where(f => f is not (WireFault.ConnectRefused or WireFault.TlsFailure)).SelectMany(f => new[] { (f, true), (f, false) })];

    /// <summary>The token of an exchange that went wrong is never kept, the exchange is never tried again, and the next login works.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public async Task An_exchange_that_goes_wrong_keeps_nothing_and_is_not_repeated(WireFault fault, bool isApplied)
    {
        await using var town = await OpenAsync(isLoggedIn: false);
        town.Kite.Break("exchange", fault, isApplied);
        var outcome = await town.LogInAsync();
        Assert.Single(town.Kite.Requests, r => r.Operation == "exchange");
        if (isApplied && fault is WireFault.ExtraFields or WireFault.ClockSkew)
        {
            // The exchange is sent, not read: its clock is judged by the first read.
            Assert.IsType<LoginOutcome.LoggedIn>(outcome);
        }
        else
        {
            Assert.Contains("Begin again", Assert.IsType<LoginOutcome.Failed>(outcome).Why, StringComparison.Ordinal);
            Assert.IsType<VaultReading.Absent>(town.Connection.Token);
        }

        town.Kite.Mend("exchange");
        Assert.IsType<LoginOutcome.LoggedIn>(await town.LogInAsync());
        Assert.IsType<SessionState.Ready>(await town.Broker.SessionAsync(Demat, Token));
    }
}
