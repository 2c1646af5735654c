using System.Collections.Immutable;

namespace PerpetualRebalancing.Adapters.Configuration;

/// <summary>How the service writes its log.</summary>
public enum LogForm
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>A JSON object per line, for machines.</summary>
    Json,
}

/// <summary>Where metrics and traces are sent (OpenTelemetry protocol).</summary>
/// <param name="Endpoint">The collector's root; it may have a key in it.</param>
/// <param name="Headers">What is sent with them, <c>key=value,key=value</c>, or null. A secret.</param>
public sealed record OtlpTerms(SecretAddress Endpoint, string? Headers)
{
    /// <inheritdoc/>
    public override string ToString() => $"OTLP to {Endpoint}";
}

/// <summary>How others watch the service.</summary>
/// <param name="Log">The form of the log.</param>
/// <param name="DeadMan">What is asked after each good run and once a day, so that silence is noticed elsewhere; or null.</param>
/// <param name="Otlp">Where metrics and traces go, or null.</param>
public sealed record WatchSettings(LogForm Log, SecretAddress? DeadMan, OtlpTerms? Otlp)
{
    /// <summary>The variable of <see cref="Log"/>: <c>text</c> or <c>json</c>.</summary>
    public const string LogVariable = "PERPETUAL_LOG";

    /// <summary>The variable of <see cref="DeadMan"/>.</summary>
    public const string DeadManVariable = "PERPETUAL_DEADMAN_URL";

    /// <summary>The variable of the collector's root, as OpenTelemetry names it.</summary>
    public const string OtlpVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The variable of what is sent to the collector beside the data, as OpenTelemetry names it.</summary>
    public const string OtlpHeadersVariable = "OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>Text on the output, and nobody else is told.</summary>
    public static WatchSettings None { get; } = new(LogForm.Text, null, null);

    /// <summary>Reads them.</summary>
    /// <param name="variables">The environment, over <c>.env</c>.</param>
    /// <param name="faults">What is wrong is added here.</param>
    internal static WatchSettings From(ImmutableDictionary<string, string> variables, ImmutableArray<string>.Builder faults)
    {
        var log = variables.GetValueOrDefault(LogVariable, "text") switch
        {
            "text" => LogForm.Text,
            "json" => LogForm.Json,
            var other => Fault(LogForm.Text, $"environment: {LogVariable}: is '{other}'; allowed: text or json"),
        };

        // The values are secrets: a fault does not repeat them.
        var deadMan = AddressOf(DeadManVariable, "an https address, or http of this machine") is { } given && IsPrivateEnough(given) ? new SecretAddress(given) : null;
        var otlp = AddressOf(OtlpVariable, "an http or https address") is { } collector
            ? new OtlpTerms(new SecretAddress(collector), variables.GetValueOrDefault(OtlpHeadersVariable) is { Length: > 0 } headers ? headers : null) : null;
        return new WatchSettings(log, deadMan, otlp);

        T Fault<T>(T value, string fault)
        {
            faults.Add(fault);
            return value;
        }

        Uri? AddressOf(string variable, string allowed) =>
            variables.GetValueOrDefault(variable) is not { Length: > 0 } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
            : Fault<Uri?>(null, $"environment: {variable}: is no address; allowed: {allowed}");

        // Over plain http everybody on the way learns the address.
        bool IsPrivateEnough(Uri uri) => uri.Scheme == "https" || uri.IsLoopback
            || Fault(false, $"environment: {DeadManVariable}: is not encrypted; allowed: an https address, or http of this machine");
    }
}
