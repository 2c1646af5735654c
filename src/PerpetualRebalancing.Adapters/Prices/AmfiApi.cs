using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>The contract of AMFI's publication of NAVs.</summary>
internal sealed class AmfiApi(Upstream upstream, RequestLimit limit)
{
    /// <summary>How to speak to it: 1.5 MB from a slow host that has moved before.</summary>
    public static UpstreamTerms Terms(Uri root) => new("amfi", root)
    {
        Attempt = TimeSpan.FromSeconds(30),
        Total = TimeSpan.FromMinutes(2),
        FollowsRedirects = true,
        ClockTolerance = PriceSources.ClockTolerance,
    };

    /// <summary>GET spages/NAVAll.txt: the last NAV of every scheme there is or was, newly written through the evening and the night.</summary>
    public async Task<Answer> NavAllAsync(CancellationToken cancellationToken) =>
        (await upstream.ReadAsync("spages/NAVAll.txt", limit, cancellationToken).ConfigureAwait(false)).OrThrow(_ => null);

    /// <summary>The rows of some schemes in an answer.</summary>
    public static List<AmfiRow> Rows(Answer answer, IReadOnlySet<string> wanted)
    {
        try
        {
            return AmfiFile.Read(answer.Body.Span, wanted);
        }
        catch (FormatException e)
        {
            throw answer.Unreadable(e.Message, e);
        }
    }
}
