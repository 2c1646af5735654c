using System.Diagnostics;

namespace PerpetualRebalancing.Worker.Tests.Cli;

/// <summary>What a run of the program said.</summary>
internal sealed record Run(int Code, string Output, string Error)
{
    public string[] Lines => Output.ReplaceLineEndings("\n").Split('\n');

    public string[] Errors => Error.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the program as a person's shell does: the built executable, as a process of its own, with both outputs in pipes.</summary>
internal static class Executable
{
    public static string File { get; } =
        Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "perpetual-rebalancing.exe" : "perpetual-rebalancing");

    public static Task<Run> Start(string folder, params string[] arguments) => StartWith(folder, [], arguments);

    public static async Task<Run> StartWith(string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        using var process = Process.Start(Info(folder, environment, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Run(process.ExitCode, await output, await error);
    }

    public static ProcessStartInfo Info(string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(File, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var variable in start.Environment.Keys.Where(k => k.StartsWith("PERPETUAL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(variable);
        }

        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        return start;
    }
}
