using System.Runtime.CompilerServices;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using PerpetualRebalancing.Benchmarks.Footprint;
using PerpetualRebalancing.Benchmarks.Journal;

switch (args)
{
    case ["footprint"]:
        await FootprintRun.RunAsync();
        break;
    case ["journal"]:
        JournalRun.Run();
        break;
    case ["bare-host", var database]:
        await BareHost.RunAsync(database);
        break;
    default:
        Benchmarks.Run(args);
        break;
}

internal static class Benchmarks
{
    // Apart, because the bare host must not pay for loading the benchmark library.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run(string[] args)
    {
        // In process, because the generated project of the default toolchain does not know this repository's output layout and lock
        // files. A short run answers in about a minute, but its three warm-ups end before the compiler has optimised what is measured.
        var config = DefaultConfig.Instance.AddJob(
            Job.ShortRun.WithWarmupCount(20).WithIterationCount(10).WithToolchain(InProcessEmitToolchain.Instance));
        BenchmarkSwitcher.FromAssembly(typeof(Benchmarks).Assembly).Run(args, config);
    }
}
