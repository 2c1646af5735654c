using System.Collections.Immutable;

namespace PerpetualRebalancing.Domain.Markets;

/// <summary>The calendars of all exchanges that a household trades on.</summary>
public sealed class CalendarBook
{
    private readonly Dictionary<string, ExchangeCalendar> _byVenue;

    /// <summary>Makes the book.</summary>
    /// <param name="calendars">One per venue.</param>
    /// <exception cref="ArgumentException">Two calendars are of one venue.</exception>
    public CalendarBook(ImmutableArray<ExchangeCalendar> calendars)
    {
        Calendars = calendars.Sort((left, right) => string.CompareOrdinal(left.Venue, right.Venue));
        _byVenue = Calendars.ToDictionary(calendar => calendar.Venue, StringComparer.Ordinal);
    }

    /// <summary>The calendars, by venue.</summary>
    public ImmutableArray<ExchangeCalendar> Calendars { get; }

    /// <summary>The calendar of a venue.</summary>
    /// <exception cref="KeyNotFoundException">There is none: unknown means stop.</exception>
    public ExchangeCalendar this[string venue] => _byVenue.TryGetValue(venue, out var calendar)
        ? calendar
        : throw new KeyNotFoundException(
            $"There is no calendar of venue '{venue}'; there are {string.Join(", ", Calendars.Select(c => c.Venue))}.");

    /// <summary>Whether there is a calendar of a venue.</summary>
    public bool Has(string venue) => _byVenue.ContainsKey(venue);
}
