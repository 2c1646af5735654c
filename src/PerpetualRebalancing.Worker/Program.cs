using PerpetualRebalancing.Worker.Commands;

var context = CommandContext.OfThisProcess();

// A command that works is one file in Commands and one line here; help shows them in this order.
return await CommandLine.Run(context, args,
[
    DemoCommand.Build(context),
    PlanCommand.Build(context),
]);
