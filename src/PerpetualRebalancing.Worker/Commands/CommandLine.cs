using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using PerpetualRebalancing.Worker.Service;

namespace PerpetualRebalancing.Worker.Commands;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">What a person types.</param>
/// <param name="description">One line.</param>
/// <param name="examples">Complete lines after the program's name, each with what it is for: <c>plan --cash 1  # why</c>.</param>
internal sealed class ExampleCommand(string name, string description, params ImmutableArray<string> examples) : Command(name, description)
{
    /// <summary>Complete lines after the program's name.</summary>
    public ImmutableArray<string> Examples { get; } = examples;
}

/// <summary>Reads the command line, runs the command it names, and turns whatever goes wrong into lines and an exit code.</summary>
public static class CommandLine
{
    /// <summary>What a person types to start the program.</summary>
    public const string ProgramName = "perpetual-rebalancing";

    // A reason that begins with @ is a reason, not the name of a file with arguments.
    private static readonly ParserConfiguration Parser = new() { ResponseFileTokenReplacer = null };

    /// <summary>Runs one command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(CommandContext context, string[] args, ImmutableArray<ListedCommand> commands)
    {
        var root = new RootCommand("Keeps a household's portfolio at its targets: plans each month, asks, trades, and says why.");
        foreach (var option in context.Options)
        {
            root.Options.Add(option);
        }

        // Only a name that comes first is surely a command's, and then nobody asks for the others.
        var named = commands.FirstOrDefault(c => args.Length > 0 && c.Name == args[0]);
        foreach (var command in named is null ? commands : [named])
        {
            root.Subcommands.Add(command.Build(context));
        }

        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);

        var parsed = root.Parse(args, Parser);
        if (args.Length == 0)
        {
            root.Parse(["--help"], Parser).Invoke(Invocation(context));
            return ExitCode.BadUsage;
        }

        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors.Select(e => Failure.OneLine(e.Message)).Distinct())
            {
                context.Error.WriteLine($"error: {error}");
            }

            context.Error.WriteLine($"See '{ProgramName} {Path(parsed)}--help'.");
            return ExitCode.BadUsage;
        }

        try
        {
            return await parsed.InvokeAsync(Invocation(context));
        }
        catch (Exception e)
        {
            return Failure.Report(e, context);
        }
    }

    private static InvocationConfiguration Invocation(CommandContext context) =>
        new()
        {
            EnableDefaultExceptionHandler = false,
            // The service ends a step that is under way before it goes; its own patience is shorter.
            ProcessTerminationTimeout = ServiceHost.ShutdownPatience + TimeSpan.FromSeconds(1),
            Output = context.Out,
            Error = context.Error,
        };

    private static string Path(ParseResult parsed)
    {
        var path = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            path = $"{command.Command.Name} {path}";
        }

        return path;
    }

    /// <summary>The usual help, then examples; for the program itself, the exit codes.</summary>
    private sealed class HelpWithExamples(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var code = usual.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            if (parseResult.CommandResult.Command is ExampleCommand { Examples.IsEmpty: false } command)
            {
                output.WriteLine("Examples:");
                foreach (var example in command.Examples)
                {
                    output.WriteLine($"  {ProgramName} {example}");
                }

                output.WriteLine();
            }
            else if (parseResult.CommandResult.Command is RootCommand)
            {
                output.WriteLine("Exit codes:");
                output.WriteLine($"  {ExitCode.Help}");
                output.WriteLine();
            }

            return code;
        }
    }
}
