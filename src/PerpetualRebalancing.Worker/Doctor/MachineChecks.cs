using System.Globalization;

namespace PerpetualRebalancing.Worker.Doctor;

/// <summary>The machine below.</summary>
internal static class MachineChecks
{
    private const long LeastFree = 256L << 20;
    private const int LongestSilenceDays = 400;

    /// <summary>What to do about a clock that is wrong.</summary>
    public const string SetTheClock = "Set the machine's clock (timedatectl shows it) before anything else runs: facts, reviews and expiries go by it.";

    // The zones of the exchanges that the calendars shipped with the program are about.
    private static readonly (string Zone, double July)[] Exchanges = [("Asia/Kolkata", 5.5), ("America/New_York", -4), ("Europe/London", 1)];

    /// <summary>The data folder has room.</summary>
    public static Finding Disk(string folder)
    {
        var there = folder;
        while (!Directory.Exists(there))
        {
            there = Path.GetDirectoryName(there)!;
        }

        return Disk(folder, new DriveInfo(there).AvailableFreeSpace);
    }

    /// <summary>Judges the room of a folder, in bytes.</summary>
    internal static Finding Disk(string folder, long free)
    {
        var says = string.Create(CultureInfo.InvariantCulture, $"{free >> 20:N0} MB are free for {folder}.");
        return free < LeastFree
            ? Finding.Wrong(says, string.Create(CultureInfo.InvariantCulture, $"Free some space: with less than {LeastFree >> 20} MB a full disk is near, and then nothing is recorded and nothing placed."))
            : Finding.Right(says);
    }

    /// <summary>The time can be true: it is after what was recorded last, and after the program was built.</summary>
    public static IEnumerable<Finding> Clock(Patient patient)
    {
        var built = new DateTimeOffset(File.GetLastWriteTimeUtc(typeof(MachineChecks).Assembly.Location), TimeSpan.Zero);
        var facts = patient.Store?.Facts() ?? [];
        return [Clock(patient.Now, built, facts.IsEmpty ? null : facts[^1].At)];
    }

    /// <summary>Judges a time.</summary>
    /// <param name="now">What the clock says.</param>
    /// <param name="built">The date of the program's file.</param>
    /// <param name="recorded">When the last fact was recorded, if any was.</param>
    internal static Finding Clock(DateTimeOffset now, DateTimeOffset built, DateTimeOffset? recorded)
    {
        // The file may have been made in another time zone's midnight, or by a machine whose clock is a little fast.
        if (now < built.AddDays(-1))
        {
            return Finding.Wrong($"The clock says {Text(now)}, and the program was built at {Text(built)}.", SetTheClock);
        }

        if (now < recorded)
        {
            return Finding.Wrong($"The clock says {Text(now)}, and the last fact was recorded at {Text(recorded.Value)}.", SetTheClock);
        }

        return now > recorded?.AddDays(LongestSilenceDays)
            ? Finding.Wrong($"The clock says {Text(now)}, and the last fact was recorded at {Text(recorded.Value)}: more than {LongestSilenceDays} days before.", $"If nothing ran so long, run 'review'. Else: {SetTheClock}")
            : Finding.Right($"{Text(now)}{(recorded is { } last ? $"; the last fact was recorded at {Text(last)}" : "")}.");
    }

    /// <summary>The operating system knows the time zones, and their summer time.</summary>
    public static IEnumerable<Finding> Zones(Patient patient)
    {
        var july = new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);
        string[] lacking =
        [
            .. Exchanges.Where(e => !TimeZoneInfo.TryFindSystemTimeZoneById(e.Zone, out var zone) || zone.GetUtcOffset(july).TotalHours != e.July).Select(e => e.Zone),
        ];
        return lacking.Length > 0
            ? [Finding.Wrong($"There are no right data of {string.Join(", ", lacking)}.", "Install the operating system's time-zone data: the package tzdata, on newer Debian and Ubuntu also tzdata-legacy.")]
            : [Finding.Right($"Known, with their summer time: {string.Join(", ", Exchanges.Select(e => e.Zone))}{DataVersion()}.")];
    }

    /// <summary>The last backup is young, where there is a folder of backups.</summary>
    public static IEnumerable<Finding> Backups(Patient patient)
    {
        var folder = new DirectoryInfo(patient.Settings.Backup.Folder ?? Path.Combine(patient.Settings.DataFolder, "backups"));
        if (!folder.Exists)
        {
            return [Finding.Note($"There is no folder {folder.FullName}.", "Make a backup with 'backup now'; the service makes one a night.")];
        }

        var newest = folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => new DateTimeOffset(f.LastWriteTimeUtc, TimeSpan.Zero)).DefaultIfEmpty().Max();
        return newest == default ? [Finding.Wrong($"{folder.FullName} is empty.", "Make a backup with 'backup now'.")]
            : patient.Now - newest > TimeSpan.FromDays(2) ? [Finding.Wrong($"The last backup is of {Text(newest)}.", "Find out why there is no newer one, and make one.")]
            : [Finding.Right($"The last one is of {Text(newest)}.")];
    }

    /// <summary>A moment, for a person.</summary>
    internal static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    // The first line of the compiled rules is "# version 2026a".
    private static string DataVersion() => File.Exists("/usr/share/zoneinfo/tzdata.zi")
        && File.ReadLines("/usr/share/zoneinfo/tzdata.zi").FirstOrDefault()?.Split(' ') is ["#", "version", var version]
            ? $"; data {version}"
            : "";
}
