using System.CommandLine;
using PerpetualRebalancing.Worker.Doctor;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>doctor</c>: what is right and what is not, on one screen. It only looks.</summary>
public static class DoctorCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var only = new Option<string[]>("--only") { Description = "Look only at this; may be given several times", HelpName = "CHECK" };
        only.AcceptOnlyFromAmong([.. Checkup.All.Select(c => c.Name)]);
        var command = new ExampleCommand("doctor", "Say what is right and what is not, and what to do about it", "doctor", "doctor --json", "doctor --only service  # for a health check") { only };
        command.SetAction(parsed =>
        {
            using var patient = new Patient(context.Variables, () => context.SettingsOf(parsed), context.Clock);
            var wanted = parsed.GetValue(only) is { Length: > 0 } names ? names : null;
            var report = Checkup.Of(Checkup.All.Where(c => wanted?.Contains(c.Name) ?? true), patient);
            context.OutputOf(parsed).Show(() => DoctorView.Render(report), () => DoctorView.Json(report));
            return report.NeedsPerson ? ExitCode.NeedsPerson : ExitCode.Done;
        });
        return command;
    }
}
