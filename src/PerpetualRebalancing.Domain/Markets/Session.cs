namespace PerpetualRebalancing.Domain.Markets;

/// <summary>One trading session as moments in time.</summary>
/// <param name="Venue">The exchange.</param>
/// <param name="Date">The exchange's local date.</param>
/// <param name="Open">Its first moment, with the exchange's offset from UTC on that day.</param>
/// <param name="Close">The first moment after it.</param>
public sealed record Session(string Venue, DateOnly Date, DateTimeOffset Open, DateTimeOffset Close)
{
    /// <summary>Whether a moment lies in the session: from its opening, up to but not at its close.</summary>
    public bool Contains(DateTimeOffset moment) => Open <= moment && moment < Close;
}
