using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Brokers.Paper;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using static PerpetualRebalancing.Adapters.Tests.Paper.PaperTown;

namespace PerpetualRebalancing.Adapters.Tests.Paper;

public sealed class PaperFaultTests
{
    [Fact]
    public async Task A_lost_answer_is_in_doubt_until_the_book_shows_the_key()
    {
        using var town = new PaperTown().Open(100_000m, 0m).With(Nifty, r => r with { Fault = PaperFault.LostAnswer });

        Assert.IsType<PlacementOutcome.InDoubt>(await town.BuyAsync("k1", Nifty, 10m, 251m));

        var order = await town.Restart().OrderAsync("k1");
        Assert.Equal((BrokerOrderState.Filled, 10m), (order.State, order.Filled.Units));
    }

    [Fact]
    public async Task A_lost_order_is_in_doubt_and_the_book_never_shows_it()
    {
        using var town = new PaperTown().Open(100_000m, 0m).With(Nifty, r => r with { Fault = PaperFault.Timeout });

        Assert.IsType<PlacementOutcome.InDoubt>(await town.BuyAsync("k1", Nifty, 10m, 251m));

        Assert.Null(await town.At("2026-11-09 10:00").Broker.FindAsync(Demat, "k1", TestContext.Current.CancellationToken));
        Assert.Equal(Inr(100_000m), (await town.ReadAsync(Demat)).Settled);
    }

    [Fact]
    public async Task A_call_that_hangs_is_in_doubt_once_its_caller_gives_up()
    {
        using var town = new PaperTown().Open(100_000m, 0m).With(Nifty, r => r with { Fault = PaperFault.Hang });
        using var patience = new CancellationTokenSource();

        var placing = town.Broker.PlaceAsync(town.Ticket("k1", Domain.Costs.Side.Buy, Nifty, 10m, 251m), patience.Token);
        Assert.False(placing.IsCompleted);
        await patience.CancelAsync();

        Assert.IsType<PlacementOutcome.InDoubt>(await placing);
    }

    [Fact]
    public async Task A_caller_that_gave_up_before_sending_places_nothing()
    {
        using var town = new PaperTown().Open(100_000m, 0m);
        using var patience = new CancellationTokenSource();
        await patience.CancelAsync();

        Rejected(await town.Broker.PlaceAsync(town.Ticket("k1", Domain.Costs.Side.Buy, Nifty, 10m, 251m), patience.Token));

        Assert.Null(await town.Broker.FindAsync(Demat, "k1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_file_that_is_not_a_book_is_left_alone()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("paper.db", "these are not the pages you are looking for");

        var error = Assert.Throws<StoreException>(() => PaperBook.Open(file));

        Assert.StartsWith(file, error.Message, StringComparison.Ordinal);
        Assert.Equal("these are not the pages you are looking for", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("""{ "default": { "spreadBps": -1 } }""", "rules.json: default.spreadBps: is -1; allowed: 0 to 1000 hundredths of a percent")]
    [InlineData("""{ "default": { "fillFraction": 1.1 } }""", "rules.json: default.fillFraction: is 1.1; allowed: 0 to 1 of the order")]
    [InlineData("""{ "default": { "spread": 1 } }""", "rules.json: default.spread: is not a known key")]
    [InlineData("""{ "instruments": { "NIFTI": {} } }""", "rules.json: instruments.NIFTI: is not a known key")]
    [InlineData("""{ "instruments": { "NIFTY": { "rest": "later" } } }""", "rules.json: instruments.NIFTY.rest: is 'later'")]
    [InlineData("""{ "remittance": { "businessDays": 1.5 } }""", "rules.json: remittance.businessDays: is 1.5; allowed: a whole number")]
    public void A_bad_rule_is_one_line_that_names_file_and_key(string text, string fault)
    {
        var household = Written.LoadHousehold(SmallHousehold.Text).Household;

        var found = Assert.Single(Written.FaultsOf("rules.json", text, path => PaperRulesFile.Load(path, household)));

        Assert.StartsWith(fault, found, StringComparison.Ordinal);
    }

    [Fact]
    public void An_instruments_rule_changes_only_what_it_names()
    {
        var household = Written.LoadHousehold(SmallHousehold.Text).Household;
        using var file = new Written("rules.json", """
            { "default": { "spreadBps": 7 }, "instruments": { "NIFTY": { "fillFraction": 0.5, "rest": "nextSession", "reject": "no" } },
              "remittance": { "lateDays": 2, "lost": true } }
            """);

        var rules = PaperRulesFile.Load(file.Path, household);

        Assert.Equal(new PaperRule(7m, 1m, PaperRest.Never, null, PaperFault.None), rules.For(Gold));
        Assert.Equal(new PaperRule(7m, 0.5m, PaperRest.NextSession, "no", PaperFault.None), rules.For(Nifty));
        Assert.Equal(new RemittanceRule(3, 2, 0m, true), rules.Remittance);
    }
}
