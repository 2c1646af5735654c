using System.Globalization;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The contract of the St. Louis Fed's charts as comma-separated values.</summary>
internal sealed class FredApi(Upstream upstream, RequestLimit limit, TimeProvider time)
{
    private static readonly DatedColumn Series = new(["OBSERVATION_DATE", "DATE"], "VIXCLS", ["yyyy-MM-dd"]);

    /// <summary>How to speak to it.</summary>
    public static UpstreamTerms Terms(Uri root) => new("fred", root) { ClockTolerance = PriceSources.ClockTolerance };

    /// <summary>GET graph/fredgraph.csv?id=VIXCLS&amp;cosd={a month ago}: a holiday's value is a point, or nothing.</summary>
    public async Task<(DateOnly Day, decimal Value, DateTimeOffset ReadAt)> VixAsync(CancellationToken cancellationToken)
    {
        var route = string.Create(CultureInfo.InvariantCulture, $"graph/fredgraph.csv?id=VIXCLS&cosd={time.GetUtcNow().AddDays(-30):yyyy-MM-dd}");
        return Read(await upstream.ReadAsync(route, limit, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The last value in an answer.</summary>
    public static (DateOnly Day, decimal Value, DateTimeOffset ReadAt) Read(Answer answer) => CboeApi.Column(answer.OrThrow(_ => null), Series);
}
