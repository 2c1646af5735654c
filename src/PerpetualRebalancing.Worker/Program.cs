using PerpetualRebalancing.Worker.Commands;

var context = CommandContext.OfThisProcess();

// A command that works is one file in Commands and one line here; help shows them in this order.
return await CommandLine.Run(context, args,
[
    DemoCommand.Build(context),
    PlanCommand.Build(context),
    ReviewCommand.Build(context),
    AnswerCommands.BuildApprove(context),
    AnswerCommands.BuildReject(context),
    StatusCommand.Build(context),
    OrderCommands.Build(context),
    RecordCommands.BuildIncome(context),
    TaxCommands.Build(context),
    RecordCommands.BuildPhase(context),
    RecordCommands.BuildJobLoss(context),
    SwitchCommands.BuildHalt(context),
    SwitchCommands.BuildResume(context),
    PlanCommands.BuildExplain(context),
    PlanCommands.BuildReplay(context),
    AuditCommand.Build(context),
    BackupCommands.Build(context),
    LotsCommands.Build(context),
    CalendarCommand.Build(context),
    DoctorCommand.Build(context),
    RunCommand.Build(context),
]);
