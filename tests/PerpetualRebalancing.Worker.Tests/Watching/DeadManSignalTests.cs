using Microsoft.Extensions.Logging.Abstractions;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Worker.Service;
using PerpetualRebalancing.Worker.Tests.Months;

namespace PerpetualRebalancing.Worker.Tests.Watching;

public class DeadManSignalTests
{
    [Fact]
    public async Task It_is_given_once_a_day_and_after_each_review_as_long_as_all_is_well()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        using var life = new Life(new HouseholdFiles());
        using var toSwitch = new DeadMansSwitch(new SecretAddress(new Uri($"{elsewhere.Root}/ping")));
        var sign = new DeadManSignal(life.Desk, toSwitch, NullLogger<DeadManSignal>.Instance);
        await Look();
        await Look();
        Assert.Single(elsewhere.Heard);
        life.Sleep(TimeSpan.FromDays(1));
        await Look();
        Assert.Equal(2, elsewhere.Heard.Count);

        await life.GoToAsync(life.DueAt(life.Slot));
        await life.ReviewAsync(life.Slot);
        var heard = elsewhere.Heard.Count;
        await Look();
        await Look();
        Assert.Equal(heard + 1, elsewhere.Heard.Count);

        // A review that nobody ran: silence is the message.
        life.Sleep(TimeSpan.FromDays(40));
        heard = elsewhere.Heard.Count;
        await Look();
        Assert.Equal(heard, elsewhere.Heard.Count);

        Task Look() => sign.TellIfDueAsync(Life.Stop);
    }

    [Fact]
    public async Task Not_heard_three_times_is_an_alert_that_does_not_show_the_address_and_heard_again_it_counts_anew()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        elsewhere.Status = 503;
        using var life = new Life(new HouseholdFiles());
        using var toSwitch = new DeadMansSwitch(new SecretAddress(new Uri($"{elsewhere.Root}/7f3a-secret")));
        var sign = new DeadManSignal(life.Desk, toSwitch, NullLogger<DeadManSignal>.Instance);
        await sign.TellIfDueAsync(Life.Stop);
        await sign.TellIfDueAsync(Life.Stop);
        Assert.Empty(life.Desk.Store.Alerts());
        await sign.TellIfDueAsync(Life.Stop);
        await sign.TellIfDueAsync(Life.Stop);
        var alert = Assert.Single(life.Desk.Store.Alerts());
        Assert.Contains("was not heard 3 times in a row: 127.0.0.1 answered with status 503", alert.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("7f3a", alert.Text, StringComparison.Ordinal);

        elsewhere.Status = 200;
        await sign.TellIfDueAsync(Life.Stop);
        elsewhere.Status = 503;
        life.Sleep(TimeSpan.FromDays(1));
        await sign.TellIfDueAsync(Life.Stop);
        await sign.TellIfDueAsync(Life.Stop);
        Assert.Single(life.Desk.Store.Alerts());
        await sign.TellIfDueAsync(Life.Stop);
        Assert.Equal(2, life.Desk.Store.Alerts().Length);
    }

    [Fact]
    public async Task Nobody_elsewhere_is_no_fault()
    {
        using var life = new Life(new HouseholdFiles());
        await new DeadManSignal(life.Desk, null, NullLogger<DeadManSignal>.Instance).TellIfDueAsync(Life.Stop);
        Assert.Empty(life.Desk.Store.Alerts());
    }
}
