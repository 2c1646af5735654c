using System.Diagnostics;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Watching;

/// <summary>Writes each review and each of its steps into the log when it ends, as long as it lives.</summary>
internal sealed class SpanLog : IDisposable
{
    private readonly ActivityListener _listener;

    public SpanLog(ILogger logger)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Spans.Source,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = span => Write(logger, span),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    private static void Write(ILogger logger, Activity span)
    {
        // The line belongs to the span, also after it has ended.
        var (now, milliseconds) = (Activity.Current, (long)span.Duration.TotalMilliseconds);
        Activity.Current = span;
        if (span.OperationName != Spans.ReviewName)
        {
            ServiceLog.StepEnded(logger, span.OperationName, milliseconds);
        }
        else
        {
            ServiceLog.ReviewEnded(logger, $"{span.GetTagItem("review.slot")}", $"{span.GetTagItem("review.outcome") ?? "Failed"}", milliseconds);
        }

        Activity.Current = now;
    }
}
