using System.Globalization;
using PerpetualRebalancing.Domain.Review;

namespace PerpetualRebalancing.Domain.Gates;

/// <summary>How the gates write numbers and names.</summary>
internal static class GateWords
{
    /// <summary>0.03 as <c>3 %</c>, to four decimals so that just above a limit does not read like the limit.</summary>
    public static string Percent(decimal fraction) => $"{Canonical.Text(Math.Round(fraction * 100m, 4))} %";

    /// <summary>A drift as <c>+12.5 points</c>.</summary>
    public static string Points(Drift drift) => Math.Round(drift.Points, 4).ToString("+0.####;-0.####;0", CultureInfo.InvariantCulture) + " points";

    /// <summary>The size of a drift as <c>12.5 points</c>.</summary>
    public static string Size(Drift drift) => Canonical.Text(Math.Abs(Math.Round(drift.Points, 4))) + " points";

    /// <summary>How many of something, as <c>1 leg</c> or <c>2 legs</c>.</summary>
    public static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    /// <summary>A date as <c>2026-06-30</c>.</summary>
    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A moment on its own clock, as <c>2026-06-30 09:30 (UTC-04:00)</c>.</summary>
    public static string Moment(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm '(UTC'zzz')'", CultureInfo.InvariantCulture);

    /// <summary>Legs by name, as <c>S1, B2</c>.</summary>
    public static string Names(IEnumerable<PlannedLeg> legs) => string.Join(", ", legs.Select(leg => leg.Id));

    /// <summary>A leg with what it trades, as <c>B2 (gold in demat)</c>.</summary>
    public static string Name(PlannedLeg leg) => leg.Instrument is null ? $"{leg.Id} ({leg.Account})" : $"{leg.Id} ({leg.Instrument} in {leg.Account})";
}
