using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Listens to meters and keeps what they say, until somebody asks.</summary>
internal sealed class MetricsCollection : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<Instrument, Dictionary<string, Series>> _kept = [];

    /// <summary>Listens from now on.</summary>
    /// <param name="meters">To whom; others of the same name belong to somebody else.</param>
    public MetricsCollection(params ImmutableArray<Meter> meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters.Contains(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What is so now, sorted by name.</summary>
    public ImmutableArray<CollectedMetric> Collect()
    {
        lock (_gate)
        {
            // What is observed is said anew each time; what is not said any more is not so any more.
            foreach (var (instrument, series) in _kept.Where(k => k.Key.IsObservable))
            {
                series.Clear();
            }

            _listener.RecordObservableInstruments();
            return [.. _kept.Where(k => k.Value.Count > 0).Select(k => Collected(k.Key, k.Value)).OrderBy(m => m.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var sorted = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, tag) in tags)
        {
            sorted[name] = Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "";
        }

        var key = string.Join('\n', sorted.Select(t => $"{t.Key}={t.Value}"));
        lock (_gate)
        {
            if (!_kept.TryGetValue(instrument, out var series))
            {
                _kept.Add(instrument, series = new(StringComparer.Ordinal));
            }

            if (!series.TryGetValue(key, out var one))
            {
                series.Add(key, one = new Series(sorted.ToImmutable(), instrument is Histogram<double> sized ? [.. sized.Advice?.HistogramBucketBoundaries ?? []] : []));
            }

            one.Keep(value, isSum: !instrument.IsObservable);
        }
    }

    private static CollectedMetric Collected(Instrument instrument, Dictionary<string, Series> series)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        var kind = type == typeof(Histogram<>) ? MetricKind.Histogram : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter : MetricKind.Gauge;
        return new CollectedMetric(
            instrument.Name, instrument.Unit ?? "", instrument.Description ?? "", kind,
            [.. series.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => s.Value.Point(kind))]);
    }

    private sealed class Series(ImmutableSortedDictionary<string, string> tags, ImmutableArray<double> bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _value;

        public void Keep(double value, bool isSum)
        {
            _value = isSum ? _value + value : value;
            for (var i = 0; i < _counts.Length; i++)
            {
                _counts[i] += i == bounds.Length || value <= bounds[i] ? 1 : 0;
            }
        }

        public MetricPoint Point(MetricKind kind) => new(
            tags, _value, kind != MetricKind.Histogram ? [] : [.. _counts.Select((count, i) => new MetricBucket(i == bounds.Length ? double.PositiveInfinity : bounds[i], count))]);
    }
}
