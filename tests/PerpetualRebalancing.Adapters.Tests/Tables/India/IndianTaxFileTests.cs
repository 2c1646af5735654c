using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;

namespace PerpetualRebalancing.Adapters.Tests.Tables.India;

/// <summary>What in.json and tt-rates.csv may not say: one line each, naming the file, the key or line, and what is allowed.</summary>
public sealed class IndianTaxFileTests : IDisposable
{
    private static readonly string Shipped = File.ReadAllText(Path.Combine(RepositoryFolder.Config("tax"), "in.json"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"staleAt\": \"2027-02-15\"", "\"staleAt\": \"soon\"", "staleAt: is 'soon'")]
    [InlineData("\"expiresAt\": \"2027-07-31\"", "\"expiresAt\": \"2027-01-01\"", "expiresAt: is before 'staleAt'; allowed: a later day")]
    [InlineData("\"value\": \"highest-rate\"", "\"value\": \"any\"", "switches[")]
    [InlineData("\"neverLongTerm\": true, \"short\": \"specified\"", "\"short\": \"specified\"", "classes[")]
    [InlineData("\"long\": \"112-listed\"", "\"long\": \"112-lisetd\"", "classes[")]
    [InlineData("\"acquiredTo\": \"2018-01-31\"", "\"acquiredTo\": \"31-01-2018\"", "grandfathering.acquiredTo: is '31-01-2018'")]
    [InlineData("\"charges\": [\"STT\"]", "\"charges\": \"STT\"", "notDeducted.charges: ")]
    [InlineData("\"regime\": \"new\", \"from\": \"2024-04-01\", \"to\": \"2025-03-31\", \"slabs\"", "\"regime\": \"new\", \"from\": \"2024-03-31\", \"to\": \"2025-03-31\", \"slabs\"",
        "slabs[3].from: holds for days that a row before it holds for; allowed: one row per regime, age and day")]
    [InlineData("\"regime\": \"new\", \"from\": \"2025-04-01\", \"limit\"", "\"regime\": \"new\", \"from\": \"2025-03-31\", \"limit\"",
        "rebates[3].from: holds for days that a row before it holds for; allowed: one row per regime and day")]
    [InlineData("\"regime\": \"new\", \"from\": \"2023-04-01\", \"cap\"", "\"regime\": \"new\", \"from\": \"2022-04-01\", \"cap\"",
        "surcharges[3].from: holds for days that a row before it holds for; allowed: one row per regime and day")]
    [InlineData("\"from\": \"2018-04-01\", \"rate\": 0.04", "\"from\": \"2018-04-01\", \"rate\": 4", "cess[0].rate: is ")]
    [InlineData("\"due\": \"06-15\"", "\"due\": \"15 June\"", "advanceTax.instalments[0].due: is '15 June'; allowed: month and day such as 06-15")]
    [InlineData("\"threshold\": 10000", "\"threshhold\": 10000", "advanceTax.threshold: ")]
    public void A_fault_of_the_law_is_one_line_that_names_its_place(string was, string becomes, string fault)
    {
        var at = Shipped.IndexOf(was, StringComparison.Ordinal);
        Assert.True(at >= 0, $"config/tax/in.json no longer has {was}");
        _folder.Write("in.json", Shipped[..at] + becomes + Shipped[(at + was.Length)..]);
        AssertFault($"in.json: {fault}");
    }

    [Theory]
    [InlineData("currency,month,rate", "line 1: is 'currency,month,rate'; allowed: the header currency,month_end,rate")]
    [InlineData("currency,month_end,rate\nUSD,2026-10-30", "line 2: does not have three fields; allowed: currency,month_end,rate")]
    [InlineData("currency,month_end,rate\nXXX,2026-10-30,88.50", "line 2, currency: is 'XXX'; allowed: USD, ")]
    [InlineData("currency,month_end,rate\nINR,2026-10-30,1", "line 2, currency: is 'INR'; allowed: USD, ")]
    [InlineData("currency,month_end,rate\nUSD,30-10-2026,88.50", "line 2, month_end: is '30-10-2026'; allowed: a day written like 2026-06-30")]
    [InlineData("currency,month_end,rate\nUSD,2026-10-15,88.50", "line 2, month_end: is '2026-10-15', not at the end of a month; allowed: the last day of a month")]
    [InlineData("currency,month_end,rate\nUSD,2026-10-30,0", "line 2, rate: is '0'; allowed: rupees per unit, above 0 and up to 1000")]
    [InlineData("# rates\ncurrency,month_end,rate\nUSD,2026-10-30,88.50\nUSD,2026-10-31,88.60", "line 4: is a second rate of USD for 2026-10; allowed: one rate per currency and month")]
    public void A_fault_of_the_rates_is_one_line_that_names_its_line(string rates, string fault)
    {
        _folder.Write("in.json", Shipped);
        _folder.Write("tt-rates.csv", rates + "\n");
        AssertFault($"tt-rates.csv: {fault}");
    }

    [Fact]
    public void Sound_files_are_read()
    {
        _folder.Write("in.json", Shipped);
        _folder.Write("tt-rates.csv", "currency,month_end,rate\nUSD,2026-10-30,88.50\n");
        Assert.Single(TaxFiles.Load(_folder.Root).Laws);
    }

    private void AssertFault(string line)
    {
        var faults = Assert.Throws<ConfigurationException>(() => TaxFiles.Load(_folder.Root)).Faults;
        Assert.Contains(faults, f => f.StartsWith(line, StringComparison.Ordinal) && f.Contains("; allowed: ", StringComparison.Ordinal) && !f.Contains('\n', StringComparison.Ordinal));
    }
}
