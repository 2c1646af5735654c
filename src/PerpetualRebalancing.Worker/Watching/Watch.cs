using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Worker.Reviewing;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Everything by which others can watch a running service: its metrics, and the traces and lines of its reviews.</summary>
internal sealed class Watch : IDisposable
{
    private readonly HouseholdMeter _meter;
    private readonly MetricsCollection _metrics;
    private readonly SpanLog _log;
    private readonly OtlpExport? _export;

    /// <summary>Begins to watch.</summary>
    /// <param name="desk">The household.</param>
    /// <param name="logger">Where its reviews are written.</param>
    public Watch(Desk desk, ILogger logger)
    {
        _meter = new HouseholdMeter(tally => HouseholdFigures.Read(desk.Store, desk.Settings, tally, desk.Time), desk.Time);
        _metrics = new MetricsCollection(_meter.Meter, UpstreamMeter.Meter);
        _log = new SpanLog(logger);
        _export = desk.Settings.Watch.Otlp is { } terms ? new OtlpExport(terms) : null;
    }

    /// <summary>The metrics of this moment, as Prometheus reads them; their media type is <see cref="PrometheusText.MediaType"/>.</summary>
    public string Prometheus() => PrometheusText.Of(_metrics.Collect());

    /// <inheritdoc/>
    public void Dispose()
    {
        _export?.Dispose();
        _log.Dispose();
        _metrics.Dispose();
        _meter.Dispose();
    }
}
