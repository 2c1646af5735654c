using PerpetualRebalancing.Adapters.Http;
using PerpetualRebalancing.Upstreams;

namespace PerpetualRebalancing.Adapters.Tests.FaultMatrices;

/// <summary>What each fault on the wire comes to: the one table between the fakes and the product's own.</summary>
internal static class WireFaults
{
    /// <summary>Null when it is no fault: the answer is in the contract all the same.</summary>
    /// <param name="fault">On the wire.</param>
    /// <param name="saysNoWithSuccess">As <see cref="FaultRig.SaysNoWithSuccess"/>.</param>
    public static UpstreamFault? Of(WireFault fault, bool saysNoWithSuccess) => fault switch
    {
        WireFault.ConnectRefused => UpstreamFault.NotReached,
        WireFault.TlsFailure => UpstreamFault.NotTrusted,
        WireFault.ResetBeforeBody or WireFault.ResetAfterRequest or WireFault.Hang => UpstreamFault.Lost,
        WireFault.Throttled or WireFault.ThrottledWithRetryAfter => UpstreamFault.Throttled,
        WireFault.Error500 or WireFault.Error502 or WireFault.Error503 => UpstreamFault.Failing,
        WireFault.HtmlBody or WireFault.EmptyBody or WireFault.TruncatedJson or WireFault.WrongTypes or WireFault.Nulls => UpstreamFault.Unreadable,
        WireFault.ErrorInside200 => saysNoWithSuccess ? UpstreamFault.Refused : UpstreamFault.Unreadable,
        WireFault.ClockSkew => UpstreamFault.ClockDiffers,
        WireFault.ExtraFields or WireFault.UnknownEnum => null,
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "is not in the table"),
    };

    /// <summary>Whether it happens before a request, at the connection.</summary>
    public static bool IsAtConnection(WireFault fault) => fault is WireFault.ConnectRefused or WireFault.TlsFailure;

    /// <summary>Whether a service that did what it was asked can answer so: who turns away or says no did not do it.</summary>
    public static bool CanFollowSuccess(WireFault fault, bool saysNoWithSuccess) =>
        fault is not (WireFault.Throttled or WireFault.ThrottledWithRetryAfter)
        && !IsAtConnection(fault) && !(fault == WireFault.ErrorInside200 && saysNoWithSuccess);
}
