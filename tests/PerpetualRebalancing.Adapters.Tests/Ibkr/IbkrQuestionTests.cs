using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Upstreams;
using static PerpetualRebalancing.Adapters.Tests.Ibkr.IbkrTown;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

public class IbkrQuestionTests
{
    public static TheoryData<string> Declined => [.. IbkrQuestions.All.Where(q => !q.IsConfirmed).Select(q => q.Id), "o9999", "", "o403,o163"];

    [Fact]
    public void Only_three_questions_are_ever_confirmed() =>
        Assert.Equal(["o403", "o10151", "o10153"], IbkrQuestions.All.Where(q => q.IsConfirmed).Select(q => q.Id));

    [Fact]
    public async Task Harmless_questions_are_confirmed_one_after_the_other()
    {
        await using var town = await StartAsync();
        town.Gateway.Questions.AddRange(["o403", "o10151,o10153"]);

        Assert.IsType<PlacementOutcome.Acknowledged>(await town.PlaceAsync(Buy("K1")));

        Assert.Equal([true, true], town.Gateway.Replies.Select(r => r.IsConfirmed));
        Assert.Single(town.Gateway.Orders);
    }

    [Theory]
    [MemberData(nameof(Declined))]
    public async Task Every_other_question_is_declined_and_reported(string question)
    {
        await using var town = await StartAsync();
        town.Gateway.Questions.Add(question);

        var rejected = Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(Buy("K1")));

        Assert.Contains($"About {question}: are you sure?", rejected.Why, StringComparison.Ordinal);
        Assert.Equal([false], town.Gateway.Replies.Select(r => r.IsConfirmed));
        Assert.Empty(town.Gateway.Orders);
    }

    [Fact]
    public async Task Who_asks_without_end_is_declined_after_ten_answers()
    {
        await using var town = await StartAsync();
        town.Gateway.Questions.AddRange(Enumerable.Repeat("o403", 20));

        Assert.IsType<PlacementOutcome.Rejected>(await town.PlaceAsync(Buy("K1")));

        Assert.Equal([.. Enumerable.Repeat(true, 10), false], town.Gateway.Replies.Select(r => r.IsConfirmed));
        Assert.Empty(town.Gateway.Orders);
    }

    [Theory]
    [InlineData("o403", WireFault.ResetAfterRequest)]
    [InlineData("o403", WireFault.Error503)]
    [InlineData("o403", WireFault.EmptyBody)]
    [InlineData("o163", WireFault.ResetAfterRequest)]
    [InlineData("o163", WireFault.Error503)]
    public async Task A_reply_that_is_lost_leaves_the_order_in_doubt_and_is_not_sent_again(string question, WireFault fault)
    {
        await using var town = await StartAsync();
        town.Gateway.Questions.Add(question);
        town.Gateway.Break("reply", fault);

        Assert.IsType<PlacementOutcome.InDoubt>(await town.PlaceAsync(Buy("K1")));

        Assert.Equal(1, town.Asked("reply"));
        Assert.Equal(1, town.Asked("place"));
    }

    [Fact]
    public async Task A_prompt_about_an_order_that_has_a_number_is_refused_and_the_order_in_doubt()
    {
        await using var town = await StartAsync();
        town.Gateway.Prompts = true;

        Assert.Contains("Please confirm", Assert.IsType<PlacementOutcome.InDoubt>(await town.PlaceAsync(Buy("K1"))).Why, StringComparison.Ordinal);

        Assert.Contains("\"No\"", town.Gateway.Requests.Single(r => r.Operation == "reply").Body, StringComparison.Ordinal);
        Assert.Equal(BrokerOrderState.Rejected, (await town.FindAsync("K1"))!.State);
    }

    [Fact]
    public async Task Orders_that_are_placed_at_once_do_not_void_each_others_questions()
    {
        await using var town = await StartAsync();
        town.Gateway.Questions.AddRange(["o403", "o403"]);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => town.PlaceAsync(Buy($"K{i}"))));

        Assert.All(outcomes, o => Assert.IsType<PlacementOutcome.Acknowledged>(o));
        Assert.Equal(5, town.Gateway.Orders.Count);
    }
}
