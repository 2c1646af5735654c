using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Gates;
using PerpetualRebalancing.Domain.Json;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Views;

/// <summary>A plan of the example household that sells, buys, moves money and tops up the reserve, made by the program itself.</summary>
internal static class ExamplePlan
{
    // N so small that any drift starts a sell program.
    private static readonly Lazy<Task<(Plan Plan, Household Policy)>> Made = new(MakeAsync);

    public static Task<(Plan Plan, Household Policy)> Get() => Made.Value;

    public static string Hash(Plan plan) => DomainJson.Hash(DomainJson.Bytes(plan));

    public static Judgement Judgement { get; } = new(
    [
        new GateVerdict("halt", new Verdict.Cleared("placing is not halted")),
        new GateVerdict("order-size", new Verdict.NeedsApproval("order S1 of 2600000 INR is above the limit of 2500000 INR")),
        new GateVerdict("stale-price", new Verdict.Blocked("the price of XNAS is 4 days old; allowed: 1")),
    ]);

    private static async Task<(Plan, Household)> MakeAsync()
    {
        using var folder = new TemporaryFolder();
        var text = await File.ReadAllTextAsync(RepositoryFolder.Config("household.json"));
        var sells = text.Replace("\"maximumDrift\": 10, \"minimumDrift\": 5", "\"maximumDrift\": 0.2, \"minimumDrift\": 0.1", StringComparison.Ordinal);
        Assert.NotEqual(text, sells);
        var file = folder.Write("household.json", sells);
        var run = await Executable.Start(
            folder.Root, "plan", "--portfolio", file, "--opening", RepositoryFolder.Config("opening.json"), "--config", RepositoryFolder.Config(""),
            "--cash", "400000", "--json");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        return (DomainJson.ReadPlan(Encoding.UTF8.GetBytes(run.Output)), HouseholdFile.Load(file).Household);
    }
}
