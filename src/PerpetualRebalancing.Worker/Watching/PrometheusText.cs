using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Metrics as Prometheus reads them (text exposition format 0.0.4).</summary>
internal static class PrometheusText
{
    /// <summary>The media type of the text.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The text.</summary>
    public static string Of(ImmutableArray<CollectedMetric> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics)
        {
            var name = NameOf(metric);
            text.Append("# HELP ").Append(name).Append(' ').Append(metric.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(metric.Kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" }).Append('\n');
            foreach (var point in metric.Points)
            {
                if (metric.Kind != MetricKind.Histogram)
                {
                    Line(text, name, point.Tags, point.Value);
                    continue;
                }

                foreach (var bucket in point.Buckets)
                {
                    Line(text, $"{name}_bucket", point.Tags.SetItem("le", Number(bucket.UpTo)), bucket.Count);
                }

                Line(text, $"{name}_sum", point.Tags, point.Value);
                Line(text, $"{name}_count", point.Tags, point.Buckets[^1].Count);
            }
        }

        return text.ToString();
    }

    // perpetual.upstream.duration in s is perpetual_upstream_duration_seconds; a counter ends with _total.
    private static string NameOf(CollectedMetric metric)
    {
        var unit = metric.Unit switch { "s" => "_seconds", "By" => "_bytes", "%" => "_points", "1" => "_ratio", _ => "" };
        return $"{metric.Name.Replace('.', '_')}{unit}{(metric.Kind == MetricKind.Counter ? "_total" : "")}";
    }

    private static void Line(StringBuilder text, string name, ImmutableSortedDictionary<string, string> tags, double value)
    {
        text.Append(name);
        if (!tags.IsEmpty)
        {
            text.Append('{').AppendJoin(',', tags.Select(t => $"{t.Key}=\"{Escape(t.Value)}\"")).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : double.IsNaN(value) ? "NaN" : value.ToString("R", CultureInfo.InvariantCulture);
}
