namespace PerpetualRebalancing.Adapters.Http;

/// <summary>How a service is to be spoken to.</summary>
/// <param name="Name">For people and logs.</param>
/// <param name="Root">Where its routes start; ends with a slash.</param>
public sealed record UpstreamTerms(string Name, Uri Root)
{
    /// <summary>How long one attempt may take, the reading of the answer included.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How long a read may take with all its attempts.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a read is tried again after it was lost, throttled or failed.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The first wait before trying again; later ones double, with jitter. A service's own Retry-After comes first.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>Whether a throttled read may be tried again: some services lock out who insists.</summary>
    public bool RetriesThrottled { get; init; } = true;

    /// <summary>The longest answer that is read, in bytes.</summary>
    public int LongestAnswer { get; init; } = 8 * 1024 * 1024;

    /// <summary>The hash (SHA-256, hexadecimal) of the one certificate that is accepted, for a service on our own machine that signs
    /// its own; null for a certificate of a public authority.</summary>
    public string? PinnedCertificate { get; init; }

    /// <summary>Whether a service that moved an address may send us on.</summary>
    public bool FollowsRedirects { get; init; }

    /// <summary>Who we say we are; some services answer no stranger.</summary>
    public string UserAgent { get; init; } = "PerpetualRebalancing/0.1";

    /// <summary>How far a service's clock may be from ours where its terms say nothing else.</summary>
    public static readonly TimeSpan UsualClockTolerance = TimeSpan.FromMinutes(3);

    /// <summary>How far the service's clock may be from ours.</summary>
    public TimeSpan ClockTolerance { get; init; } = UsualClockTolerance;
}
