using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>A month at Interactive Brokers: the product's own review, batches, commands, adapters and store, at the pace that the gateway
/// allows, and a fake gateway with a certificate of its own on a real socket.</summary>
public sealed class IbkrMonthTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The policy asks nobody; the delayed prices do.</summary>
    [Fact]
    public async Task On_delayed_prices_a_person_is_asked_and_after_the_approval_questions_are_answered_orders_filled_and_the_batch_closed()
    {
        await using var home = new GatewayHome { Availability = "DpB" };
        await home.OpenAsync();
        home.Gateway.Questions.Add("o403");
        using var work = new Work(home.Settings, home.Clock, home.MoveTo);
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        var batch = Assert.Single(work.State.Batches);
        Assert.False(batch.Approved);
        Assert.Contains(work.Desk.Store.Facts().Select(f => f.Fact), f => f is Fact.BatchPlanned { NeedsApproval: true });
        Assert.Contains("delayed price: ", work.Outbox(), StringComparison.Ordinal);
        Assert.Empty(home.Gateway.Orders);

        Assert.Contains("is approved", await home.SayAsync("approve", batch.Id.Value), StringComparison.Ordinal);
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 2));
        Assert.Equal(["BUY", "BUY"], home.Gateway.Orders.Select(o => o.Side));
        Assert.All(home.Gateway.Orders, o => Assert.StartsWith("PR2611", o.Key, StringComparison.Ordinal));
        Assert.Equal([250.75m, 501.5m], home.Gateway.Orders.Select(o => o.Limit).Order());
        Assert.Equal([true, true], home.Gateway.Replies.Select(r => r.IsConfirmed));

        home.Deal();
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 4));
        await work.StepAsync(AmericanHome.NewYork(2026, 12, 2, 10, 0));
        Assert.Empty(work.State.Batches);
        Assert.All(home.Held, h => Assert.Equal(h.Units, work.State.Held(new AccountId(GatewayHome.Account), new InstrumentId(h.Instrument)).Units));
        Assert.Equal(home.Gateway.Ledger["USD"].Balance, work.State.Accounts[new AccountId(GatewayHome.Account)].Cash.Amount);
        Assert.Empty(work.Desk.Store.Alerts());
    }

    [Fact]
    public async Task A_question_that_is_not_harmless_is_declined_and_its_text_goes_to_a_person()
    {
        await using var home = new GatewayHome();
        await home.OpenAsync();
        home.Gateway.Questions.Add("o163");
        using var work = new Work(home.Settings, home.Clock, home.MoveTo);
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 2));
        Assert.Empty(home.Gateway.Orders);
        Assert.Equal([false, false], home.Gateway.Replies.Select(r => r.IsConfirmed));
        Assert.All(work.Desk.Store.Alerts().Where(a => a.Kind == "Rejected"), a => Assert.Contains("About o163: are you sure?", a.Text, StringComparison.Ordinal));
        Assert.Equal(2, work.Desk.Store.Alerts().Count(a => a.Kind == "Rejected"));
    }

    /// <summary>They were realtime when the policy approved the batch: nobody was asked about late ones.</summary>
    [Fact]
    public async Task Prices_that_become_delayed_after_the_policy_approved_hold_the_orders_and_a_person_is_told()
    {
        await using var home = new GatewayHome();
        await home.OpenAsync();
        using var work = new Work(home.Settings, home.Clock, home.MoveTo);
        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        await work.Caretaker.ReviewsDueAsync(Stop);
        Assert.True(Assert.Single(work.State.Batches).Approved);
        home.Availability = "DpB";
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 2));
        Assert.Empty(home.Gateway.Orders);
        Assert.All(work.Desk.Store.Alerts().Where(a => a.Kind == "gate"), a => Assert.Contains("delayed price, which the approval did not cover", a.Text, StringComparison.Ordinal));
        Assert.Equal(2, work.Desk.Store.Alerts().Count(a => a.Kind == "gate"));
    }

    [Fact]
    public async Task A_lapsed_login_is_a_state_with_the_gateways_page_and_the_slot_runs_after_the_login()
    {
        await using var home = new GatewayHome();
        await home.OpenAsync();
        home.Gateway.IsLoggedIn = false;
        using var work = new Work(home.Settings, home.Clock, home.MoveTo);
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 0));
        Assert.Empty(work.State.Batches);
        var told = Assert.Single(work.Desk.Store.Alerts(), a => a.Kind == "login");
        Assert.Contains($"Log in at {new Uri(home.Gateway.Root, "/")}", told.Text, StringComparison.Ordinal);

        home.MoveTo(AmericanHome.NewYork(2026, 11, 30, 10, 5));
        home.Gateway.LogIn();
        await work.StepAsync(AmericanHome.NewYork(2026, 11, 30, 10, 6));
        Assert.Single(work.State.Batches);
    }
}
