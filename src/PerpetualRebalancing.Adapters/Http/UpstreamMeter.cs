using System.Diagnostics.Metrics;
using System.Net;

namespace PerpetualRebalancing.Adapters.Http;

/// <summary>Counts what is asked of outside services: every attempt, by service and result, with the time it took.</summary>
public static class UpstreamMeter
{
    /// <summary>The name of the program's meters.</summary>
    public const string Name = "PerpetualRebalancing";

    // In seconds. A read may take a minute with all its attempts, an attempt a few seconds.
    private static readonly InstrumentAdvice<double> Buckets = new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] };

    /// <summary>The meter: one for the process, as its connections are.</summary>
    public static Meter Meter { get; } = new(Name);

    private static readonly Counter<long> Requests = Meter.CreateCounter<long>(
        "perpetual.upstream.requests", "{request}", "Attempts to ask an outside service, by result: answered, refused (4xx), broken (5xx) or lost (no answer)");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "perpetual.upstream.duration", "s", "How long an attempt took, its answer included", null, Buckets);

    /// <summary>Begins an attempt; what is not answered when it is disposed was lost.</summary>
    internal static Attempt Begin(string service, TimeProvider time) => new(service, time);

    /// <summary>One attempt.</summary>
    internal sealed class Attempt(string service, TimeProvider time) : IDisposable
    {
        private readonly long _began = time.GetTimestamp();
        private string _result = "lost";

        public void Answered(HttpStatusCode status) => _result = (int)status switch { >= 500 => "broken", >= 400 => "refused", _ => "answered" };

        public void Dispose()
        {
            Requests.Add(1, new("service", service), new("result", _result));
            Duration.Record(time.GetElapsedTime(_began).TotalSeconds, new KeyValuePair<string, object?>("service", service));
        }
    }
}
