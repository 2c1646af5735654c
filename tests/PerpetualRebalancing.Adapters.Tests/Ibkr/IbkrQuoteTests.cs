using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Brokers.Ibkr;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain.Markets;
using static PerpetualRebalancing.Adapters.Tests.Ibkr.IbkrTown;

namespace PerpetualRebalancing.Adapters.Tests.Ibkr;

public class IbkrQuoteTests
{
    [Theory]
    [InlineData("501.25", "RpB", 1, 501.25, "2026-11-06", "ibkr:realtime")]
    [InlineData("1,501.25", "RpB", 60, 1501.25, "2026-11-06", "ibkr:realtime")]
    [InlineData("501.25", "DPB", 19, 501.25, "2026-11-06", "ibkr:delayed")]
    [InlineData("501.25", "ZB", 1, 501.25, "2026-11-06", "ibkr:frozen")]
    [InlineData("C190.55", "RB", 1, 190.55, "2026-11-05", "ibkr:realtime close")]
    public async Task A_usable_price_says_what_it_is_and_of_which_day(string last, string availability, int minutes, double price, string day, string source)
    {
        await using var town = await StartAsync();
        town.Gateway.Quotes[NdxConid] = (last, availability, Friday.AddMinutes(-minutes));

        var quote = Assert.Single(await ReadAsync(town));

        Assert.Equal((Ndx.Id, (decimal)price, DateOnly.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), source), (quote.Instrument, quote.Price.Amount, quote.AsOf, quote.Source));
    }

    [Theory]
    [InlineData("501.25", "DPB", 21)]
    [InlineData("501.25", "YB", 1)]
    [InlineData("501.25", "NB", 1)]
    [InlineData("501.25", "S", 1)]
    [InlineData("501.25", "", 1)]
    [InlineData("H501.25", "RB", 1)]
    [InlineData("-1", "RB", 1)]
    [InlineData("", "RB", 1)]
    [InlineData("501.25", "RB", -120)]
    public async Task A_price_that_is_late_halted_unknown_or_none_is_no_quote(string last, string availability, int minutes)
    {
        await using var town = await StartAsync();
        town.Gateway.Quotes[NdxConid] = (last, availability, Friday.AddMinutes(-minutes));

        var thrown = await Assert.ThrowsAsync<UpstreamException>(() => ReadAsync(town));

        Assert.Equal(UpstreamFault.Refused, thrown.Fault);
        Assert.Contains("NDX", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("655.88", "655.90", 655.89)]
    [InlineData("655.90", "655.88", null)]
    [InlineData("", "655.88", null)]
    public async Task Without_a_last_price_the_middle_of_bid_and_ask_counts(string bid, string ask, double? middle)
    {
        await using var town = await StartAsync();
        town.Gateway.Canned[("GET", "/snapshot")] = (200, System.Text.Encoding.UTF8.GetBytes(
            $$"""[{"conid":{{NdxConid}},"_updated":{{Friday.ToUnixTimeMilliseconds()}},"6509":"RpB","31":"","84":"{{bid}}","86":"{{ask}}"}]"""));

        var quotes = await Record.ExceptionAsync(async () => Assert.Equal((decimal?)middle, Assert.Single(await ReadAsync(town)).Price.Amount));

        Assert.Equal(middle is null, quotes is UpstreamException { Fault: UpstreamFault.Refused });
        Assert.True(middle is null || quotes is null, $"{quotes}");
    }

    [Fact]
    public async Task A_stream_is_started_and_asked_again_and_what_has_no_price_is_left_out()
    {
        await using var town = await StartAsync();

        var quotes = await new IbkrQuotes(town.Session, Calendars).ReadAsync([Gold, Ndx, .. Household.Instruments], Stop);

        Assert.Equal(Ndx.Id, quotes.Select(q => q.Instrument).Distinct().Single());
        Assert.InRange(town.Asked("quotes"), 2, 5);
    }

    [Fact]
    public async Task On_a_day_without_a_session_a_price_belongs_to_the_last_one()
    {
        await using var town = await StartAsync();
        town.Clock.Pass(TimeSpan.FromDays(2));
        town.Gateway.IsLoggedIn = true;
        await town.SessionAsync();
        town.Gateway.IsLoggedIn = true;
        town.Gateway.Quotes[NdxConid] = ("501.25", "ZB", Friday.AddDays(2).AddMinutes(-1));

        Assert.Equal(new DateOnly(2026, 11, 6), Assert.Single(await ReadAsync(town)).AsOf);
    }

    private static Task<ImmutableArray<Quote>> ReadAsync(IbkrTown town) => new IbkrQuotes(town.Session, Calendars).ReadAsync([Ndx], Stop);
}
