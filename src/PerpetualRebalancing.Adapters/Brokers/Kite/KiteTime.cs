using System.Globalization;

namespace PerpetualRebalancing.Adapters.Brokers.Kite;

/// <summary>Kite's clock is India's, and its times carry no offset.</summary>
internal static class KiteTime
{
    private static readonly TimeZoneInfo India = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata");
    private static readonly TimeOnly TokensEnd = new(6, 0);

    /// <summary>The day in India.</summary>
    public static DateOnly Day(DateTimeOffset moment) => DateOnly.FromDateTime(Local(moment));

    /// <summary>When an access token that was given at a moment ends: at the next six in the morning.</summary>
    public static DateTimeOffset TokenEnd(DateTimeOffset given)
    {
        var local = Local(given);
        var day = DateOnly.FromDateTime(local);
        var end = (TimeOnly.FromDateTime(local) < TokensEnd ? day : day.AddDays(1)).ToDateTime(TokensEnd);
        return new DateTimeOffset(end, India.GetUtcOffset(end));
    }

    /// <summary>The day of <c>2026-11-20 09:16:39</c>, or of a day alone; null for anything else.</summary>
    public static DateOnly? DayOf(string? text) => DateTime.TryParseExact(
        text, ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
        ? DateOnly.FromDateTime(time)
        : null;

    private static DateTime Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, India).DateTime;
}
