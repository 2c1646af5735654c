using System.CommandLine;
using PerpetualRebalancing.Adapters.Tables;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>calendar import</c>: takes an exchange's published holidays into the configuration.</summary>
public static class CalendarCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var file = new Argument<string>("FILE") { Description = "A calendar in the format of config/calendars" };
        var import = new ExampleCommand("import", "Take new rows of an exchange calendar; the next review reads them", "calendar import nse-2027.csv") { file };
        import.SetAction(parsed =>
        {
            var folder = Path.Combine(context.SettingsOf(parsed).ConfigFolder, "calendars");
            var done = CalendarFiles.Import(folder, Path.GetFullPath(parsed.GetRequiredValue(file), context.Folder));
            context.OutputOf(parsed).Say(
                $"{done.Venue}: {done.Added} rows added, {done.Replaced} replaced, {done.Removed} removed; final through {done.FinalThrough:yyyy-MM-dd}.");
            return ExitCode.Done;
        });
        return new ExampleCommand("calendar", "Exchange calendars", "calendar import nse-2027.csv") { import };
    }
}
