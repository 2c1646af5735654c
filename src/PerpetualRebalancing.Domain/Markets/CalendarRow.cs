namespace PerpetualRebalancing.Domain.Markets;

/// <summary>How a day differs from the exchange's ordinary week.</summary>
public enum DayKind
{
    /// <summary>No trading.</summary>
    Closed,

    /// <summary>Shorter hours on a day that trades.</summary>
    EarlyClose,

    /// <summary>Trading on a day, or at hours, of its own: a Sunday session, an evening session on a holiday.</summary>
    SpecialOpen,

    /// <summary>The ordinary hours; the row is there because trades do not settle on the day.</summary>
    Regular,
}

/// <summary>One exceptional day of an exchange.</summary>
/// <param name="Date">The exchange's local date.</param>
/// <param name="Kind">How the day differs.</param>
/// <param name="Hours">Local hours of an early close or a special session; null when there is no session, when the hours are the
/// ordinary ones, or when a special session's hours are not published yet.</param>
/// <param name="Settles">False when the clearing house is shut, so that nothing settles on the day whether it trades or not.</param>
/// <param name="IsFinal">Whether the exchange published it; otherwise it was computed or expected.</param>
/// <param name="Name">For people.</param>
/// <param name="Source">Who said so.</param>
public sealed record CalendarRow(
    DateOnly Date, DayKind Kind, SessionHours? Hours, bool Settles, bool IsFinal, string Name, string Source);
