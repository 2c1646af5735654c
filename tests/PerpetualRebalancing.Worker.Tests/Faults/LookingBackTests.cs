using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using PerpetualRebalancing.Adapters.Store;
using PerpetualRebalancing.Domain.Ledger;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary><c>audit verify</c>, <c>replay</c> and <c>explain</c>, through the built program.</summary>
public sealed partial class LookingBackTests : IDisposable
{
    private readonly Installation _installation = new();

    public void Dispose() => _installation.Dispose();

    [Fact]
    public async Task The_log_is_whole_and_has_every_head_it_ever_had()
    {
        Assert.Equal(ExitCode.AwaitingApproval, (await _installation.Start("review")).Code);
        var first = await _installation.Start("audit", "verify");
        Assert.Equal(ExitCode.Done, first.Code);
        var head = Head().Match(first.Output).Value;
        Assert.Equal(64, head.Length);

        Assert.Equal(ExitCode.Done, (await _installation.Start("job-loss", "on")).Code);
        var anchored = await _installation.Start("audit", "verify", "--anchor", head.ToUpperInvariant());
        Assert.Equal(ExitCode.Done, anchored.Code);
        Assert.Contains("The anchor is the hash of fact ", anchored.Output, StringComparison.Ordinal);
        Assert.DoesNotContain($"head   {head}", anchored.Output, StringComparison.Ordinal);

        var strange = await _installation.Start("audit", "verify", "--anchor", new string('0', 64));
        Assert.Equal(ExitCode.Failed, strange.Code);
        Assert.Contains("The anchor is NOT in the log", strange.Output, StringComparison.Ordinal);
        Installation.AssertRefused(await _installation.Start("audit", "verify", "--anchor", head[..10]), $"--anchor: is '{head[..10]}'; allowed: the 64");
    }

    [Theory]
    [InlineData("drop trigger facts_are_never_changed; update facts set by = 'eve' where seq = 1", "fact 1 was changed after it was recorded")]
    [InlineData("drop trigger facts_are_never_removed; delete from facts where seq = 1", "fact 1 is missing")]
    public async Task A_fact_changed_or_cut_out_behind_the_programs_back_is_named(string sql, string found)
    {
        Assert.Equal(ExitCode.AwaitingApproval, (await _installation.Start("review")).Code);
        Execute(sql);
        var run = await _installation.Start("audit", "verify");
        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains($"The log is BROKEN: {found}.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_is_explained_leg_by_leg_and_decided_again_to_the_byte_without_the_files_it_came_from()
    {
        Assert.Equal(ExitCode.AwaitingApproval, (await _installation.Start("review")).Code);
        using var store = _installation.Open();
        var plan = Assert.Single(store.Plans());
        _installation.Rewrite("household.json", _ => "{}");

        var explained = await _installation.Start("explain", plan.Hash[..10]);
        Assert.Equal(ExitCode.Done, explained.Code);
        Assert.All(plan.Read().Legs, leg => Assert.Contains($"\n{leg.Id}  ", explained.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal));
        Assert.All(plan.Read().Legs, leg => Assert.Contains(MoneyFormat.FullSentence(leg.Reason.Words), explained.Output, StringComparison.Ordinal));
        Assert.Contains("It is open: 'status' shows how far it is.", explained.Output, StringComparison.Ordinal);

        var replayed = await _installation.Start("replay", plan.Hash[..10]);
        Assert.Equal(ExitCode.Done, replayed.Code);
        Assert.Contains("the plan is the same to the byte", replayed.Output, StringComparison.Ordinal);

        Execute("drop trigger plans_are_never_changed; update plans set json = replace(json, 'Scheduled', 'AdHoc')");
        var altered = await _installation.Start("replay", plan.Hash);
        Assert.Equal(ExitCode.Failed, altered.Code);
        Assert.Contains("The stored plan was CHANGED", altered.Output, StringComparison.Ordinal);
        Installation.AssertRefused(await _installation.Start("replay", "0000"), "ID: no stored plan has the code '0000'");
    }

    [Fact]
    public async Task Looking_back_leaves_no_trace_and_sees_what_a_service_beside_it_has_just_recorded()
    {
        Assert.Equal(ExitCode.AwaitingApproval, (await _installation.Start("review")).Code);
        string plan;
        using (var store = _installation.OpenAt(TimeProvider.System))
        {
            plan = Assert.Single(store.Plans()).Hash[..10];
            store.Transact("asha", transaction => transaction.Append(new Fact.Halted("just now")));
            var head = Assert.IsType<AuditVerification.Intact>(store.VerifyChain()).Head;
            Assert.NotEqual(0, new FileInfo($"{_installation.Database}-wal").Length);
            Assert.Contains(head, (await _installation.Start("audit", "verify")).Output, StringComparison.Ordinal);
        }

        var before = _installation.Contents();
        foreach (string[] command in new[] { ["audit", "verify"], ["replay", plan], new[] { "explain", plan } })
        {
            Assert.Equal(ExitCode.Done, (await _installation.Start(command)).Code);
            Assert.Equal(before, _installation.Contents());
        }
    }

    private void Execute(string sql)
    {
        // It loads the SQLite library too.
        _installation.Open().Dispose();
        using var connection = new SqliteConnection($"Data Source={_installation.Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    [GeneratedRegex("[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex Head();
}
