using System.Diagnostics;
using System.Globalization;

namespace PerpetualRebalancing.Benchmarks.Footprint;

/// <summary>Measures whole processes: a month of the demo; and the service's time to started and idle memory against the bare host's,
/// in turns within one run, because only their ratio means something on another machine.</summary>
internal static class FootprintRun
{
    private const int Rounds = 7;
    private static readonly TimeSpan ToIdle = TimeSpan.FromSeconds(8);

    /// <summary>Measures, and prints medians.</summary>
    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rebalancing-footprint-").FullName;
        try
        {
            var (product, config) = (Beside("perpetual-rebalancing"), ConfigFolder());
            var demo = new List<double>();
            var (service, bare) = (new List<Cost>(), new List<Cost>());
            for (var round = 0; round < Rounds; round++)
            {
                demo.Add(await DemoAsync(product, config, folder));
                bare.Add(await ServiceAsync(Beside("PerpetualRebalancing.Benchmarks"), "bare-host", Path.Combine(folder, $"bare-{round}.db")));
                service.Add(await ServiceAsync(product, "run", "--config", config, "--data", Path.Combine(folder, $"data-{round}")));
            }

            Print("demo, one month", "s", Median(demo), null);
            Print("service, time to started", "ms", Median(service.Select(c => c.Started)), Median(bare.Select(c => c.Started)));
            Print("service, idle memory", "MiB", Median(service.Select(c => c.Memory)), Median(bare.Select(c => c.Memory)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> DemoAsync(string product, string config, string folder)
    {
        var watch = Stopwatch.StartNew();
        var start = new ProcessStartInfo(product, ["demo", "--json", "--config", config]) { RedirectStandardOutput = true };
        foreach (var variable in new[] { "TMPDIR", "TMP", "TEMP" })
        {
            // The demo leaves its folder for a person to look at; here it goes with the rest.
            start.Environment[variable] = folder;
        }

        using var process = Process.Start(start)!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? watch.Elapsed.TotalSeconds : throw new InvalidOperationException($"The demo ended with exit code {process.ExitCode}.");
    }

    private static async Task<Cost> ServiceAsync(string program, params string[] arguments)
    {
        var watch = Stopwatch.StartNew();
        using var process = Start(program, arguments);
        try
        {
            string? line;
            do
            {
                line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{program} ended before it had started.");
            }
            while (!line.Contains(" Started", StringComparison.Ordinal));

            var started = watch.Elapsed.TotalMilliseconds;
            await Task.Delay(ToIdle);
            process.Refresh();
            return new Cost(started, process.WorkingSet64 / 1048576d);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;

    private static string Beside(string program) => Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{program}.exe" : program);

    private static string ConfigFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PerpetualRebalancing.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("The benchmarks run outside the repository."), "config");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private static void Print(string what, string unit, double measured, double? bare) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-26}{measured,9:0.00} {unit,-4}{(bare is { } b ? string.Create(CultureInfo.InvariantCulture, $"bare host{b,9:0.00} {unit,-4}ratio{measured / b,6:0.00}") : "")}"));

    private sealed record Cost(double Started, double Memory);
}
