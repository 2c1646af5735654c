using System.Collections.Immutable;
using System.CommandLine;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>A command that can be built when it is asked for: the options of all of them would cost every start a noticeable part.</summary>
/// <param name="Name">What a person types.</param>
/// <param name="Build">Builds it.</param>
public sealed record ListedCommand(string Name, Func<CommandContext, Command> Build);

/// <summary>Every command that works: one file in this folder and one line here. Help shows them in this order.</summary>
public static class AllCommands
{
    /// <summary>The commands.</summary>
    public static ImmutableArray<ListedCommand> Listed { get; } =
    [
        new("demo", DemoCommand.Build),
        new("plan", PlanCommand.Build),
        new("review", ReviewCommand.Build),
        new("approve", AnswerCommands.BuildApprove),
        new("reject", AnswerCommands.BuildReject),
        new("status", StatusCommand.Build),
        new("accounts", AccountCommands.Build),
        new("orders", OrderCommands.Build),
        new("money", MoneyCommands.Build),
        new("reconcile", ReconcileCommand.Build),
        new("income", RecordCommands.BuildIncome),
        new("tax", TaxCommands.Build),
        new("phase", RecordCommands.BuildPhase),
        new("job-loss", RecordCommands.BuildJobLoss),
        new("alerts", AlertCommands.Build),
        new("report", ReportCommand.Build),
        new("halt", SwitchCommands.BuildHalt),
        new("resume", SwitchCommands.BuildResume),
        new("explain", PlanCommands.BuildExplain),
        new("replay", PlanCommands.BuildReplay),
        new("audit", AuditCommand.Build),
        new("backup", BackupCommands.Build),
        new("lots", LotsCommands.Build),
        new("calendar", CalendarCommand.Build),
        new("mail", MailCommands.Build),
        new("doctor", DoctorCommand.Build),
        new("run", RunCommand.Build),
    ];
}
