using PerpetualRebalancing.Adapters.Http;

namespace PerpetualRebalancing.Adapters.Tests.Http;

public class RequestLimitTests
{
    [Fact]
    public async Task A_request_counts_in_its_own_class_and_in_the_larger_one()
    {
        using var all = new RequestLimit(2, TimeSpan.FromHours(1));
        using var orders = new RequestLimit(1, TimeSpan.FromHours(1), all);
        using var reads = new RequestLimit(5, TimeSpan.FromHours(1), all);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await orders.WaitAsync(giveUp.Token);
        await reads.WaitAsync(giveUp.Token);

        var waiting = new[] { orders.WaitAsync(giveUp.Token).AsTask(), reads.WaitAsync(giveUp.Token).AsTask() };

        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[0]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting[1]);
    }

    /// <summary>Caught a permit that came back a tenth of the window early.</summary>
    [Fact]
    public async Task In_no_window_more_requests_leave_than_are_allowed_wherever_it_begins()
    {
        var window = TimeSpan.FromSeconds(1);
        using var limit = new RequestLimit(2, window);
        await Task.Delay(85, TestContext.Current.CancellationToken);
        var left = new List<long>();
        for (var request = 0; request < 6; request++)
        {
            await limit.WaitAsync(TestContext.Current.CancellationToken);
            left.Add(Environment.TickCount64);
        }

        // The system's clock counts in steps of its own.
        Assert.All(left.Skip(2).Zip(left), pair => Assert.True(pair.First - pair.Second >= window.TotalMilliseconds - 20, $"two requests after one within {pair.First - pair.Second} ms"));
    }
}
