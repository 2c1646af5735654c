namespace PerpetualRebalancing.Upstreams;

/// <summary>Where a request is.</summary>
public enum RequestStage
{
    /// <summary>Received; nothing was done yet.</summary>
    Received,

    /// <summary>Done; nothing was answered yet.</summary>
    Applied,

    /// <summary>Answered.</summary>
    Answered,
}
