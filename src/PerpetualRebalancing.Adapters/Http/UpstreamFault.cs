namespace PerpetualRebalancing.Adapters.Http;

/// <summary>What is known when a request to an outside service did not end with an answer that its contract allows.</summary>
public enum UpstreamFault
{
    /// <summary>Nobody took the connection: refused, no route, no such name, or not tried after a row of failures. Nothing was sent.</summary>
    NotReached,

    /// <summary>The service could not prove who it is (TLS). Nothing was sent.</summary>
    NotTrusted,

    /// <summary>The connection broke, or time ran out, when the request may have been received.</summary>
    Lost,

    /// <summary>The service says that we ask too often (HTTP 429).</summary>
    Throttled,

    /// <summary>The service says that it failed (HTTP 5xx).</summary>
    Failing,

    /// <summary>The answer is not in the contract: HTML, empty, cut off, too large, of the wrong types.</summary>
    Unreadable,

    /// <summary>The service refused in its own words.</summary>
    Refused,

    /// <summary>The session or the key is not accepted: a person must log in, or correct the key.</summary>
    SignedOut,

    /// <summary>The service's clock and ours differ by minutes: whether a market is open cannot be judged.</summary>
    ClockDiffers,
}
