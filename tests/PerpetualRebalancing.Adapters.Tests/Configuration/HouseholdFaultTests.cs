using FsCheck;
using FsCheck.Fluent;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class HouseholdFaultTests
{
    /// <summary>What is changed, into what, and the one line that must come of it.</summary>
    public static TheoryData<string, string, string> Faults => new()
    {
        // The target allocation.
        { "\"target\": 40", "\"target\": 41", "classes: the targets add up to 101; allowed: targets that add up to exactly 100" },
        { "\"target\": 40", "\"target\": 39.99999", "classes: the targets add up to 99.99999; allowed: targets that add up to exactly 100" },
        { "\"target\": 40", "\"target\": -40", "classes[0].target: is -40; allowed: 0 to 100 percent" },
        { "\"target\": 40", "\"target\": \"40%\"", "classes[0].target: is '40%'; allowed: 0 to 100 percent, in plain digits with a decimal point" },
        { "\"target\": 40", "\"target\": \"40,0\"", "classes[0].target: is '40,0'; allowed: 0 to 100 percent, in plain digits with a decimal point" },
        { "\"target\": 40", "\"target\": 1e400", "classes[0].target: is 1e400; allowed: 0 to 100 percent, in plain digits with a decimal point" },
        { ", \"target\": 40", "", "classes[0].target: is missing; allowed: 0 to 100 percent" },
        { "\"broad\": \"gold\"", "\"broad\": \"Gold\"", "classes[3].broad: is 'Gold'; did you mean 'gold'?; allowed: domesticEquity, internationalEquity, debt, gold" },

        // References.
        { "\"class\": \"nifty\"", "\"class\": \"nfity\"", "instruments[0].class: is 'nfity'; did you mean 'nifty'?; allowed: nifty, nasdaq, debt, gold, reserve" },
        { "\"accounts\": [\"global\"]", "\"accounts\": [\"globl\"]", "instruments[1].accounts[0]: is 'globl'; did you mean 'global'?; allowed: demat, global" },
        { "\"id\": \"demat\", \"member\": \"asha\"", "\"id\": \"demat\", \"member\": \"ravi\"", "accounts[0].member: is 'ravi'; allowed: asha" },
        { "\"from\": \"demat\"", "\"from\": \"bank\"", "fundingRoutes[0].from: is 'bank'; allowed: demat, global" },
        { "\"to\": \"global\"", "\"to\": \"demat\"", "fundingRoutes[0].to: is 'demat', where the money comes from; allowed: another account" },
        { "\"paidFrom\": \"demat\"", "\"paidFrom\": \"purse\"", "expenses.paidFrom: is 'purse'; allowed: demat, global" },
        { "\"salary\", \"account\": \"demat\"", "\"salary\", \"account\": \"purse\"", "income[0].account: is 'purse'; allowed: demat, global" },

        // Who is told, and when.
        { "{ \"id\": \"asha\"", "{ \"id\": \"asha\", \"mail\": \"Asha <asha@example.org>\"", "members[0].mail: is 'Asha <asha@example.org>'; allowed: an address like asha@example.org, in plain letters, of one member alone" },
        { "\"rule\": \"automatic\"", "\"rule\": \"automatic\", \"secondAbove\": 100000", "approval.secondAbove: asks for two people; allowed: at least two members with a mail address, or leave it out" },
        { "\"approval\": {", "\"alerts\": { \"quietFrom\": \"10 pm\" }, \"approval\": {", "alerts.quietFrom: is '10 pm'; allowed: a local time written like 10:00" },
        { "\"approval\": {", "\"alerts\": { \"heartbeat\": \"Sunday\" }, \"approval\": {", "alerts.heartbeat: is 'Sunday'; did you mean 'sunday'?; allowed: sunday, monday, tuesday, wednesday, thursday, friday, saturday, none" },

        // Ids.
        { "{ \"id\": \"GOLD\"", "{ \"id\": \"gilt\"", "instruments[3].id: 'gilt' names a second instrument; allowed: each instrument its own id" },
        { "{ \"id\": \"nasdaq\"", "{ \"id\": \"reserve\"", "classes[1].id: is 'reserve', which names the liquidity reserve; allowed: any other id" },
        { "{ \"id\": \"NIFTY\"", "{ \"id\": \"NIFTY 50\"", "instruments[0].id: is 'NIFTY 50'; allowed: 1 to 40 letters, digits, dots, underscores and hyphens" },
        { "{ \"id\": \"NIFTY\"", "{ \"id\": \"\"", "instruments[0].id: is empty; allowed: 1 to 40 letters, digits, dots, underscores and hyphens" },

        // Amounts and currencies.
        { "\"monthly\": 60000", "\"monthly\": -60000", "expenses.monthly: is -60000; allowed: 0 to 10000000000000 INR, the currency of the household" },
        { "\"maximumOrder\": 500000", "\"maximumOrder\": 1e14", "limits.maximumOrder: is 1e14; allowed: 0 to 10000000000000 INR, the currency of the household" },
        { "\"fee\": 1000", "\"fee\": \"1000 USD\"", "fundingRoutes[0].fee: is '1000 USD'; allowed: 0 to 10000000000000 INR, the currency of demat" },
        { "\"fee\": 1000", "\"fee\": \"1,000\"", "fundingRoutes[0].fee: is '1,000'; allowed: 0 to 10000000000000 INR, the currency of demat" },
        { "\"fee\": 1000", "\"fee\": 10.005", "fundingRoutes[0].fee: is 10.005; allowed: at most 2 places after the point" },
        { "\"venue\": \"LSE\", \"currency\": \"USD\"", "\"venue\": \"LSE\", \"currency\": \"GBP\"", "instruments[1].accounts[0]: 'global' holds USD, but the instrument is priced in GBP; allowed: accounts that hold GBP" },
        { "\"broker\": \"paper\", \"currency\": \"USD\"", "\"broker\": \"paper\", \"currency\": \"XAU\"", "accounts[1].currency: is 'XAU'; allowed: INR, USD, GBP, EUR" },
        { "\"essentialMonthly\": 40000", "\"essentialMonthly\": 70000", "expenses.essentialMonthly: is 70000 INR, more than all expenses; allowed: 0 to 60000 INR" },
        { "\"feePercent\": 0.5", "\"feePercent\": 101", "fundingRoutes[0].feePercent: is 101; allowed: 0 to 100 percent" },
        { "\"percent\": 1,", "\"percent\": 250,", "instruments[2].exitLoad.percent: is 250; allowed: 0 to 100 percent" },

        // Missing and empty lists.
        { "\"members\": [ { \"id\": \"asha\", \"tax\": { \"law\": \"flat\" } } ]", "\"members\": []", "members: is empty; allowed: at least one member" },
        { "{ \"id\": \"NIFTY\"", "{ \"replacement\": \"GOLD\", \"id\": \"NIFTY\"", "instruments[0].replacement: is 'GOLD'; allowed: only beside 'index', which says what the instrument itself tracks" },
        { "{ \"id\": \"NIFTY\"", "{ \"replacement\": \"GOLD\", \"index\": \"Nifty 50\", \"id\": \"NIFTY\"", "instruments[0].replacement: is 'GOLD'; allowed: nothing: no other instrument of its class and currency tracks another index" },
        { "{ \"id\": \"NIFTY\"", "{ \"isin\": \"INF204KB14I3\", \"id\": \"NIFTY\"", "instruments[0].isin: is 'INF204KB14I3'; allowed: two letters, nine letters or digits and the check digit that fits them" },
        { "\"law\": \"flat\"", "\"law\": \"flat\", \"incomeByYear\": [{ \"year\": \"26-27\", \"amount\": 5 }]", "members[0].tax.incomeByYear[0].year: is '26-27'; allowed: a tax year like 2026-27 in India, 2026 in the United States" },
        { "\"law\": \"flat\"", "\"law\": \"flat\", \"otherIncome\": 5, \"incomeByYear\": [{ \"year\": \"2026\", \"amount\": 5 }]", "members[0].tax.incomeByYear: is given with otherIncome; allowed: one of the two: otherIncome for every year, or an amount per year" },
        { ", \"tax\": { \"law\": \"flat\" }", "", "members[0].tax: is missing; allowed: an object { … }" },
        { "\"law\": \"flat\"", "\"law\": \"uk\"", "members[0].tax.law: is 'uk'; did you mean 'us'?; allowed: flat, in, us" },
        { "\"law\": \"flat\"", "\"law\": \"in\"", "members[0].tax.born: is missing; allowed: a day written like 2026-06-30, from 1900-01-01 to 2100-12-31" },
        { "\"law\": \"flat\"", "\"law\": \"us\", \"filing\": \"single\"", "members[0].tax.statePercent: is missing; allowed: 0 to 100 percent of a gain; 0 where no state taxes it" },
        { "\"accounts\": [\"global\"]", "\"accounts\": []", "instruments[1].accounts: is empty; allowed: the accounts that can trade it, at least one" },
        { "\"accounts\": [\"global\"]", "\"accounts\": [\"global\", \"global\"]", "instruments[1].accounts[1]: 'global' is listed twice; allowed: each account once" },
        { "\"income\": [ {", "\"income\": [ 5, {", "income[0]: is 5; allowed: an object { … }" },
        { "\"buy\": { \"surplus\": \"carry\" }", "\"buy\": true", "buy: is true; allowed: an object { … }" },
        { "\"schedule\": { \"venue\": \"NSE\", \"at\": \"10:00\", \"timeZone\": \"Asia/Kolkata\" },", "", "schedule: is missing; allowed: an object { … }" },

        // Policies.
        { "\"months\": 3", "\"months\": 0", "sell.months: is 0; allowed: 1 to 120 reviews" },
        { "\"months\": 3", "\"months\": 2.5", "sell.months: is 2.5; allowed: a whole number, 1 to 120 reviews" },
        { "\"months\": 3", "\"months\": 3, \"minimumDrift\": 12.5", "sell.minimumDrift: is 12.5, above maximumDrift; allowed: 0 to 12 points" },
        { "\"months\": 3", "\"months\": 3, \"longTermOnly\": \"yes\"", "sell.longTermOnly: is 'yes'; allowed: true or false" },
        { "\"day\": 1 ", "\"day\": 31 ", "income[0].day: is 31; allowed: 1 to 28 (day of the month)" },
        { "\"venue\": \"LSE\"", "\"venue\": \"XLON\"", "instruments[1].venue: is 'XLON'; allowed: NSE, NYSE, LSE" },
        { "\"Asia/Kolkata\"", "\"Asia/Mumbay\"", "schedule.timeZone: is 'Asia/Mumbay', which this machine does not know; allowed: an IANA time zone such as Asia/Kolkata or Europe/London" },
        { "\"Asia/Kolkata\"", "\"../Kolkata\"", "schedule.timeZone: is '../Kolkata', which this machine does not know; allowed: an IANA time zone such as Asia/Kolkata or Europe/London" },
        { "\"10:00\"", "\"10am\"", "schedule.at: is '10am'; allowed: a local time written like 10:00" },
        { "\"emergencyMonths\": 6", "\"emergencyMonths\": -1", "reserve.emergencyMonths: is -1; allowed: 0 to 600 months" },
        { "\"rule\": \"automatic\"", "\"rule\": \"askAboveOrSelling\"", "approval.askAbove: is missing; allowed: 0 to 10000000000000 INR, the currency of the household" },
        { "\"mode\": \"paper\"", "\"mode\": \"live\"", "accounts[0].mode: is live, which a line in a file cannot make it; allowed: observe, and then 'accounts arm'; or paper" },
        { "\"tag\": \"buy\", \"dealing\": \"nav\"", "\"tag\": \"buy\", \"orderMultiple\": 100", "instruments[2].orderMultiple: is 100 INR for an instrument dealt in on an exchange; allowed: 0, or dealing nav" },

        // Keys.
        { "\"surplus\"", "\"surpluss\"", "buy.surpluss: is not a known key; did you mean 'surplus'?; allowed: surplus, maximumFixedCostPercent" },
        { "\"surplus\": \"carry\"", "\"surplus\": \"carry\", \"surplus\": \"deploy\"", "buy.surplus: is written twice; allowed: each key once" },
        { "\"surplus\": \"carry\"", "\"apiKey\": \"k-123\"", "buy.apiKey: looks like a secret; allowed: secrets only in the environment or .env, never in this file" },
        { "\"surplus\": \"carry\"", "\"kite_access_token\": null", "buy.kite_access_token: looks like a secret; allowed: secrets only in the environment or .env, never in this file" },
        { "\"surplus\": \"carry\"", "\"surplus\": null", "buy.surplus: is null; allowed: carry, deploy" },
    };

    /// <summary>What a broker is asked by; a schema cannot tell. A symbol left out once made an instrument look as if nothing of it were held.</summary>
    public static TheoryData<string, string, string> Unaskable => new()
    {
        { "{ \"id\": \"demat\", \"member\": \"asha\", \"broker\": \"paper\", \"currency\": \"INR\", \"mode\": \"paper\" },\n    { \"id\": \"global\", \"member\": \"asha\", \"broker\": \"paper\"", "{ \"id\": \"demat\", \"member\": \"asha\", \"broker\": \"instructions\", \"currency\": \"INR\" },\n    { \"id\": \"global\", \"member\": \"asha\", \"broker\": \"alpaca\"", "instruments[1].symbols.alpaca: is missing; allowed: what alpaca calls NDX" },
        { "{ \"id\": \"demat\", \"member\": \"asha\", \"broker\": \"paper\", \"currency\": \"INR\", \"mode\": \"paper\" },\n    { \"id\": \"global\", \"member\": \"asha\", \"broker\": \"paper\", \"currency\": \"USD\" }\n  ],\n  \"classes\": [\n    { \"id\": \"nifty\", \"broad\": \"domesticEquity\", \"target\": 40 },", "{ \"id\": \"demat\", \"member\": \"asha\", \"broker\": \"instructions\", \"currency\": \"INR\" },\n    { \"id\": \"global\", \"member\": \"asha\", \"broker\": \"instructions\", \"currency\": \"USD\" },\n    { \"id\": \"more\", \"member\": \"asha\", \"broker\": \"ibkr\", \"currency\": \"USD\" }\n  ],\n  \"classes\": [\n    { \"id\": \"nifty\", \"broad\": \"domesticEquity\", \"target\": 40 },", "accounts[2].number: is missing; allowed: what ibkr calls the account" },
    };

    [Theory]
    [MemberData(nameof(Unaskable))]
    public void What_a_broker_cannot_be_asked_by_is_refused(string old, string changed, string line) =>
        Assert.Equal([$"household.json: {line}"], Written.HouseholdFaults(SmallHousehold.With(old, changed)));

    [Theory]
    [MemberData(nameof(Faults))]
    public void One_mistake_makes_exactly_its_one_line(string old, string changed, string line) =>
        Assert.Equal([$"household.json: {line}"], Written.HouseholdFaults(SmallHousehold.With(old, changed)));

    [Fact]
    public void The_unbroken_household_has_neither_faults_nor_warnings() =>
        Assert.Empty(Written.LoadHousehold(SmallHousehold.Text).Warnings);

    [Fact]
    public void A_household_without_accounts_is_told_so_once_and_not_once_for_every_reference_to_one()
    {
        var start = SmallHousehold.Text.IndexOf("\"accounts\": [\n", StringComparison.Ordinal);
        var end = SmallHousehold.Text.IndexOf("],", start, StringComparison.Ordinal);
        var text = SmallHousehold.Text[..start] + "\"accounts\": [" + SmallHousehold.Text[end..];
        Assert.Equal(["household.json: accounts: is empty; allowed: at least one account"], Written.HouseholdFaults(text));
    }

    [Fact]
    public void Several_mistakes_are_all_reported_at_once_in_the_order_of_the_file()
    {
        var text = SmallHousehold.Text;
        text = SmallHousehold.Change(text, "\"phase\": \"accumulation\"", "\"phase\": \"acumulation\"");
        text = SmallHousehold.Change(text, "\"target\": 40", "\"target\": 45");
        text = SmallHousehold.Change(text, "\"class\": \"gold\"", "\"class\": \"silver\"");
        text = SmallHousehold.Change(text, "\"monthly\": 100000", "\"monthly\": -5");
        text = SmallHousehold.Change(text, "\"maximumDrift\"", "\"maxDrift\"");
        text = SmallHousehold.Change(text, "\"limits\"", "\"limit\"");
        Assert.Equal(
            [
                "household.phase", "classes", "instruments[3].class", "income[0].monthly", "sell.maxDrift", "limits", "limit",
            ],
            Written.HouseholdFaults(text).Select(f => f.Split(": ")[1]));
    }

    [Fact]
    public void A_bad_id_does_not_make_every_reference_to_it_a_fault_as_well() => Assert.Equal(
        ["household.json: accounts[1].id: is missing; allowed: 1 to 40 letters, digits, dots, underscores and hyphens"],
        Written.HouseholdFaults(SmallHousehold.With("\"id\": \"global\", ", "")));

    [Theory]
    [InlineData("{ \"household\": { }", 1, 19)]
    [InlineData("{\n  \"a\": 1,\n  \"b\" 2\n}", 3, 7)]
    [InlineData("{\n  // ₹ counts as one\n  \"₹₹\": x\n}", 3, 9)]
    [InlineData("", 1, 1)]
    public void Malformed_json_is_told_with_its_line_and_column(string text, int line, int column)
    {
        var fault = Assert.Single(Written.HouseholdFaults(text));
        Assert.StartsWith($"household.json: line {line}, column {column}: malformed JSON: ", fault);
        Assert.EndsWith("; allowed: JSON, with // comments and trailing commas", fault);
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{ \"\\ud800\": 1 }")]
    public void Half_a_character_is_refused(string text) => Assert.Equal(
        ["household.json: the whole file: holds a \\u escape that is half of a character; allowed: the character itself"],
        Written.HouseholdFaults(text));

    /// <summary>Caught: the parser's own message quotes the rest of the file, line breaks and all; a target of -0 was an exception.</summary>
    [Fact]
    public void Whatever_is_broken_the_faults_are_single_lines_that_name_the_file()
    {
        const string letters = "\n\t\"\\{}[],:0-9.xE\u00A0\u0007u";
        var change =
            from place in Gen.Choose(0, SmallHousehold.Text.Length - 1)
            from length in Gen.Choose(0, 12)
            from letter in Gen.Elements(letters.ToCharArray())
            select (place, length: Math.Min(length, SmallHousehold.Text.Length - place), letter);
        var nightly = Environment.GetEnvironmentVariable("NIGHTLY") == "1";
        Prop.ForAll(change.ToArbitrary(), c =>
        {
            using var file = new Written(
                "household.json", SmallHousehold.Text.Remove(c.place, c.length).Insert(c.place, c.letter.ToString()));
            try
            {
                _ = HouseholdFile.Load(file.Path);
            }
            catch (ConfigurationException e)
            {
                Assert.NotEmpty(e.Faults);
                Assert.All(e.Faults, f => Assert.StartsWith("household.json: ", f, StringComparison.Ordinal));
                Assert.All(e.Faults, f => Assert.DoesNotContain(f, char.IsControl));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(nightly ? 100_000 : 300));
    }

    [Fact]
    public void A_file_that_is_no_object_says_so() => Assert.Equal(
        ["household.json: the whole file: is a list; allowed: a JSON object { … }"], Written.HouseholdFaults("[]"));

    [Fact]
    public void A_missing_file_and_a_folder_are_named_with_their_full_path()
    {
        var missing = Path.Combine(Path.GetTempPath(), "no-such-folder", "household.json");
        var fault = Assert.Throws<ConfigurationException>(() => HouseholdFile.Load(missing));
        Assert.Equal([$"household.json: {missing}: there is no such file; name an existing one"], fault.Faults);

        var folder = Path.GetTempPath().TrimEnd(Path.DirectorySeparatorChar);
        fault = Assert.Throws<ConfigurationException>(() => HouseholdFile.Load(folder));
        Assert.Contains(folder, Assert.Single(fault.Faults), StringComparison.Ordinal);
    }
}
