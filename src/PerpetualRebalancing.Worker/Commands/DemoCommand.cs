using System.CommandLine;
using PerpetualRebalancing.Worker.Demo;
using PerpetualRebalancing.Worker.Messages;
using PerpetualRebalancing.Worker.Reviewing;
using PerpetualRebalancing.Worker.Views;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary><c>demo</c>: whole months of the example household in seconds, on a simulated clock.</summary>
public static class DemoCommand
{
    /// <summary>The demo's first moment: always the same, so that everybody sees the same months.</summary>
    private static readonly DateTimeOffset Start = new(2026, 6, 1, 0, 0, 0, TimeSpan.FromHours(5.5));

    private const int MostMonths = 24;

    /// <summary>Builds the command.</summary>
    public static Command Build(CommandContext context)
    {
        var months = new Option<int>("--months")
        {
            Description = $"How many months to live, 1 to {MostMonths}; a sell program needs about 16 to be seen from trigger to stop",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        months.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostMonths)
            {
                result.AddError($"--months: is {result.GetValueOrDefault<int>()}; allowed: 1 to {MostMonths}");
            }
        });
        var command = new ExampleCommand(
            "demo", "Live whole months of the example household on a simulated clock", "demo", "demo --months 16", "demo --months 16 --json") { months };
        command.SetAction((parsed, cancellationToken) => RunAsync(context, parsed, parsed.GetValue(months), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, ParseResult parsed, int months, CancellationToken cancellationToken)
    {
        var output = context.OutputOf(parsed);
        var folder = Directory.CreateTempSubdirectory("perpetual-demo-").FullName;
        var settings = context.SettingsOf(parsed) with { DataFolder = folder };
        var clock = new SimulatedTime(Start);
        using var desk = Desk.Open(settings, clock, isDemonstration: true);
        using var lease = desk.Store.TryAcquirePlacing(Environment.ProcessId, Environment.MachineName)
            ?? throw new InvalidOperationException($"Another process works on {folder}.");
        output.Say($"The demo lives in {folder}; its messages are in {desk.OutboxFolder}.", Tone.Quiet);
        var one = months == 1 && !output.IsJson;
        var lived = await new DemoRun(desk, clock, lease, output.Say, judged => ShowPlan(output, desk, judged, one)).RunAsync(months, cancellationToken);
        if (one)
        {
            ShowReport(output, desk);
        }

        await new Deliveries(desk, desk.Sender).DeliverAsync(cancellationToken);
        output.Show(() => DemoView.Render(desk.Policy, lived, folder), () => DemoView.Json(lived, folder));
        return lived.All(m => m.After is not null) ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>One month is looked at closely; of many, a line each is enough.</summary>
    private static void ShowPlan(Output output, Desk desk, JudgedPlan judged, bool one)
    {
        if (one)
        {
            output.Show(() => PlanView.Render(judged.Plan, desk.Policy, judged.Judgement), () => PlanView.Json(judged.Plan));
        }
    }

    private static void ShowReport(Output output, Desk desk)
    {
        foreach (var report in desk.Store.PendingOutbox().Where(m => m.Kind == "report"))
        {
            output.Say("");
            output.Say($"The report that is mailed: {report.Subject}", Tone.Strong);
            foreach (var line in report.Body.TrimEnd().Split('\n'))
            {
                output.Say($"  {line}");
            }

            output.Say("");
        }
    }
}
