using System.Collections.Immutable;
using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>Reads one calendar file (its form: config/calendars/README.md), collecting every fault with its line.</summary>
internal sealed class CalendarParser(string path)
{
    private const string HoursAllowed = "local times, the first before the second, such as 09:15 and 15:30";

    // Dates outside are typing errors, not trading days.
    private const int FirstYear = 2000;
    private const int LastYear = 2100;

    private readonly FaultList _faults = new(path);
    private readonly List<string> _comments = [];
    private readonly SortedDictionary<DateOnly, CalendarRow> _rows = [];
    private string? _venue;
    private string? _timeZone;
    private SessionHours? _hours;
    private ImmutableArray<DayOfWeek>? _weekend;
    private bool _hasColumns;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read or has faults.</exception>
    public static CalendarText Read(string path) => new CalendarParser(path).Parse(TextFile.Read(path));

    private CalendarText Parse(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            ReadLine($"line {i + 1}", lines[i].Trim());
        }

        if (_venue is null)
        {
            _faults.Add("venue", "missing", "a line such as 'venue: NSE' above the rows");
        }

        if (!_hasColumns)
        {
            _faults.Add("columns", "missing", $"the line {CalendarText.Columns} above the rows");
        }

        _faults.ThrowIfAny();
        return new CalendarText([.. _comments], _venue!, _timeZone, _hours, _weekend, [.. _rows.Values]);
    }

    private void ReadLine(string where, string line)
    {
        if (line.StartsWith('#'))
        {
            if (_rows.Count == 0)
            {
                _comments.Add(line);
            }
        }
        else if (line.Any(char.IsControl))
        {
            _faults.Add(where, "is not text", "printable characters");
        }
        else if (line.Trim(',').Length == 0)
        {
            // A spreadsheet pads empty lines with commas.
        }
        else if (_hasColumns)
        {
            ReadRow(where, line);
        }
        else if (line == CalendarText.Columns)
        {
            _hasColumns = true;
        }
        else
        {
            ReadSetting(where, line.TrimEnd(','));
        }
    }

    private void ReadSetting(string where, string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var value = colon < 0 ? "" : line[(colon + 1)..].Trim();
        switch (colon < 0 ? line : line[..colon].Trim())
        {
            case "venue":
                var isName = value.Length is >= 2 and <= 12 && value.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c));
                _venue = Checked(isName, value, where, "is not a venue", "2 to 12 capital letters or digits, such as NSE");
                break;
            case "time-zone":
                var isZone = TimeZoneInfo.TryFindSystemTimeZoneById(value, out _);
                _timeZone = Checked(isZone, value, where, "is not a known time zone", "an IANA name such as Asia/Kolkata");
                break;
            case "hours":
                var ends = value.Split('-');
                _hours = ends.Length == 2 ? Hours(ends[0].Trim(), ends[1].Trim()) : null;
                Checked(_hours is not null, value, where, "are not hours", "local hours such as 09:15-15:30");
                break;
            case "weekend":
                _weekend = Weekend(value);
                Checked(_weekend is not null, value, where, "are not days of a weekend", "one to six names such as Saturday Sunday");
                break;
            default:
                _faults.Add(where, $"'{line}' is not known here", $"venue, time-zone, hours, weekend, or the line {CalendarText.Columns}");
                break;
        }
    }

    private string Checked(bool isFine, string value, string where, string problem, string allowed)
    {
        if (!isFine)
        {
            _faults.Add(where, $"'{value}' {problem}", allowed);
        }

        return value;
    }

    private void ReadRow(string where, string line)
    {
        var fields = CsvLine.Split(line);
        if (fields is not { Count: 8 })
        {
            _faults.Add(where, fields is null ? "has an unclosed quote" : $"has {fields.Count} fields", $"8: {CalendarText.Columns}");
            return;
        }

        var isDate = DateOnly.TryParseExact(fields[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= FirstYear and <= LastYear;
        Checked(isDate, fields[0], where, "is not a date", $"such as 2026-12-25, from {FirstYear} to {LastYear}");
        var kind = CalendarText.Kinds.FirstOrDefault(k => k.Word == fields[1]);
        Checked(kind.Word is not null, fields[1], where, "is not a kind", string.Join(", ", CalendarText.Kinds.Select(k => k.Word)));
        Checked(fields[4] is "" or "yes" or "no", fields[4], where, "is not an answer to 'settles'", "yes, no, or empty for yes");
        Checked(fields[5] is "final" or "tentative", fields[5], where, "is not a status", "final, tentative");
        Checked(fields[6].Length > 0, fields[6], where, "is not a name", "the day's name");
        Checked(fields[7].Length > 0, fields[7], where, "is not a source", "who published the day");
        var hours = RowHours(where, kind.Word, fields[2], fields[3]);
        if (isDate && !_rows.TryAdd(
            date, new CalendarRow(date, kind.Kind, hours, fields[4] != "no", fields[5] == "final", fields[6], fields[7])))
        {
            _faults.Add(where, $"{fields[0]} is listed twice", "one row per date");
        }
    }

    private SessionHours? RowHours(string where, string? kind, string open, string close)
    {
        var isEmpty = open.Length == 0 && close.Length == 0;
        if (kind is "closed" or "regular")
        {
            Checked(isEmpty, $"{open}-{close}", where, $"is given for a {kind} day", "no hours");
            return null;
        }

        // The hours of a special session are often notified late; those of an early close are what makes it one.
        if (isEmpty && kind != "early_close")
        {
            return null;
        }

        var hours = Hours(open, close);
        Checked(hours is not null, $"{open}-{close}", where, "are not hours", HoursAllowed);
        return hours;
    }

    private static SessionHours? Hours(string open, string close) =>
        Time(open) is { } from && Time(close) is { } to && from < to ? new SessionHours(from, to) : null;

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static ImmutableArray<DayOfWeek>? Weekend(string text)
    {
        var names = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var days = Enum.GetValues<DayOfWeek>().Where(day => names.Contains(day.ToString())).ToImmutableArray();
        return days.Length == names.Length && days.Length is >= 1 and <= 6
            ? days.Sort((left, right) => WeekIndex(left).CompareTo(WeekIndex(right)))
            : null;

        static int WeekIndex(DayOfWeek day) => day == DayOfWeek.Sunday ? 7 : (int)day;
    }
}
