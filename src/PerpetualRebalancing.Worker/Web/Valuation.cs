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

    private readonly SemaphoreSlim _one = new(1, 1);
    private ReviewInputs? _last;
    private DateTimeOffset _at = DateTimeOffset.MinValue;

    /// <summary>Today's prices, or the last ones that are known; null when none ever were.</summary>
    public async Task<ReviewInputs?> NowAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (desk.Time.GetUtcNow() - _at >= Fresh)
            {
                _last = await ReadAsync(cancellationToken) ?? StatusReading.OfLastReview(desk) ?? _last;

                // What could not be read is not asked for again at once either.
                _at = desk.Time.GetUtcNow();
            }

            return _last;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<ReviewInputs?> ReadAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await caretaker.InTurnAsync(() => StatusReading.ValuedAsync(desk, _ => { }, patience.Token), patience.Token);
        }
        catch (UpstreamException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }
}
