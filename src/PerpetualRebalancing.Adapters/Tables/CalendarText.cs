using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>One calendar file as it was read: what a file says, before it is known whether it says enough for a calendar.</summary>
/// <param name="Comments">The comment lines above the first row, as written.</param>
/// <param name="Venue">The exchange.</param>
/// <param name="TimeZone">Its IANA time zone; null when the file does not say.</param>
/// <param name="Hours">Its ordinary local hours; null when the file does not say.</param>
/// <param name="Weekend">Days of the week without trading; null when the file does not say.</param>
/// <param name="Rows">The exceptional days, by date.</param>
internal sealed record CalendarText(
    ImmutableArray<string> Comments,
    string Venue,
    string? TimeZone,
    SessionHours? Hours,
    ImmutableArray<DayOfWeek>? Weekend,
    ImmutableArray<CalendarRow> Rows)
{
    /// <summary>The header of the rows.</summary>
    public const string Columns = "date,kind,open,close,settles,status,name,source";

    /// <summary>The words for <see cref="DayKind"/>.</summary>
    public static readonly ImmutableArray<(string Word, DayKind Kind)> Kinds =
    [
        ("closed", DayKind.Closed),
        ("early_close", DayKind.EarlyClose),
        ("special_open", DayKind.SpecialOpen),
        ("regular", DayKind.Regular),
    ];

    /// <summary>The calendar, when the file says everything.</summary>
    /// <exception cref="ConfigurationException">Time zone, hours or weekend are missing.</exception>
    public ExchangeCalendar ToCalendar(string path)
    {
        var faults = new FaultList(path);
        Require(TimeZone is not null, "time-zone", "an IANA name such as Asia/Kolkata");
        Require(Hours is not null, "hours", "local hours such as 09:15-15:30");
        Require(Weekend is not null, "weekend", "days such as Saturday Sunday");
        foreach (var row in Rows.Where(r => r.Kind is DayKind.EarlyClose or DayKind.Regular && Weekend?.Contains(r.Date.DayOfWeek) == true))
        {
            // A mistyped date would otherwise open the exchange on a weekend.
            faults.Add($"{row.Date:yyyy-MM-dd}", $"is a {row.Date.DayOfWeek}, a weekend day", "special_open for a session on a weekend");
        }

        faults.ThrowIfAny();
        return new ExchangeCalendar(Venue, TimeZoneInfo.FindSystemTimeZoneById(TimeZone!), Hours!.Value, Weekend!.Value, Rows);

        void Require(bool isThere, string key, string allowed)
        {
            if (!isThere)
            {
                faults.Add(key, "missing", allowed);
            }
        }
    }

    /// <summary>The text of a file that says the same: what an import writes.</summary>
    public string Written()
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        foreach (var comment in Comments)
        {
            Line(comment);
        }

        Line($"venue: {Venue}");
        Line($"time-zone: {TimeZone}");
        Line($"hours: {Written(Hours!.Value.Open)}-{Written(Hours.Value.Close)}");
        Line($"weekend: {string.Join(' ', Weekend!.Value)}");
        Line(Columns);
        foreach (var row in Rows)
        {
            Line(CsvLine.Join(
            [
                row.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                Kinds.First(kind => kind.Kind == row.Kind).Word,
                row.Hours is { } open ? Written(open.Open) : "",
                row.Hours is { } close ? Written(close.Close) : "",
                row.Settles ? "" : "no",
                row.IsFinal ? "final" : "tentative",
                row.Name,
                row.Source,
            ]));
        }

        return text.ToString();
    }

    private static string Written(TimeOnly time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
}
