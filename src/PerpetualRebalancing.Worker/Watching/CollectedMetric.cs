using System.Collections.Immutable;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>What kind of figure a metric is.</summary>
internal enum MetricKind
{
    /// <summary>Only grows while the program runs.</summary>
    Counter,

    /// <summary>Stands where it stands.</summary>
    Gauge,

    /// <summary>Counts by size.</summary>
    Histogram,
}

/// <summary>A metric with its values of one moment.</summary>
/// <param name="Name">As the instrument has it, words with points between.</param>
/// <param name="Unit">In UCUM, or empty.</param>
/// <param name="Help">One sentence.</param>
/// <param name="Kind">What kind of figure.</param>
/// <param name="Points">One for each set of tags.</param>
internal sealed record CollectedMetric(string Name, string Unit, string Help, MetricKind Kind, ImmutableArray<MetricPoint> Points);

/// <summary>One value.</summary>
/// <param name="Tags">Which one, sorted by name.</param>
/// <param name="Value">The value; of a histogram the sum.</param>
/// <param name="Buckets">Of a histogram: how many were at most so large; the last has no limit and counts all.</param>
internal sealed record MetricPoint(ImmutableSortedDictionary<string, string> Tags, double Value, ImmutableArray<MetricBucket> Buckets);

/// <summary>A bucket of a histogram.</summary>
/// <param name="UpTo">The largest value that counts in it; infinity in the last.</param>
/// <param name="Count">How many values were at most so large.</param>
internal sealed record MetricBucket(double UpTo, long Count);
