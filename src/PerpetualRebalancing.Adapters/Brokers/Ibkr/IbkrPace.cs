namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>How fast Interactive Brokers may be asked; tests cannot wait this long.</summary>
/// <param name="PerSecond">Requests of any kind through one gateway.</param>
/// <param name="Slow">Between two readings of the accounts, the orders or the trades.</param>
/// <param name="Pause">Before asking again for what the service said it is still fetching.</param>
/// <param name="Penalty">How long it answers nobody at our address who asked too often; who insists is locked out for good.</param>
internal sealed record IbkrPace(int PerSecond, TimeSpan Slow, TimeSpan Pause, TimeSpan Penalty)
{
    public static readonly IbkrPace Default = new(10, TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(700), TimeSpan.FromMinutes(10));
}
