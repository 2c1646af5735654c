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
}
