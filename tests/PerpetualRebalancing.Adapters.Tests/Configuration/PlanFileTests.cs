using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class PlanFileTests
{
    private const string Json = """
        {
          "currency": "USD",
          "classes": [
            { "name": "Nasdaq 100", "value": 3875.125, "target": 40 },
            { "name": "Everything else", "value": 0, "target": "60" },
          ],
          // Two pools.
          "pools": [ { "name": "home", "cash": "100.50 USD", "buys": [ "Everything else" ] },
                     { "name": "abroad", "cash": 20, "buys": [ "Nasdaq 100", "Everything else" ] } ],
        }
        """;

    private const string Csv = "\uFEFFTarget,Class,Value\r\n40%,\"Nasdaq 100, hedged\",3875.1\r\n60,\"The \"\"rest\"\"\",0\r\n";

    public static TheoryData<string, string, string> JsonMistakes => new()
    {
        { "\"target\": 40", "\"target\": 41", "classes: the targets add up to 101; allowed: targets that add up to exactly 100" },
        { "3875.125", "-1", "classes[0].value: is -1; allowed: 0 to 10000000000000 USD, the currency of the file" },
        { "100.50 USD", "100.50 INR", "pools[0].cash: is '100.50 INR'; allowed: 0 to 10000000000000 USD, the currency of the file" },
        { "\"cash\": 20", "\"cash\": 20, \"sells\": []", "pools[1].sells: is not a known key; allowed: name, cash, buys" },
        { "[ \"Everything else\" ]", "[ \"Everythin else\" ]", "pools[0].buys[0]: is 'Everythin else'; did you mean 'Everything else'?; allowed: Nasdaq 100, Everything else" },
        { "[ \"Everything else\" ]", "[ ]", "pools[0].buys: is empty; allowed: the names of the classes it can buy, at least one" },
        { "\"name\": \"abroad\"", "\"name\": \"Home\"", "pools[1].name: 'Home' names a second pool; allowed: each pool its own name" },
        { "\"currency\": \"USD\"", "\"currency\": \"usd\"", "currency: is 'usd'; did you mean 'USD'?; allowed: INR, USD, GBP, EUR" },
        { "\"classes\"", "\"clases\"", "classes: is missing; allowed: a list [ … ]" },
    };

    public static TheoryData<string, string, string> CsvMistakes => new()
    {
        { "Target,Class,Value", "Target;Class;Value", "line 1: is 'Target;Class;Value'; allowed: the header class,value,target, separated by commas" },
        { "3875.1", "\"3,875.1\"", "line 2, value: is '3,875.1'; allowed: 0 to 10000000000000 INR, in plain digits with a decimal point" },
        { "3875.1", "3875,1", "line 2: has 4 fields; allowed: class,value,target" },
        { "60,", "60 points,", "line 3, target: is '60 points'; allowed: 0 to 100 percent, in plain digits with a decimal point" },
        { "60,", "59.5,", "target: the targets add up to 99.5; allowed: targets that add up to exactly 100" },
        { "\"The \"\"rest\"\"\"", "\"NASDAQ 100, hedged\"", "line 3, class: 'NASDAQ 100, hedged' names a second class; allowed: each class its own name" },
        { "\"The \"\"rest\"\"\"", "", "line 3, class: is ''; allowed: 1 to 60 characters" },
        { "\"The \"\"rest\"\"\"", "\"The rest", "line 3: has an open quote; allowed: class,value,target" },
    };

    [Theory]
    [MemberData(nameof(JsonMistakes))]
    public void One_mistake_in_json_makes_its_line(string old, string changed, string line) =>
        Assert.Contains($"mine.json: {line}", Faults("mine.json", SmallHousehold.Change(Json, old, changed)));

    [Theory]
    [MemberData(nameof(CsvMistakes))]
    public void One_mistake_in_csv_makes_exactly_its_one_line(string old, string changed, string line) =>
        Assert.Equal([$"mine.csv: {line}"], Faults("mine.csv", SmallHousehold.Change(Csv, old, changed)));

    [Fact]
    public void Several_mistakes_in_csv_are_all_reported() => Assert.Equal(
        ["line 2, value", "line 3, value", "line 3, target"],
        Faults("mine.csv", "class,value,target\na,x,50\nb,-1,\n").Select(f => f.Split(": ")[1]));

    [Fact]
    public void Json_gives_classes_and_pools()
    {
        var portfolio = Spreadsheet("mine.json", Json);
        Assert.Equal(
            [
                new SpreadsheetClass(new("Nasdaq 100"), new(3875.125m, Currency.Usd), new(0.4m)),
                new SpreadsheetClass(new("Everything else"), new(0m, Currency.Usd), new(0.6m)),
            ],
            portfolio.Classes);
        Assert.Equal([("home", 100.5m, 1), ("abroad", 20m, 2)], portfolio.Pools.Select(p => (p.Name, p.Cash.Amount, p.Buys.Length)));
    }

    [Fact]
    public void Csv_gives_rupees_and_one_pool_for_everything()
    {
        var portfolio = Spreadsheet("mine.CSV", Csv);
        Assert.Equal(
            [
                new SpreadsheetClass(new("Nasdaq 100, hedged"), new(3875.1m, Currency.Inr), new(0.4m)),
                new SpreadsheetClass(new("The \"rest\""), new(0m, Currency.Inr), new(0.6m)),
            ],
            portfolio.Classes);
        Assert.Empty(portfolio.Pools);
    }

    [Fact]
    public void A_csv_name_may_begin_with_a_quote() => Assert.Equal(
        "\"Rest\"", Spreadsheet("mine.csv", "class,value,target\n\"\"\"Rest\"\"\",1,100\n").Classes[0].Class.Value);

    [Fact]
    public void A_household_is_recognised_and_a_broken_one_is_told_as_a_household()
    {
        using var file = new Written("mine.json", SmallHousehold.Text);
        Assert.IsType<PlanSource.OfHousehold>(PlanFile.Load(file.Path));
        Assert.Contains(
            "mine.json: household: is missing; allowed: an object { … }",
            Faults("mine.json", SmallHousehold.With("\"household\": { \"id\": \"small\", \"currency\": \"INR\", \"phase\": \"accumulation\" },", "")));
    }

    private static ImmutableArray<string> Faults(string name, string text) => Written.FaultsOf(name, text, path => PlanFile.Load(path));

    private static SpreadsheetPortfolio Spreadsheet(string name, string text)
    {
        using var file = new Written(name, text);
        return Assert.IsType<PlanSource.OfSpreadsheet>(PlanFile.Load(file.Path)).Portfolio;
    }
}
