using PerpetualRebalancing.Adapters.Brokers;
using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Adapters.Tests.Store;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.FaultMatrices;

/// <summary>How the matrix sets the scene: a fake that runs, an adapter that finds it in order, and one that meets the fault.</summary>
public abstract partial class FaultMatrix
{
    private const int Tries = 2;

    /// <summary>A Friday on which every exchange is open, at ten in New York, three in London and half past eight in the evening in Mumbai.</summary>
    private static readonly DateTimeOffset Now = new(2026, 11, 6, 15, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Today = new(2026, 11, 6);

    // Only who never gets an answer has to wait for it; elsewhere a busy machine must not look like a silent service.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(800);

    private static UpstreamTerms Short(UpstreamTerms terms, WireFault? fault = null) => terms with
    {
        Attempt = fault == WireFault.Hang ? Impatience : Patience,
        Total = Patience * 3,
        Retries = Tries - 1,
        RetryDelay = TimeSpan.FromMilliseconds(5),
    };

    private async Task<FaultRig> StartAsync(WireFault fault)
    {
        var rig = Plug(new ManualTime(Now));
        await rig.Fake.StartAsync(tls: fault == WireFault.TlsFailure);
        return rig;
    }

    private static Task<IBroker> GoodAsync(FaultRig rig) =>
        rig.ConnectAsync(rig.Fake.Root, terms => Short(terms) with { PinnedCertificate = rig.Fake.CertificateHash });

    private static async Task<IBroker> BrokenAsync(FaultRig rig, string operation, WireFault fault, bool isApplied)
    {
        switch (fault)
        {
            case WireFault.ConnectRefused:
                return await rig.ConnectAsync(FakeUpstream.ClosedRoot, terms => Short(terms));
            case WireFault.TlsFailure:
                return await rig.ConnectAsync(rig.Fake.Root, terms => Short(terms) with { PinnedCertificate = new string('0', 64) });
            default:
                var broker = await rig.ConnectAsync(rig.Fake.Root, terms => Short(terms, fault));
                rig.Fake.Break(operation, fault, isApplied);
                return broker;
        }
    }

    private static Task ReadAsync(FaultRig rig, IBroker broker, string read) => read switch
    {
        "list" => broker.OrdersAsync(rig.Account, Today, Stop),
        "find" => broker.FindAsync(rig.Account, Key, Stop),
        "positions" => broker.ReadAsync(rig.Account, Stop),
        "quotes" => rig.ReadQuotesAsync(broker, Stop),
        _ => throw new ArgumentOutOfRangeException(nameof(read), read, "is no read"),
    };
}
