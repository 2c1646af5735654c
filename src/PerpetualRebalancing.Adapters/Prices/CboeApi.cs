using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The contract of Cboe's published history of the VIX.</summary>
internal sealed class CboeApi(Upstream upstream, RequestLimit limit)
{
    private static readonly DatedColumn Close = new(["DATE"], "CLOSE", ["MM/dd/yyyy", "yyyy-MM-dd"]);

    /// <summary>How to speak to it.</summary>
    public static UpstreamTerms Terms(Uri root) => new("cboe", root) { ClockTolerance = PriceSources.ClockTolerance };

    /// <summary>GET api/global/us_indices/daily_prices/VIX_History.csv: DATE (month first), OPEN, HIGH, LOW, CLOSE since 1990.</summary>
    public async Task<(DateOnly Day, decimal Value, DateTimeOffset ReadAt)> VixAsync(CancellationToken cancellationToken) =>
        Read(await upstream.ReadAsync("api/global/us_indices/daily_prices/VIX_History.csv", limit, cancellationToken).ConfigureAwait(false));

    /// <summary>The last close in an answer.</summary>
    public static (DateOnly Day, decimal Value, DateTimeOffset ReadAt) Read(Answer answer) => Column(answer.OrThrow(_ => null), Close);

    /// <summary>The newest value of a column in an answer.</summary>
    public static (DateOnly Day, decimal Value, DateTimeOffset ReadAt) Column(Answer answer, DatedColumn column)
    {
        try
        {
            var (day, value) = column.Last(answer.Body.Span);
            return (day, value, answer.ReadAt);
        }
        catch (FormatException e)
        {
            throw answer.Unreadable(e.Message, e);
        }
    }
}
