namespace PerpetualRebalancing.Adapters.Http;

/// <summary>The one exception that an adapter of an outside service throws: what failed, where, and what is known.</summary>
public sealed class UpstreamException : Exception
{
    /// <summary>A request that did not end well.</summary>
    /// <param name="upstream">The service, by its name for people.</param>
    /// <param name="fault">What is known.</param>
    /// <param name="what">What happened, one sentence without the service's name; it never holds a secret.</param>
    /// <param name="inner">What caused it, if anything was thrown.</param>
    public UpstreamException(string upstream, UpstreamFault fault, string what, Exception? inner = null)
        : base($"{upstream}: {what}", inner)
    {
        (Upstream, Fault) = (upstream, fault);
    }

    /// <summary>The service.</summary>
    public string Upstream { get; }

    /// <summary>What is known.</summary>
    public UpstreamFault Fault { get; }

    /// <summary>The service's own code of the error, for the contract's file to tell its errors apart; null when it gave none.</summary>
    public string? Code { get; init; }
}
