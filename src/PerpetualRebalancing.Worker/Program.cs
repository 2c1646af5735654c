using PerpetualRebalancing.Worker.Commands;

return await CommandLine.Run(CommandContext.OfThisProcess(), args, AllCommands.Listed);
