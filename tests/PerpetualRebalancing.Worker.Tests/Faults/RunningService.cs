using System.Diagnostics;
using System.Text;
using PerpetualRebalancing.Worker.Tests.Cli;

namespace PerpetualRebalancing.Worker.Tests.Faults;

/// <summary>The service as a process of its own.</summary>
internal sealed class RunningService : IDisposable
{
    // Long enough for a busy machine; a test that waits this long has failed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _before = new();
    private Task<string>? _output;
    private Task<string>? _errors;

    private RunningService(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts it, and waits until it says so. Services side by side have no page unless the test gives each a port.</summary>
    public static async Task<RunningService> Start(Installation installation, params (string Name, string Value)[] environment)
    {
        var service = Launch(installation, environment);
        await service.HasStarted();
        return service;
    }

    /// <summary>Starts it, and waits for nothing.</summary>
    public static RunningService Launch(Installation installation, params (string Name, string Value)[] environment) =>
        new(Process.Start(Executable.Info(installation.Root, [("PERPETUAL_PAGE", "off"), .. environment], "run"))!);

    /// <summary>Waits until it says that it has started.</summary>
    public async Task HasStarted()
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            _before.AppendLine(line);
            if (line.Contains("Started for ", StringComparison.Ordinal))
            {
                ReadOn();
                return;
            }
        }

        throw new InvalidOperationException($"The service did not start: {await _process.StandardError.ReadToEndAsync()}");
    }

    // Whoever does not read a pipe stops the process that writes to it.
    private void ReadOn()
    {
        _output ??= _process.StandardOutput.ReadToEndAsync();
        _errors ??= _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Asks it to stop, as systemd and Docker do.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> Terminate() => Terminate(Patience);

    /// <summary>Asks it to stop, and gives it so long.</summary>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public async Task<int> Terminate(TimeSpan bound)
    {
        ReadOn();
        using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
        await _process.WaitForExitAsync().WaitAsync(bound);
        return _process.ExitCode;
    }

    /// <summary>What it wrote, once it has ended.</summary>
    public async Task<string> Said() => $"{_before}{await (_output ?? Task.FromResult("")).WaitAsync(Patience)}{await (_errors ?? Task.FromResult("")).WaitAsync(Patience)}";

    /// <summary>Ends it as a power cut does.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Waits until something is so.</summary>
    public static async Task Until(Func<bool> holds)
    {
        for (var waited = TimeSpan.Zero; !holds(); waited += TimeSpan.FromMilliseconds(200))
        {
            Assert.True(waited < Patience, "What the service should have done did not come.");
            await Task.Delay(200);
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
