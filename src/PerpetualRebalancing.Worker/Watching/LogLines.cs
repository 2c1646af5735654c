using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using PerpetualRebalancing.Adapters.Configuration;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Writes the service's log, a line per entry: for people, or as a JSON object with the entry's values by name. An entry of a
/// review says which one.</summary>
/// <param name="form">Which of them.</param>
/// <param name="mask">What no line may show.</param>
/// <param name="time">The clock.</param>
internal sealed class LogLines(LogForm form, LogMask mask, TimeProvider time) : ConsoleFormatter(FormatterName)
{
    /// <summary>What a console logger knows it by.</summary>
    public const string FormatterName = "lines";

    private const string Template = "{OriginalFormat}";

    // People read it too: a rupee sign stays one.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var review = Spans.ReviewId ?? Spans.IdOf(logEntry.Exception);
        var at = time.GetUtcNow().UtcDateTime;
        textWriter.WriteLine(form == LogForm.Json
            ? Object(logEntry, at, message, review)
            : Line(logEntry.LogLevel, at, logEntry.Category, logEntry.EventId.Id, message, review, logEntry.Exception));
    }

    private string Line(LogLevel level, DateTime at, string category, int id, string message, string? review, Exception? exception)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{at:yyyy-MM-dd'T'HH:mm:ss'Z'} {Short(level)}: {category}[{id}] {message}{(review is null ? "" : $" (review {review})")}{(exception is null ? "" : $" {exception}")}");
        return mask.Clean(text.ReplaceLineEndings(" "));
    }

    private string Object<TState>(in LogEntry<TState> entry, DateTime at, string message, string? review)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Json))
        {
            json.WriteStartObject();
            json.WriteString("time", at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", Short(entry.LogLevel));
            json.WriteNumber("event", entry.EventId.Id);
            json.WriteString("category", entry.Category);
            if (review is not null)
            {
                json.WriteString("review", review);
            }

            json.WriteString("message", mask.Clean(message));
            foreach (var (name, value) in entry.State as IReadOnlyList<KeyValuePair<string, object?>> ?? [])
            {
                if (name != Template)
                {
                    json.WriteString(JsonNamingPolicy.CamelCase.ConvertName(name), mask.Clean(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
                }
            }

            if (entry.Exception is { } exception)
            {
                json.WriteString("exception", mask.Clean(exception.ToString()));
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static string Short(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
