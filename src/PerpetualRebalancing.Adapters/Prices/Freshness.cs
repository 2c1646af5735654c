using System.Globalization;

namespace PerpetualRebalancing.Adapters.Prices;

/// <summary>Whether what was read is recent enough, in the words of the gate that will judge it again.</summary>
internal static class Freshness
{
    /// <summary>What is wrong with a value's age; null when nothing is.</summary>
    /// <param name="kind">What it is: NAV, price, rate, level.</param>
    /// <param name="day">Its own day.</param>
    /// <param name="today">Today.</param>
    /// <param name="ahead">How many days ahead of today it may be.</param>
    /// <param name="age">In days of the kind that the limit counts.</param>
    /// <param name="limit">The oldest it may be.</param>
    public static string? Complaint(string kind, DateOnly day, DateOnly today, int ahead, int age, int limit) =>
        day > today.AddDays(ahead)
            ? $"its {kind} is dated {PublishedNumber.Day(day)}, and today is {PublishedNumber.Day(today)}"
            : age > limit
                ? string.Create(CultureInfo.InvariantCulture, $"its {kind} of {PublishedNumber.Day(day)} is {age} days old, and the limit is {limit}")
                : null;
}
