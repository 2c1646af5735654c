using System.Globalization;
using System.Text.Json;

namespace PerpetualRebalancing.Worker.Tests.Cli;

public class PlanCommandTests
{
    // The framework's own example, June 2026, as a spreadsheet of one crore.
    private const string Seed = """
        class,value,target
        Nasdaq 100,3875000,40
        Nifty 50,2020000,20
        Next 50,964000,10
        Midcap 150,956000,10
        Smallcap 250,492000,5
        Debt,615000,5
        Gold,1078000,10
        """;

    // August 2026 of the same author: dollars can only buy the Nasdaq.
    private const string TwoPools = """
        {
          "classes": [
            { "name": "Nasdaq 100", "value": 3866000, "target": 40 }, { "name": "Nifty 50", "value": 1995000, "target": 20 },
            { "name": "Next 50", "value": 987000, "target": 10 }, { "name": "Midcap 150", "value": 971000, "target": 10 },
            { "name": "Smallcap 250", "value": 486000, "target": 5 }, { "name": "Debt", "value": 591000, "target": 5 },
            { "name": "Gold", "value": 1104000, "target": 10 },
          ],
          "pools": [
            { "name": "dollars", "cash": 136882.20, "buys": ["Nasdaq 100"] },
            { "name": "rupees", "cash": 24117.80, "buys": ["Nifty 50", "Next 50", "Midcap 150", "Smallcap 250", "Debt", "Gold"] },
          ],
        }
        """;

    public static TheoryData<string, string[], string> BadUsage => new()
    {
        { Seed, ["--cash", "-5"], "error: --cash: is '-5'; allowed: 0 to 10000000000000 with at most two decimals" },
        { Seed, ["--cash", "2,50"], "error: --cash: is '2,50'; allowed:" },
        { Seed, ["--cash", "99999999999999"], "error: --cash: is '99999999999999'; allowed:" },
        { Seed, ["--cash", "lots"], "error: --cash: is 'lots'; allowed:" },
        { Seed, [], "error: --cash: is missing, and mine.csv has no pools; allowed: an amount to invest" },
        { Seed, ["--cash", "1", "--currency", "YEN"], "error: --currency: is 'YEN'; allowed: INR, USD, GBP, EUR" },
        { Seed, ["--cash", "1", "--curency", "INR"], "error: Unrecognized command or argument '--curency'." },
        { Seed.Replace("Gold,1078000,10", "Gold,1078000,11", StringComparison.Ordinal), ["--cash", "1"], "error: mine.csv: target: the targets add up to 101; allowed: targets that add up to exactly 100" },
        { Seed.Replace("1078000", "-1", StringComparison.Ordinal), ["--cash", "1"], "error: mine.csv: line 8, value: is '-1'; allowed:" },
        { "class,value,target\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"c{i},1,2.5\n")), ["--cash", "1"], "error: mine.csv: classes: there are 40; allowed: at most 32" },
    };

    [Fact]
    public async Task The_seeds_table_is_split_as_its_author_printed_it()
    {
        var plan = await Json(Seed, "--cash", "2,11,000");
        AssertClose([80.30m, 0m, 7.91m, 11.79m, 0m, 0m, 0m], Numbers(plan, "shareOfCash"), 0.6m);
        AssertClose([-0.39m, -0.22m, -0.39m, -0.39m, -0.19m, 1.02m, 0.55m], Numbers(plan, "driftAfter"), 0.011m);
        Assert.Equal("211000 INR", plan.GetProperty("spent").GetString());
        Assert.Equal(plan.GetProperty("law").GetProperty("expected").GetString()![..20], plan.GetProperty("law").GetProperty("achieved").GetString()![..20]);
    }

    [Fact]
    public async Task Two_pools_are_split_as_the_author_printed_august()
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, "plan", "--portfolio", folder.Write("pools.json", TwoPools), "--json");
        var plan = JsonDocument.Parse(run.Output).RootElement;
        AssertClose([85.02m, 4.87m, 0m, 10.11m, 0m, 0m, 0m], Numbers(plan, "shareOfCash"), 0.6m);
        AssertClose([-0.60m, -0.29m, -0.28m, -0.29m, -0.21m, 0.81m, 0.86m], Numbers(plan, "driftAfter"), 0.011m);
        Assert.Equal(["dollars", "rupees"], plan.GetProperty("pools").EnumerateArray().Select(p => p.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_pipe_gets_plain_lines_with_a_reason_for_every_class()
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, "plan", "--portfolio", folder.Write("mine.csv", Seed), "--cash", "211000");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        Assert.Contains("Where ₹ 2,11,000.00 goes", run.Lines);
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain(run.Lines, l => l.EndsWith(' '));
        var why = run.Lines.SkipWhile(l => l != "Why").Skip(1).TakeWhile(l => l.Length > 0).ToArray();
        Assert.Equal(7, why.Length);
        Assert.Contains("  Gold          Not bought: overweight at drift +0.56.", why);
        Assert.Contains("  portfolio drift      2.13    1.58", run.Lines);
    }

    [Fact]
    public async Task A_portfolio_in_band_and_without_cash_is_still_answered()
    {
        var plan = await Json("class,value,target\nA,600,60\nB,400,40\n", "--cash", "100");
        AssertClose([60m, 40m], Numbers(plan, "shareOfCash"), 0m);
        plan = await Json("class,value,target\nA,600,60\nB,400,40\n", "--cash", "0");
        Assert.All(plan.GetProperty("classes").EnumerateArray(), c => Assert.Equal("noCash", c.GetProperty("buying").GetProperty("because").GetString()));
    }

    [Fact]
    public async Task An_empty_portfolio_is_a_new_investors_first_month()
    {
        var plan = await Json("class,value,target\nA,0,33.4\nB,0,33.3\nC,0,33.3\n", "--cash", "100.01");
        Assert.Equal(["33.41 INR", "33.3 INR", "33.3 INR"], plan.GetProperty("classes").EnumerateArray().Select(c => c.GetProperty("bought").GetString()));
        Assert.Equal("0 INR", plan.GetProperty("carried").GetString());
    }

    [Fact]
    public async Task A_csv_file_takes_its_currency_from_the_command_line_and_a_json_file_does_not()
    {
        var plan = await Json("class,value,target\nA,600,60\nB,400,40\n", "--cash", "100", "--currency", "USD");
        Assert.Equal("60 USD", plan.GetProperty("classes")[0].GetProperty("bought").GetString());
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, "plan", "--portfolio", folder.Write("pools.json", TwoPools), "--currency", "USD");
        Assert.Equal(ExitCode.BadUsage, run.Code);
        Assert.Equal(["error: --currency: is USD, but pools.json is in INR; allowed: INR, or leave it out"], run.Errors);
    }

    [Theory]
    [MemberData(nameof(BadUsage))]
    public async Task Bad_input_is_one_clear_line_and_exit_code_2(string file, string[] arguments, string line)
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, ["plan", "--portfolio", folder.Write("mine.csv", file), .. arguments]);
        Assert.Equal((ExitCode.BadUsage, ""), (run.Code, run.Output));
        Assert.Contains(run.Errors, e => e.StartsWith(line, StringComparison.Ordinal));
        Assert.All(run.Errors, e => Assert.True(e.StartsWith("error: ", StringComparison.Ordinal) || e == "See 'perpetual-rebalancing plan --help'.", e));
        Assert.Single(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public async Task Every_fault_of_a_file_is_a_line_of_its_own()
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, "plan", "--portfolio", folder.Write("mine.csv", "class,value,target\na,x,50\nb,-1,\n"), "--cash", "1");
        Assert.Equal(ExitCode.BadUsage, run.Code);
        Assert.Equal(3, run.Errors.Length);
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, "plan", "--portfolio", "nowhere.csv", "--cash", "1");
        Assert.Equal(ExitCode.BadUsage, run.Code);
        Assert.StartsWith("error: nowhere.csv: ", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    public static TheoryData<string[], string> BadHouseholdOptions => new()
    {
        { ["--account", "asha"], "error: --account: is 'asha'; allowed: asha-demat, ravi-demat, asha-global" },
        { ["--account", "asha-demat", "--currency", "USD"], "error: --currency: is USD, but asha-demat is in INR; allowed: INR, or leave it out" },
        { ["--currency", "GBP"], "error: --currency: no account of household.json is in GBP; allowed: INR, USD" },
        { ["--date", "31.8.2026"], "error: --date: is '31.8.2026'; allowed: a day like 2026-08-31, from the opening book's 2026-05-29 on" },
        { ["--date", "2026-05-28"], "error: --date: is '2026-05-28'; allowed:" },
        { ["--date", "2999-01-01"], "error: prices.csv: " },
        { ["--opening", "nowhere.json"], "error: nowhere.json: " },
        { ["--prices", "nowhere.csv"], "error: nowhere.csv: " },
        { ["--config", "nowhere"], "error: " },
    };

    [Fact]
    public async Task A_household_is_planned_on_its_opening_book_and_the_paper_prices_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        string[] line = ["plan", "--portfolio", RepositoryFolder.Config("household.json"), "--config", RepositoryFolder.Config("")];
        var without = await Executable.Start(folder.Root, [.. line, "--json"]);
        var with = await Executable.Start(folder.Root, [.. line, "--json", "--cash", "100,000"]);
        var dollars = await Executable.Start(folder.Root, [.. line, "--json", "--cash", "500", "--currency", "USD"]);
        Assert.Equal([0, 0, 0], [without.Code, with.Code, dollars.Code]);
        Assert.Equal(("126500 INR", "226500 INR", "1140.25 USD"), (Opening(without, 0), Opening(with, 0), Opening(dollars, 2)));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));

        static string? Opening(Run run, int account) =>
            JsonDocument.Parse(run.Output).RootElement.GetProperty("flows")[account].GetProperty("opening").GetString();
    }

    [Fact]
    public async Task The_same_household_gives_the_same_bytes_in_another_culture_and_time_zone()
    {
        string[] line = ["plan", "--portfolio", RepositoryFolder.Config("household.json"), "--config", RepositoryFolder.Config(""), "--cash", "1", "--json"];
        var here = await Executable.Start(Path.GetTempPath(), line);
        var there = await Executable.StartWith(Path.GetTempPath(), [("LANG", "de_DE.UTF-8"), ("LC_ALL", "de_DE.UTF-8"), ("TZ", "America/New_York")], line);
        Assert.Equal(here.Output, there.Output);
    }

    [Theory]
    [MemberData(nameof(BadHouseholdOptions))]
    public async Task A_bad_option_for_a_household_is_one_clear_line_and_exit_code_2(string[] arguments, string line)
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(
            folder.Root,
            ["plan", "--portfolio", RepositoryFolder.Config("household.json"), .. arguments.Contains("--config") ? Array.Empty<string>() : ["--config", RepositoryFolder.Config("")], "--cash", "1", .. arguments]);
        Assert.Equal((ExitCode.BadUsage, ""), (run.Code, run.Output));
        Assert.Contains(run.Errors, e => e.StartsWith(line, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public async Task An_option_that_only_a_household_has_is_refused_for_a_spreadsheet()
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, "plan", "--portfolio", folder.Write("mine.csv", Seed), "--cash", "1", "--date", "2026-08-31");
        Assert.Equal(ExitCode.BadUsage, run.Code);
        Assert.Equal(["error: --date: mine.csv is only a spreadsheet; allowed: leave --date out, or name a household file"], run.Errors);
    }

    private static async Task<JsonElement> Json(string csv, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var run = await Executable.Start(folder.Root, ["plan", "--portfolio", folder.Write("mine.csv", csv), "--json", .. arguments]);
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        return JsonDocument.Parse(run.Output).RootElement;
    }

    private static decimal[] Numbers(JsonElement plan, string name) => plan.GetProperty("classes").EnumerateArray()
        .Select(c => 100m * decimal.Parse(c.GetProperty(name).GetString()!, CultureInfo.InvariantCulture)).ToArray();

    private static void AssertClose(decimal[] expected, decimal[] actual, decimal tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - tolerance, pair.First + tolerance));
    }
}
