using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Domain.Review;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Web;

/// <summary>The prices that the page values everything at. Brokers and services are asked at most every five minutes however many look,
/// never beside a review, and never for long.</summary>
internal sealed class Valuation(Desk desk, Caretaker caretaker)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<ReviewInputs?>? _reading;
    private ReviewInputs? _last;
    private DateTimeOffset _at;

    /// <summary>Today's prices, or the last ones that are known; null when none ever were.</summary>
    public Task<ReviewInputs?> NowAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // One reading for all who wait, which does not end with the first of them. What could not be read is not asked for again at once either.
            var now = desk.Time.GetUtcNow();
            if (_reading is null || _reading.IsFaulted || (_reading.IsCompleted && now - _at >= Fresh))
            {
                (_at, _reading) = (now, ReadAsync());
            }

            return _reading.WaitAsync(cancellationToken);
        }
    }

    private async Task<ReviewInputs?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience, desk.Time);
        try
        {
            _last = await caretaker.InTurnAsync(() => StatusReading.ValuedAsync(desk, _ => { }, patience.Token), patience.Token);
        }
        catch (Exception e) when (e is UpstreamException or OperationCanceledException)
        {
            _last = StatusReading.OfLastReview(desk) ?? _last;
        }

        return _last;
    }
}
