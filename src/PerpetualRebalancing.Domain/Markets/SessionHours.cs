namespace PerpetualRebalancing.Domain.Markets;

/// <summary>When an exchange trades on one day, by its local clock.</summary>
/// <remarks>A session never crosses midnight. <c>default</c> is an empty session at midnight and is never made by a calendar.</remarks>
public readonly record struct SessionHours
{
    /// <summary>Makes the hours.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The session closes before or as it opens.</exception>
    public SessionHours(TimeOnly open, TimeOnly close)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(close, open);
        Open = open;
        Close = close;
    }

    /// <summary>The first moment of continuous trading.</summary>
    public TimeOnly Open { get; }

    /// <summary>The first moment after it.</summary>
    public TimeOnly Close { get; }
}
