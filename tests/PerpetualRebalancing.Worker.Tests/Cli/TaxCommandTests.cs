using System.Globalization;
using System.Text.Json;
using PerpetualRebalancing.Worker.Tests.Faults;

namespace PerpetualRebalancing.Worker.Tests.Cli;

/// <summary>The <c>tax</c> commands in the built program.</summary>
public sealed class TaxCommandTests : IDisposable
{
    private readonly Installation _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_preview_shows_lots_gain_and_tax_and_records_nothing()
    {
        var (code, text, error) = await _home.Start("tax", "preview", "--sell", "GOLDBEES", "--quantity", "10", "--account", "ravi-demat");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("lot of", text, StringComparison.Ordinal);
        Assert.Contains("An estimate, not advice", text, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_home.Data), "A preview of a household that is not recorded made its data folder.");

        var (_, json, _) = await _home.Start("tax", "preview", "--sell", "GOLDBEES", "--quantity", "10", "--account", "ravi-demat", "--json");
        var lots = JsonDocument.Parse(json).RootElement.GetProperty("legs")[0].GetProperty("lots");
        Assert.Equal(10m, lots.EnumerateArray().Sum(l => decimal.Parse(l.GetProperty("quantity").GetString()!, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_year_and_an_export_of_a_new_household_are_empty_and_no_error()
    {
        Assert.Equal(0, (await _home.Start("tax", "year")).Code);
        var (code, text, _) = await _home.Start("tax", "export");
        Assert.Equal(0, code);
        Assert.Single(text.TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData("tax preview: allowed: --sell INSTRUMENT with --quantity UNITS, or --raise AMOUNT", "preview")]
    [InlineData("tax preview: allowed: --sell INSTRUMENT with --quantity UNITS, or --raise AMOUNT", "preview", "--sell", "GOLDBEES", "--raise", "5")]
    [InlineData("--sell: is 'GOLD', which is unknown; allowed: XNAS,", "preview", "--sell", "GOLD", "--quantity", "5")]
    [InlineData("--quantity: is '-5'; allowed: a plain number above 0", "preview", "--sell", "GOLDBEES", "--quantity=-5")]
    [InlineData("--quantity: is 1.5; allowed: multiples of 1, the unit step of GOLDBEES", "preview", "--sell", "GOLDBEES", "--quantity", "1.5")]
    [InlineData("--account: is missing; allowed: asha-demat, ravi-demat, which hold NIFTYBEES", "preview", "--sell", "NIFTYBEES", "--quantity", "5")]
    [InlineData("tax preview: ravi-demat can sell", "preview", "--sell", "GOLDBEES", "--quantity", "100000000", "--account", "ravi-demat")]
    [InlineData("YEAR: is '26-27'; allowed: a tax year like", "year", "26-27")]
    [InlineData("YEAR: is '2026-28'; allowed: a tax year like", "export", "2026-28")]
    public async Task A_slip_is_one_line_that_says_what_is_allowed(string line, params string[] arguments)
    {
        var (code, text, error) = await _home.Start(["tax", .. arguments]);
        Assert.Equal(2, code);
        Assert.Empty(text);
        Assert.StartsWith($"error: {line}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_never_overwrites_a_file()
    {
        var file = Path.Combine(_home.Root, "gains.csv");
        Assert.Equal(0, (await _home.Start("tax", "export", "--out", file)).Code);
        var (code, _, error) = await _home.Start("tax", "export", "--out", file);
        Assert.Equal(2, code);
        Assert.StartsWith("error: --out: ", error, StringComparison.Ordinal);
    }
}
