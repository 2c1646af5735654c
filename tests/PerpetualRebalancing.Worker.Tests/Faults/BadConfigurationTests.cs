namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>Every slip in a configuration file stops the program before it writes anything, in one line that names the file and the key
/// and says what may stand there.</summary>
public class BadConfigurationTests
{
    private const string Household = "household.json";

    public static TheoryData<string, string, string, string[]> Slips => new()
    {
        { Household, "\"broad\": \"domesticEquity\", \"target\": 20", "\"broad\": \"domesticEquity\", \"target\": 21", ["household.json: classes: the targets add up to 101; allowed: targets that add up to exactly 100"] },
        { Household, "\"class\": \"nifty-50\"", "\"class\": \"nifty-5O\"", ["household.json: instruments[2].class: is 'nifty-5O'; did you mean 'nifty-50'?; allowed: nasdaq-100, nifty-50,"] },
        { Household, "\"id\": \"JUNIORBEES\"", "\"id\": \"NIFTYBEES\"", ["household.json: instruments[4].id: 'NIFTYBEES' names a second instrument; allowed: each instrument its own id"] },
        { Household, "\"id\": \"ravi\"", "\"id\": \"asha\"", ["household.json: members[1].id: 'asha' names a second member; allowed: each member its own id", "household.json: accounts[1].member: is 'ravi'; allowed: asha"] },
        { Household, "\"monthly\": 150000", "\"monthly\": -150000", ["household.json: income[0].monthly: is -150000; allowed: 0 to 10000000000000 INR"] },
        { Household, "\"monthly\": 150000", "\"monthly\": 150000000000000", ["household.json: income[0].monthly: is 150000000000000; allowed: 0 to 10000000000000 INR"] },
        { Household, "\"monthly\": 150000", "\"monthly\": \"150000 USD\"", ["household.json: income[0].monthly: is '150000 USD'; allowed: 0 to 10000000000000 INR, the currency of asha-demat"] },
        { Household, "\"currency\": \"USD\", \"mode\"", "\"currency\": \"DOLLAR\", \"mode\"", ["household.json: accounts[2].currency: is 'DOLLAR'; allowed: INR, USD, GBP, EUR"] },
        { Household, "\"member\": \"ravi\"", "\"member\": \"ravy\"", ["household.json: accounts[1].member: is 'ravy'; did you mean 'ravi'?; allowed: asha, ravi"] },
        { Household, "\"openingCash\"", "\"openingCassh\"", ["household.json: reserve.openingCassh: is not a known key; did you mean 'openingCash'?; allowed:"] },
        { Household, "\"maximumOrder\"", "\"maximunOrder\"", ["household.json: limits.maximumOrder: is missing; allowed:", "household.json: limits.maximunOrder: is not a known key; did you mean 'maximumOrder'?; allowed:"] },
        { Household, "\"accounts\": [\n", "\"accounts\": [],\n\"$schema2\": [\n", ["household.json: accounts: is empty; allowed: at least one account", "household.json: $schema2: is not a known key"] },
        { Household, "\"limits\": {", "\"limits\": ", ["household.json: line 167, column 19: malformed JSON: "] },
        { Household, "\"venue\": \"NSE\", \"at\"", "\"venue\": \"NSX\", \"at\"", ["household.json: schedule.venue: is 'NSX'; did you mean 'NSE'?; allowed: NSE, NYSE, LSE"] },

        // Caught: a tax class that no table has was seen only when a lot of it was sold, years later.
        { Household, "\"taxClass\": \"foreign-equity-etf\"", "\"taxClass\": \"foreign-equity-eft\"", ["household.json: instruments[0].taxClass: is 'foreign-equity-eft', which no row of config/tax/in.json has; did you mean 'foreign-equity-etf'?; allowed: in-equity,"] },

        // Caught: an unknown schedule was called a defect, with exit code 1, after the database had been written.
        { Household, "\"charges\": \"lse-etf\"", "\"charges\": \"lse-eft\"", ["household.json: instruments[0].charges: is 'lse-eft', which no charge schedule has; did you mean 'lse-etf'?; allowed: "] },
        { "opening.json", "\"instrument\": \"MON100\"", "\"instrument\": \"MON10\"", ["opening.json: holdings[0].instrument: is 'MON10'; did you mean 'MON100'?; allowed: XNAS, MON100,"] },
        { "opening.json", "\"amount\": 4200", "\"amount\": -4200", ["opening.json: cash[1].amount: is -4200; allowed: 0 to 10000000000000 INR"] },
        { "opening.json", "\"units\": 2346", "\"units\": 0", ["opening.json: holdings[0].lots[0].units: is 0; allowed: 0.000001 to"] },
        { "opening.json", "\"account\": \"ravi-demat\", \"amount\"", "\"account\": \"asha-demat\", \"amount\"", ["opening.json: cash[1].account: 'asha-demat' is listed twice; allowed: each account once"] },
        { "paper/prices.csv", ",PHYS,", ",PHYX,", ["prices.csv: line 14: 'PHYX' is not an instrument of the household; allowed:"] },
        { "paper/prices.csv", ",92.05", ",-92.05", ["prices.csv: line 2: '-92.05' is not a price; allowed: a plain number above 0"] },
        { "paper/rules.json", "\"spreadBps\": 5,", "\"spreadBps\": -5,", ["rules.json: default.spreadBps: is -5; allowed: 0 to 1000"] },
        { "paper/rules.json", "\"fillFraction\"", "\"filFraction\"", ["rules.json: default.filFraction: is not a known key; did you mean 'fillFraction'?; allowed:"] },
        { "calendars/nse.csv", "2025-02-26,closed", "2025-02-26,close", ["nse.csv: line 9: 'close' is not a kind; allowed: closed, early_close, special_open, regular"] },
        { "charges/us.json", "\"side\": \"sell\"", "\"side\": \"sel\"", ["us.json: charges[2].side: is 'sel'; did you mean 'sell'?; allowed: buy, sell, both"] },
        { "charges/us.json", "\"rate\": 0.005", "\"rate\": -0.005", ["us.json: charges[0].rates[0].rate: is -0.005; allowed: 0 to"] },
        { "tax/flat.json", "\"longRate\": 0.1,", "\"longRate\": 10,", ["flat.json: classes[0].rows[0].longRate: is 10; allowed: 0 to 1 as a fraction"] },
        { "tax/flat.json", "\"from\": \"2018-04-01\"", "\"from\": \"2018-04-31\"", ["flat.json: classes[0].rows[0].from: is '2018-04-31'; allowed: a day written like 2026-06-30"] },
        { "tax/flat.json", "\"classes\"", "\"clases\"", ["flat.json: classes: is missing; allowed:", "flat.json: clases: is not a known key; did you mean 'classes'?; allowed:"] },
    };

    [Theory]
    [MemberData(nameof(Slips))]
    public async Task A_slip_is_told_and_nothing_is_written(string file, string from, string to, string[] faults)
    {
        using var installation = new Installation().Edit(file, from, to);
        Installation.AssertRefused(await installation.Start("review"), faults);
        Assert.False(Directory.Exists(installation.Data));
    }

    [Fact]
    public async Task An_instrument_without_a_price_is_told()
    {
        using var installation = new Installation().Rewrite(
            "paper/prices.csv", text => string.Join('\n', text.Split('\n').Where(l => !l.Contains(",PHYS,", StringComparison.Ordinal))));
        Installation.AssertRefused(await installation.Start("review"), "prices.csv: PHYS: has no price; allowed: at least one row of that name");
        Assert.False(Directory.Exists(installation.Data));
    }

    /// <summary>Caught: the household was recorded, and its slot taken, before the missing price was seen.</summary>
    [Fact]
    public async Task Prices_that_do_not_reach_today_say_which_rows_to_add()
    {
        using var installation = new Installation().Rewrite("paper/prices.csv", text => string.Join('\n', text.Split('\n')
            .Where(l => !l.StartsWith("202", StringComparison.Ordinal) || l.StartsWith("2026-05", StringComparison.Ordinal))));
        var run = await installation.Start("review");
        Installation.AssertRefused(run, "prices.csv: XNAS: has prices from 2026-05-29 to 2026-05-29, none for ");
        Assert.EndsWith("; add rows that reach it", run.Errors[0], StringComparison.Ordinal);
        Assert.False(Directory.Exists(installation.Data));
    }

    /// <summary>Caught: a venue without a calendar was called a defect.</summary>
    [Fact]
    public async Task Every_venue_needs_a_calendar()
    {
        using var installation = new Installation();
        File.Delete(Path.Combine(installation.Config, "calendars", "nyse.csv"));
        Installation.AssertRefused(await installation.Start("review"), "household.json: instruments[11].venue: is 'NYSE', which no calendar has; did you mean 'NSE'?; allowed: LSE, NSE");
        Assert.False(Directory.Exists(installation.Data));
    }

    [Fact]
    public async Task Faults_of_several_files_of_one_kind_are_told_at_once()
    {
        using var installation = new Installation().Edit("charges/us.json", "\"rate\": 0.005", "\"rate\": -1").Edit("charges/london.json", "\"side\": ", "\"sde\": ");
        var run = await installation.Start("review");
        Assert.Equal(ExitCode.BadUsage, run.Code);
        Assert.Contains(run.Errors, e => e.StartsWith("error: us.json: ", StringComparison.Ordinal));
        Assert.Contains(run.Errors, e => e.StartsWith("error: london.json: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_investor_who_holds_nothing_yet_gets_a_plan()
    {
        using var installation = new Installation().Rewrite("opening.json", _ =>
            """{ "asOf": "2026-05-29", "cash": [{ "account": "asha-demat", "amount": 500000 }], "holdings": [] }""");
        installation.Edit("household.json", "{ \"account\": \"asha-demat\", \"amount\": 120000 }", "");
        var run = await installation.Start("review", "--dry-run");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
    }
}
