namespace PerpetualRebalancing.Domain.Lots;

/// <summary>Where, when and according to what units moved.</summary>
/// <param name="Instrument">What moved.</param>
/// <param name="Folio">The folio it lies in; empty where the account has none, such as a demat account.</param>
/// <param name="On">Trade date on an exchange, allotment or redemption date of a fund.</param>
/// <param name="Source">What says so, as a fault names it: a file, <c>import 3</c>, <c>the opening book</c>.</param>
/// <param name="Place">Where in the source, as a fault names it: <c>line 7</c>; empty when it has no lines.</param>
public sealed record Origin(InstrumentId Instrument, string Folio, DateOnly On, string Source, string Place)
{
    /// <summary>The source's own number of the trade or order; null when it gives none.</summary>
    public string? Reference { get; init; }
}
