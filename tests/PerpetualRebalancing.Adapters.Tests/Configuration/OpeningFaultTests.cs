using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Policy;
using PerpetualRebalancing.Domain.Tax;

namespace PerpetualRebalancing.Adapters.Tests.Configuration;

public class OpeningFaultTests
{
    public const string Text = """
        {
          "asOf": "2026-05-29",
          "cash": [ { "account": "demat", "amount": "5000.50 INR" } ],
          "holdings": [
            { "account": "demat", "instrument": "NIFTY", "lots": [
              { "acquired": "2025-01-06", "units": 10, "costPerUnit": 200.1234 },
              { "acquired": "2022-03-14", "units": 7, "costPerUnit": 0 },
              { "acquired": "2025-01-06", "units": 3, "costPerUnit": 201 } ] },
            { "account": "demat", "instrument": "GILT", "lots": [
              { "acquired": "2024-02-29", "units": "12.345", "costPerUnit": 51.07 } ] }
          ],
          "taxDue": [ { "member": "asha", "amount": 750 } ],
          "gains": [ { "member": "asha", "on": "2026-04-20", "bucket": "112A", "amount": "-2500.50 INR" } ],
          "losses": [ { "member": "asha", "year": "2024-04-01", "term": "long", "amount": 40000 } ]
        }
        """;

    private static readonly Household Household = Written.LoadHousehold(SmallHousehold.Text).Household;

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "\"2022-03-14\"", "\"14-03-2022\"", "holdings[0].lots[1].acquired: is '14-03-2022'; allowed: a day written like 2026-06-30, from 1950-01-01 to 2026-05-29" },
        { "\"2022-03-14\"", "\"2026-05-30\"", "holdings[0].lots[1].acquired: is '2026-05-30'; allowed: a day written like 2026-06-30, from 1950-01-01 to 2026-05-29" },
        { "\"units\": 7", "\"units\": 7.5", "holdings[0].lots[1].units: is 7.5; allowed: multiples of 1, the unitStep of NIFTY" },
        { "\"units\": 7", "\"units\": 0", "holdings[0].lots[1].units: is 0; allowed: 0.000001 to 1000000000000 units" },
        { "\"costPerUnit\": 0 ", "\"costPerUnit\": -1 ", "holdings[0].lots[1].costPerUnit: is -1; allowed: 0 to 10000000000000 INR, the currency of NIFTY" },
        { "\"instrument\": \"GILT\"", "\"instrument\": \"GLIT\"", "holdings[1].instrument: is 'GLIT'; did you mean 'GILT'?; allowed: NIFTY, NDX, GILT, GOLD" },
        { "\"instrument\": \"GILT\"", "\"instrument\": \"NDX\"", "holdings[1].account: 'demat' cannot hold NDX; allowed: global" },
        { "5000.50 INR", "5000.50 USD", "cash[0].amount: is '5000.50 USD'; allowed: 0 to 10000000000000 INR, the currency of demat" },
        { "5000.50 INR", "4999", "cash[0].amount: is 4999 INR, less than the household's reserve.openingCash claims of it; allowed: at least 5000 INR" },
        { "\"cash\": [ { \"account\": \"demat\", \"amount\": \"5000.50 INR\" } ],", "", "cash: has nothing for demat; allowed: at least 5000 INR, its reserve.openingCash" },
        { "\"member\": \"asha\", \"amount\": 750", "\"member\": \"asa\", \"amount\": 750", "taxDue[0].member: is 'asa'; did you mean 'asha'?; allowed: asha" },
        { "\"2026-04-20\"", "\"2026-05-30\"", "gains[0].on: is '2026-05-30'; allowed: a day written like 2026-06-30, from 1950-01-01 to 2026-05-29" },
        { "-2500.50 INR", "-2500.505 INR", "gains[0].amount: is -2500.505; allowed: at most 2 places after the point" },
        { "\"term\": \"long\"", "\"term\": \"log\"", "losses[0].term: is 'log'; did you mean 'long'?; allowed: long, short" },
        { "\"amount\": 40000", "\"amount\": -40000", "losses[0].amount: is -40000; allowed: 0 to 10000000000000 INR, the currency of the household" },
        { "\"taxDue\"", "\"taxdue\"", "taxdue: is not a known key; did you mean 'taxDue'?; allowed: $schema, asOf, cash, holdings, taxDue, gains, losses" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void One_mistake_makes_exactly_its_one_line(string old, string changed, string line)
    {
        // A fund's units come in thousandths; where the instrument is swapped, only the account is the point.
        var text = SmallHousehold.Change(Text, old, changed);
        text = changed.Contains("NDX", StringComparison.Ordinal) ? text.Replace("12.345", "12", StringComparison.Ordinal) : text;
        Assert.Equal([$"opening.json: {line}"], Faults(text));
    }

    [Fact]
    public void Lots_are_queued_by_day_and_named_by_account_instrument_and_day()
    {
        var book = Load(Text);
        Assert.Equal(
            ["demat/NIFTY/2022-03-14", "demat/NIFTY/2025-01-06", "demat/NIFTY/2025-01-06#2", "demat/GILT/2024-02-29"],
            book.Lots.Select(l => l.Id.Value));
        Assert.Equal([7m, 10m, 3m, 12.345m], book.Lots.Select(l => l.Remaining.Units));
        Assert.Equal([0m, 200.1234m, 201m, 51.07m], book.Lots.Select(l => l.CostPerUnit.Amount));
    }

    [Fact]
    public void Every_account_has_cash_even_when_it_is_none()
    {
        var book = Load(Text);
        Assert.Equal(
            [new ReserveCash(new("demat"), new(5000.50m, Currency.Inr)), new ReserveCash(new("global"), new(0m, Currency.Usd))],
            book.Cash);
        Assert.Equal([new OpeningTax(new("asha"), new(750m, Currency.Inr))], book.TaxDue);
        Assert.Equal([new GainEntry(new("asha"), new(2026, 4, 20), new("112A"), new(-2500.50m, Currency.Inr))], book.Gains);
        Assert.Equal([new BroughtForwardLoss(new("asha"), new(2024, 4, 1), true, new(40000m, Currency.Inr))], book.Losses);
    }

    [Fact]
    public void An_empty_book_is_a_new_investor_and_no_error()
    {
        var household = Written.LoadHousehold(SmallHousehold.With(", \"openingCash\": [ { \"account\": \"demat\", \"amount\": 5000 } ]", ""));
        using var file = new Written("opening.json", "{ \"asOf\": \"2026-05-29\" }");
        var book = OpeningFile.Load(file.Path, household.Household);
        Assert.Empty(book.Lots);
        Assert.All(book.Cash, c => Assert.True(c.Amount.IsZero));
    }

    public static IEnumerable<string> Faults(string text) => Written.FaultsOf("opening.json", text, path => OpeningFile.Load(path, Household));

    private static OpeningBook Load(string text)
    {
        using var file = new Written("opening.json", text);
        return OpeningFile.Load(file.Path, Household);
    }
}
