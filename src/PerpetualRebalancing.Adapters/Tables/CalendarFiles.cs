using System.Collections.Immutable;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Adapters.Tables;

/// <summary>What an import of a calendar file did.</summary>
/// <param name="Venue">The exchange.</param>
/// <param name="File">The file that holds its calendar.</param>
/// <param name="Added">Dates that were not listed before.</param>
/// <param name="Replaced">Dates whose row changed.</param>
/// <param name="Removed">Tentative dates of a year that the import lists in full, and without them.</param>
/// <param name="FinalThrough">The last day that the published list now covers.</param>
public sealed record CalendarImport(string Venue, string File, int Added, int Replaced, int Removed, DateOnly FinalThrough);

/// <summary>The exchange calendars as files, one per venue (their form: config/calendars/README.md).</summary>
public static class CalendarFiles
{
    /// <summary>Reads every calendar of a folder.</summary>
    /// <param name="folder">Holds at least one *.csv.</param>
    /// <exception cref="ConfigurationException">A file cannot be used; every fault names its file and line.</exception>
    public static CalendarBook Load(string folder) => new([.. Read(folder).Select(file => file.Text.ToCalendar(file.Path))]);

    /// <summary>Checks a file and merges its rows into the calendar of its venue: a listed date replaces the row it had; a year
    /// that the file lists in full drops its tentative rows. Importing a file twice changes nothing the second time.</summary>
    /// <param name="folder">Where the calendars live.</param>
    /// <param name="file">A file of the same form. For a venue that is there already only <c>venue</c> and rows are needed.</param>
    /// <exception cref="ConfigurationException">The file or the folder cannot be used; nothing was written.</exception>
    public static CalendarImport Import(string folder, string file)
    {
        var incoming = CalendarParser.Read(file);
        if (incoming.Rows.IsEmpty)
        {
            throw new ConfigurationException($"{Path.GetFileName(file)}: has no rows; allowed: at least one day to import");
        }

        var known = Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.csv").Any() ? Read(folder) : [];
        var target = known.FirstOrDefault(calendar => calendar.Text.Venue == incoming.Venue);
        var path = target.Path ?? Path.Combine(folder, incoming.Venue.ToLowerInvariant() + ".csv");
        var before = target.Text ?? incoming with { Rows = [] };
        var merged = Merge(before, incoming);

        // Made before anything is written, so that a file that says too little is refused whole.
        var calendar = merged.ToCalendar(file);
        if (target.Text is null || !Same(before, merged))
        {
            ReplaceWhole(path, merged.Written());
        }

        var old = before.Rows.ToDictionary(row => row.Date);
        return new CalendarImport(
            incoming.Venue,
            path,
            merged.Rows.Count(row => !old.ContainsKey(row.Date)),
            merged.Rows.Count(row => old.TryGetValue(row.Date, out var had) && had != row),
            before.Rows.Length - merged.Rows.Count(row => old.ContainsKey(row.Date)),
            calendar.FinalThrough);
    }

    private static CalendarText Merge(CalendarText before, CalendarText incoming)
    {
        var listed = incoming.Rows.Select(row => row.Date).ToHashSet();
        var published = incoming.Rows.Select(row => row.Date.Year).Distinct()
            .Where(year => ExchangeCalendar.IsPublished(incoming.Rows, year)).ToHashSet();
        var kept = before.Rows.Where(row => !listed.Contains(row.Date) && (row.IsFinal || !published.Contains(row.Date.Year)));
        return before with
        {
            TimeZone = incoming.TimeZone ?? before.TimeZone,
            Hours = incoming.Hours ?? before.Hours,
            Weekend = incoming.Weekend ?? before.Weekend,
            Rows = [.. kept.Concat(incoming.Rows).OrderBy(row => row.Date)],
        };
    }

    private static bool Same(CalendarText left, CalendarText right) =>
        left.TimeZone == right.TimeZone && left.Hours == right.Hours
        && left.Weekend!.Value.SequenceEqual(right.Weekend!.Value) && left.Rows.SequenceEqual(right.Rows);

    private static ImmutableArray<(string Path, CalendarText Text)> Read(string folder)
    {
        var files = TableFolder.Read(folder, "csv", path =>
        {
            var text = CalendarParser.Read(path);
            text.ToCalendar(path);
            return text;
        });
        TableFolder.RequireUnique(files.Select(file => (file.Path, "venue", file.Content.Venue)));
        return [.. files.Select(file => (file.Path, file.Content))];
    }

    // A review may read the file at this moment, and the power may fail at this moment: it sees the old file or the new one.
    private static void ReplaceWhole(string path, string text)
    {
        var half = $"{path}.new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{Path.GetFileName(path)}: cannot be written ({e.Message}); make its folder writable");
        }
    }
}
