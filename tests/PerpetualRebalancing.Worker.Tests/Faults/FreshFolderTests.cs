using System.Text.Json;
using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>Commands that only look write nothing, on a fresh folder least of all.</summary>
public class FreshFolderTests
{
    /// <summary>Caught: status recorded the household, and with it the month from which reviews are due.</summary>
    [Fact]
    public async Task Status_says_that_the_household_is_not_recorded_yet_and_what_to_do()
    {
        using var installation = new Installation();
        var run = await installation.Start("status");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Contains("has not been recorded yet", run.Output);
        Assert.Contains("'review' records", run.Output.ReplaceLineEndings(" "));

        var machine = JsonDocument.Parse((await installation.Start("status", "--json")).Output).RootElement;
        Assert.Equal(("example", false), (machine.GetProperty("household").GetString(), machine.GetProperty("isRecorded").GetBoolean()));
        Assert.False(Directory.Exists(installation.Data));
    }

    /// <summary>Caught: a dry run made both databases.</summary>
    [Fact]
    public async Task A_dry_run_on_the_opening_book_shows_the_plan_that_the_review_then_makes()
    {
        using var installation = new Installation();
        var dry = await installation.Start("review", "--dry-run", "--json");
        Assert.Equal((ExitCode.Done, ""), (dry.Code, dry.Error));
        Assert.False(Directory.Exists(installation.Data));

        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        using var store = installation.Open();
        Assert.Equal(Assert.Single(store.Plans()).Json, dry.Output.TrimEnd());
    }

    [Fact]
    public async Task What_is_recorded_is_not_changed_by_looking()
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.AwaitingApproval, (await installation.Start("review")).Code);
        var before = installation.Contents();
        Assert.Equal(ExitCode.Done, (await installation.Start("status")).Code);
        Assert.Equal(ExitCode.Done, (await installation.Start("review", "--dry-run")).Code);
        Assert.Equal(before, installation.Contents());
    }
}
