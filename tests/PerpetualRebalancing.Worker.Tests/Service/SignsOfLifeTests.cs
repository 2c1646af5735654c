using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Upstreams;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Live;

namespace PerpetualRebalancing.Worker.Tests.Service;

/// <summary>A step whose broker does not answer: a fake Alpaca that takes the request and says nothing.</summary>
public sealed class SignsOfLifeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>It once gave its last sign when the step began: after a minute another process took the role, and the supervisor ended
    /// this one in the middle of a question.</summary>
    [Fact]
    public async Task While_a_broker_hangs_the_service_keeps_the_placing_role_and_its_pulse_until_it_is_taken_for_dead()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        var time = new HandTime(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        using var desk = Desk.Open(home.Settings, time);
        using var lease = desk.Store.TryAcquirePlacing(1, "here")!;
        var pulse = new Pulse(time);
        using var caretaker = new Caretaker(desk, lease, pulse);
        home.Alpaca.Break("login", WireFault.Hang);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var step = caretaker.ReviewsDueAsync(giveUp.Token);
        while (home.Alpaca.Requests.Count == 0)
        {
            await Task.Delay(10, Stop);
        }

        using var other = HouseholdStore.Open(home.Settings.Database, desk.Policy.Id, time);
        for (var minutes = 0; minutes < 14 * 8; minutes++)
        {
            time.Ring(after: SignsOfLife.Every);
            Assert.True(pulse.IsAlive);
            Assert.Null(other.TryAcquirePlacing(2, "elsewhere"));
        }

        Assert.False(step.IsCompleted);
        time.Ring(after: SignsOfLife.LongestSilence);
        Assert.False(pulse.IsAlive);
        using var taken = other.TryAcquirePlacing(2, "elsewhere");
        Assert.NotNull(taken);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => step);
    }
}
