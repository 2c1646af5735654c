namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>What a person types wrong is told with what is allowed, and changes nothing.</summary>
public class BadArgumentTests
{
    public static TheoryData<string[], string> Slips => new()
    {
        // Caught: the answer named a .NET type, and pointed at the help of a command that does not exist.
        { ["phase", "set", "retired"], "PHASE: is 'retired'; allowed: accumulation, retirement" },
        { ["income", "add", "--account", "asha-demat", "--amount", "5", "--kind", "wages"], "--kind: is 'wages'; allowed: salary, business," },
        { ["income", "add", "--account", "asha", "--amount", "5"], "--account: is 'asha', which is unknown; allowed: asha-demat, ravi-demat, asha-global" },
        { ["income", "add", "--account", "asha-demat", "--amount", "-5"], "--amount: is '-5'; allowed: 0 to 10000000000000 with at most two decimals" },
        { ["income", "add", "--account", "asha-demat", "--amount", "0"], "--amount: is 0; allowed: above zero" },
        { ["tax", "paid", "--account", "asha-demat", "--amount", "5", "--reference", "C1", "--on", "2026-02-30"], "--on: is '2026-02-30'; allowed: a date like 2026-09-15" },
        { ["tax", "paid", "--account", "asha-demat", "--amount", "5", "--reference", "C1", "--on", "2999-01-01"], "tax paid: --on: is 2999-01-01, which is in the future; allowed: today or earlier" },
        { ["job-loss", "maybe"], "Argument 'maybe' not recognized. Must be one of: 'on' 'off'" },
        { ["resume", "yes"], "resume: is 'yes'; allowed: the word 'resume', typed again" },

        { ["orders", "resolve", "8f6a67c519", "B2", "--filled", "4"], "orders resolve: allowed: --filled QUANTITY with --price PRICE, or --not-placed with --reason TEXT" },
        { ["orders", "resolve", "8f6a67c519", "B2", "--not-placed"], "orders resolve: allowed: --filled QUANTITY with --price PRICE, or --not-placed with --reason TEXT" },
        { ["orders", "resolve", "8f6a67c519", "B2", "--filled", "4,5", "--price", "1"], "--filled: is '4,5'; allowed: a plain number above 0, for example 712.35" },
        { ["orders", "resolve", "8f6a67c519", "B2", "--filled", "4", "--price", "1"], "orders resolve: No open batch '8f6a67c519' has a leg 'B2'; 'status' lists them." },

        // Caught: it was said on the output, where no one looks for faults.
        { ["approve", "8f6a67c519"], "No open request has the code '8f6a67c519'; 'status' lists the open ones." },
        { ["reject", "8f6a67c519", "--reason", "no"], "No open request has the code '8f6a67c519'; 'status' lists the open ones." },
    };

    [Theory]
    [MemberData(nameof(Slips))]
    public async Task A_slip_is_told_and_nothing_is_recorded(string[] arguments, string fault)
    {
        using var installation = new Installation();
        Assert.Equal(ExitCode.Done, (await installation.Start("income", "add", "--account", "asha-demat", "--amount", "1")).Code);
        var facts = Facts(installation);
        var run = await installation.Start(arguments);
        Assert.Equal((ExitCode.BadUsage, ""), (run.Code, run.Output));
        Assert.StartsWith($"error: {fault}", run.Errors[0], StringComparison.Ordinal);
        Assert.Equal(facts, Facts(installation));
        Assert.False(Directory.Exists(Path.Combine(installation.Data, "outbox")));
    }

    [Fact]
    public async Task The_help_that_a_slip_points_at_exists()
    {
        using var installation = new Installation();
        var run = await installation.Start("phase", "set", "retired");
        Assert.Equal("See 'perpetual-rebalancing phase set --help'.", run.Errors[^1]);
        Assert.False(Directory.Exists(installation.Data));
    }

    private static int Facts(Installation installation)
    {
        using var store = installation.Open();
        return store.Facts().Length;
    }
}
