using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Sends metrics and traces to a collector, while it lives. Only made when one is named: otherwise not even its libraries are loaded.</summary>
internal sealed class OtlpExport : IDisposable
{
    // A collector that does not answer must not hold up the service's end.
    private const int PatienceMilliseconds = 2000;

    private readonly MeterProvider _meters;
    private readonly TracerProvider _traces;

    /// <summary>Begins.</summary>
    /// <param name="terms">Where to.</param>
    public OtlpExport(OtlpTerms terms)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("perpetual-rebalancing");
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(UpstreamMeter.Name).AddOtlpExporter(o => Set(o, terms, "v1/metrics")).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Spans.Source).AddOtlpExporter(o => Set(o, terms, "v1/traces")).Build();
    }

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _meters.Dispose();
    }

    private static void Set(OtlpExporterOptions options, OtlpTerms terms, string path)
    {
        var root = terms.Endpoint.Reveal();
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri($"{root.AbsoluteUri.TrimEnd('/')}/{path}");
        options.TimeoutMilliseconds = PatienceMilliseconds;
        if (terms.Headers is { } headers)
        {
            options.Headers = headers;
        }
    }
}
