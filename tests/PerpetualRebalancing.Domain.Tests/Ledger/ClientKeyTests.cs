using PerpetualRebalancing.Domain.Ledger;

namespace PerpetualRebalancing.Domain.Tests.Ledger;

public sealed class ClientKeyTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(10, 9)]
    public void The_key_before_an_attempts_is_the_one_of_the_attempt_before(int attempt, int? before)
    {
        // The batch's characters hold the leg's name: it is looked for behind them.
        var (batch, leg) = (new BatchId("b1b1b1b1c5"), new LegId("B1"));
        string Key(int n) => ClientKey.For(new Slot(2026, 11), batch, leg, n);
        Assert.Equal(before is { } n ? Key(n) : null, ClientKey.Before(Key(attempt), leg));
        Assert.Equal(attempt, ClientKey.AttemptOf(Key(attempt), leg));
        Assert.Null(ClientKey.Before(null, leg));
    }
}
