using System.Globalization;
using PerpetualRebalancing.Adapters.Configuration;
using PerpetualRebalancing.Adapters.Tables;
using PerpetualRebalancing.Adapters.Tests.Configuration;
using PerpetualRebalancing.Domain;
using PerpetualRebalancing.Domain.Markets;

namespace PerpetualRebalancing.Adapters.Tests.Tables;

public sealed class CalendarFilesTests : IDisposable
{
    private const string Head = "venue: NSE\ntime-zone: Asia/Kolkata\nhours: 09:15-15:30\nweekend: Saturday Sunday\n";
    private const string Columns = "date,kind,open,close,settles,status,name,source\n";

    private static readonly CalendarBook Shipped = CalendarFiles.Load(RepositoryFolder.Config("calendars"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("NSE", "2026-12-31")]
    [InlineData("NYSE", "2027-12-31")]
    [InlineData("LSE", "2026-12-31")]
    public void The_shipped_calendars_are_final_as_far_as_the_exchanges_published(string venue, string through) =>
        Assert.Equal(Day(through), Shipped[venue].FinalThrough);

    [Theory]
    [InlineData("NSE", "2026-01-15", null, null)] // declared three days before
    [InlineData("NSE", "2026-02-01", "2026-02-01T03:45Z", "2026-02-01T10:00Z")] // a Sunday
    [InlineData("NSE", "2025-10-21", "2025-10-21T08:15Z", "2025-10-21T09:15Z")] // Muhurat on a holiday
    [InlineData("NSE", "2026-11-08", null, null)] // Muhurat of unknown hours
    [InlineData("NSE", "2026-11-20", "2026-11-20T03:45Z", "2026-11-20T10:00Z")]
    [InlineData("NYSE", "2025-01-09", null, null)]
    [InlineData("NYSE", "2026-11-27", "2026-11-27T14:30Z", "2026-11-27T18:00Z")]
    [InlineData("NYSE", "2026-07-02", "2026-07-02T13:30Z", "2026-07-02T20:00Z")]
    [InlineData("LSE", "2026-12-28", null, null)]
    [InlineData("LSE", "2026-12-24", "2026-12-24T08:00Z", "2026-12-24T12:30Z")]
    [InlineData("LSE", "2026-06-01", "2026-06-01T07:00Z", "2026-06-01T15:30Z")]
    public void The_shipped_sessions_are_the_published_ones(string venue, string date, string? open, string? close)
    {
        var session = Shipped[venue].SessionOn(Day(date));
        Assert.Equal(open is null ? null : Moment(open), session?.Open);
        Assert.Equal(close is null ? null : Moment(close), session?.Close);
    }

    [Fact]
    public void London_and_new_york_are_closed_at_ten_in_mumbai()
    {
        var ten = Moment("2026-11-20T04:30Z");
        Assert.Equal(["NSE"], Shipped.Calendars.Where(calendar => calendar.IsOpen(ten)).Select(calendar => calendar.Venue));
    }

    [Fact]
    public void The_budget_sunday_trades_and_settles_on_monday()
    {
        Assert.True(Shipped["NSE"].IsBusinessDay(Day("2026-02-01")));
        Assert.Equal(Day("2026-02-02"), Shipped["NSE"].SettlementDate(Day("2026-02-01"), 1));
    }

    [Fact]
    public void The_last_business_day_of_march_2026_steps_over_mahavir_jayanti() =>
        Assert.Equal(Day("2026-03-30"), Shipped["NSE"].LastBusinessDay(new Slot(2026, 3)));

    [Fact]
    public void Every_fault_of_a_folder_is_reported_at_once_with_file_and_line()
    {
        _folder.Write("nse.csv", Head + Columns
            + "2026-13-01,closed,,,,final,A,B\n"
            + "2026-01-26,shut,,,,final,A,B\n"
            + "2026-01-27,early_close,,,,final,A,B\n"
            + "2026-01-28,closed,09:15,,,final,A,B\n"
            + "2026-01-29,closed,,,maybe,perhaps,,\n"
            + "2026-01-30,closed,,,,final,A\n"
            + "2026-02-02,closed,,,,final,A,B\n2026-02-02,closed,,,,final,A,B\n"
            + "2026-02-03,closed,,,,final,\"A,B\n"
            + "2026-02-04,special_open,15:30,09:15,,final,A,B\n");
        _folder.Write("nyse.csv", "venue: nyse\ntime-zone: America/New_Yorck\nhours: 9-5\nweekend: Sonntag\nholiday: yes\n");

        var faults = Assert.Throws<ConfigurationException>(() => CalendarFiles.Load(_folder.Root)).Faults;

        Assert.Equal(
        [
            "nse.csv: line 6: '2026-13-01' is not a date; allowed: such as 2026-12-25, from 2000 to 2100",
            "nse.csv: line 7: 'shut' is not a kind; allowed: closed, early_close, special_open, regular",
            "nse.csv: line 8: '-' are not hours; allowed: local times, the first before the second, such as 09:15 and 15:30",
            "nse.csv: line 9: '09:15-' is given for a closed day; allowed: no hours",
            "nse.csv: line 10: 'maybe' is not an answer to 'settles'; allowed: yes, no, or empty for yes",
            "nse.csv: line 10: 'perhaps' is not a status; allowed: final, tentative",
            "nse.csv: line 10: '' is not a name; allowed: the day's name",
            "nse.csv: line 10: '' is not a source; allowed: who published the day",
            $"nse.csv: line 11: has 7 fields; allowed: 8: {Columns.TrimEnd()}",
            "nse.csv: line 13: 2026-02-02 is listed twice; allowed: one row per date",
            $"nse.csv: line 14: has an unclosed quote; allowed: 8: {Columns.TrimEnd()}",
            "nse.csv: line 15: '15:30-09:15' are not hours; allowed: local times, the first before the second, such as 09:15 and 15:30",
            "nyse.csv: line 1: 'nyse' is not a venue; allowed: 2 to 12 capital letters or digits, such as NSE",
            "nyse.csv: line 2: 'America/New_Yorck' is not a known time zone; allowed: an IANA name such as Asia/Kolkata",
            "nyse.csv: line 3: '9-5' are not hours; allowed: local hours such as 09:15-15:30",
            "nyse.csv: line 4: 'Sonntag' are not days of a weekend; allowed: one to six names such as Saturday Sunday",
            $"nyse.csv: line 5: 'holiday: yes' is not known here; allowed: venue, time-zone, hours, weekend, or the line {Columns.TrimEnd()}",
            $"nyse.csv: columns: missing; allowed: the line {Columns.TrimEnd()} above the rows",
        ], faults);
    }

    [Fact]
    public void A_folder_without_calendars_and_a_venue_in_two_files_are_refused()
    {
        Assert.Contains("has no *.csv files", Assert.Throws<ConfigurationException>(() => CalendarFiles.Load(_folder.Root)).Message, StringComparison.Ordinal);
        _folder.Write("a.csv", Head + Columns);
        _folder.Write("b.csv", Head + Columns);
        Assert.Equal(
            "b.csv: venue: NSE is in a.csv too; allowed: one per venue",
            Assert.Throws<ConfigurationException>(() => CalendarFiles.Load(_folder.Root)).Message);
    }

    [Fact]
    public void An_early_close_on_a_weekend_is_a_mistyped_date()
    {
        _folder.Write("nse.csv", Head + Columns + "2026-11-21,early_close,09:15,13:00,,final,A,B\n");
        Assert.Equal(
            "nse.csv: 2026-11-21: is a Saturday, a weekend day; allowed: special_open for a session on a weekend",
            Assert.Throws<ConfigurationException>(() => CalendarFiles.Load(_folder.Root)).Message);
    }

    [Fact]
    public void A_spreadsheets_padding_and_line_ends_and_quotes_are_read()
    {
        _folder.Write("nse.csv", (Head + Columns + "2026-01-26,closed,,,,final,\"Republic, or \"\"Day\"\"\",B\n,,,,,,,\n").ReplaceLineEndings("\r\n")
            .Replace("venue: NSE", "venue: NSE,,,,,,,", StringComparison.Ordinal));
        Assert.Equal("Republic, or \"Day\"", CalendarFiles.Load(_folder.Root)["NSE"].Rows.Single().Name);
    }

    [Fact]
    public void An_import_adds_and_replaces_days_and_a_second_one_changes_nothing()
    {
        var calendars = CopyOfShipped();
        var circular = _folder.Write("circular.csv", "venue: NSE\n" + Columns
            + "2026-12-14,closed,,,,final,Extra holiday,circular 1\n"
            + "2026-11-08,special_open,18:00,19:00,no,final,Muhurat trading,circular 2\n");

        var first = CalendarFiles.Import(calendars, circular);
        var bytes = File.ReadAllBytes(first.File);
        var second = CalendarFiles.Import(calendars, circular);

        Assert.Equal(new CalendarImport("NSE", Path.Combine(calendars, "nse.csv"), 1, 1, 0, Day("2026-12-31")), first);
        Assert.Equal(first with { Added = 0, Replaced = 0 }, second);
        Assert.Equal(bytes, File.ReadAllBytes(first.File));
        var nse = CalendarFiles.Load(calendars)["NSE"];
        Assert.False(nse.IsBusinessDay(Day("2026-12-14")));
        Assert.Equal(Moment("2026-11-08T12:30Z"), nse.SessionOn(Day("2026-11-08"))!.Open);
        Assert.Equal(Shipped["NSE"].Rows.Length + 1, nse.Rows.Length);
        Assert.Equal(["lse.csv", "nse.csv", "nyse.csv"], Directory.GetFiles(calendars).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_year_that_is_imported_in_full_drops_its_tentative_days_and_becomes_final()
    {
        var calendars = CopyOfShipped();
        var list = _folder.Write("nse2027.csv", "venue: NSE\n" + Columns + string.Concat(
            new[] { "01-26", "03-22", "03-26", "05-17", "10-29", "11-15" }.Select(day => $"2027-{day},closed,,,,final,Holiday,NSE circular\n")));

        var import = CalendarFiles.Import(calendars, list);

        // 14-Apr-2027 was only expected, and the published list does not have it.
        Assert.Equal((4, 2, 1, Day("2027-12-31")), (import.Added, import.Replaced, import.Removed, import.FinalThrough));
        Assert.True(CalendarFiles.Load(calendars)["NSE"].IsBusinessDay(Day("2027-04-14")));
    }

    [Fact]
    public void A_new_venue_needs_its_ordinary_week_and_gets_a_file()
    {
        var calendars = CopyOfShipped();
        var rows = Columns + "2026-12-25,closed,,,,final,Christmas Day,exchange\n";
        var short1 = _folder.Write("short.csv", "venue: TSE\n" + rows);
        var whole = _folder.Write("whole.csv", "# Tokyo\nvenue: TSE\ntime-zone: Asia/Tokyo\nhours: 09:00-15:30\nweekend: Sunday Saturday\n" + rows);

        var refused = Assert.Throws<ConfigurationException>(() => CalendarFiles.Import(calendars, short1)).Faults;
        Assert.Equal(["time-zone", "hours", "weekend"], refused.Select(fault => fault.Split(": ")[1]));
        Assert.False(File.Exists(Path.Combine(calendars, "tse.csv")));

        CalendarFiles.Import(calendars, whole);
        Assert.Equal(Moment("2026-12-24T00:00Z"), CalendarFiles.Load(calendars)["TSE"].SessionOn(Day("2026-12-24"))!.Open);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\u0001\u0002")]
    [InlineData("{\"venue\": \"NSE\"}")]
    [InlineData("venue: NSE\ndate,kind,open,close,settles,status,name,source\n")]
    [InlineData("venue: NSE\ndate,kind,open,close,settles,status,name,source\n2026-12-25,closed,,,,final,A,B\n2026-12-26;closed\n")]
    public void Garbage_is_refused_and_nothing_is_written(string text)
    {
        var calendars = CopyOfShipped();
        var before = File.ReadAllBytes(Path.Combine(calendars, "nse.csv"));
        Assert.Throws<ConfigurationException>(() => CalendarFiles.Import(calendars, _folder.Write("garbage.csv", text)));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(calendars, "nse.csv")));
        Assert.Equal(3, Directory.GetFiles(calendars).Length);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_refused()
    {
        var path = _folder.PathTo("binary.csv");
        File.WriteAllBytes(path, [0xff, 0xfe, 0x00, 0xd8]);
        Assert.Throws<ConfigurationException>(() => CalendarFiles.Import(CopyOfShipped(), path));
    }

    [Fact]
    public void An_import_keeps_what_people_wrote_above_the_rows()
    {
        var calendars = CopyOfShipped();
        var head = File.ReadLines(Path.Combine(calendars, "nse.csv")).TakeWhile(line => !char.IsAsciiDigit(line[0])).ToArray();
        CalendarFiles.Import(calendars, _folder.Write("x.csv", "venue: NSE\n" + Columns + "2026-12-14,closed,,,,final,Extra,circular\n"));
        Assert.Equal(head, File.ReadLines(Path.Combine(calendars, "nse.csv")).Take(head.Length));
    }

    private string CopyOfShipped()
    {
        var target = Directory.CreateDirectory(_folder.PathTo("calendars")).FullName;
        foreach (var file in Directory.GetFiles(RepositoryFolder.Config("calendars"), "*.csv"))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        return target;
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Moment(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
