using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>A batch whose account nobody logs in at until its last session, which is on 15 December and half over at 12:22.</summary>
public sealed class LoginDeadlineTests
{
    [Fact]
    public async Task Without_a_login_at_the_deadline_a_batch_that_waits_says_so_and_expires_with_its_money_carried()
    {
        await using var home = new IndianHome();
        using var work = await ReviewedAsync(home);
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 20));
        Assert.DoesNotContain(work.Alerts("login"), IsLast);
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 25));
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 30));
        Assert.Contains("'accounts login asha-demat'", Assert.Single(work.Alerts("login"), IsLast).Text, StringComparison.Ordinal);

        await work.StepAsync(IndianHome.Kolkata(2026, 12, 16, 10, 0));
        Assert.Equal(0, Placed(home));
        Assert.All(Etfs(work), l => Assert.Equal(LegState.Expired, l.State));
    }

    [Fact]
    public async Task Where_the_household_allows_it_a_person_gets_a_sheet_and_a_login_that_comes_later_places_nothing()
    {
        await using var home = new IndianHome { WithoutLogin = "instructions" };
        using var work = await ReviewedAsync(home);
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 20));
        Assert.All(Etfs(work), l => Assert.Equal((LegState.Scheduled, false), (l.State, l.IsHandedOver)));
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 25));
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 30));
        Assert.All(Etfs(work), l => Assert.Equal((LegState.Acknowledged, true), (l.State, l.IsHandedOver)));
        var batch = work.State.Batches.Single();
        Assert.Contains("Nobody logged in at asha-demat in time", work.Outbox(), StringComparison.Ordinal);
        Assert.Contains("at 250.75 INR or better", work.Outbox(), StringComparison.Ordinal);

        await home.LogInAsync();
        for (var minute = 35; minute < 60; minute += 5)
        {
            await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, minute));
        }

        Assert.Equal(0, Placed(home));
        Assert.All(Etfs(work), l => Assert.Equal(LegState.Acknowledged, l.State));

        var nifty = Etfs(work).Single(l => l.Plan.Instrument == new InstrumentId("NIFTYBEES"));
        Assert.Contains("are booked", await home.SayAsync("orders", "done", batch.Id.Value, nifty.Plan.Id.Value, "--units", $"{nifty.Ordered.Units:0}", "--price", "250.50", "--on", "2026-12-15"), StringComparison.Ordinal);
        var gold = Etfs(work).Single(l => l.Plan.Id != nifty.Plan.Id);
        Assert.Contains("is given up", await home.SayAsync("orders", "failed", batch.Id.Value, gold.Plan.Id.Value, "--reason", "no time"), StringComparison.Ordinal);
        Assert.Equal(LegState.Filled, work.State.Batches.Single().Leg(nifty.Plan.Id).State);
    }

    [Fact]
    public async Task A_login_just_before_the_deadline_lets_the_program_place_what_waited()
    {
        await using var home = new IndianHome { WithoutLogin = "instructions" };
        using var work = await ReviewedAsync(home);
        home.MoveTo(IndianHome.Kolkata(2026, 12, 15, 12, 15));
        await home.LogInAsync();
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 20));
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 15, 12, 30));
        Assert.Equal(2, Placed(home));
        Assert.All(Etfs(work), l => Assert.False(l.IsHandedOver));
    }

    /// <summary>The review of 30 November, on a line that is not registered: nothing is placed, and the login lapses in the night.</summary>
    private static async Task<IndianWork> ReviewedAsync(IndianHome home)
    {
        await home.OpenAsync();
        Array.ForEach(home.Echoes, e => e.Says = "198.51.100.9");
        var work = new IndianWork(home);
        await work.ReviewAsync();
        Array.ForEach(home.Echoes, e => e.Says = IndianHome.Address);
        await work.StepAsync(IndianHome.Kolkata(2026, 12, 14, 12, 30));
        Assert.Equal(0, Placed(home));
        return work;
    }

    private static bool IsLast(Adapters.Store.Alert alert) => alert.Text.Contains("this is the last session", StringComparison.Ordinal);

    private static int Placed(IndianHome home) => home.Kite.Requests.Count(r => r.Operation == "place");

    private static Leg[] Etfs(IndianWork work) => [.. work.State.Batches.SelectMany(b => b.Legs).Where(l => l.Plan.Instrument is { } i && i != new InstrumentId("midcap-fund"))];
}
