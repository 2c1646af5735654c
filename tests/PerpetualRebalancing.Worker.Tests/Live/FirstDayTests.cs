using System.Collections.Immutable;
using PerpetualRebalancing.Upstreams;
using PerpetualRebalancing.Upstreams.Prices;
using PerpetualRebalancing.Worker.Commands;

namespace PerpetualRebalancing.Worker.Tests.Live;

/// <summary>What a household meets on its first day at a real broker: each mistake is one line that says what to do, and nothing is placed.</summary>
public sealed class FirstDayTests
{
    [Fact]
    public async Task The_doctor_asks_for_the_keys_and_services_of_a_real_household_and_not_for_the_paper_markets_prices()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        Assert.Equal(ExitCode.Done, (await TypeAsync(home, "doctor", "--only", "configuration")).Code);

        home.Variables.Remove("PERPETUAL_SECRET_US_TAXABLE_API_SECRET");
        var (code, output, _) = await TypeAsync(home, "doctor", "--only", "secrets");
        Assert.Equal(ExitCode.NeedsPerson, code);
        Assert.Contains("PERPETUAL_SECRET_US_TAXABLE_API_SECRET is not given, and us-taxable cannot be opened at alpaca without it", output, StringComparison.Ordinal);
        Assert.DoesNotContain("ASHA", output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(home.Settings.ConfigFolder, "services.json"), """{ "alpacca": {} }""", TestContext.Current.CancellationToken);
        (code, output, _) = await TypeAsync(home, "doctor", "--only", "configuration");
        Assert.Equal(ExitCode.NeedsPerson, code);
        Assert.Contains("did you mean 'alpaca'?", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_asks_the_broker_for_its_session_and_believes_no_clock_but_one_near_ours()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        var (code, output, _) = await TypeAsync(home, "doctor", "--only", "sessions");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("us-taxable answers, and tells no other time than we do.", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(home.Settings.DataFolder));

        home.Alpaca.Break("login", WireFault.ClockSkew);
        (code, output, _) = await TypeAsync(home, "doctor", "--only", "sessions");
        Assert.Equal(ExitCode.NeedsPerson, code);
        Assert.Contains("Set this machine's clock right", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_knows_until_when_a_login_lasts_and_takes_a_lapsed_one_for_no_fault()
    {
        await using var home = new IndianHome();
        await home.OpenAsync();
        Assert.Contains("asha-demat answers, and tells no other time than we do; the login lapses at 2026-11-28 00:30 UTC.", await home.SayAsync("doctor", "--only", "sessions"), StringComparison.Ordinal);
        home.MoveTo(IndianHome.Kolkata(2026, 11, 28, 9, 0));
        var lapsed = await home.SayAsync("doctor", "--only", "sessions");
        Assert.Contains("note", lapsed, StringComparison.Ordinal);
        Assert.Contains("asha-demat waits for a login", lapsed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("review", "--dry-run")]
    [InlineData("accounts", "login", "us-taxable")]
    public async Task An_account_that_cannot_be_read_is_one_line_that_says_what_to_do_and_no_defect(params string[] line)
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        home.Variables["PERPETUAL_SECRET_US_TAXABLE_API_KEY_ID"] = "another";
        var (code, _, error) = await TypeAsync(home, line);
        Assert.Equal(ExitCode.Blocked, code);
        Assert.Contains("error: us-taxable cannot be read: Alpaca paper: it does not accept the key", error, StringComparison.Ordinal);
        Assert.DoesNotContain("defect", error, StringComparison.Ordinal);
        Assert.DoesNotContain(home.Alpaca.Requests, r => r.Operation == "place");
    }

    [Fact]
    public async Task Prices_that_nobody_tells_fail_the_check_and_the_accounts_are_shown_all_the_same()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        home.Alpaca.Break("quotes", WireFault.HtmlBody);
        foreach (var operation in FakePrices.Operations)
        {
            home.Prices.Break(operation, WireFault.HtmlBody);
        }

        var (code, output, error) = await TypeAsync(home, "accounts", "check");
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("$20,000.00", output, StringComparison.Ordinal);
        Assert.Contains("error: prices: nobody prices VOO", error, StringComparison.Ordinal);
    }

    /// <summary>Disarming it once recorded a mode that nothing could take back.</summary>
    [Fact]
    public async Task An_account_on_paper_is_neither_armed_nor_disarmed()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        foreach (var line in new[] { new[] { "accounts", "arm", "us-taxable", "--confirm", "us-taxable" }, ["accounts", "disarm", "us-taxable"] })
        {
            var (code, _, error) = await TypeAsync(home, line);
            Assert.Equal(ExitCode.BadUsage, code);
            Assert.Contains("us-taxable", error, StringComparison.Ordinal);
        }

        Assert.Contains("  paper  ", (await TypeAsync(home, "accounts")).Output, StringComparison.Ordinal);
    }

    /// <summary>The broker said that it was ready, then did not tell what it holds: that once ended the command.</summary>
    [Fact]
    public async Task Who_only_looks_sees_the_ledger_where_a_broker_does_not_tell_what_it_holds()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        Assert.Equal(ExitCode.Done, (await TypeAsync(home, "review")).Code);
        home.Alpaca.Break("positions", WireFault.HtmlBody);
        var (code, output, error) = await TypeAsync(home, "status");
        Assert.Equal((ExitCode.Done, true), (code, output.Contains("American shares", StringComparison.Ordinal)));
        Assert.DoesNotContain("error", error, StringComparison.Ordinal);
    }

    /// <summary>It once failed as a whole, and with it hid a halt and the open alerts.</summary>
    [Fact]
    public async Task Without_prices_the_status_is_valued_at_the_last_review_and_says_so()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        Assert.Equal(ExitCode.Done, (await TypeAsync(home, "review")).Code);
        Assert.Equal(ExitCode.Done, (await TypeAsync(home, "halt", "--reason", "a test")).Code);
        home.Alpaca.Break("quotes", WireFault.HtmlBody);
        foreach (var operation in FakePrices.Operations)
        {
            home.Prices.Break(operation, WireFault.HtmlBody);
        }

        var (code, output, error) = await TypeAsync(home, "status");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("a test", output, StringComparison.Ordinal);
        Assert.Contains("valued at the prices of the last review", error, StringComparison.Ordinal);
    }

    /// <summary>It once ended as if all were well, asked whether the account answers twice, and spelt the mode as nothing else does.</summary>
    [Fact]
    public async Task The_accounts_are_asked_once_each_and_one_that_cannot_be_read_needs_a_person()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        var (code, output, _) = await TypeAsync(home, "accounts", "--json");
        Assert.Equal((ExitCode.Done, 2), (code, home.Alpaca.Requests.Count(r => r.Operation == "login")));
        Assert.Contains("\"mode\":\"paper\"", output, StringComparison.Ordinal);
        home.Variables["PERPETUAL_SECRET_US_TAXABLE_API_KEY_ID"] = "another";
        Assert.Equal(ExitCode.NeedsPerson, (await TypeAsync(home, "accounts")).Code);
    }

    [Fact]
    public async Task The_check_shows_the_volatility_index_with_its_day_and_source_and_does_without_it()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        home.Prices.Vix[new DateOnly(2026, 11, 27)] = 17.4m;
        Assert.Contains("VIX: 17.4 on 2026-11-27 (cboe). No rule decides by it.", (await TypeAsync(home, "accounts", "check")).Output, StringComparison.Ordinal);
        foreach (var source in new[] { "cboe", "fred" })
        {
            home.Prices.Break(source, WireFault.HtmlBody);
        }

        var (code, output, _) = await TypeAsync(home, "accounts", "check");
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains("VIX: not known (", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_that_would_end_with_the_command_is_not_begun()
    {
        await using var home = new AmericanHome();
        await home.OpenAsync();
        var household = await File.ReadAllTextAsync(home.Settings.HouseholdFile, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            home.Settings.HouseholdFile,
            household.Replace("\"broker\": \"alpaca\", \"currency\": \"USD\", \"mode\": \"paper\"", "\"broker\": \"kite\", \"currency\": \"INR\"", StringComparison.Ordinal)
                .Replace("\"venue\": \"NYSE\", \"currency\": \"USD\"", "\"venue\": \"NSE\", \"currency\": \"INR\"", StringComparison.Ordinal)
                .Replace("\"alpaca\": \"", "\"kite\": \"NSE:", StringComparison.Ordinal)
                .Replace("us-stock-alpaca", "nse-equity-etf", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        home.Variables["PERPETUAL_SECRET_US_TAXABLE_API_KEY"] = "key";
        var (code, output, error) = await TypeAsync(home, "accounts", "login", "us-taxable");
        Assert.Equal(ExitCode.BadUsage, code);
        Assert.Contains("environment: PERPETUAL_RUNTIME_KEY: is missing", error, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", output, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> TypeAsync(AmericanHome home, params string[] line)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var context = new CommandContext
        {
            Out = output,
            Error = error,
            Clock = home.Clock,
            Folder = home.Folder,
            Environment = ImmutableDictionary.CreateRange(home.Variables),
            IsTerminal = false,
        };
        var code = await CommandLine.Run(context, line, AllCommands.Listed);
        return (code, output.ToString(), error.ToString());
    }
}
