using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>India VIX from the file that a person downloads from NSE's site (<c>hist_india_vix_*.csv</c>), which answers no program.
/// Its column names end in spaces, and some days are filled with zeros.</summary>
public sealed class IndiaVixFile(string path, TimeProvider time) : IVolatilitySource
{
    private const long LongestFile = 8 * 1024 * 1024;

    private static readonly DatedColumn Close = new(["DATE"], "CLOSE", ["dd-MMM-yyyy"]);

    /// <inheritdoc/>
    public string Name => Path.GetFileName(path);

    /// <inheritdoc/>
    public VolatilityIndex Index => VolatilityIndex.IndiaVix;

    /// <inheritdoc/>
    public async Task<VolatilityReading> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > LongestFile)
            {
                throw new FormatException($"it is longer than {LongestFile} bytes");
            }

            var (day, value) = Close.Last(await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false));
            return new VolatilityReading(Index, value, day, Name, time.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new UpstreamException(Name, UpstreamFault.Unreadable, $"{path} cannot be read: {e.Message}", e);
        }
    }
}
