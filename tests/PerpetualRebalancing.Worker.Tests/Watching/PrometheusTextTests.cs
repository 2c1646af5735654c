using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using PerpetualRebalancing.Worker.Watching;

namespace PerpetualRebalancing.Worker.Tests.Watching;

public class PrometheusTextTests
{
    [Fact]
    public void Each_kind_of_metric_is_written_as_prometheus_reads_it()
    {
        using var meter = new Meter("test");
        using var collection = new MetricsCollection(meter);
        var asked = meter.CreateCounter<long>("a.requests", "{request}", "Requests\nof all kinds");
        var took = meter.CreateHistogram("a.duration", "s", "How long", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        var depth = 3L;
        meter.CreateObservableGauge("a.depth", () => depth, "By", "How deep");
        asked.Add(2, new KeyValuePair<string, object?>("to", "a \"b\" \\ c\nd"));
        asked.Add(5, new KeyValuePair<string, object?>("to", "a \"b\" \\ c\nd"));
        took.Record(0.5);
        took.Record(0.75);
        took.Record(7.5);

        Assert.Equal(
            """
            # HELP a_depth_bytes How deep
            # TYPE a_depth_bytes gauge
            a_depth_bytes 3
            # HELP a_duration_seconds How long
            # TYPE a_duration_seconds histogram
            a_duration_seconds_bucket{le="0.5"} 1
            a_duration_seconds_bucket{le="1"} 2
            a_duration_seconds_bucket{le="+Inf"} 3
            a_duration_seconds_sum 8.75
            a_duration_seconds_count 3
            # HELP a_requests_total Requests\nof all kinds
            # TYPE a_requests_total counter
            a_requests_total{to="a \"b\" \\ c\nd"} 7

            """.ReplaceLineEndings("\n"),
            PrometheusText.Of(collection.Collect()));

        // A gauge is what it is now; the counter stays.
        depth = 1;
        Assert.Contains("a_depth_bytes 1\n", PrometheusText.Of(collection.Collect()), StringComparison.Ordinal);
        Assert.Contains("} 7\n", PrometheusText.Of(collection.Collect()), StringComparison.Ordinal);
    }

    [Fact]
    public void Meters_of_somebody_else_are_not_listened_to()
    {
        using var ours = new Meter("same");
        using var theirs = new Meter("same");
        using var collection = new MetricsCollection(ours);
        theirs.CreateCounter<long>("theirs").Add(1);
        ours.CreateCounter<long>("ours").Add(1);
        Assert.Equal(["ours"], collection.Collect().Select(m => m.Name));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e300, "1E+300")]
    public void Numbers_are_written_so_that_they_read_back(double value, string text) => Assert.Contains(
        $"g {text}\n",
        PrometheusText.Of([new CollectedMetric("g", "", "", MetricKind.Gauge, [new MetricPoint(ImmutableSortedDictionary<string, string>.Empty, value, [])])]),
        StringComparison.Ordinal);
}
