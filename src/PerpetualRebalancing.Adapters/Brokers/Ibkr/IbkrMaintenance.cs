namespace PerpetualRebalancing.Adapters.Brokers.Ibkr;

/// <summary>When Interactive Brokers works on its servers (ibkrcampus.com, Client Portal Web API and Flex Web Service). It only explains why nothing answers, and keeps a login
/// from being asked for in vain: each region has a reset of its own, and which is ours nobody says.</summary>
internal static class IbkrMaintenance
{
    private static readonly (string Zone, TimeOnly From, TimeOnly To)[] Resets =
    [
        ("America/New_York", new TimeOnly(0, 45), new TimeOnly(1, 30)),
        ("Europe/Zurich", new TimeOnly(0, 45), new TimeOnly(1, 30)),
        ("Asia/Hong_Kong", new TimeOnly(0, 45), new TimeOnly(1, 30)),
    ];

    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    /// <summary>What goes on at a moment, for people; null when nothing does.</summary>
    public static string? At(DateTimeOffset moment)
    {
        var there = TimeZoneInfo.ConvertTime(moment, NewYork);
        if (there.DayOfWeek == DayOfWeek.Saturday && there.Hour >= 18)
        {
            return "Interactive Brokers works on its servers on Saturday evenings, New York time";
        }

        return Resets.Any(r => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(r.Zone)).DateTime).IsBetween(r.From, r.To))
            ? "Interactive Brokers resets its servers about one in the morning of New York, Zurich or Hong Kong, and it is that time now"
            : null;
    }
}
